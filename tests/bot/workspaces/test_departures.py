"""A workspace removes Raygen: its token goes, what is under way ends, and nobody else notices."""

import asyncio
import logging
from dataclasses import replace

import pytest
from sqlalchemy import select

from agents.wire import Execute, JobReport, Stop
from bot.store.models import AuditEntry, InstallationRow, Run, Turn
from sandbox.slack.methods.oauth import take_back, tokens_revoked
from sandbox.slack.publishing import publish
from tests.bot.workspaces.conftest import HERE, THERE, serving, until
from tests.fakes.supervisor import ScriptedSupervisor, validated

RUNNING = JobReport(status="running", job_id="raygen-1", log_offset=0)
STOPPED = JobReport(status="stopped", job_id="raygen-1")
DONE = JobReport(status="succeeded", output="Hello\n", log_offset=6)
ORDERS = [
    ("app_uninstalled", "tokens_revoked"),
    ("tokens_revoked", "app_uninstalled"),
    ("tokens_revoked", "tokens_revoked", "app_uninstalled", "app_uninstalled"),
    ("app_uninstalled",),
    ("tokens_revoked",),
]


@pytest.fixture
def databases(sqlite_databases):
    """What the store does is tested on both in tests/bot/store/test_installations.py."""
    return sqlite_databases


class UntilStopped(ScriptedSupervisor):
    """A cluster on which a job goes on until somebody stops it."""

    async def job(self, request):
        report = await super().job(request)
        return STOPPED if report.status == "running" and self.asked(Stop) else report


@pytest.fixture
def supervisor():
    return UntilStopped()


async def rows(database, table):
    async with database.reading() as session:
        return list(await session.scalars(select(table)))


async def homes(replica):
    return await replica.store.homes()


def team(slack, domain):
    return slack.at(domain).platform.workspace.team_id


async def a_card(slack, supervisor, in_data, domain):
    supervisor.answers = [validated()]
    await slack.at(domain).command("analyst", "data", "/raygen", "say hello")
    return await in_data(domain, "code_card")


async def a_run_that_goes_on(slack, supervisor, in_data, domain):
    card = await a_card(slack, supervisor, in_data, domain)
    supervisor.reports = [RUNNING]
    await slack.at(domain).click("analyst", "data", card.ts, "run_code")
    await in_data(domain, "live_run")
    return card


@pytest.mark.parametrize("events", ORDERS, ids=" ".join)
async def test_whatever_slack_says_and_however_often_the_installation_ends_once(both, slack, events):
    await slack.at(HERE).uninstall(*events)

    left = await until(lambda: homes(both), lambda homes: len(homes) == 1)

    assert left == [team(slack, THERE)]
    entries = [entry for entry in await rows(both.database, AuditEntry) if entry.what == "removed"]
    assert [entry.subject for entry in entries] == [team(slack, HERE)]


async def test_a_run_under_way_is_stopped_on_the_cluster_and_no_worker_takes_it_again(both, slack, supervisor, in_data):
    await a_run_that_goes_on(slack, supervisor, in_data, HERE)

    await slack.at(HERE).uninstall()
    (run,) = await until(lambda: rows(both.database, Run), lambda runs: all(run.delivered for run in runs))

    assert (run.state, run.stop_asked_by) == ("stopped", "raygen")
    assert supervisor.asked(Stop)
    said = [entry.what for entry in await rows(both.database, AuditEntry) if entry.subject == run.id]
    assert said[-1] == "undeliverable"
    assert all(turn.delivered for turn in await rows(both.database, Turn))


async def test_a_request_that_waits_is_ended_and_never_asked_of_a_model(
    both, slack, settings, oauth, supervisor, database, new_turn
):
    asked = new_turn(team=team(slack, HERE))
    await slack.at(HERE).uninstall()
    await until(lambda: homes(both), lambda homes: len(homes) == 1)

    await both.bot.direct.turns.request(asked)
    both.bot.turn_worker.wake()
    (turn,) = await until(lambda: rows(database, Turn), lambda turns: turns[0].delivered)

    assert (turn.state, turn.error["code"]) == ("failed", "workspace_removed")
    assert supervisor.requests == []


