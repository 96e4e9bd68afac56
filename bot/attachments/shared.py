"""Slack's file objects -> what is known of a file, and whether a program can have it: pure.

https://docs.slack.dev/reference/objects/file-object; `mode` tells a file that Slack holds from a link to another
service, a post, a canvas, or the tombstone of one that was deleted.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from agents.wire import MAX_INPUT_BYTES, MAX_INPUT_FILES
from bot.attachments.names import numbered, plain_name
from bot.errors import BadRequest

HELD_BY_SLACK = frozenset({"hosted", "snippet"})
GONE = frozenset({"tombstone", "hidden_by_limit"})
CODE = re.compile(r"\.(?:py[cdiowxz]?|so|pth|sh|egg|whl)$", re.IGNORECASE)
"""What Python or a shell would execute, and nobody has screened: an attached `numpy.py` would be imported as numpy."""


@dataclass(frozen=True)
class SharedFile:
    """A file in a message; `size` is None where Slack does not tell it (files of other workspaces)."""

    id: str
    name: str
    size: int | None = None
    mode: str = "hosted"

    @classmethod
    def parse(cls, file: Mapping[str, Any]) -> Self:
        """A file out of an event or a message."""
        size = file.get("size")
        return cls(
            id=str(file["id"]),
            name=str(file.get("name") or file.get("title") or ""),
            size=size if isinstance(size, int) else None,
            mode=str(file.get("mode") or "hosted"),
        )

    @property
    def gone(self) -> bool:
        """Whether nothing but its place in the message is left."""
        return self.mode in GONE


def shared_in(message: Mapping[str, Any]) -> tuple[SharedFile, ...]:
    """The files of a message or an event of one."""
    files = message.get("files") or ()
    return tuple(SharedFile.parse(file) for file in files if isinstance(file, Mapping) and file.get("id"))


def require_usable(file: SharedFile) -> None:
    """Do nothing if a program can have the file. Raises BadRequest with what to do otherwise."""
    name = shown(file.name)
    if file.gone:
        raise vanished(file)
    if file.mode not in HELD_BY_SLACK:
        raise BadRequest("no_file", f"{name} is a link, not a file in Slack. Upload the file itself and ask again.")
    if CODE.search(plain_name(file.name)):
        raise BadRequest(
            "code_attached", f"{name} is code, which I take as a file from nobody. Paste what you need of it instead."
        )
    if file.size == 0:
        raise BadRequest("empty_file", f"{name} is empty. Attach it with its content, or ask without it.")


def is_usable(file: SharedFile) -> bool:
    """Whether a program can have the file."""
    try:
        require_usable(file)
    except BadRequest:
        return False
    return True


def named(messages: Iterable[Sequence[SharedFile]]) -> dict[str, SharedFile]:
    """The files of a thread's messages, oldest first, by the names that a program finds them under.

    Of two files of one name in two messages the later one counts; two in one message are both there.
    """
    files: dict[str, SharedFile] = {}
    for message in messages:
        own: dict[str, SharedFile] = {}
        for file in message:
            own[numbered(plain_name(file.name), own)] = file
        files |= own
    return files


def require_few(files: Iterable[SharedFile]) -> None:
    """Do nothing if the files together are within the limits. Raises BadRequest otherwise."""
    sizes = [file.size or 0 for file in files]
    if len(sizes) > MAX_INPUT_FILES:
        raise BadRequest(
            "too_many_files",
            f"There are {len(sizes)} files, and {MAX_INPUT_FILES} is the most that I can take. Delete some of them in "
            "Slack, or put them into one archive.",
        )
    if sum(sizes) > MAX_INPUT_BYTES:
        raise too_large(sum(sizes))


def too_large(size: int) -> BadRequest:
    """The files are too much, whether as they are or packed."""
    return BadRequest(
        "files_too_large",
        f"The files have {size / 2**20:,.1f} MiB together, and less than 100 MiB is what I can take. Delete some of "
        "them in Slack, or attach smaller ones.",
    )


def vanished(file: SharedFile) -> BadRequest:
    """The file was deleted after it had been attached."""
    return BadRequest(
        "file_vanished", f"{shown(file.name)} is no longer in Slack. Attach it again and say what to do with it."
    )


def shown(name: str) -> str:
    """A file's name in a sentence of ours."""
    words = " ".join(name.split())
    return f"«{words[:80]}»" if words else "A file"
