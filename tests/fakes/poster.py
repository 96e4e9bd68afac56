"""A Poster that keeps its messages in memory, and refuses when told to."""

from dataclasses import dataclass, field

from bot.blocks.text import Message
from bot.errors import RaygenError
from bot.poster import Place


@dataclass
class Posted:
    """A message, with everything that it has ever said."""

    place: Place
    row_id: str
    said: list[Message]


@dataclass
class MemoryPoster:
    """Messages by ts, files by id. `refuse` is raised by the next calls of the named methods.

    `forget` makes it find no message that it has posted, as if somebody had deleted them all.
    """

    messages: dict[str, Posted] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    shared: list[tuple[Place, str]] = field(default_factory=list)
    responses: list[tuple[str, Message]] = field(default_factory=list)
    refuse: dict[str, list[RaygenError]] = field(default_factory=dict)
    forget: bool = False

    async def post(self, place: Place, message: Message, row_id: str, *, maybe_posted: bool) -> str:
        """Post, unless the row's message is there already."""
        self._refuse("post")
        found = [ts for ts, m in self.messages.items() if m.row_id == row_id and m.place == place and not self.forget]
        if maybe_posted and found:
            return found[0]
        ts = f"1700000000.{len(self.messages):06d}"
        self.messages[ts] = Posted(place, row_id, [message])
        return ts

    async def update(self, place: Place, ts: str, message: Message) -> None:
        """Change a message."""
        self._refuse("update")
        assert self.messages[ts].place == place
        self.messages[ts].said.append(message)

    async def upload(self, filename: str, content: bytes, snippet_type: str | None) -> str:
        """Keep a file."""
        self._refuse("upload")
        assert snippet_type != ""
        file_id = f"F{len(self.files)}"
        self.files[file_id] = (filename, content)
        return file_id

    async def share(self, place: Place, file_id: str, title: str) -> None:
        """Show a file, once."""
        self._refuse("share")
        assert title
        if (place, file_id) not in self.shared:
            self.shared.append((place, file_id))

    async def respond(self, response_url: str, message: Message) -> None:
        """Answer a command privately."""
        self.responses.append((response_url, message))

    async def in_person(self, user_id: str) -> Place:
        """A person's direct messages."""
        self._refuse("in_person")
        return Place(f"D-{user_id}")

    def last(self, row_id: str) -> Message:
        """What the message of a row says now."""
        return next(m.said[-1] for m in self.messages.values() if m.row_id == row_id)

    def _refuse(self, what: str) -> None:
        if self.refuse.get(what):
            raise self.refuse[what].pop(0)
