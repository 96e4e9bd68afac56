"""News for one open page, as Server-Sent Events.

`hello` says which start of the sandbox this is, `frame` is everything but messages, `messages` what is new or has
changed, `traffic` a line for each call and event, `agents` one for each call of an agent. The first ones after
connecting are complete, so a page that lost its connection is whole again when it has reconnected.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.model import Json, User
from sandbox.web import screen
from sandbox.web.machine import Machine
from sandbox.web.seen import Seen
from sandbox.web.traffic import Traffic

MOST_LINES = 300
TOGETHER_SECONDS = 0.03
"""News that come this close to each other go out together."""
ALIVE_SECONDS = 15.0


def event(kind: str, body: Any) -> bytes:
    """One event in the format of https://html.spec.whatwg.org/multipage/server-sent-events.html."""
    return f"event: {kind}\ndata: {json.dumps(body, separators=(',', ':'))}\n\n".encode()


@dataclass
class Feed:
    """What `viewer` has not seen yet."""

    traffic: Traffic
    machine: Machine
    viewer: User
    start: str
    _seen: Seen = field(default_factory=Seen)
    _frame: str = ""
    _calls: int = 0
    _deliveries: int = 0
    _waiting: list[int] = field(default_factory=list)
    _invocations: dict[int, Json] = field(default_factory=dict)

    async def events(self) -> AsyncIterator[bytes]:
        """Everything there is, then what changes, and a sign of life when nothing does."""
        changed = asyncio.Event()
        unwatch = self.traffic.platform.journal.watch(changed.set)
        try:
            yield self._whole()
            while True:
                yield await self._next(changed)
        finally:
            unwatch()

    async def _next(self, changed: asyncio.Event) -> bytes:
        try:
            async with asyncio.timeout(ALIVE_SECONDS):
                await changed.wait()
        except TimeoutError:
            return b": alive\n\n"
        await asyncio.sleep(TOGETHER_SECONDS)
        changed.clear()
        return self._news()

    def _whole(self) -> bytes:
        platform = self.traffic.platform
        self._seen.look(screen.seen_messages(platform, self.viewer))
        pages = [screen.newest(channel) for channel in screen.seen_channels(platform, self.viewer)]
        channels = screen.seen_channels(platform, self.viewer)
        more = [channel.id for channel, (_, has_more) in zip(channels, pages, strict=True) if has_more]
        whispered = [one for one in platform.workspace.ephemerals.values() if one.ephemeral_to == self.viewer.id]
        messages = [*(one for page, _ in pages for one in page), *whispered]
        self._calls = max(0, len(platform.journal.calls) - MOST_LINES)
        self._deliveries = max(0, len(self.traffic.tap.delivered) - MOST_LINES)
        body = {"messages": screen.messages_json(platform, messages), "gone": [], "more": more}
        hello = event("hello", {"start": self.start})
        return hello + self._frame_news() + event("messages", body) + self._lines() + self._agents()

    def _news(self) -> bytes:
        platform = self.traffic.platform
        news = self._seen.look(screen.seen_messages(platform, self.viewer))
        found = self._frame_news()
        if news:
            messages = screen.messages_json(platform, screen.with_roots(platform, news.changed))
            found += event("messages", {"messages": messages, "gone": news.gone})
        return found + self._lines() + self._agents()

    def _frame_news(self) -> bytes:
        body = screen.frame(self.traffic.platform, self.viewer) | {"sandbox": self.machine.as_json()}
        text = json.dumps(body, sort_keys=True)
        if text == self._frame:
            return b""
        self._frame = text
        return event("frame", body)

    def _lines(self) -> bytes:
        """New lines, and those that have been decided since they were sent."""
        lines = self.traffic.since(self._calls, self._deliveries)
        lines += [self.traffic.line(one) for one in self._waiting]
        self._calls = len(self.traffic.platform.journal.calls)
        self._deliveries = len(self.traffic.tap.delivered)
        self._waiting = self.traffic.waiting()
        return event("traffic", lines) if lines else b""

    def _agents(self) -> bytes:
        """The calls of agents that are new, or have come further."""
        now = self.machine.invocations.lines()
        fresh = [line for number, line in now.items() if self._invocations.get(number) != line]
        self._invocations = now
        return event("agents", fresh) if fresh else b""
