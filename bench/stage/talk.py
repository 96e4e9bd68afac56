"""A conversation with trouble on its way: ask, run what comes, stop it perhaps, and look at what is left."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select

from agents.wire import GeneratedCode, sha256_of
from bench.stage.chain import Chain
from bench.stage.cluster import Jobs
from bench.stage.plan import Lane, Link, Part, Triple
from bench.stage.verdict import End, Ending, Kept, Shown
from bot.blocks.names import CODE_CARD, ENDED_RUN, FAILED_CARD, LIVE_RUN, LIVE_TURN, RUN, STOP
from bot.store.models import Run, Turn
from sandbox.slack import Message, NotVisible, Outcome, WaitTimeoutError

LOOK_SECONDS = 0.25
PRESSES = 3
"""How often somebody tries what Slack says did not work."""
TAKEN_UP_SECONDS = 8.0
"""What was taken up, and not acknowledged in time, is in the store by then."""
CARDS = (CODE_CARD, ENDED_RUN, FAILED_CARD, LIVE_RUN, LIVE_TURN)


@dataclass
class Talk:
    """One conversation in a lane of the chain; `patience` is how long each of its parts may take, in seconds."""

    chain: Chain
    lane: Lane
    number: int
    triple: Triple
    end: End
    nth: int = 1
    patience: float = 90.0
    refused: list[str] = field(default_factory=list)
    met: list[tuple[Link, str]] = field(default_factory=list)
    generations: int = 0
    _before: int = 0

    @property
    def prompt(self) -> str:
        """What is asked, and by no other conversation."""
        return f"Say talk{self.number}"

    @property
    def code(self) -> str:
        """The program that is written for it."""
        return f"print({self.lane.name!r}, {self.prompt!r})\n"

    async def hold(self) -> Ending:
        """All of it; what is waited for in vain, or refused, is part of the ending."""
        self._before = len(self.chain.slack.channel(self.lane.channel).messages)
        person = f"person{self.number}"
        self.lane.person = self.chain.slack.add_user(person).id
        await self.chain.slack.join(self.lane.person, self.lane.channel)
        self.chain.writer.programs[self.lane.channel] = GeneratedCode(
            code=self.code, title=self.lane.name, model="a script"
        )
        self.lane.hears = self._hears
        try:
            await self._ask()
            await self._run()
        except WaitTimeoutError as error:
            self.refused.append(f"waited in vain: {error}")
        finally:
            self._begin(Triple())
        return await self.ending()

    async def ending(self) -> Ending:
        """What is there now."""
        return Ending(self._shown(), await self._kept(), self._jobs, self.generations, tuple(self.refused))

    async def _ask(self) -> None:
        self._begin(self.triple)
        slack, lane = self.chain.slack, self.lane
        await self._insist(
            lambda: slack.command(lane.person, lane.channel, "/raygen", self.prompt), lambda kept: bool(kept.turns)
        )
        await self._until(self._turn_is_over, CODE_CARD, FAILED_CARD)

    async def _run(self) -> None:
        cards = self._messages(CODE_CARD)
        if not cards:
            self.refused += [str(card.blocks) for card in self._messages(FAILED_CARD)]
            return
        self._begin(self.triple)
        await self._insist(lambda: self._click(cards[0], RUN), lambda kept: bool(kept.runs))
        if self.end == "stopped":
            await self._stop()
        await self._until(self._run_is_over, ENDED_RUN)

    async def _stop(self) -> None:
        """Press Stop once the program has begun: the card says so later, since all cards share Slack's rate."""
        await self.chain.slack.wait_until(lambda: self._messages(LIVE_RUN) or self._messages(ENDED_RUN), self.patience)
        await self._until(lambda _: bool(self.refused or self._jobs.runs))
        for live in self._messages(LIVE_RUN):
            await self._insist(partial(self._click, live, STOP), self._run_is_over)

    def _begin(self, triple: Triple) -> None:
        """Count anew."""
        self.met += self.lane.part.met
        self.lane.part = Part(triple, self.nth)

    def _hears(self, action: str) -> None:
        if action == "generate":
            self.generations += 1
        if action == "follow" and self.end == "ends":
            self.chain.cluster.end_runs(sha256_of(self.code))

    async def _insist(self, act: Callable[[], Awaitable[Outcome]], taken_up: Callable[[Kept], bool]) -> None:
        """Do it again when Slack says that it did not work, unless it turns out that it did.

        A 429 on the way to who somebody is holds back all who ask at that moment, and Slack's patience is 3 s.
        """
        for _ in range(PRESSES):
            outcome = await act()
            if (outcome.acked and not outcome.payload) or await self._comes(taken_up):
                return
        self.refused.append(f"not acknowledged, however often it was tried: {outcome}")

    async def _comes(self, over: Callable[[Kept], bool]) -> bool:
        try:
            await self._until(over, patience=TAKEN_UP_SECONDS)
        except WaitTimeoutError:
            return False
        return True

    async def _click(self, message: Message, action: str) -> Outcome:
        try:
            return await self.chain.slack.click(self.lane.person, self.lane.channel, message.ts, action)
        except NotVisible:  # the run has ended meanwhile
            return Outcome("acked")

    async def _until(self, over: Callable[[Kept], bool], *cards: str, patience: float | None = None) -> None:
        """Wait for one of the cards, and then until the store says so. Raises WaitTimeoutError."""
        try:
            if cards and not self.refused:
                await self.chain.slack.wait_until(lambda: any(map(self._messages, cards)), self.patience)
            async with asyncio.timeout(patience or self.patience):
                while not over(await self._kept()):
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise WaitTimeoutError(f"the rows are {await self._kept()}") from None

    def _turn_is_over(self, kept: Kept) -> bool:
        return bool(self.refused) or any(delivered for _, delivered in kept.turns)

    def _run_is_over(self, kept: Kept) -> bool:
        return bool(self.refused) or any(delivered for _, delivered in kept.runs)

    async def _kept(self) -> Kept:
        async with self.chain.store.reading() as session:
            turns = (await session.scalars(select(Turn).where(Turn.prompt == self.prompt))).all()
            threads = [turn.thread_ts for turn in turns]
            asked = select(Run).where(Run.channel == self.lane.channel, Run.thread_ts.in_(threads))
            runs = (await session.scalars(asked)).all()
        return Kept(
            turns=tuple((turn.state, turn.delivered) for turn in turns),
            runs=tuple((run.state, run.delivered) for run in runs),
            run_ids=tuple(run.id for run in runs),
            outputs=tuple(run.output for run in runs),
        )

    def _shown(self) -> Shown:
        said = self._said
        results = self._messages(ENDED_RUN)
        return Shown(
            roots=sum(message.thread_ts is None for message in said),
            cards=tuple(name for message in said for name in CARDS if _has(message, name)),
            files=sum(len(message.files) for message in said),
            words=str(results[0].blocks) if results else "",
        )

    def _messages(self, block_id: str) -> list[Message]:
        return [message for message in self._said if _has(message, block_id)]

    @property
    def _jobs(self) -> Jobs:
        return self.chain.cluster.jobs(sha256_of(self.code))

    @property
    def _said(self) -> list[Message]:
        """What the bot has said in the channel since the conversation began."""
        messages = self.chain.slack.channel(self.lane.channel).messages[self._before :]
        return [message for message in messages if message.user == self.chain.slack.bot.id]


def _has(message: Message, block_id: str) -> bool:
    return any(block.get("block_id") == block_id for block in message.blocks)
