"""Replicas of the bot on one database, and people who ask them for something."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import pytest

from bench.stage.agents import ScriptedAgents
from bench.stage.people import Conversation
from bench.stage.postgres import ROLE
from bench.stage.theatre import Play, Stage, stage
from bot.blocks.names import CODE_CARD, ENDED_RUN, LIVE_RUN, RUN

SECONDS = 180
TALKS = iter(range(1000))
FOR_EVER = (3600.0, 3600.0)


@dataclass
class Ensemble:
    """The stage, and the database that its replicas share."""

    stage: Stage
    connection: asyncpg.Connection

    async def owner(self, table, column, value):
        """The replica that holds the row; None while nobody does."""
        now = "extract(epoch from clock_timestamp())"
        query = f"select owner from {table} where {column} = $1 and lease_until > {now}"  # noqa: S608 - our own names
        name = await self.connection.fetchval(query, value)
        return next((r for r in self.stage.replicas if name and f"replica=<{name}>" in r.log.read_text()), None)

    async def owned(self, table, column, value, *, by_other_than=None):
        """Wait until a replica holds the row."""
        async with asyncio.timeout(SECONDS):
            while True:
                found = await self.owner(table, column, value)
                if found is not None and found is not by_other_than:
                    return found
                await asyncio.sleep(0.1)


@asynccontextmanager
async def two_replicas(postgres, directory, **how):
    """Two bots on a Postgres database of their own, each of Slack's deliveries reaching both."""
    url = await postgres.new_database(directory.name)
    play = Play(directory, url, replicas=2, deliveries=2, **how)
    connection = await asyncpg.connect(host=str(postgres.directory), user=ROLE, database=directory.name)
    async with stage(play, ScriptedAgents(generation=(0.1, 0.1), job=(0.1, 0.3))) as set_up:
        yield Ensemble(set_up, connection)
    await connection.close()


def conversation(ensemble):
    """A conversation with the ensemble that nobody has had before."""
    return Conversation(ensemble.stage.slack, next(TALKS), stops=False, patience=SECONDS)


@pytest.fixture
def talk(ensemble):
    """A conversation with the ensemble."""
    return conversation(ensemble)


@pytest.fixture
def agents(ensemble):
    """The agents behind the ensemble; how long they take is put back afterwards."""
    agents = ensemble.stage.agents
    before = agents.generation, agents.job
    yield agents
    agents.generation, agents.job = before


async def code_card(talk):
    talk.slack.add_channel(talk.channel, ["analyst", "engineer", talk.slack.bot.id])
    await talk.slack.command("analyst", talk.channel, "/raygen", talk.prompt)
    talk.turns = 1
    (card,) = await talk.slack.wait_until(lambda: talk.messages(CODE_CARD), SECONDS)
    return card


async def click(talk, card, user="analyst"):
    return await talk.slack.click(user, talk.channel, card.ts, RUN)


async def ended(talk):
    (result,) = await talk.slack.wait_until(lambda: talk.messages(ENDED_RUN), SECONDS)
    return result


async def run_that_goes_on(ensemble, talk, agents):
    """A run in the middle: its id, and the replica that follows it."""
    agents.job = FOR_EVER
    card = await code_card(talk)
    await click(talk, card)
    await talk.slack.wait_until(lambda: any("begun" in str(m.blocks) for m in talk.messages(LIVE_RUN)), SECONDS)
    run_id = next(run_id for run_id, job in agents.jobs.items() if job.code_sha256 == talk.sha256)
    return run_id, await ensemble.owned("runs", "id", run_id)
