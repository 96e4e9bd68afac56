"""The database: whether it answers, and whether its tables are this version's."""

import os
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.doctor.finding import Finding
from bot.store.database import Database
from bot.store.upgrade import MIGRATIONS

PART = "Database"
DO = "Check RAYGEN_DATABASE_URL, that the server runs, and that its user may make tables."


async def database(url: str) -> list[Finding]:
    """What can be said of the database; nothing in it is changed."""
    return [await _database(url)]


async def _database(url: str) -> Finding:
    try:
        opened = Database(url)
    except (SQLAlchemyError, ImportError):
        return Finding(PART, "fault", "RAYGEN_DATABASE_URL is not an address of a database.", DO)
    if (file := _sqlite_file(opened)) is not None and is_to_be(opened):
        return _file_to_be(file)
    try:
        async with opened.engine.connect() as connection:
            return await connection.run_sync(_schema)
    except (DBAPIError, OSError):
        return Finding(PART, "fault", "The database does not answer.", DO)
    finally:
        await opened.close()


def _sqlite_file(opened: Database) -> Path | None:
    name = opened.engine.url.database
    return Path(name) if name and not opened.is_postgres else None


def is_to_be(opened: Database) -> bool:
    """Whether it is a file that is not there yet, and that connecting would make."""
    file = _sqlite_file(opened)
    return file is not None and not file.exists()


def _file_to_be(file: Path) -> Finding:
    """Connecting would make the file, and an examination makes nothing."""
    if os.access(file.parent, os.W_OK | os.X_OK):
        return Finding(PART, "ok", f"{file.name} is not there yet: the bot makes it when it starts.")
    return Finding(PART, "fault", f"{file.name} cannot be made in its directory.", DO)


def _schema(connection: Connection) -> Finding:
    script = ScriptDirectory(str(MIGRATIONS))
    head = script.get_current_head()
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        return Finding(PART, "ok", "It answers, and is empty: the bot makes its tables when it starts.")
    if current == head:
        return Finding(PART, "ok", f"It answers, with the tables of this version ({head}).")
    if current in {revision.revision for revision in script.walk_revisions()}:
        return Finding(PART, "ok", f"Its tables are of an earlier version ({current}): the bot upgrades them on start.")
    says = f"Its tables are of a version that this one does not know ({current})."
    return Finding(PART, "fault", says, "Start the newer version of Raygen that made them, or restore a backup.")
