"""What the page may do: the acts of the workspace's people, and trouble on purpose.

Each act is a value; playing it goes through the stand-in's own desk, so the page can do nothing that a person in
Slack could not.
"""

import base64
import binascii
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from sandbox.slack.errors import NotPermitted
from sandbox.slack.person.outcome import Outcome
from sandbox.slack.server import SlackServer

MOST_TYPED = 40_000
LARGEST_ATTACHMENT = 5 * 1024 * 1024
Name = Annotated[str, Field(max_length=255)]


class Act(BaseModel):
    """Something that `user` does."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user: Name

    async def play(self, slack: SlackServer) -> Outcome | None:
        """Do it; what the person sees of it. Raises SandboxError with a sentence."""
        raise NotImplementedError


class Attached(BaseModel):
    """A file that a person attaches; `content` is base64."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    content: str

    def decoded(self) -> tuple[str, bytes]:
        """Name and bytes. Raises NotPermitted for what is not base64 or too large."""
        try:
            content = base64.b64decode(self.content, validate=True)
        except binascii.Error:
            raise NotPermitted(f"{self.name} did not arrive whole. Attach it again.") from None
        if len(content) > LARGEST_ATTACHMENT:
            raise NotPermitted(f"{self.name} is larger than 5 MB, which is what the sandbox takes.")
        return self.name, content


class Say(Act):
    """Write a message."""

    act: Literal["say"]
    channel: Name
    text: str = Field(max_length=MOST_TYPED)
    thread_ts: Name | None = None
    files: tuple[Attached, ...] = ()

    async def play(self, slack: SlackServer) -> Outcome | None:
        """Post it."""
        files = [one.decoded() for one in self.files]
        await slack.say(self.user, self.channel, self.text, self.thread_ts, files)
        return None


class Command(Act):
    """Type a slash command; /invite is Slack's own."""

    act: Literal["command"]
    channel: Name
    name: Name
    text: str = Field(default="", max_length=MOST_TYPED)
    thread_ts: Name | None = None

    async def play(self, slack: SlackServer) -> Outcome | None:
        """Send it to the app."""
        if self.name == "/invite":
            await slack.join(self.text.strip().removeprefix("@"), self.channel)
            return None
        return await slack.command(self.user, self.channel, self.name, self.text, thread_ts=self.thread_ts)


class Click(Act):
    """Use an element of a message."""

    act: Literal["click"]
    channel: Name
    ts: Name
    action_id: Name
    block_id: Name | None = None
    value: Any = None

    async def play(self, slack: SlackServer) -> Outcome | None:
        """Press or choose."""
        return await slack.click(self.user, self.channel, self.ts, self.action_id, self.block_id, value=self.value)


class ClickView(Act):
    """Use an element of the uppermost modal or of the App Home."""

    act: Literal["click_view"]
    where: Literal["home", "modal"]
    action_id: Name
    block_id: Name | None = None
    value: Any = None

    async def play(self, slack: SlackServer) -> Outcome | None:
        """Press or choose."""
        click = slack.click_home if self.where == "home" else slack.click_modal
        return await click(self.user, self.action_id, self.block_id, value=self.value)


class Submit(Act):
    """Submit the uppermost modal; `values` and `files`, those of file inputs, are keyed by block_id."""

    act: Literal["submit"]
    values: dict[str, Any]
    files: dict[Name, tuple[Attached, ...]] = Field(default_factory=dict)

    async def play(self, slack: SlackServer) -> Outcome | None:
        """Hand it in."""
        files = {key: [one.decoded() for one in attached] for key, attached in self.files.items()}
        return await slack.submit_view(self.user, {**self.values, **files})


class Close(Act):
    """Close the uppermost modal."""

    act: Literal["close"]

    async def play(self, slack: SlackServer) -> Outcome | None:
        """Close it."""
        return await slack.close_view(self.user)


class Edit(Act):
    """Change one's own message."""

    act: Literal["edit"]
    channel: Name
    ts: Name
    text: str = Field(max_length=MOST_TYPED)

    async def play(self, slack: SlackServer) -> Outcome | None:
        """Rewrite it."""
        await slack.edit(self.user, self.channel, self.ts, self.text)
        return None


class Delete(Act):
    """Delete one's own message."""

    act: Literal["delete"]
    channel: Name
    ts: Name

    async def play(self, slack: SlackServer) -> Outcome | None:
        """Take it away."""
        await slack.delete(self.user, self.channel, self.ts)
        return None


class React(Act):
    """Add a reaction."""

    act: Literal["react"]
    channel: Name
    ts: Name
    name: Name

    async def play(self, slack: SlackServer) -> Outcome | None:
        """React."""
        await slack.react(self.user, self.channel, self.ts, self.name)
        return None


class Choose(Act):
    """Choose a shortcut, of a message when `ts` says so."""

    act: Literal["shortcut"]
    callback_id: Name
    channel: Name | None = None
    ts: Name | None = None

    async def play(self, slack: SlackServer) -> Outcome | None:
        """Choose it."""
        if self.channel is not None and self.ts is not None:
            return await slack.message_shortcut(self.user, self.channel, self.ts, self.callback_id)
        return await slack.shortcut(self.user, self.callback_id)


class OpenApp(Act):
    """Open the app's messages or its home."""

    act: Literal["open_app"]
    tab: Literal["home", "messages"]

    async def play(self, slack: SlackServer) -> Outcome | None:
        """Tell the app."""
        await slack.open_home(self.user, self.tab)
        slack.platform.journal.changed()  # the conversation may be new
        return None


class Look(Act):
    """Open a channel, a thread of it, or nothing that Slack names to the app."""

    act: Literal["look"]
    channel: Name | None = None
    thread_ts: Name | None = None

    async def play(self, slack: SlackServer) -> Outcome | None:
        """Look there; the app hears of it while its conversation is open."""
        await slack.look(self.user, self.channel, self.thread_ts)
        return None


class StopAgent(Act):
    """Press Slack's own Stop."""

    act: Literal["stop_session"]
    channel: Name
    thread_ts: Name

    async def play(self, slack: SlackServer) -> Outcome | None:
        """Press it."""
        await slack.stop_session(self.user, self.channel, self.thread_ts)
        return None


AnyAct = Annotated[
    Say | Command | Click | ClickView | Submit | Close | Edit | Delete | React | Choose | OpenApp | Look | StopAgent,
    Field(discriminator="act"),
]
ACT: TypeAdapter[AnyAct] = TypeAdapter(AnyAct)
