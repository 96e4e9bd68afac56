import json

import pytest

from agents.wire import Execute, Follow, JobReport, Stop, WireError
from bot.blocks.names import FIX, FULL_LOG, RUN, STOP
from bot.errors import SlackRefused, SlackUnavailable, Stale, SupervisorFailed
from bot.full_logs import ATTEMPTS, AWAY, FullLogs
from bot.poster import Place
from bot.redaction import Redaction
from bot.runs import Runs
from bot.store.full_logs import FullLogStore
from bot.store.runs import RunStore, run_id
from bot.updates import Pace
from tests.bot.store.test_turn_store import SESSION, expire_lease
from tests.bot.test_turns import buttons
from tests.fakes.poster import MemoryPoster
from tests.fakes.supervisor import ScriptedSupervisor, unreachable, validated

CARD = "1700000000.000009"
VERSION = "version-turn-1"


@pytest.fixture
def poster():
    return MemoryPoster()


@pytest.fixture
def supervisor():
    return ScriptedSupervisor()


@pytest.fixture
def waits():
    return []


@pytest.fixture
def work(runs, turns, supervisor, poster, waits):
    async def wait(seconds):
        waits.append(seconds)

    return Runs(runs, turns, supervisor, poster, Pace(), Redaction(), follow_wait=1, unreachable_limit=0.0, wait=wait)


@pytest.fixture
async def version(turns, new_turn):
    await turns.request(new_turn(1))
    (turn,) = await turns.claim(1)
    await turns.open_thread(turn, turn.thread_ts, SESSION)
    made = await turns.answer_with_code(turn, SESSION, validated())
    await turns.deliver(turn)
    return made


@pytest.fixture
def click(runs, version):
    async def click(number=1, user="U1", timeout_seconds=3600.0):
        return await runs.request(version.id, CARD, number, user, timeout_seconds=timeout_seconds)

    return click


@pytest.fixture
def handle(click, runs, work):
    async def handle(**changes):
        await click(**changes)
        (run,) = await runs.claim(1)
        await work.handle(run)
        return run

    return handle


def report(status="running", output="", offset=0, **more):
    return JobReport(status=status, output=output, log_offset=offset, job_id="raygen-1", **more)


async def test_a_double_click_is_one_run(click, runs):
    first = await click(user="U1")
    second = await click(user="U2")

    assert first is not None
    assert second is None
    assert len(await runs.claim(10)) == 1


async def test_a_rerun_is_another_run(click):
    assert (await click(number=1)).id != (await click(number=2)).id


async def test_a_run_id_fits_into_rays_submission_ids():
    made = run_id(VERSION, CARD, 1)

    assert made.isalnum()
    assert made == made.lower()
    assert len("raygen-" + made) <= 64


async def test_a_click_on_a_program_that_is_not_kept_any_more_says_so(runs):
    with pytest.raises(Stale):
        await runs.request("version-gone", CARD, 1, "U1", timeout_seconds=1)


async def test_the_result_holds_the_whole_output_of_all_calls_in_order(handle, supervisor, poster):
    supervisor.reports = [
        report("pending"),
        report("running", "one\n", 10),
        report("running", "", 10),
        report("succeeded", "two\n\\n \n", 30, exit_code=0, seconds=2.0),
    ]

    run = await handle()

    assert run.output == "one\ntwo\n\\n \n"
    assert "one\\ntwo\\n\\\\n" in json.dumps(poster.last(run.id).blocks)
    assert run.delivered
    assert buttons(poster.last(run.id)) == {RUN: f"{VERSION}:2", FULL_LOG: run.id}


async def test_exactly_the_stored_code_is_sent_once_and_then_only_followed(handle, supervisor):
    supervisor.reports = [report("running", "a\n", 5), report("running", "b\n", 9), report("succeeded", "", 12)]

    run = await handle()

    (execute,) = supervisor.asked(Execute)
    follows = supervisor.asked(Follow)
    assert execute.code.encode() == validated().code.encode()
    assert execute.code_sha256 == validated().code_sha256
    assert execute.run_id == run.id
    assert [f.log_offset for f in follows] == [5, 9]


