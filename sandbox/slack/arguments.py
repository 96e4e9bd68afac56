"""From a request's body to arguments with types, as strict as Slack's reference.

Slack itself ignores some of the arguments that it does not know; here they are refused, so that a misspelt one is
found in a test and not in a workspace.
"""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.slack.errors import SlackError
from sandbox.slack.model import Json
from sandbox.slack.reference import Argument, MethodReference

COMMON = frozenset({"token", "team_id", "pretty"})
SECRET = frozenset({"token", "client_secret"})
BOOLEANS = {"1": True, "true": True, "0": False, "false": False}
MALFORMED = {
    "blocks": "invalid_blocks_format",
    "metadata": "invalid_metadata_format",
    "attachments": "invalid_attachments",
    "chunks": "invalid_chunks",
}
"""What Slack answers when an argument that should be JSON is not; `invalid_arguments` for the others."""


def typed(method: MethodReference, raw: Mapping[str, Any]) -> Json:
    """The arguments with their types; raises `SlackError` for the first kind of fault found."""
    given = {name: value for name, value in raw.items() if name not in COMMON and value is not None}
    faults = [f"invalid additional property: {name}" for name in given if name not in method.arguments]
    faults += [f"missing required field: {name}" for name in _missing(method, given)]
    if faults:
        raise SlackError("invalid_arguments", faults)
    return {name: _value(name, method.arguments[name], value) for name, value in given.items()}


def readable(raw: Mapping[str, Any]) -> Json:
    """The arguments for the journal: JSON in strings decoded where it is JSON, secrets left out."""
    return {name: _decoded(value) for name, value in raw.items() if name not in SECRET}


def _missing(method: MethodReference, given: Mapping[str, Any]) -> list[str]:
    """An empty string is there: assistant.threads.setStatus takes one to remove the status."""
    return [name for name, argument in method.arguments.items() if argument.required and name not in given]


def _value(name: str, argument: Argument, value: Any) -> Any:
    for kind in argument.kinds:
        found, converted = CONVERSIONS[kind](value)
        if found:
            return converted
    wanted = " or ".join(argument.kinds)
    raise SlackError(MALFORMED.get(name, "invalid_arguments"), [f"must provide {_article(wanted)}: {name}"])


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _string(value: Any) -> tuple[bool, Any]:
    return isinstance(value, str), value


def _boolean(value: Any) -> tuple[bool, Any]:
    if isinstance(value, bool):
        return True, value
    text = str(value).lower()
    return text in BOOLEANS, BOOLEANS.get(text)


def _integer(value: Any) -> tuple[bool, Any]:
    if isinstance(value, int) and not isinstance(value, bool):
        return True, value
    text = str(value)
    return text.isascii() and text.isdigit(), int(text) if text.isascii() and text.isdigit() else None


def _json(value: Any) -> tuple[bool, Any]:
    decoded = _decoded(value) if isinstance(value, str) else value
    if value == "":
        return True, None
    return isinstance(decoded, list | dict), decoded


CONVERSIONS = {"string": _string, "boolean": _boolean, "integer": _integer, "json": _json}


def _decoded(value: Any) -> Any:
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
