"""Two bots as processes of their own on one Postgres: everything reaches both, and one of them dies."""

import asyncio
import re
from dataclasses import replace

import httpx
import pytest
import pytest_asyncio

from bench.stage.agents import BEGUN, DONE
from bench.stage.replicas import Replica
from bot.blocks.names import CODE_CARD, LIVE_RUN
from sandbox.children import free_port
from tests.readme import ROOT, blocks_of
from tests.system.ensemble import FOR_EVER, SECONDS, click, code_card, ended, run_that_goes_on, two_replicas


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def ensemble(postgres, tmp_path_factory):
    async with two_replicas(postgres, tmp_path_factory.mktemp("replicas")) as ensemble:
        yield ensemble


async def test_a_click_that_reaches_both_replicas_is_one_job_and_one_message(ensemble, talk, agents):
    card = await code_card(talk)

    outcomes = await asyncio.gather(*(click(talk, card, user) for user in ("analyst", "engineer", "analyst")))
    result = await ended(talk)

    assert all(outcome.acked for outcome in outcomes)
    assert agents.executions[talk.sha256] == 1
    assert agents.generations[talk.prompt] == 1
    assert (BEGUN + DONE).strip() in str(result.blocks).replace("\\n", "\n")
    assert (talk.lost, talk.doubled) == (0, 0)


async def test_a_mention_that_reaches_both_as_two_events_is_one_turn(ensemble, talk, agents):
    card = await code_card(talk)

    await talk.slack.say("engineer", talk.channel, "@raygen say it twice", thread_ts=card.thread_ts)
    await talk.slack.wait_until(lambda: len(talk.messages(CODE_CARD)) == 2, SECONDS)

    assert agents.generations["say it twice"] == 1


async def test_a_killed_replicas_run_is_finished_by_the_other(ensemble, talk, agents):
    run_id, dead = await run_that_goes_on(ensemble, talk, agents)

    await dead.kill()
    heir = await ensemble.owned("runs", "id", run_id, by_other_than=dead)
    agents.jobs[run_id].end("succeeded")
    result = await ended(talk)
    log = await logged(heir, f"row=<{run_id}>.* the thread has it")
    await dead.start()

    assert heir is not dead
    assert "Finished" in result.text
    assert agents.executions[talk.sha256] == 1
    assert talk.messages(LIVE_RUN) == []
    assert [line for line in shown_log_lines() if not re.search(line, log)] == []


async def logged(replica, pattern):
    """The replica's log, once it has a line like that."""
    async with asyncio.timeout(SECONDS):
        while not re.search(pattern, log := replica.log.read_text()):
            await asyncio.sleep(0.1)
    return log


def shown_log_lines():
    """The log lines on the operators' page, as patterns: any id may stand where one is shown."""
    (shown,) = [block for block in blocks_of(ROOT / "docs" / "operating.md") if "taken over" in block.text]
    return [
        re.sub(r"(row|thread|session|from)=<[^>]+>", r"\1=<[^>]+>", line)
        for line in map(literal, shown.text.splitlines())
    ]


def literal(line):
    return re.sub(r"[.|()]", r"\\\g<0>", line)


async def test_a_killed_replicas_turn_is_asked_once_more_and_answered_once(ensemble, talk, agents):
    agents.generation = FOR_EVER
    talk.slack.add_channel(talk.channel, ["analyst", talk.slack.bot.id])
    await talk.slack.command("analyst", talk.channel, "/raygen", talk.prompt)
    await talk.slack.wait_until(lambda: agents.generations[talk.prompt], SECONDS)
    dead = await ensemble.owned("turns", "prompt", talk.prompt)

    await dead.kill()
    agents.generation = (0.1, 0.1)
    await talk.slack.wait_until(lambda: talk.messages(CODE_CARD), SECONDS)
    await dead.start()

    assert agents.generations[talk.prompt] == 2
    assert len(talk.messages(CODE_CARD)) == 1


async def test_a_frozen_replica_that_wakes_up_changes_nothing(ensemble, talk, agents):
    run_id, frozen = await run_that_goes_on(ensemble, talk, agents)

    frozen.freeze()
    await ensemble.owned("runs", "id", run_id, by_other_than=frozen)
    agents.jobs[run_id].end("succeeded")
    result = await ended(talk)
    said = result.blocks
    frozen.thaw()
    await logged(frozen, rf"row=<{run_id}> \| (taken over by another replica|handled elsewhere)")

    assert (await ended(talk)).blocks == said
    assert agents.executions[talk.sha256] == 1
    assert talk.doubled == 0


async def test_a_replica_that_is_told_to_stop_hands_its_run_over_and_ends(ensemble, talk, agents):
    run_id, leaving = await run_that_goes_on(ensemble, talk, agents)

    code = await leaving.terminate(20)
    await ensemble.owned("runs", "id", run_id, by_other_than=leaving)
    agents.jobs[run_id].end("succeeded")
    await ended(talk)
    await leaving.start()

    assert code == 0
    assert agents.executions[talk.sha256] == 1


def without_a_database(backdrop):
    nowhere = {**backdrop.settings, "RAYGEN_DATABASE_URL": "postgresql+asyncpg://raygen@/x?host=/nowhere"}
    return replace(backdrop, settings=nowhere)


def without_agentcore(backdrop):
    return replace(backdrop, agents_port=free_port())


@pytest.mark.parametrize(
    ("deprived", "what"), [(without_a_database, "database"), (without_agentcore, "agents")], ids=["database", "agents"]
)
async def test_a_replica_that_starts_while_something_is_away_waits_and_says_so(ensemble, deprived, what):
    late = Replica("late", deprived(ensemble.stage.replicas[0].backdrop))
    await late.open()
    await late.launch()
    try:
        answer = await first_answer(f"{late.api}/readyz")
        refusal = await first_answer(f"{late.api}/execute", {"code": "print(1)"})
        await logged(late, "not there yet, will try again")
        code = await late.terminate(20)
    finally:
        await late.close()

    assert (answer.status_code, refusal.status_code, code) == (503, 503, 0)
    assert what in answer.json()["waiting_for"]
    assert refusal.json()["error"]["code"] == "not_ready"


async def first_answer(url, body=None):
    async with httpx.AsyncClient() as client, asyncio.timeout(SECONDS):
        while True:
            try:
                return await (client.post(url, json=body) if body else client.get(url))
            except httpx.TransportError:
                await asyncio.sleep(0.1)


async def test_the_metrics_of_a_replica_tell_what_it_has_done(ensemble, talk):
    await click(talk, await code_card(talk))
    await ended(talk)

    pages = [(await first_answer(f"{replica.api}/metrics")).text for replica in ensemble.stage.replicas]

    assert any('raygen_ended_total{kind="runs",state="succeeded"}' in page for page in pages)
    assert any('raygen_agent_calls_total{action="execute",outcome="ok"}' in page for page in pages)
    assert all('raygen_rows{what="runs_under_way"}' in page for page in pages)
    assert any('raygen_ack_seconds_bucket{le="3.0"}' in page for page in pages)


async def test_no_prompt_program_or_output_is_in_a_replicas_log(ensemble, talk):
    await click(talk, await code_card(talk))
    await ended(talk)

    logs = "".join(replica.log.read_text() for replica in ensemble.stage.replicas)

    assert "asked to run" in logs
    assert talk.prompt not in logs
    assert BEGUN.strip() not in logs
