"""The ways in which somebody can ask, each done as Slack does it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.blocks.names import ASK_SHORTCUT, EXPLAIN_SHORTCUT, MAKE_SHORTCUT
from cli.ways import WITH_FILES, Way
from sandbox.slack import SlackServer

Attached = Sequence[tuple[str, bytes]]
"""Name and content of each file."""
Act = Callable[[str], None]

PERSON = "analyst"
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
    """A person who is about to ask; `act` hears what the person does."""

    slack: SlackServer
    act: Act

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
        return Asked(refused=(await self.slack.command(PERSON, CHANNEL, "/raygen", prompt)).shown or "")

    async def _say(self, way: Way, prompt: str, files: Attached) -> Asked:
        said = f"@{self.slack.bot.name} {prompt}" if way == "mention" else prompt
        self.act("\n  ".join([said, *(f"▤ {name} · {len(content):,} bytes" for name, content in files)]))
        return Asked(ts=await self.slack.say(PERSON, channel_of(way), said, files=files))

    async def _form(self, prompt: str) -> Asked:
        self.act("opens the shortcut «Ask for Ray code»")
        await self.slack.shortcut(PERSON, ASK_SHORTCUT)
        await self.slack.wait_until(lambda: self.slack.modals(PERSON), FORM_SECONDS)
        self.act(f"submits: {prompt}")
        where = self.slack.channel(CHANNEL).id
        return Asked(refused=(await self.slack.submit_view(PERSON, {"prompt": prompt, "channel": where})).shown or "")

    async def _explain(self, prompt: str) -> Asked:
        return await self._of_a_message(prompt, EXPLAIN_SHORTCUT, "Explain this Ray error")

    async def _job(self, prompt: str) -> Asked:
        return await self._of_a_message(prompt, MAKE_SHORTCUT, "Make this a Ray job")

    async def _of_a_message(self, prompt: str, shortcut: str, name: str) -> Asked:
        ts = await self.slack.say(COLLEAGUE, CHANNEL, prompt)
        self.act(f"chooses «{name}» at the message: {prompt}")
        outcome = await self.slack.message_shortcut(PERSON, CHANNEL, ts, shortcut)
        return Asked(ts=ts, refused=outcome.shown or "")


def channel_of(way: Way) -> str:
    """Where the answer comes: direct messages have a channel of their own, named after the person."""
    return PERSON if way == "message" else CHANNEL
