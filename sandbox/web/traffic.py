"""What goes to and fro between Slack and the app, for the developer's drawer."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.clock import Clock
from sandbox.slack.delivery import Envelope, NotAcked, Transport
from sandbox.slack.journal import Call
from sandbox.slack.model import Json
from sandbox.slack.platform import Platform
from sandbox.slack.rates import PER_MINUTE, SPECIAL, WINDOW_SECONDS
from sandbox.slack.reference import MethodReference

MOST_WORDS = 120


@dataclass
class Delivered:
    """An envelope on its way: `state` is waiting, acked, or why it was not acknowledged."""

    envelope: Envelope
    at: float
    state: str = "waiting"
    answer: Json = field(default_factory=dict)


@dataclass
class Wiretap:
    """A Tap that notes what is delivered, and can make it late: the next `late` envelopes wait."""

    clock: Clock
    changed: Callable[[], None]
    delivered: list[Delivered] = field(default_factory=list)
    late: int = 0
    late_seconds: float = 0.0

    async def carry(self, transport: Transport, envelope: Envelope) -> Json:
        """Deliver over `transport` and note how it went; the deadline of the acknowledgement ends it from outside."""
        one = Delivered(envelope, self.clock.now())
        self.delivered.append(one)
        self.changed()
        try:
            await self._hold()
            one.answer = await transport.deliver(envelope)
            one.state = "acked"
        except NotAcked as failure:
            one.state = failure.reason
            raise
        finally:
            one.state = "timeout" if one.state == "waiting" else one.state
            self.changed()
        return one.answer

    async def _hold(self) -> None:
        if self.late:
            self.late -= 1
            await self.clock.sleep(self.late_seconds)


@dataclass
class Traffic:
    """The calls and the deliveries of a platform, with one number for each: even for calls, odd for deliveries."""

    platform: Platform
    tap: Wiretap

    def since(self, calls: int, deliveries: int) -> list[Json]:
        """A line for each that came after the first `calls` and `deliveries`, oldest first."""
        fresh = [_call_line(2 * n, one) for n, one in enumerate(self.platform.journal.calls[calls:], calls)]
        fresh += [_line(2 * n + 1, one) for n, one in enumerate(self.tap.delivered[deliveries:], deliveries)]
        return sorted(fresh, key=lambda line: float(line["at"]))

    def waiting(self) -> list[int]:
        """The deliveries that are not decided yet, by their place."""
        return [n for n, one in enumerate(self.tap.delivered) if one.state == "waiting"]

    def line(self, delivery: int) -> Json:
        """The line of a delivery as it is now."""
        return _line(2 * delivery + 1, self.tap.delivered[delivery])

    def whole(self, number: int) -> Json | None:
        """Everything about the line of that number: what was sent, what was answered."""
        place, is_delivery = divmod(number, 2)
        if is_delivery and place < len(self.tap.delivered):
            one = self.tap.delivered[place]
            return {"sent": one.envelope.as_json(), "answered": one.answer}
        if not is_delivery and place < len(self.platform.journal.calls):
            call = self.platform.journal.calls[place]
            return {"sent": call.args, "answered": call.answer}
        return None


def limits(platform: Platform, reference: Mapping[str, MethodReference]) -> Json:
    """How often each method was called in the last minute, what Slack allows, and which scopes were used."""
    since = platform.clock.now() - WINDOW_SECONDS
    called = Counter(one.method for one in platform.journal.calls)
    lately = Counter(one.method for one in platform.journal.calls if one.at > since)
    used = {scope for name in called if name in reference for scope in reference[name].scopes}
    return {
        "enforced": platform.meter.limits.enabled,
        "methods": [_rate(reference[name], called[name], lately[name]) for name in sorted(called) if name in reference],
        "scopes": [{"name": one, "used": one in used} for one in sorted(platform.manifest.scopes)],
    }


def _rate(method: MethodReference, called: int, lately: int) -> Json:
    allowed = PER_MINUTE.get(method.tier, SPECIAL)
    special = method.name == "chat.postMessage"
    words = "1 a second in a channel" if special else f"{allowed} a minute"
    return {"name": method.name, "called": called, "lately": lately, "allowed": words}


def _call_line(number: int, call: Call) -> Json:
    state = "ok" if call.ok else call.error
    return {"n": number, "at": call.at, "to": "slack", "name": call.method, "state": state, "about": _about(call.args)}


def _line(number: int, one: Delivered) -> Json:
    payload = one.envelope.payload
    event = payload.get("event") or {}
    kind = str(event.get("type") or payload.get("command") or payload.get("type") or one.envelope.kind)
    again = f" (attempt {one.envelope.retry_attempt + 1})" if one.envelope.retry_attempt else ""
    about = _about(event) if event else _acted(payload)
    return {"n": number, "at": one.at, "to": "app", "name": kind + again, "state": one.state, "about": about}


def _acted(payload: Mapping[str, Any]) -> str:
    actions = payload.get("actions") or [{}]
    return str(actions[0].get("action_id") or payload.get("text") or "")[:MOST_WORDS]


def _about(args: Mapping[str, Any]) -> str:
    words = [
        str(args[key]) for key in ("subtype", "status", "text", "filename", "user") if isinstance(args.get(key), str)
    ]
    return next(filter(None, words), "")[:MOST_WORDS]
