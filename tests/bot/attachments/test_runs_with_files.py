"""Turns and runs whose files cannot be had."""

import json

import pytest

from agents.wire import Execute, Generate, JobReport, WireError
from bot.attachments.package import Package
from bot.attachments.staging import StoredAttachments
from bot.errors import BadRequest
from bot.redaction import Redaction
from bot.runs import Runs
from bot.turns import Turns
from bot.updates import Pace
from tests.bot.store.test_turn_store import SESSION
from tests.fakes.poster import MemoryPoster
from tests.fakes.supervisor import ScriptedSupervisor, validated

PACKAGE = Package(sha256="ab" * 32, size=30, names=("a.csv",))
DONE = JobReport(status="succeeded", output="Hello\n", log_offset=6)


class Refusing:
    """Attachments that a person has to change."""

    async def staged(self, _turn):
        raise BadRequest("file_vanished", "«a.csv» is no longer in Slack. Attach it again.")


@pytest.fixture
def poster():
    return MemoryPoster()


@pytest.fixture
def supervisor():
    return ScriptedSupervisor(reports=[DONE])


@pytest.fixture
async def run(turns, runs, new_turn):
    """A claimed run of a program that was validated with files."""
    await turns.request(new_turn(1))
    (turn,) = await turns.claim(1)
    await turns.open_thread(turn, turn.thread_ts, SESSION)
    await turns.save(turn, inputs={"package": PACKAGE.model_dump(mode="json")})
    version = await turns.answer_with_code(turn, SESSION, validated())
    await turns.deliver(turn)
    await runs.request(version.id, "1.9", 1, "U1", timeout_seconds=60.0)
    (run,) = await runs.claim(1)
    return run


@pytest.fixture
def work(runs, turns, supervisor, poster, object_store):
    async def wait(_seconds):
        """Not in a test."""

    attachments = StoredAttachments(None, object_store, turns, None)
    return Runs(
        runs,
        turns,
        supervisor,
        poster,
        Pace(),
        Redaction(),
        follow_wait=1,
        unreachable_limit=0.0,
        wait=wait,
        attachments=attachments,
    )


async def test_a_run_has_the_files_of_its_version_at_a_fresh_address(run, work, supervisor):
    await work.handle(run)

    (execute,) = supervisor.asked(Execute)
    assert execute.input_files == PACKAGE.at(f"https://store.example/{PACKAGE.sha256}.zip?X-Amz-Signature=secret")


async def test_a_store_that_stays_away_ends_in_words_and_nothing_is_run(run, work, supervisor, object_store):
    object_store.outages = 99

    await work.handle(run)

    assert run.state == "could_not_start"
    assert "The store does not answer." in run.report["error"]["message"]
    assert supervisor.requests == []


async def test_files_that_the_cluster_could_not_fetch_just_now_are_asked_for_again(run, work, supervisor):
    silent = WireError(code="files_unreachable", message="The object store did not answer; try again.")
    supervisor.reports = [JobReport(status="rejected", error=silent), DONE]
    object.__setattr__(work, "unreachable_limit", 60.0)

    await work.handle(run)

    assert run.state == "succeeded"
    assert len(supervisor.asked(Execute)) == 2


async def test_files_that_are_no_longer_kept_are_an_end_that_says_what_to_do(run, work, supervisor, poster):
    gone = WireError(code="files_unavailable", message="The files are no longer kept. Attach them again.")
    supervisor.reports = [JobReport(status="rejected", error=gone)]

    await work.handle(run)

    assert run.state == "rejected"
    assert "Attach them again." in json.dumps(poster.last(run.id).blocks)


async def test_a_turn_whose_files_are_refused_ends_in_a_card_and_asks_nobody(turns, new_turn, supervisor, poster):
    work = Turns(turns, supervisor, poster, Pace(), Redaction(), 60, Refusing())
    await turns.request(new_turn(1))
    (turn,) = await turns.claim(1)

    await work.handle(turn)

    assert turn.state == "failed"
    assert "Attach it again." in json.dumps(poster.last("turn-1").blocks, ensure_ascii=False)
    assert supervisor.asked(Generate) == []
