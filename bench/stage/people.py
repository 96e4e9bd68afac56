"""People who ask, click and press Stop while the bots under them come and go, and what they are left with."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from agents.wire import sha256_of
from bench.stage.agents import program_for
from bot.blocks.names import CODE_CARD, ENDED_RUN, FAILED_CARD, LIVE_RUN, RUN, STOP, TRY_AGAIN
from sandbox.slack import Message, NotVisible, Outcome, SlackServer, WaitTimeoutError

PERSON = "analyst"
PRESSES = 8
"""How often somebody presses a button again when Slack says that it did not work."""
PAUSE_SECONDS = 1.0
REFUSALS = ("could not tell me who you are", "database does not answer", "Something went wrong on my side")

Act = Callable[[], Awaitable[Outcome]]
Look = Callable[[], Any]


@dataclass
class Conversation:
    """One request, its run, and everything that was said, in a channel of its own.

    `acked` counts what the bot acknowledged: each of those has to end in a message, once.
    """

    slack: SlackServer
    number: int
    stops: bool
    patience: float
    acked: list[str] = field(default_factory=list)
    turns: int = 0
    """How often code was asked for, as far as the person knows."""

    @property
    def channel(self) -> str:
        """The channel's name."""
        return f"talk-{self.number}"

    @property
    def prompt(self) -> str:
        """What is asked; no two conversations ask the same."""
        return f"say hello {self.number}"

    @property
    def sha256(self) -> str:
        """The identity of the program that the prompt gets."""
        return sha256_of(program_for(self.prompt, "").code)

    async def hold(self) -> None:
        """Ask, run what comes, and wait for its end; whoever waits in vain gives up after `patience` seconds."""
        self.slack.add_channel(self.channel, [PERSON, self.slack.bot.id])
        try:
            if not await self._insist("asked", self._command):
                return
            self.turns += 1
            card = await self._code()
            if await self._insist("clicked", partial(self._click, card, RUN)):
                await self._end()
        except WaitTimeoutError:
            return

    def messages(self, block_id: str) -> list[Message]:
        """The messages that hold a block of that name."""
        return [m for m in self._all if any(b.get("block_id") == block_id for b in m.blocks)]

    @property
    def lost(self) -> int:
        """How much of what was acknowledged never came to an end that the person sees.

        A refusal that only this person sees is an end: they are told to try again.
        """
        answered = bool(self.messages(CODE_CARD) or self.messages(FAILED_CARD))
        ran = bool(self.messages(ENDED_RUN)) or self._refused
        return ("asked" in self.acked and not answered) + ("clicked" in self.acked and not ran)

    @property
    def doubled(self) -> int:
        """How many messages there are of a row that has one already; a run has one, whatever it is called."""
        rows = Counter(_row_of(m) for m in self._all if _row_of(m))
        results = len(self.messages(ENDED_RUN)) + len(self.messages(LIVE_RUN))
        files = sum(bool(m.files) for m in self._all) - len(self.messages(CODE_CARD))
        return sum(count - 1 for count in rows.values()) + max(0, results - 1) + max(0, files)

    def account(self) -> dict[str, object]:
        """What happened here, for whoever has to find out why it is wrong."""
        said = [[_row_of(m), [b["block_id"] for b in m.blocks if b.get("block_id")], m.text[:80]] for m in self._all]
        return {
            "number": self.number,
            "acked": self.acked,
            "lost": self.lost,
            "doubled": self.doubled,
            "messages": said,
        }

    @property
    def _refused(self) -> bool:
        place = self.slack.platform.workspace.place(self.channel).id
        told = [m for m in self.slack.ephemerals(PERSON) if m.channel == place]
        return any(words in str(m.blocks) for m in told for words in REFUSALS)

    async def _code(self) -> Message:
        """The card with the code; an answer that went wrong is asked for again, as its button says."""
        for tries in range(1, PRESSES + 1):
            await self._wait(lambda: self.messages(CODE_CARD) or len(self.messages(FAILED_CARD)) >= self.turns)
            if self.messages(CODE_CARD):
                return self.messages(CODE_CARD)[0]
            failed = self.messages(FAILED_CARD)[-1]
            if await self._insist(f"pressed {tries}", partial(self._click, failed, TRY_AGAIN)):
                self.turns += 1
        raise WaitTimeoutError("There was no code after all.")

    async def _end(self) -> None:
        if self.stops:
            await self._wait(lambda: self.messages(LIVE_RUN) or self.messages(ENDED_RUN))
            for live in self.messages(LIVE_RUN):
                await self._click(live, STOP)
        await self._wait(lambda: self.messages(ENDED_RUN))

    async def _insist(self, what: str, act: Act) -> bool:
        for _ in range(PRESSES):
            outcome = await act()
            if outcome.acked and not outcome.payload:
                self.acked.append(what)
                return True
            await asyncio.sleep(PAUSE_SECONDS)
        return False

    async def _command(self) -> Outcome:
        return await self.slack.command(PERSON, self.channel, "/raygen", self.prompt)

    async def _click(self, message: Message, action: str) -> Outcome:
        try:
            return await self.slack.click(PERSON, self.channel, message.ts, action)
        except NotVisible:  # the run has ended meanwhile
            return Outcome("refused")

    async def _wait(self, look: Look) -> None:
        await self.slack.wait_until(look, self.patience)

    @property
    def _all(self) -> tuple[Message, ...]:
        return tuple(m for m in self.slack.channel(self.channel).messages if m.user == self.slack.bot.id)


def _row_of(message: Message) -> str:
    """The row that the message belongs to, as the bot notes it in the message's metadata."""
    payload: dict[str, str] = (message.metadata or {}).get("event_payload", {})
    return payload.get("id", "")
