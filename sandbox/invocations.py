"""What the agents were asked, and what came of it, as it passes AgentCore's data plane: for the developer's drawer.

Nothing is added for it: the steps, the attempts, the tokens and the model are what the runtimes tell their callers.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from time import time
from typing import Any

from pydantic import ValidationError

from agents.sse import event_data, lines_of
from agents.wire import Envelope

Json = dict[str, Any]
MOST_STEPS = 200
MOST_KEPT = 400
MOST_WORDS = 200
MOST_CHARACTERS = 20_000
"""Of one text: a program that saves files of megabytes is not kept in memory with every call."""
HIDDEN = frozenset({"signature", "url"})
"""With these somebody could do something: a grant's signature, a package's presigned address."""
SIGN_OF_LIFE = frozenset({"heartbeat", "drafting"})
"""Events that come every moment and say nothing that the next one does not."""


@dataclass
class Step:
    """An event of a stream, and how many seconds after the call it came."""

    seconds: float
    told: Json


@dataclass
class Invocation:
    """One call of a runtime. `state` is `running`, `ok`, the error's code, or what the data plane answered.

    `asked` is the request's payload, `answer` the envelope.
    """

    number: int
    at: float
    runtime: str
    session: str
    asked: Json
    clock: Callable[[], float]
    state: str = "running"
    seconds: float = 0.0
    steps: list[Step] = field(default_factory=list)
    answer: Json = field(default_factory=dict)
    _rest: bytes = b""

    def arrived(self, chunk: bytes) -> bool:
        """Take what the runtime has sent; whether there is something to show for it."""
        events, end, self._rest = (self._rest + chunk).rpartition(b"\n\n")
        found = [_decoded(data) for data in event_data(lines_of([events, end]))]
        shown = [one for one in found if one.get("event") not in SIGN_OF_LIFE]
        for one in shown:
            self._take(one)
        return bool(shown)

    def _take(self, event: Json) -> None:
        self.seconds = self.clock() - self.at
        if event.get("event") == "finished":
            self._answered(event.get("envelope"))
        elif event and len(self.steps) < MOST_STEPS:
            self.steps.append(Step(self.seconds, event))

    def ended(self, refusal: str = "") -> None:
        """The call is over; `refusal` is the data plane's own."""
        self.seconds = self.clock() - self.at
        if refusal:
            self.state = refusal
        elif self.state == "running" and self._rest:
            self._answered(_decoded(self._rest))
        elif self.state == "running":
            self.state = "hung up"

    def _answered(self, body: object) -> None:
        try:
            envelope = Envelope.model_validate(body)
        except ValidationError:
            self.state, self.answer = "answered", body if isinstance(body, dict) else {}
            return
        self.answer = envelope.model_dump(mode="json", exclude_none=True)
        self.state = "ok" if envelope.error is None else envelope.error.code

    def line(self) -> Json:
        """What the drawer's list shows."""
        result = self.answer.get("result") or {}
        usage = self.answer.get("usage") or {}
        return {
            "n": self.number,
            "at": self.at,
            "runtime": self.runtime,
            "action": str(self.asked.get("action") or "write"),
            "about": self._about(),
            "state": self.state,
            "status": str(result.get("status") or result.get("kind") or ""),
            "seconds": round(self.seconds, 2),
            "model": str(result.get("model") or ""),
            "calls": usage.get("model_calls", 0),
            "tokens_in": usage.get("input_tokens", 0),
            "tokens_out": usage.get("output_tokens", 0),
            "cached": usage.get("cache_read_tokens", 0),
            "cost": usage.get("cost_usd"),
            "attempts": len(result.get("attempts") or ()),
            "job": str(result.get("dashboard_url") or ""),
        }

    def _about(self) -> str:
        named = (str(self.asked.get(key) or "") for key in ("prompt", "title", "run_id"))
        return next(filter(None, named), "")[:MOST_WORDS]

    def whole(self) -> Json:
        """Everything about it."""
        steps = [{"after": round(one.seconds, 2), **one.told} for one in self.steps]
        return {"session": self.session, "asked": self.asked, "steps": steps, "answered": self.answer}


class Invocations:
    """The last calls of the runtimes; `changed` is called when something is new."""

    def __init__(self, changed: Callable[[], None], clock: Callable[[], float] = time) -> None:
        self._changed = changed
        self._clock = clock
        self._kept: dict[int, Invocation] = {}
        self._counted = 0

    def begin(self, runtime: str, session: str, body: bytes) -> Invocation:
        """A call that is on its way."""
        one = Invocation(self._counted, self._clock(), runtime, session, _decoded(body), self._clock)
        self._kept[one.number] = one
        self._counted += 1
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._changed()
        return one

    def arrived(self, one: Invocation, chunk: bytes) -> None:
        """Something of its answer is there."""
        if one.arrived(chunk):
            self._changed()

    def ended(self, one: Invocation, refusal: str = "") -> None:
        """Its answer is over."""
        one.ended(refusal)
        self._changed()

    def lines(self) -> dict[int, Json]:
        """Every call that is kept, oldest first."""
        return {number: one.line() for number, one in self._kept.items()}

    def whole(self, number: int) -> Json | None:
        """Everything about one; None when it is not kept."""
        return self._kept[number].whole() if number in self._kept else None


def _decoded(data: bytes) -> Json:
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return _kept(value) if isinstance(value, dict) else {}


def _kept(value: Any) -> Any:
    """A JSON value without long texts' ends and without what nobody should copy."""
    if isinstance(value, dict):
        return {key: "…" if key in HIDDEN else _kept(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_kept(part) for part in value]
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        return f"{value[:MOST_CHARACTERS]}… ({len(value):,} characters)"
    return value
