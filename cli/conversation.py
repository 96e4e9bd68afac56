"""One conversation in a sandbox, from the request to the program's own output, as a person would have it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.blocks.names import APPROVAL_CARD, CODE_CARD, ENDED_RUN, FAILED_CARD, RUN, SAVED_FILES
from cli.ways import Way
from cli.ways_in import PERSON, Act, Asking, Attached, channel_of
from sandbox.slack import File, Message, SlackServer, WaitTimeoutError

ANSWER_SECONDS = 600.0
RUN_SECONDS = 4000.0
FILES_SECONDS = 60.0

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

    def __init__(self, slack: SlackServer, tell: Tell, act: Act, way: Way | None = None) -> None:
        self._slack = slack
        self._tell = tell
        self._act = act
        self._way = way
        self._channel = channel_of(way or "command")
        self._told: dict[str, Message] = {}
        self._opened: str | None = None

    async def hold(self, prompt: str, *, run: bool, files: Attached = ()) -> Ended:
        """Ask for code, and press Run when it is there. Raises WaitTimeoutError when nothing is answered."""
        asked = await Asking(self._slack, self._act).ask(
            self._way or ("mention" if files else "command"), prompt, files
        )
        if asked.refused:
            return Ended(ok=False, refused=asked.refused)
        self._opened = asked.ts
        thread_ts = asked.ts or (await self._until(self._root, ANSWER_SECONDS)).ts
        card = await self._until(lambda: self._answer(thread_ts) or self._whisper(), ANSWER_SECONDS)
        if card.ephemeral_to:
            return Ended(ok=False, refused=card.text)
        if not has_block(card, CODE_CARD):
            return Ended(ok=self._way == "explain" and not has_block(card, FAILED_CARD), thread_ts=thread_ts)
        await self._until(lambda: self._snippets(thread_ts), ANSWER_SECONDS)
        return await self._run(thread_ts, card) if run else Ended(ok=True, thread_ts=thread_ts)

    async def _run(self, thread_ts: str, card: Message) -> Ended:
        self._act("clicks [Run]")
        await self._slack.click(PERSON, self._channel, card.ts, RUN)
        result = await self._until(lambda: self._with_block(thread_ts, ENDED_RUN), RUN_SECONDS)
        with suppress(WaitTimeoutError):  # Slack may show a file late or never
            await self._until(lambda: self._with_files(thread_ts, result), FILES_SECONDS)
        return Ended(ok="✅" in str(result.blocks[0]), thread_ts=thread_ts)

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

    def _root(self) -> Message | None:
        roots = self._slack.channel(self._channel).roots
        return next((m for m in roots if m.user == self._slack.bot.id or m.ts == self._opened), None)

    def _whisper(self) -> Message | None:
        return next(iter(self._slack.ephemerals(PERSON)), None)

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


def has_block(message: Message, block_id: str) -> bool:
    """Whether the message holds the block of that id."""
    return any(block.get("block_id") == block_id for block in message.blocks)
