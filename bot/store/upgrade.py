"""The database's schema, brought forward on start."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import Connection

from bot.store.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 5_264_936
"""Any number: replicas that start together upgrade one after the other."""


async def upgrade(database: Database) -> None:
    """Create or migrate the tables. Safe to call from several replicas at once."""
    async with database.engine.begin() as connection:
        if database.is_postgres:
            await connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        await connection.run_sync(_to_head)


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for this package's migrations on `connection`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _to_head(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")