async def test_a_run_whose_replica_died_goes_on_where_it_was_read(database, click, runs, work, supervisor, poster):
    await click()
    (run,) = await runs.claim(1)
    supervisor.reports = [report("running", "one\n", 10)]
    await runs.save(run, card_ts=await poster.post(_place(run), _message(), run.id, maybe_posted=False))
    await runs.advance(run, await supervisor.job(Follow(run_id=run.id, session_id=SESSION, ray_cluster_ip="x")))
    await expire_lease(database, run)

    supervisor.reports = [report("succeeded", "two\n", 20)]
    (taken,) = await RunStore(database, "replica-2").claim(1)
    await work.handle(taken)

    assert taken.output == "one\ntwo\n"
    assert supervisor.asked(Execute) == []
    assert len(poster.messages) == 1


def _place(run):
    return Place(run.channel, run.thread_ts)


def _message():
    from bot.blocks.text import Message  # noqa: PLC0415 - beside its only use

    return Message("Sending", ({"type": "divider"},))


async def test_a_failed_run_shows_the_users_traceback_and_offers_to_fix_it(handle, supervisor, poster):
    error = WireError(code="job_failed", message="The program ended with ZeroDivisionError in line 3.")
    supervisor.reports = [report("failed", "start\n", 9, exit_code=1, error=error, traceback="Traceback:\n line 3")]

    run = await handle()

    card = json.dumps(poster.last(run.id).blocks)
    assert "ZeroDivisionError in line 3" in card
    assert "exit code 1" in card
    assert set(buttons(poster.last(run.id))) == {FIX, RUN, FULL_LOG}


async def test_a_long_output_comes_as_a_snippet_with_every_line(handle, supervisor, poster):
    long = "".join(f"line {i}\n" for i in range(5_000))
    supervisor.reports = [report("succeeded", long, 99)]

    run = await handle()

    assert poster.files["F0"] == ("say_hello_run_1.txt", long.encode())
    assert "all of them are in the snippet" in json.dumps(poster.last(run.id).blocks)


async def test_stop_reaches_the_cluster_and_the_card_says_who_stopped_it(click, runs, work, supervisor, poster):
    await click()
    (run,) = await runs.claim(1)
    await runs.advance(run, report("running", "x\n", 3))
    assert await runs.ask_to_stop(run.id, "U2")
    assert not await runs.ask_to_stop(run.id, "U3")
    supervisor.reports = [report("running"), report("stopped", "", 3)]

    await work.handle(run)

    assert len(supervisor.asked(Stop)) == 1
    assert "Stopped* by <@U2>" in json.dumps(poster.last(run.id).blocks)


async def test_a_run_that_is_stopped_before_it_was_sent_never_starts(click, runs, work, supervisor, poster):
    await click()
    (run,) = await runs.claim(1)
    await runs.ask_to_stop(run.id, "U1")
    supervisor.reports = [report("lost")]

    await work.handle(run)

    assert supervisor.asked(Execute) == []
    assert run.state == "stopped"


async def test_a_run_past_its_deadline_is_stopped_and_says_so(click, runs, work, supervisor, poster):
    await click(timeout_seconds=0.0)
    (run,) = await runs.claim(1)
    await runs.advance(run, report("running", "x\n", 3))
    supervisor.reports = [report("running"), report("stopped", "tail\n", 9)]

    await work.handle(run)

    assert run.state == "timed_out"
    assert run.output == "x\ntail\n"
    assert "time limit" in json.dumps(poster.last(run.id).blocks)


async def test_a_dead_supervisor_ends_in_a_card_that_says_what_is_known(handle, supervisor, poster):
    supervisor.reports = [unreachable()]

    run = await handle()

    card = json.dumps(poster.last(run.id).blocks)
    assert run.state == "could_not_start"
    assert "has not started" in card
    assert run.id in card
    assert RUN in buttons(poster.last(run.id))


async def test_a_cluster_that_does_not_answer_for_a_moment_costs_nothing(click, runs, turns, supervisor, poster, waits):
    async def wait(seconds):
        waits.append(seconds)

    work = Runs(runs, turns, supervisor, poster, Pace(), Redaction(), follow_wait=1, unreachable_limit=60, wait=wait)
    away = WireError(code="cluster_unreachable", message="The cluster does not answer. It may be restarting.")
    supervisor.reports = [report("running", "a\n", 3), report("running", error=away), report("succeeded", "b\n", 9)]
    await click()
    (run,) = await runs.claim(1)

    await work.handle(run)

    assert run.output == "a\nb\n"
    assert run.state == "succeeded"
    assert len(waits) == 1


