"""The workspace on disk, so that a sandbox goes on where it was stopped.

Kept are people, channels, messages, files, sessions, App Homes, and how many identifiers were handed out: the app
tells a repeated request by its trigger_id, so one that comes again after a restart would be taken for a repetition.
Not kept, as with a page that is loaded anew: messages for one person, modals, statuses. A stream that was open stays as
it was.
"""

import asyncio
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from sandbox.errors import CannotStart
from sandbox.slack.model import Channel, File, Message, Session, User, View
from sandbox.slack.platform import Platform
from sandbox.web.seen import News, Seen, messages_of

PAUSE_SECONDS = 0.25
"""What happens within this time is written at once."""
SPARE = 1_000
"""Identifiers skipped after a restart, for those that were handed out and not written down any more."""
TABLES = """
create table if not exists message (channel text, ts text, body text not null, primary key (channel, ts));
create table if not exists file (id text primary key, body text not null, content blob not null);
create table if not exists surroundings (body text not null);
"""


@checked(config=ConfigDict(extra="forbid"))
@dataclass
class Surroundings:
    """Everything but messages and files; the channels are without theirs."""

    bot: User
    users: list[User]
    channels: list[Channel]
    groups: dict[str, tuple[str, frozenset[str]]]
    sessions: list[Session]
    homes: list[View]
    counted: dict[str, int]


SURROUNDINGS: TypeAdapter[Surroundings] = TypeAdapter(Surroundings)
MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)
FILE: TypeAdapter[File] = TypeAdapter(File)


class Archive:
    """Keeps `platform`'s workspace in the SQLite file at `path`, from `open` to `close`."""

    def __init__(self, platform: Platform, path: Path) -> None:
        self._platform = platform
        self._path = path
        self._seen = Seen()
        self._files: set[str] = set()
        self._surroundings = ""
        self._database: sqlite3.Connection | None = None
        self._keeper: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Bring back what is there, and keep what happens from now on. Raises CannotStart, and has changed nothing."""
        database = sqlite3.connect(self._path)
        try:
            _prepare(database)
            self._restore(database)
        except (sqlite3.Error, ValidationError):
            database.close()
            raise CannotStart(
                f"{self._path} is not a state that this version has kept. Choose another directory with --data."
            ) from None
        self._database = database
        self._keeper = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Write the last changes down."""
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
        if self._database is not None:
            self._save(self._database)
            self._database.close()
            self._database = None

    async def _keep(self) -> None:
        changed = asyncio.Event()
        changed.set()
        unwatch = self._platform.journal.watch(changed.set)
        try:
            while self._database is not None:
                await changed.wait()
                changed.clear()
                self._save(self._database)
                await asyncio.sleep(PAUSE_SECONDS)
        finally:
            unwatch()

    def _save(self, database: sqlite3.Connection) -> None:
        workspace = self._platform.workspace
        news = self._seen.look(messages_of(workspace.channels.values()))
        surroundings = SURROUNDINGS.dump_json(_surroundings(self._platform)).decode()
        with database:
            self._save_files(database, workspace.files.values())
            _save_messages(database, news)
            if surroundings != self._surroundings:
                database.execute("delete from surroundings")
                database.execute("insert into surroundings values (?)", (surroundings,))
        self._surroundings = surroundings

    def _save_files(self, database: sqlite3.Connection, files: Iterable[File]) -> None:
        now = {one.id: one for one in files}
        # Where a file is shared is known from the messages as well, so a file is written once.
        fresh = [one for key, one in now.items() if key not in self._files]
        rows = [(one.id, FILE.dump_json(replace(one, content=b"")).decode(), one.content) for one in fresh]
        database.executemany("insert or replace into file values (?, ?, ?)", rows)
        database.executemany("delete from file where id = ?", [(key,) for key in self._files - set(now)])
        self._files = set(now)

    def _restore(self, database: sqlite3.Connection) -> None:
        found = database.execute("select body from surroundings").fetchone()
        if found is None:
            return
        _furnish(self._platform, SURROUNDINGS.validate_json(found[0]))
        workspace = self._platform.workspace
        for body, content in database.execute("select body, content from file").fetchall():
            file = replace(FILE.validate_json(body), content=content, shares=())
            workspace.files[file.id] = file
        for (body,) in database.execute("select body from message order by ts").fetchall():
            self._put(replace(MESSAGE.validate_json(body), streaming=False))
        self._files = set(workspace.files)
        self._seen.look(messages_of(workspace.channels.values()))

    def _put(self, message: Message) -> None:
        """Put a message back, with its files as they are now."""
        workspace = self._platform.workspace
        kept = [workspace.files[one.id] for one in message.files if one.id in workspace.files]
        shared = tuple(workspace.share(one, message.channel, message.ts) for one in kept)
        workspace.put(replace(message, files=shared))
        self._platform.ids.resume(self._platform.ids.counted, message.ts)


def _prepare(database: sqlite3.Connection) -> None:
    database.execute("pragma journal_mode = wal")
    # Survives the end of the process, which is what is promised; not a power cut's last moments.
    database.execute("pragma synchronous = normal")
    database.executescript(TABLES)


def _save_messages(database: sqlite3.Connection, news: News) -> None:
    rows = [(one.channel, one.ts, MESSAGE.dump_json(_light(one)).decode()) for one in news.changed]
    database.executemany("insert or replace into message values (?, ?, ?)", rows)
    database.executemany("delete from message where channel = ? and ts = ?", news.gone)


def _light(message: Message) -> Message:
    """The message without the bytes of its files, which have a table of their own."""
    return replace(message, files=tuple(replace(one, content=b"") for one in message.files))


def _surroundings(platform: Platform) -> Surroundings:
    workspace = platform.workspace
    return Surroundings(
        bot=workspace.bot,
        users=list(workspace.users.values()),
        channels=[replace(one, messages={}) for one in workspace.channels.values()],
        groups=workspace.groups,
        sessions=list(workspace.sessions.values()),
        homes=[one for one in workspace.views.values() if one.kind == "home"],
        counted=platform.ids.counted,
    )


def _furnish(platform: Platform, kept: Surroundings) -> None:
    workspace = platform.workspace
    workspace.bot = kept.bot
    workspace.users = {one.id: one for one in kept.users}
    workspace.channels = {one.id: one for one in kept.channels}
    workspace.groups = kept.groups
    workspace.sessions = {(one.channel, one.thread_ts): one for one in kept.sessions}
    workspace.views = {one.id: one for one in kept.homes}
    platform.ids.resume({kind: count + SPARE for kind, count in kept.counted.items()}, "0.0")