async def test_the_other_workspace_goes_on(both, slack, supervisor, in_data):
    card = await a_card(slack, supervisor, in_data, THERE)
    await slack.at(HERE).uninstall()
    await until(lambda: homes(both), lambda homes: len(homes) == 1)

    supervisor.reports = [DONE]
    await slack.at(THERE).click("analyst", "data", card.ts, "run_code")
    ended = await in_data(THERE, "ended_run")

    assert "Hello" in str(ended.blocks)


async def test_a_workspace_that_installs_raygen_again_starts_clean(both, slack, supervisor, in_data, installer):
    await a_run_that_goes_on(slack, supervisor, in_data, HERE)
    await slack.at(HERE).uninstall()
    await until(lambda: homes(both), lambda homes: len(homes) == 1)

    await installer.install(HERE)
    await until(lambda: rows(both.database, Run), lambda runs: all(run.delivered for run in runs))
    before = len([m for m in slack.at(HERE).channel("data").messages if "ended_run" in str(m.blocks)])
    supervisor.answers = [validated(title="Once more")]
    await slack.at(HERE).command("analyst", "data", "/raygen", "say hello")
    card = await in_data(HERE, "Once more")
    supervisor.reports = [DONE]
    await slack.at(HERE).click("analyst", "data", card.ts, "run_code")
    await in_data(HERE, "ended_run")

    assert before == 0
    assert len(supervisor.asked(Execute)) == 2


@pytest.mark.parametrize("event", ["app_uninstalled", "tokens_revoked"])
async def test_an_event_that_is_late_does_not_end_the_installation_that_came_after_it(both, slack, event, caplog):
    platform = slack.at(HERE).platform
    asked = len([call for call in slack.calls if call.method == "auth.test"])

    with caplog.at_level(logging.WARNING, "bot.app.hosted"):
        publish(platform, event, tokens_revoked(platform) | {"type": event})
        await slack.wait_until(lambda: [call for call in slack.calls if call.method == "auth.test"][asked:])
        await until(lambda: asyncio.sleep(0, "the token is good" in caplog.text))

    assert len(await homes(both)) == 2


@pytest.mark.parametrize("word", ["account_inactive", "invalid_auth", "token_revoked"])
async def test_a_token_that_slack_refuses_at_work_ends_the_installation_once_auth_test_says_so_too(
    both, slack, supervisor, in_data, word
):
    await a_card(slack, supervisor, in_data, HERE)  # now it is known who the analyst is
    take_back(slack.at(HERE).platform, word)
    await slack.at(HERE).command("analyst", "data", "/raygen", "say hello")
    left = await until(lambda: homes(both), lambda homes: len(homes) == 1)
    turns = await until(lambda: rows(both.database, Turn), lambda turns: all(turn.delivered for turn in turns))

    assert left == [team(slack, THERE)]
    assert sorted(turn.state for turn in turns) == ["answered", "failed"]
    assert len(supervisor.requests) == 1


async def test_whoever_presses_in_a_workspace_whose_token_is_gone_is_asked_to_have_raygen_installed_again(both, slack):
    take_back(slack.at(HERE).platform, "account_inactive")

    outcome = await slack.at(HERE).command("analyst", "data", "/raygen", "say hello")

    assert "install me again" in str(outcome.payload)
    assert await homes(both) == [team(slack, THERE)]


async def test_a_call_that_is_refused_while_the_token_is_good_ends_nothing(both, slack, supervisor, in_data):
    slack.faults.answer("chat.postMessage", "invalid_auth")
    supervisor.answers = [validated()]

    await slack.at(HERE).command("analyst", "data", "/raygen", "say hello")
    await until(lambda: rows(both.database, Turn), lambda turns: turns and turns[0].delivered)

    assert len(await homes(both)) == 2


