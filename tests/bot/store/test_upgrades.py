"""A database of every earlier release is brought forward with what is in it."""

import asyncio

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from bot.store.database import Database
from bot.store.upgrade import MIGRATIONS, alembic_config, upgrade
from tests.bot.store.test_turn_store import differences_from_the_models

REVISIONS = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


def value_for(column):
    """Something that fits the column, the same for the same column."""
    if column.foreign_keys:
        return value_for(next(iter(column.foreign_keys)).column)
    kinds = {sa.Text: "text", sa.String: "s-1", sa.Boolean: True, sa.Integer: 1, sa.Float: 1.5, sa.JSON: {"a": [1]}}
    return next(value for kind, value in kinds.items() if isinstance(column.type, kind))


def fill(connection):
    """One row in every table there is."""
    found = sa.MetaData()
    found.reflect(connection)
    tables = [table for table in found.sorted_tables if table.name != "alembic_version"]
    for table in tables:
        row = {c.name: value_for(c) for c in table.columns if not (c.nullable and c.foreign_keys)}
        connection.execute(table.insert().values(row))
    return {table.name: row_of(connection, table) for table in tables}


def row_of(connection, table):
    return dict(connection.execute(sa.select(table)).mappings().one())


def rows_now(connection, names):
    found = sa.MetaData()
    found.reflect(connection)
    return {name: row_of(connection, found.tables[name]) for name in names}


@pytest.mark.parametrize("revision", REVISIONS)
async def test_an_older_database_keeps_its_rows_and_gets_todays_tables(empty_url, revision):
    database = Database(empty_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda c: command.upgrade(alembic_config(c), revision))
        before = await connection.run_sync(fill)

    await upgrade(database)

    async with database.engine.connect() as connection:
        after = await connection.run_sync(rows_now, before)
        differences = await connection.run_sync(differences_from_the_models)
    await database.close()
    assert differences == []
    assert {name: {**after[name], **row} for name, row in before.items()} == after


async def test_replicas_that_start_together_upgrade_once(empty_url):
    replicas = [Database(empty_url) for _ in range(3)]

    await asyncio.gather(*(upgrade(replica) for replica in replicas))

    async with replicas[0].engine.connect() as connection:
        assert await connection.run_sync(differences_from_the_models) == []
    for replica in replicas:
        await replica.close()
