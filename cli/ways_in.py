"""The ways in which somebody can ask, each done as Slack does it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.blocks.names import ASK_SHORTCUT, EXPLAIN_SHORTCUT, LIVE_TURN, MAKE_SHORTCUT
from cli.ways import WITH_FILES, Person, Way
from sandbox.slack import SlackServer

Attached = Sequence[tuple[str, bytes]]
"""Name and content of each file."""
Act = Callable[[str], None]

PERSON: Person = "analyst"
COLLEAGUE = "engineer"
CHANNEL = "data"
FORM_SECONDS = 60.0


@dataclass(frozen=True)
class Asked:
    """`ts` is the person's message, if one opened the thread; `refused` what Slack showed to the person alone."""

    ts: str | None = None
    refused: str = ""


@dataclass(frozen=True)
class Asking:
    """A person who is about to ask; `act` hears what the person does.

    With `takes_back`, attached files are deleted by whoever sent them before anybody can have read them.
    """

    slack: SlackServer
    act: Act
    person: Person = PERSON
    takes_back: bool = False

    async def ask(self, way: Way, prompt: str, files: Attached) -> Asked:
        """Ask for code in that way; `files` are for the ways that take some."""
        if way in WITH_FILES:
            return await self._say(way, prompt, files)
        ways: Mapping[Way, Callable[[str], Awaitable[Asked]]] = {
            "command": self._command,
            "form": self._form,
            "explain": self._explain,
            "job": self._job,
        }
        return await ways[way](prompt)

    async def _command(self, prompt: str) -> Asked:
        self.act(f"/raygen {prompt}")
        return Asked(refused=(await self.slack.command(self.person, CHANNEL, "/raygen", prompt)).shown or "")

    async def _say(self, way: Way, prompt: str, files: Attached) -> Asked:
        said = f"@{self.slack.bot.name} {prompt}" if way == "mention" else prompt
        self.act("\n  ".join([said, *(f"▤ {name} · {len(content):,} bytes" for name, content in files)]))
        ts = await self.slack.say(self.person, channel_of(way, self.person), said, files=files)
        if self.takes_back:
            await self._take_back()
        return Asked(ts=ts)

    async def _take_back(self) -> None:
        self.act("deletes the files")
        own = [file.id for file in self.slack.files.values() if file.user == self.slack.user(self.person).id]
        for file_id in own:
            await self.slack.delete_file(self.person, file_id)

    async def crowd(self, count: int, prompt: str) -> None:
        """Have a colleague ask for the same so many times, each written down before the next, the first at work."""
        self.act(f"sees {COLLEAGUE} ask for the same, {count} times")
        for number in range(count):
            await self.slack.command(COLLEAGUE, COLLEAGUE, "/raygen", prompt)
            if number == 0:
                await self.slack.wait_until(self._colleague_is_answered, FORM_SECONDS)

    def _colleague_is_answered(self) -> bool:
        threads = self.slack.channel(COLLEAGUE).messages
        return any(block.get("block_id") == LIVE_TURN for message in threads for block in message.blocks)

    async def _form(self, prompt: str) -> Asked:
        self.act("opens the shortcut «Ask for Ray code»")
        await self.slack.shortcut(self.person, ASK_SHORTCUT)
        await self.slack.wait_until(lambda: self.slack.modals(self.person), FORM_SECONDS)
        self.act(f"submits: {prompt}")
        where = self.slack.channel(CHANNEL).id
        answers = {"prompt": prompt, "channel": where}
        return Asked(refused=(await self.slack.submit_view(self.person, answers)).shown or "")

    async def _explain(self, prompt: str) -> Asked:
        return await self._of_a_message(prompt, EXPLAIN_SHORTCUT, "Explain this Ray error")

    async def _job(self, prompt: str) -> Asked:
        return await self._of_a_message(prompt, MAKE_SHORTCUT, "Make this a Ray job")

    async def _of_a_message(self, prompt: str, shortcut: str, name: str) -> Asked:
        ts = await self.slack.say(COLLEAGUE, CHANNEL, prompt)
        self.act(f"chooses «{name}» at the message: {prompt}")
        outcome = await self.slack.message_shortcut(self.person, CHANNEL, ts, shortcut)
        return Asked(ts=ts, refused=outcome.shown or "")


def channel_of(way: Way, person: Person = PERSON) -> str:
    """Where the answer comes: direct messages have a channel of their own, named after the person."""
    return person if way == "message" else CHANNEL
