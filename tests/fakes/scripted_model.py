"""A Strands Model that plays a script, and keeps what it was asked."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from strands.models import Model


@dataclass(frozen=True)
class Call:
    """A tool call; its arguments are what the model makes up."""

    tool: str
    arguments: dict[str, Any] = field(default_factory=dict)


Step = str | Call | list[Call] | Exception | Callable[[list[Any]], Any]
"""Words, one or several calls, a provider's exception, or a function of the messages so far that gives one of these."""


class ScriptedModel(Model):
    """Each model call takes the next step. The last is repeated if `loops`; else an exhausted script is a failure."""

    def __init__(self, *steps: Step, loops: bool = False) -> None:
        self._steps = list(steps)
        self._loops = loops
        self.config: dict[str, Any] = {"model_id": "scripted", "context_window_limit": 200_000}
        self.requests: list[dict[str, Any]] = []

    def update_config(self, **model_config: Any) -> None:
        self.config.update(model_config)

    def get_config(self) -> dict[str, Any]:
        return self.config

    def structured_output(self, *_args: Any, **_kwargs: Any) -> AsyncGenerator[dict[str, Any], None]:
        raise NotImplementedError

    async def stream(
        self, messages: Any, tool_specs: Any = None, system_prompt: str | None = None, **_kwargs: Any
    ) -> AsyncIterator[Any]:
        self.requests.append(
            {"messages": json.loads(json.dumps(messages)), "tools": tool_specs or [], "system_prompt": system_prompt}
        )
        step = self._next()
        if callable(step):
            step = step(messages)
        if isinstance(step, Exception):
            raise step
        for event in _events(step, len(self.requests)):
            yield event

    def _next(self) -> Step:
        index = len(self.requests) - 1
        if index >= len(self._steps) and not self._loops:
            raise AssertionError("the model was called more often than its script allows")
        return self._steps[min(index, len(self._steps) - 1)]

    @property
    def words(self) -> str:
        """Everything that the model was ever sent, as text."""
        return json.dumps(self.requests, ensure_ascii=False)


def _events(step: str | Call | Sequence[Call], number: int) -> list[dict[str, Any]]:
    calls = [] if isinstance(step, str) else [step] if isinstance(step, Call) else list(step)
    events: list[dict[str, Any]] = [{"messageStart": {"role": "assistant"}}]
    if isinstance(step, str) and step:
        events += [
            {"contentBlockStart": {"start": {}}},
            {"contentBlockDelta": {"delta": {"text": step}}},
            {"contentBlockStop": {}},
        ]
    for index, call in enumerate(calls):
        start = {"toolUse": {"name": call.tool, "toolUseId": f"use-{number}-{index}"}}
        events += [
            {"contentBlockStart": {"start": start}},
            {"contentBlockDelta": {"delta": {"toolUse": {"input": json.dumps(call.arguments)}}}},
            {"contentBlockStop": {}},
        ]
    events.append({"messageStop": {"stopReason": "tool_use" if calls else "end_turn"}})
    usage = {"inputTokens": 10, "outputTokens": 5, "totalTokens": 15}
    events.append({"metadata": {"usage": usage, "metrics": {"latencyMs": 1}}})
    return events
