"""What a model that is played in code does in a step: say something, or call a tool; as Strands' stream events."""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from strands.types.event_loop import Usage
from strands.types.streaming import StreamEvent

NO_TOKENS: Usage = {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0}


@dataclass(frozen=True)
class Words:
    """An answer that ends the turn."""

    text: str


@dataclass(frozen=True)
class Call:
    """A call of one tool."""

    tool: str
    arguments: Mapping[str, str]


def events_of(move: Words | Call) -> Iterator[StreamEvent]:
    """`move` as a provider streams it: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html"""
    yield {"messageStart": {"role": "assistant"}}
    if isinstance(move, Words):
        yield {"contentBlockStart": {"start": {}}}
        yield {"contentBlockDelta": {"delta": {"text": move.text}}}
    else:
        yield call_begins(move.tool)
        yield argument_text(json.dumps(move.arguments))
    yield {"contentBlockStop": {}}
    yield {"messageStop": {"stopReason": "tool_use" if isinstance(move, Call) else "end_turn"}}
    yield {"metadata": {"usage": NO_TOKENS, "metrics": {"latencyMs": 0}}}


def call_begins(tool: str) -> StreamEvent:
    """The event that begins a call of `tool`."""
    return {"contentBlockStart": {"start": {"toolUse": {"name": tool, "toolUseId": f"tooluse_{uuid.uuid4().hex}"}}}}


def argument_text(text: str) -> StreamEvent:
    """A piece of a call's arguments, which are one JSON object in the end."""
    return {"contentBlockDelta": {"delta": {"toolUse": {"input": text}}}}