async def test_a_cluster_that_cannot_be_reached_at_the_start_is_tried_again(click, runs, turns, supervisor, poster):
    async def wait(_seconds):
        pass

    work = Runs(runs, turns, supervisor, poster, Pace(), Redaction(), follow_wait=1, unreachable_limit=60, wait=wait)
    away = WireError(code="cluster_unreachable", message="The cluster does not answer. It may be restarting.")
    supervisor.reports = [report("rejected", error=away), report("succeeded", "a\n", 3)]
    await click()
    (run,) = await runs.claim(1)

    await work.handle(run)

    assert run.state == "succeeded"
    assert len({e.run_id for e in supervisor.asked(Execute)}) == 1
    assert len(supervisor.asked(Execute)) == 2


async def test_output_of_another_program_than_the_clicked_one_is_not_shown(handle, supervisor, poster):
    supervisor.reports = [report("succeeded", "from elsewhere\n", 9, code_sha256="0" * 64)]

    run = await handle()

    assert run.state == "failed"
    assert "from elsewhere" not in json.dumps(poster.last(run.id).blocks)


async def test_code_that_the_supervisor_refuses_is_not_sent_again(handle, supervisor, poster):
    supervisor.reports = [SupervisorFailed("hash_mismatch", "The code has changed since it was shown. Run it again.")]

    run = await handle()

    assert run.state == "rejected"
    assert len(supervisor.requests) == 1
    assert "has changed since" in json.dumps(poster.last(run.id).blocks)


async def test_a_supervisor_that_crashes_while_a_job_runs_does_not_end_the_run(click, runs, turns, supervisor, poster):
    async def wait(_seconds):
        pass

    work = Runs(runs, turns, supervisor, poster, Pace(), Redaction(), follow_wait=1, unreachable_limit=60, wait=wait)
    crash = SupervisorFailed("internal", "Something went wrong on the agents' side. Try again.")
    supervisor.reports = [report("running", "a\n", 3), crash, report("succeeded", "b\n", 6)]
    await click()
    (run,) = await runs.claim(1)

    await work.handle(run)

    assert (run.state, run.output) == ("succeeded", "a\nb\n")


async def test_a_run_whose_thread_is_gone_is_still_followed_to_its_end(handle, supervisor, poster):
    poster.refuse = {"post": [SlackRefused("thread_not_found", "The thread has been deleted.")]}
    supervisor.reports = [report("running", "a\n", 3), report("succeeded", "b\n", 9)]

    run = await handle()

    assert run.state == "succeeded"
    assert run.delivered


async def test_who_pressed_run_reads_the_end_in_person_where_the_thread_is_gone(handle, supervisor, poster):
    poster.refuse = {"post": [SlackRefused("thread_not_found", "The thread has been deleted.")]}
    supervisor.reports = [report("succeeded", "a\n<!channel>\n", 13)]

    run = await handle(user="U7")

    (told,) = poster.messages.values()
    words = json.dumps(told.said[-1].blocks)
    assert told.place == Place("D-U7")
    assert all(each in words for each in ("The thread has been deleted.", "Finished", "<!channel>", run.id))
    assert "<!channel>" not in told.said[-1].text
    assert buttons(told.said[-1]) == {}
    assert poster.shared == []


async def test_an_output_too_long_for_a_message_follows_in_person(handle, supervisor, poster):
    poster.refuse = {"post": [SlackRefused("is_archived", "This channel is archived.")]}
    supervisor.reports = [report("succeeded", "line\n" * 5_000, 99)]

    await handle(user="U7")

    ((ts, _),) = poster.messages.items()
    assert [place for place, _ in poster.shared] == [Place("D-U7", ts)]


async def test_a_replica_that_died_after_it_told_the_person_is_not_heard_twice(
    database, click, runs, work, supervisor, poster
):
    refusal = SlackRefused("is_archived", "This channel is archived.")
    poster.refuse = {"post": [refusal], "upload": [SlackUnavailable("slack_unavailable", "Slack did not answer.")]}
    supervisor.reports = [report("succeeded", "line\n" * 5_000, 99)]
    await click()
    (run,) = await runs.claim(1)
    with pytest.raises(SlackUnavailable):
        await work.handle(run)
    await expire_lease(database, run)
    poster.refuse = {"post": [refusal]}

    (again,) = await runs.claim(1)
    await work.handle(again)

    assert again.delivered
    assert len(poster.messages) == 1
    assert len(poster.shared) == 1


async def test_a_run_that_nobody_can_be_told_of_ends_all_the_same(handle, supervisor, poster):
    refusal = SlackRefused("is_archived", "This channel is archived.")
    poster.refuse = {"post": [refusal], "in_person": [SlackRefused("user_disabled", "Slack refused the message.")]}
    supervisor.reports = [report("succeeded", "b\n", 9)]

    run = await handle()

    assert run.delivered
    assert poster.messages == {}


