"""Two bots on one Postgres behind a balancer, to which Slack delivers over HTTP."""

import asyncio

import httpx
import pytest_asyncio

from bot.blocks.names import CODE_CARD, LIVE_RUN
from tests.system.ensemble import SECONDS, click, code_card, conversation, ended, run_that_goes_on, two_replicas


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ensemble(postgres, tmp_path_factory):
    async with two_replicas(postgres, tmp_path_factory.mktemp("over_http"), http=True) as ensemble:
        yield ensemble


async def test_what_slack_delivers_to_both_replicas_is_done_once(ensemble, talk, agents):
    card = await code_card(talk)
    await asyncio.gather(*(click(talk, card, user) for user in ("analyst", "engineer", "analyst")))
    await ended(talk)
    await talk.slack.say("engineer", talk.channel, "@raygen say it over http", thread_ts=card.thread_ts)
    await talk.slack.wait_until(lambda: len(talk.messages(CODE_CARD)) == 2, SECONDS)

    assert agents.generations[talk.prompt] == agents.generations["say it over http"] == 1
    assert agents.executions[talk.sha256] == 1
    assert (talk.lost, talk.doubled) == (0, 0)


async def test_a_killed_replicas_run_and_what_slack_would_have_sent_it_go_to_the_other(ensemble, talk, agents):
    run_id, dead = await run_that_goes_on(ensemble, talk, agents)

    await dead.kill()
    later = conversation(ensemble)
    await code_card(later)
    heir = await ensemble.owned("runs", "id", run_id, by_other_than=dead)
    agents.jobs[run_id].end("succeeded")
    result = await ended(talk)
    await dead.start()

    assert heir is not dead
    assert "Finished" in result.text
    assert agents.executions[talk.sha256] == agents.generations[later.prompt] == 1
    assert talk.messages(LIVE_RUN) == []


async def test_while_a_replica_leaves_nothing_that_slack_delivers_fails(ensemble, talk, agents):
    run_id, leaving = await run_that_goes_on(ensemble, talk, agents)

    going = asyncio.create_task(leaving.terminate(20))
    outcomes, ready = [], set()
    async with httpx.AsyncClient() as client:
        while not going.done():
            outcomes.append(await talk.slack.command("analyst", talk.channel, "/raygen", "help"))
            ready.add(await _ready(client, leaving))
    await ensemble.owned("runs", "id", run_id, by_other_than=leaving)
    agents.jobs[run_id].end("succeeded")
    await ended(talk)
    await leaving.start()

    assert going.result() == 0
    assert all(outcome.acked for outcome in outcomes)
    assert 503 in ready
    assert agents.executions[talk.sha256] == 1


async def _ready(client, replica):
    try:
        return (await client.get(f"{replica.api}/readyz")).status_code
    except httpx.TransportError:
        return None


async def test_each_replica_refuses_what_slack_has_not_signed(ensemble):
    async with httpx.AsyncClient() as client:
        answers = [await client.post(f"{replica.api}/slack/events", json={}) for replica in ensemble.stage.replicas]

    assert [(answer.status_code, answer.content) for answer in answers] == [(401, b"")] * 2
