"""The files of a thread, brought to where the cluster can fetch them.

A program finds what is attached in its thread, up to the message that asks for it: of each name the newest, from people
who may ask. The package of a turn is noted before anybody is asked to use it, so a turn that is repeated has the same.
"""

import asyncio
import logging
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from agents.wire import FileDescription, InputFiles
from bot.attachments.object_store import ObjectStore
from bot.attachments.package import Package, Packed, pack
from bot.attachments.shared import SharedFile, is_usable, named, require_few, require_usable
from bot.attachments.slack_files import KnownFile, Post, SlackFiles
from bot.errors import BadRequest, FilesUnavailable, Refused, SlackUnavailable
from bot.people import Rights
from bot.store.models import CodeVersion, Turn
from bot.store.turns import API, TurnStore

logger = logging.getLogger(__name__)

COMMAND = "command"
PATIENCE = 5
"""How often a turn is given back because Slack or the store did not answer, before its person is told."""
TOO_SLOW = "Fetching the files took too long. Try again, or attach smaller ones."
NO_STORE = "I take no files here: whoever runs me has set no store for them (RAYGEN_FILES_STORE). Ask without them."

Source = tuple[str, str, int, int]
"""What a package was made from: name, Slack's id, size, and when it was made."""


class Staged(BaseModel):
    """The files of a turn: the package, what it was made from, and what is said of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    package: Package
    sources: tuple[Source, ...]
    descriptions: tuple[FileDescription, ...]


class Attachments(Protocol):
    """What turns and runs need of attached files."""

    def require(self, files: tuple[SharedFile, ...]) -> None:
        """Do nothing if the files of a request can be used. Raises BadRequest."""

    async def staged(self, turn: Turn) -> Staged | None:
        """The thread's files, where the cluster can fetch them; None without any.

        Raises BadRequest for what the person has to change, FilesUnavailable and SlackUnavailable for outages.
        """

    async def reference(self, package: Package) -> InputFiles:
        """The package with an address that is good from now on for a while. Raises FilesUnavailable."""


class NoAttachments:
    """Without a store: requests that bring files are refused, and other files in a thread are not looked at."""

    def require(self, files: tuple[SharedFile, ...]) -> None:
        """See Attachments."""
        if files:
            raise BadRequest("no_files_store", NO_STORE)

    async def staged(self, turn: Turn) -> Staged | None:
        """See Attachments."""
        self.require(attached_to(turn))
        return None

    async def reference(self, package: Package) -> InputFiles:  # noqa: ARG002  # the protocol's
        """See Attachments. A program that was validated with files is not run without them."""
        raise FilesUnavailable("no_files_store", NO_STORE)


@dataclass(frozen=True)
class StoredAttachments:
    """Attachments in `store`; what was put there for a thread is noted in its turns.

    `seconds` is how long it may take to bring a turn's files there.
    """

    slack: SlackFiles
    store: ObjectStore
    turns: TurnStore
    rights: Rights
    seconds: float = 300.0

    def require(self, files: tuple[SharedFile, ...]) -> None:
        """See Attachments."""
        for file in files:
            require_usable(file)
        require_few(files)

    async def staged(self, turn: Turn) -> Staged | None:
        """See Attachments."""
        if turn.inputs:
            return Staged.model_validate(turn.inputs)
        if turn.surface in {API, COMMAND} or turn.thread_ts is None:
            return None  # a command opens a thread of its own, and Slack gives it no files
        try:
            return await self._staged_in_time(turn)
        except (FilesUnavailable, SlackUnavailable) as error:
            if turn.failures < PATIENCE:
                raise
            raise BadRequest(error.code, error.sentence) from error

    async def reference(self, package: Package) -> InputFiles:
        """See Attachments."""
        return package.at(await asyncio.to_thread(self.store.address, package.sha256))

    async def _staged_in_time(self, turn: Turn) -> Staged | None:
        try:
            async with asyncio.timeout(self.seconds):
                return await self._staged(turn)
        except TimeoutError as error:
            raise SlackUnavailable("slow_files", TOO_SLOW) from error

    async def _staged(self, turn: Turn) -> Staged | None:
        files = await self._files(turn)
        if not files:
            return None
        known = {name: await self.slack.known(file) for name, file in files.items()}
        require_few(SharedFile(file.id, file.name, known[name].size) for name, file in files.items())
        staged = await self._as_before(turn, known) or await self._fetched(files, known)
        await self.turns.save(turn, inputs=staged.model_dump(mode="json"))
        logger.info("turn=<%s>, files=<%d>, bytes=<%d> | files staged", turn.id, len(files), staged.package.size)
        return staged

    async def _files(self, turn: Turn) -> dict[str, SharedFile]:
        """The files that count, by the names that a program finds them under."""
        own = attached_to(turn)
        self.require(own)
        if turn.message_ts == turn.thread_ts:  # it opens the thread: nothing is before it
            return named([own])
        filled_in = tuple(SharedFile(**file) for file in await self.turns.attached_in_a_form(turn))
        posts = await self.slack.posts(turn.channel, turn.thread_ts or "", turn.message_ts)
        ids = {file.id for file in own}
        earlier = [
            tuple(file for file in post.files if is_usable(file) and file.id not in ids)
            for post in posts
            if await self._may_attach(post, turn)
        ]
        return named([filled_in, *earlier, own])

    async def _may_attach(self, post: Post, turn: Turn) -> bool:
        """Whether the writer of the message may ask for programs there, and so may have them read files."""
        try:
            actor = await self.rights.people.actor(post.user_id, post.team or turn.team, turn.team)
            await self.rights.require(actor, "ask", turn.channel)
        except Refused:
            return False
        return True

    async def _as_before(self, turn: Turn, known: Mapping[str, KnownFile]) -> Staged | None:
        """What an earlier turn of the thread put into the store, if it is still there and nothing has changed."""
        before = await self.turns.newest_inputs(turn)
        if before is None or any(file.editable for file in known.values()):
            return None
        staged = Staged.model_validate(before)
        if staged.sources != _sources(known) or not await asyncio.to_thread(self.store.has, staged.package.sha256):
            return None
        return staged

    async def _fetched(self, files: Mapping[str, SharedFile], known: Mapping[str, KnownFile]) -> Staged:
        with tempfile.TemporaryDirectory(prefix="raygen-files-") as place:
            directory = Path(place) / "files"
            await asyncio.to_thread(directory.mkdir)
            for name, file in files.items():
                await self.slack.fetch(file, known[name], directory / name)
            packed = await asyncio.to_thread(pack, directory, list(files), Path(place) / "package.zip")
            await asyncio.to_thread(self._put, packed)
        return Staged(package=packed.package, sources=_sources(known), descriptions=packed.descriptions)

    def _put(self, packed: Packed) -> None:
        if not self.store.has(packed.package.sha256):
            self.store.put(packed.package.sha256, packed.path)


def attached_to(turn: Turn) -> tuple[SharedFile, ...]:
    """The files of the message that asked."""
    return tuple(SharedFile(**file) for file in turn.attached or ())


def package_of(version: CodeVersion) -> Package | None:
    """The files that a program was validated with, and is run with."""
    return Package.model_validate(version.inputs) if version.inputs else None


def _sources(known: Mapping[str, KnownFile]) -> tuple[Source, ...]:
    return tuple((name, file.id, file.size, file.stamp) for name, file in sorted(known.items()))


def noted(files: tuple[SharedFile, ...]) -> list[dict[str, Any]] | None:
    """The files of a message as a turn's row keeps them."""
    return [vars(file) for file in files] or None
