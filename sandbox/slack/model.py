"""The things of a workspace: people, channels, messages, files.

Messages and files are frozen: a change puts a new value in the old one's place, so whatever a test or a page holds is
a snapshot.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
ChannelKind = Literal["channel", "group", "im"]


@dataclass(frozen=True)
class User:
    """A person or a bot; `name` is both handle and display name."""

    id: str
    name: str
    team_id: str
    is_bot: bool = False
    is_restricted: bool = False
    is_stranger: bool = False
    bot_id: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class File:
    """An uploaded file; `shares` are (channel id, message ts)."""

    id: str
    name: str
    title: str
    content: bytes
    user: str
    created: int
    snippet_type: str | None = None
    shares: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """The content of a snippet, as UTF-8."""
        return self.content.decode(errors="replace")


@dataclass(frozen=True)
class Message:
    """One message as it is now.

    `channel` and `user` are ids; `thread_ts` is set on replies only; `edited` is the ts of the last edit;
    `ephemeral_to` is the only person who sees it; `streaming` while a stream is open on it.
    """

    ts: str
    channel: str
    user: str
    text: str
    thread_ts: str | None = None
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    files: tuple[File, ...] = ()
    metadata: Json | None = None
    edited: str | None = None
    ephemeral_to: str | None = None
    streaming: bool = False
    subtype: str | None = None
    bot_id: str | None = None
    username: str | None = None
    broadcast: bool = False
    reactions: tuple[tuple[str, str], ...] = ()

    @property
    def root(self) -> str:
        """The ts of the thread that this message opens or belongs to."""
        return self.thread_ts or self.ts


@dataclass
class Channel:
    """A conversation; `messages` are in the order of their ts, replies among them."""

    id: str
    name: str
    kind: ChannelKind
    members: set[str]
    is_archived: bool = False
    is_shared: bool = False
    messages: dict[str, Message] = field(default_factory=dict)

    def thread(self, ts: str) -> list[Message]:
        """The message `ts` and its replies."""
        return [message for message in self.messages.values() if message.root == ts]


@dataclass(frozen=True)
class Upload:
    """A ticket of files.getUploadURLExternal; `content` is None until the bytes have come."""

    file_id: str
    filename: str
    length: int
    snippet_type: str | None
    content: bytes | None = None


@dataclass(frozen=True)
class Session:
    """An agent session of a thread; the newest of Slack's features here, see `methods.sessions`."""

    channel: str
    thread_ts: str
    status: str
    title: str | None = None


@dataclass(frozen=True)
class View:
    """A modal or an App Home as it stands on somebody's screen."""

    id: str
    user: str
    hash: str
    definition: Json
    root_id: str
    previous_id: str | None = None

    @property
    def kind(self) -> str:
        """`modal` or `home`."""
        return str(self.definition["type"])


@dataclass(frozen=True)
class Execution:
    """A run of a Workflow Builder step: running until it has outputs or an error. `token` came with its event."""

    id: str
    callback_id: str = ""
    token: str = ""
    outputs: Json | None = None
    error: str | None = None

    @property
    def ended(self) -> bool:
        """Whether the app has completed it."""
        return self.outputs is not None or self.error is not None
