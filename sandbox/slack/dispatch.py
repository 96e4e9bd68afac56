"""One call of the Web API, from its name and raw arguments to its answer, in the order in which Slack looks.

Method, token, rate, scopes, arguments, then the method itself; planned faults come first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.arguments import readable, typed
from sandbox.slack.errors import SlackError
from sandbox.slack.faults import Fault
from sandbox.slack.journal import Call
from sandbox.slack.methods import METHODS
from sandbox.slack.model import Json
from sandbox.slack.platform import Platform
from sandbox.slack.reference import MethodReference
from sandbox.slack.tokens import check_scopes, check_token

TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500


class ConnectionDropped(Exception):
    """The caller gets no answer."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; `body` is JSON."""

    body: Json
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def error(self) -> str | None:
        """Slack's error, or None when the call worked."""
        return None if self.body.get("ok") else str(self.body.get("error"))


@dataclass
class Dispatcher:
    """Answers calls for `platform` by `reference`."""

    platform: Platform
    reference: Mapping[str, MethodReference]

    async def answer(self, name: str, raw: Mapping[str, Any], token: str | None) -> Answer:
        """The answer, recorded; raises `ConnectionDropped` for a planned drop (recorded as well)."""
        fault = self.platform.faults.take(name)
        if fault is not None and fault.kind == "delay":
            await self.platform.clock.sleep(fault.seconds)
            fault = None
        if fault is None or fault.after_effect:
            answer = self._answered(name, raw, token)
        if fault is not None:
            answer = _trouble(fault)
        error = "connection_dropped" if fault is not None and fault.kind == "drop" else answer.error
        self._record(name, raw, error, answer.body)
        if error == "connection_dropped":
            raise ConnectionDropped
        return answer

    def _answered(self, name: str, raw: Mapping[str, Any], token: str | None) -> Answer:
        try:
            method = self._method(name)
            if not method.anonymous:
                check_token(method, self.platform.tokens.kind_of(token))
            wait = self.platform.meter.admit(method, dict(raw))
            if wait is not None:
                return _rate_limited(wait)
            check_scopes(method.scopes, self.platform.manifest.scopes)
            body = METHODS[name](self.platform, typed(method, raw))
        except SlackError as refusal:
            return Answer(refusal.answer(), headers=self._scope_headers())
        return Answer({"ok": True, **body}, headers=self._scope_headers())

    def _method(self, name: str) -> MethodReference:
        if name not in self.reference or name not in METHODS:
            raise SlackError("unknown_method", req_method=name)
        return self.reference[name]

    def _record(self, name: str, raw: Mapping[str, Any], error: str | None, body: Json) -> None:
        call = Call(name, readable(raw), error is None, error, self.platform.clock.now(), body)
        self.platform.journal.record(call)

    def _scope_headers(self) -> dict[str, str]:
        return {"x-oauth-scopes": ",".join(sorted(self.platform.manifest.scopes))}


def _trouble(fault: Fault) -> Answer:
    if fault.kind == "rate_limit":
        return _rate_limited(fault.retry_after)
    if fault.kind == "answer":
        return Answer({"ok": False, "error": fault.error})
    return Answer({"ok": False, "error": "internal_error"}, status=SERVER_ERROR)


def _rate_limited(wait: int) -> Answer:
    headers = {"Retry-After": str(wait)}
    return Answer({"ok": False, "error": "ratelimited"}, status=TOO_MANY_REQUESTS, headers=headers)