async def test_a_run_that_crashes_us_where_slack_is_closed_is_told_in_person(click, runs, work, supervisor, poster):
    supervisor.reports = [report("stopped")]
    poster.refuse = {"post": [SlackRefused("is_archived", "This channel is archived.")]}
    await click(user="U7")
    (run,) = await runs.claim(1)

    await work.abandon(run)

    (told,) = poster.messages.values()
    assert told.place == Place("D-U7")
    assert run.id in json.dumps(told.said[-1].blocks)
    assert run.delivered


async def test_a_live_card_shows_the_tail_and_a_stop_button(version):
    from bot.blocks.run import Ran, live  # noqa: PLC0415 - beside its only use

    ran = Ran("r1", version.id, 1, version.title, "U1", "10.0.0.1", "".join(f"{i}\n" for i in range(99)), 75.0)

    card = live(ran, "running", "http://10.0.0.1:8265/#/jobs/raygen-1")

    assert "98" in json.dumps(card.blocks)
    assert "1 min 15 s" in json.dumps(card.blocks)
    assert buttons(card) == {STOP: "r1"}


async def test_a_cluster_that_refuses_in_the_middle_is_waited_for_and_then_given_up(
    click, runs, work, supervisor, poster
):
    await click(timeout_seconds=0.0)
    (run,) = await runs.claim(1)
    await runs.advance(run, report("running", "a\n", 3))
    refused = WireError(code="cluster_refused", message="The cluster does not accept our token. Ask who runs it.")
    supervisor.reports = [report("running", error=refused)]

    await work.handle(run)

    assert run.state == "lost"
    assert run.output == "a\n"
    assert len(supervisor.requests) < 10


async def test_a_null_character_in_the_output_is_shown_as_one(handle, supervisor):
    supervisor.reports = [report("succeeded", "a\x00b\n", 4)]

    run = await handle()

    assert run.output == "a\u2400b\n"


async def test_an_output_that_cannot_be_attached_is_said_on_the_card(handle, supervisor, poster):
    poster.refuse = {"upload": [SlackRefused("storage_limit_reached", "The workspace is full.")]}
    supervisor.reports = [report("succeeded", "line\n" * 5_000, 99)]

    run = await handle()

    assert "could not be attached" in json.dumps(poster.last(run.id).blocks)


async def test_a_result_whose_card_was_deleted_is_posted_anew(handle, supervisor, poster):
    poster.forget = True
    poster.refuse = {"update": [SlackRefused("message_not_found", "The message has been deleted.")]}
    supervisor.reports = [report("succeeded", "b\n", 9)]

    run = await handle()

    assert "Finished" in poster.messages[run.card_ts].said[-1].text


async def test_a_run_that_crashes_us_is_stopped_and_said(click, runs, work, supervisor, poster):
    await click()
    (run,) = await runs.claim(1)
    await runs.advance(run, report("running", "a\n", 3))
    supervisor.reports = [report("running")]

    await work.abandon(run)

    assert len(supervisor.asked(Stop)) == 1
    assert run.id in json.dumps(poster.last(run.id).blocks)
    assert run.delivered


async def test_blank_lines_before_the_output_do_not_make_it_nothing(handle, supervisor, poster):
    supervisor.reports = [report("succeeded", "\n" * 60 + "answer\n", 70)]

    run = await handle()

    assert "printed nothing" not in json.dumps(poster.last(run.id).blocks)
    assert b"answer" in poster.files["F0"][1]


class Heard:
    """What is said to one person alone."""

    def __init__(self):
        self.said = []

    async def say(self, channel, user_id, message, thread_ts=None):
        self.said.append((user_id, message.text))


async def test_whoever_cannot_have_the_full_log_of_a_cluster_that_is_away_reads_its_id(
    click, database, runs, turns, supervisor, poster, caplog
):
    await click()
    (run,) = await runs.claim(1)
    store, heard = FullLogStore(database, "a replica"), Heard()
    logs = FullLogs(store, runs, turns, supervisor, poster, Redaction(), heard)
    await store.request(run, "U7")
    (log,) = await store.claim(1)
    log.failures = ATTEMPTS
    supervisor.reports = [unreachable()]

    await logs.handle(log)

    ((user, said),) = heard.said
    assert user == "U7"
    assert said == f"{AWAY} Id for whoever runs me: {log.id}"
    assert f"log=<{log.id}>, run=<{run.id}>, code=<log_away>" in caplog.text
