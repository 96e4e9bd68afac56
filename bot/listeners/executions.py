"""Slack's event `function_executed` -> what a step is asked: pure.

The person is an input of the type `slack#/types/user_context`. It has no field in Workflow Builder and cannot be set
there: Slack fills in whoever started the workflow, or pressed its last button
(https://docs.slack.dev/reference/types/user_context-type). The event names nobody else who could be believed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
PERSON = re.compile(r"[UW][A-Z0-9]{1,20}")
CHANNEL = re.compile(r"[CG][A-Z0-9]{1,20}")
VERSION = re.compile(r"[a-z0-9-]{1,80}")
"""A program's id, as it is put out by the step that made it; what else somebody types names no program."""


@dataclass(frozen=True)
class Execution:
    """One execution of a step, by Slack's id; what is missing or malformed among its inputs is empty."""

    id: str
    inputs: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The same for every delivery of the execution."""
        return f"step:{self.id}"

    @property
    def user_id(self) -> str:
        """For whom the workflow runs."""
        context = self.inputs.get("user_context")
        return _matching(PERSON, context.get("id")) if isinstance(context, Mapping) else ""

    @property
    def channel(self) -> str:
        """Where the answer goes."""
        return _matching(CHANNEL, self.inputs.get("channel"))

    @property
    def prompt(self) -> str:
        """What the code should do."""
        value = self.inputs.get("prompt")
        return value if isinstance(value, str) else ""

    @property
    def version_id(self) -> str:
        """Which program is to be run."""
        value = self.inputs.get("version_id")
        return _matching(VERSION, value.strip()) if isinstance(value, str) else ""


def execution_of(event: Mapping[str, Any]) -> Execution | None:
    """The execution; None for an event that names none, of which Slack could be told nothing."""
    found, inputs = _matching(ID, event.get("function_execution_id")), event.get("inputs")
    return Execution(found, inputs if isinstance(inputs, Mapping) else {}) if found else None


def _matching(form: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and form.fullmatch(value) else ""