async def test_while_slack_cannot_confirm_it_a_refused_token_ends_nothing_and_the_row_comes_again(
    both, slack, supervisor, in_data
):
    slack.faults.answer("chat.postMessage", "invalid_auth")
    slack.faults.answer("auth.test", "internal_error")
    supervisor.answers = [validated()]

    await slack.at(HERE).command("analyst", "data", "/raygen", "say hello")
    await in_data(HERE, "code_card")

    assert slack.faults.planned == []
    assert len(await homes(both)) == 2


async def test_of_two_replicas_one_ends_each_run_once(both, slack, settings, oauth, supervisor, database, in_data):
    supervisor.reports = [RUNNING]
    async with serving(slack, oauth, settings, database, supervisor):
        for number, domain in enumerate((HERE, THERE), 1):
            supervisor.answers = [validated() for _ in range(3)]
            for _ in range(3):
                await slack.at(domain).say("analyst", "data", "@raygen say hello")
            await until(lambda: rows(database, Turn), lambda turns, n=3 * number: sum(t.delivered for t in turns) == n)
        cards = [m for m in slack.at(HERE).channel("data").messages if "code_card" in str(m.blocks)]
        for card in cards:
            await slack.at(HERE).click("analyst", "data", card.ts, "run_code")
        await until(lambda: rows(database, Run), lambda runs: sum(run.submitted for run in runs) == 3)
        await slack.at(HERE).uninstall()
        runs = await until(lambda: rows(database, Run), lambda runs: all(run.delivered for run in runs))
        entries = await rows(database, AuditEntry)

    ends = [entry.subject for entry in entries if entry.what == "undeliverable"]
    assert len(runs) == len(cards) == 3
    assert sorted(ends) == sorted(run.id for run in runs)
    assert {run.state for run in runs} == {"stopped"}
    assert len([entry for entry in entries if entry.what == "removed"]) == 1
    assert await homes(both) == [team(slack, THERE)]


async def test_a_token_that_is_replaced_in_the_middle_of_a_run_brings_the_result_all_the_same(
    both, slack, supervisor, in_data
):
    await a_run_that_goes_on(slack, supervisor, in_data, HERE)
    platform = slack.at(HERE).platform
    before = await both.store.find(platform.workspace.team_id)

    await both.store.save(replace(before, token="xoxb-another"))  # as installing once more does
    take_back(platform, "token_revoked")
    platform.tokens = replace(platform.tokens, bot="xoxb-another")
    supervisor.reports = [DONE]
    ended = await in_data(HERE, "ended_run")

    assert "Hello" in str(ended.blocks)
    assert len(await homes(both)) == 2
    assert supervisor.asked(Stop) == []


async def test_a_run_of_a_workspace_that_is_not_served_is_stopped_though_nobody_has_asked_for_it(
    both, supervisor, turns, runs, new_turn
):
    supervisor.reports = [RUNNING]
    await turns.request(new_turn(team="T0ELSEWHERE"))
    (turn,) = await turns.claim(1)
    await turns.open_thread(turn, turn.thread_ts, "a session")
    version = await turns.answer_with_code(turn, "a session", validated())
    await turns.deliver(turn)

    await runs.request(version.id, "card", 1, "U1", timeout_seconds=60)
    (run,) = await until(lambda: rows(both.database, Run), lambda found: found[0].delivered)

    assert run.state == "stopped"
    assert supervisor.asked(Execute) == []


async def test_what_slack_still_delivers_for_a_workspace_without_an_installation_is_dropped(
    replica, installer, slack, caplog
):
    await installer.install(HERE)

    with caplog.at_level(logging.WARNING, "bot.app.reception"):
        outcome = await slack.at(THERE).command("analyst", "data", "/raygen", "say hello")

    assert outcome.acked
    assert outcome.shown is None
    assert "not installed there" in caplog.text
    assert await rows(replica.database, Turn) == []
    assert slack.problems == []
    assert [row.home for row in await rows(replica.database, InstallationRow)] == [team(slack, HERE)]
