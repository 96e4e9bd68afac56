"""One conversation in a sandbox, from the request to the program's own output, as a person would have it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.blocks.names import (
    APPROVAL_CARD,
    APPROVE,
    CODE_CARD,
    DECLINE,
    ENDED_RUN,
    FAILED_CARD,
    LIVE_RUN,
    LIVE_TURN,
    RUN,
    SAVED_FILES,
    STOP,
    STOP_TURN,
)
from cli.ways import Decision, Person, Way, Wishes
from cli.ways_in import PERSON, Act, Asking, Attached, channel_of
from sandbox.slack import File, Message, SlackServer, WaitTimeoutError

ANSWER_SECONDS = 600.0
RUN_SECONDS = 4000.0
FILES_SECONDS = 60.0
APPROVER = "approver"
RUNNING, STOPPED, DECLINED = "*Running*", "Stopped", "Declined"
"""How the cards say it."""

Tell = Callable[[Message], None]


@dataclass(frozen=True)
class Ended:
    """How a conversation ended: `ok` when everything that was asked for succeeded."""

    ok: bool
    thread_ts: str | None = None
    refused: str | None = None


class Conversation:
    """A person who asks in that `way`, by a command if none is named and there are no files, and clicks.

    `tell` gets every message of the thread, again whenever it has changed; `act` what the person does.
    """

    def __init__(
        self, slack: SlackServer, tell: Tell, act: Act, way: Way | None = None, person: Person = PERSON
    ) -> None:
        self._slack = slack
        self._tell = tell
        self._act = act
        self._way = way
        self._person = person
        self._channel = channel_of(way or "command", person)
        self._told: dict[str, Message] = {}
        self._opened: str | None = None
        self._before = frozenset(message.ts for message in (*self._roots, *self._whispers))

    async def hold(self, prompt: str, wishes: Wishes, files: Attached = ()) -> Ended:
        """Ask for code, and do what is wished for. Raises WaitTimeoutError when nothing is answered."""
        asking = Asking(self._slack, self._act, self._person, wishes.take_back)
        if wishes.crowd:
            await asking.crowd(wishes.crowd, prompt)
        asked = await asking.ask(self._way or ("mention" if files else "command"), prompt, files)
        if asked.refused:
            return Ended(ok=False, refused=asked.refused)
        self._opened = asked.ts
        thread_ts = asked.ts or (await self._until(self._root, ANSWER_SECONDS)).ts
        if wishes.stop == "writing":
            await self._stop(thread_ts, LIVE_TURN, STOP_TURN)
        card = await self._until(lambda: self._answer(thread_ts) or self._whisper(), ANSWER_SECONDS)
        return await self._answered(thread_ts, card, wishes)

    async def _answered(self, thread_ts: str, card: Message, wishes: Wishes) -> Ended:
        """What is done once the answer is there, and how that ends."""
        if card.ephemeral_to:
            return Ended(ok=False, refused=card.text)
        if has_block(card, APPROVAL_CARD) and wishes.decision:
            card = await self._decided(thread_ts, card, wishes.decision)
        if not has_block(card, CODE_CARD) and not has_button(card, RUN):
            return Ended(ok=self._is_as_wished(card, wishes), thread_ts=thread_ts)
        await self._until(lambda: self._snippets(thread_ts), ANSWER_SECONDS)
        return await self._run(thread_ts, card, wishes) if wishes.run else Ended(ok=True, thread_ts=thread_ts)

    def _is_as_wished(self, card: Message, wishes: Wishes) -> bool:
        """Whether an answer without code that could be run is what was wanted."""
        if has_block(card, FAILED_CARD):
            return wishes.stop == "writing" and STOPPED in card.text
        return self._way == "explain" or (wishes.decision == "decline" and DECLINED in card.text)

    async def _decided(self, thread_ts: str, card: Message, decision: Decision) -> Message:
        button, label, said = (APPROVE, "Approve", RUN) if decision == "approve" else (DECLINE, "Decline", DECLINED)
        self._act(f"waits for {APPROVER}, who clicks [{label}]")
        await self._slack.click(APPROVER, self._channel, card.ts, button)

        def look() -> Message | None:
            shown = self._with_block(thread_ts, APPROVAL_CARD)
            return shown if shown and said in f"{shown.text} {shown.blocks}" else None

        return await self._until(look, ANSWER_SECONDS)

    async def _run(self, thread_ts: str, card: Message, wishes: Wishes) -> Ended:
        self._act("clicks [Run]")
        await self._slack.click(self._person, self._channel, card.ts, RUN)
        if wishes.stop == "running":
            await self._stop(thread_ts, LIVE_RUN, STOP, RUNNING)
        result = await self._until(lambda: self._with_block(thread_ts, ENDED_RUN) or self._whisper(), RUN_SECONDS)
        if result.ephemeral_to:
            return Ended(ok=False, thread_ts=thread_ts, refused=result.text)
        with suppress(WaitTimeoutError):  # Slack may show a file late or never
            await self._until(lambda: self._with_files(thread_ts, result), FILES_SECONDS)
        wanted = STOPPED if wishes.stop == "running" else "✅"
        return Ended(ok=wanted in str(result.blocks[0]), thread_ts=thread_ts)

    async def _stop(self, thread_ts: str, card: str, button: str, when: str = "") -> None:
        """Press Stop as soon as the card is there and says `when`, unless what it is for has ended before."""

        def look() -> Message | None:
            shown = self._with_block(thread_ts, card)
            return shown if shown and when in str(shown.blocks) else self._end(thread_ts, card)

        found = await self._until(look, RUN_SECONDS)
        if has_block(found, card):
            self._act("clicks [Stop]")
            await self._slack.click(self._person, self._channel, found.ts, button)

    def _end(self, thread_ts: str, card: str) -> Message | None:
        return self._answer(thread_ts) if card == LIVE_TURN else self._with_block(thread_ts, ENDED_RUN)

    async def _until(self, find: Callable[[], Message | None], seconds: float) -> Message:
        def look() -> Message | None:
            self._tell_news()
            return find()

        found = await self._slack.wait_until(look, seconds)
        if found is None:
            raise AssertionError(find)
        return found

    def _tell_news(self) -> None:
        root = self._root()
        for message in self._thread(root.ts) if root else ():
            if message.ts != self._opened and self._told.get(message.ts) != message:
                self._told[message.ts] = message
                self._tell(message)

    @property
    def _roots(self) -> tuple[Message, ...]:
        return self._slack.channel(self._channel).roots

    @property
    def _whispers(self) -> tuple[Message, ...]:
        return tuple(self._slack.ephemerals(self._person))

    def _root(self) -> Message | None:
        new = (m for m in self._roots if m.ts not in self._before)
        return next((m for m in new if m.user == self._slack.bot.id or m.ts == self._opened), None)

    def _whisper(self) -> Message | None:
        return next((m for m in self._whispers if m.ts not in self._before), None)

    def _thread(self, ts: str) -> tuple[Message, ...]:
        return self._slack.channel(self._channel).thread(ts)

    def _with_block(self, thread_ts: str, block_id: str) -> Message | None:
        return next((m for m in self._thread(thread_ts) if has_block(m, block_id)), None)

    def _answer(self, thread_ts: str) -> Message | None:
        ends = (self._with_block(thread_ts, block_id) for block_id in (CODE_CARD, FAILED_CARD, APPROVAL_CARD))
        return next(filter(None, ends), None) or self._words(thread_ts)

    def _words(self, thread_ts: str) -> Message | None:
        return next((m for m in self._thread(thread_ts)[1:] if m.blocks and m.blocks[0]["type"] == "rich_text"), None)

    def _with_files(self, thread_ts: str, result: Message) -> Message | None:
        """The result, once the files that it announces are in the thread."""
        ids = [str(block.get("block_id", "")).partition(":") for block in result.blocks]
        announced = sum(int(count) for name, _, count in ids if name == SAVED_FILES)
        posted = [file for m in self._thread(thread_ts) for file in m.files if self._is_saved(file)]
        return result if len(posted) >= announced else None

    def _snippets(self, thread_ts: str) -> Message | None:
        mine = self._slack.bot.id
        return next((m for m in self._thread(thread_ts) if m.files and m.user == mine), None)

    def _is_saved(self, file: File) -> bool:
        return file.snippet_type is None and file.user == self._slack.bot.id


def has_button(message: Message, action_id: str) -> bool:
    """Whether the message holds a button of that id."""
    return any(each.get("action_id") == action_id for block in message.blocks for each in block.get("elements", ()))


def has_block(message: Message, block_id: str) -> bool:
    """Whether the message holds the block of that id."""
    return any(block.get("block_id") == block_id for block in message.blocks)
