"""What a program saved, on its way into the thread."""

import base64
import json

import pytest

from agents.wire import JobReport, OutputFile
from bot.blocks.files import size
from bot.errors import SlackRefused, SlackUnavailable
from bot.redaction import Redaction
from bot.runs import Runs
from bot.store.runs import RunStore
from bot.store.turns import API
from bot.updates import Pace
from tests.bot.store.test_turn_store import SESSION, expire_lease
from tests.fakes.poster import MemoryPoster
from tests.fakes.supervisor import ScriptedSupervisor, validated

PNG = b"\x89PNG\r\n\x1a\n\x00\xff"
SECRET = "the-secret-of-this-process"


def saved(name="plot.png", media_type="image/png", content=PNG):
    return OutputFile(
        name=name, media_type=media_type, size=len(content), data=base64.b64encode(content).decode() or None
    )


def left_out(name="huge.bin", size=3_400_000_000):
    return OutputFile(name=name, media_type="application/octet-stream", size=size)


@pytest.fixture
def poster():
    return MemoryPoster()


@pytest.fixture
def supervisor():
    return ScriptedSupervisor()


@pytest.fixture
def work(runs, turns, supervisor, poster):
    return Runs(runs, turns, supervisor, poster, Pace(), Redaction([SECRET]), follow_wait=1, unreachable_limit=0.0)


@pytest.fixture
def start(runs, turns, new_turn, supervisor):
    """Claim a run that ends with `files`."""

    async def start(*files, surface="reply", **more):
        await turns.request(new_turn(1, surface=surface))
        (turn,) = await turns.claim(1)
        await turns.open_thread(turn, turn.thread_ts, SESSION)
        version = await turns.answer_with_code(turn, SESSION, validated())
        await turns.deliver(turn)
        supervisor.reports = [
            JobReport(status="succeeded", output="done\n", log_offset=9, files=files, job_id="raygen-1", **more)
        ]
        await runs.request(version.id, "1.1", 1, "U1", timeout_seconds=60)
        (run,) = await runs.claim(1)
        return run

    return start


async def test_each_file_is_posted_once_as_the_file_that_it_is(start, work, poster):
    table = saved("rows.csv", "text/csv", b"a,b\r\n1,2\xff\n")
    run = await start(saved(), table)

    await work.handle(run)

    assert list(poster.files.values()) == [("plot.png", PNG), ("rows.csv", b"a,b\r\n1,2\xff\n")]
    assert [file for _, file in poster.shared] == ["F0", "F1"]
    assert "plot.png (10 bytes), rows.csv (10 bytes)" in json.dumps(poster.last(run.id).blocks)
    (shown,) = [block for block in poster.last(run.id).blocks if block["type"] == "table"]
    assert [cell["text"] for cell in shown["rows"][1]] == ["1", "2\ufffd"]


async def test_a_replica_that_dies_between_upload_and_share_posts_nothing_twice(database, start, work, poster):
    run = await start(saved("one.png"), saved("two.png"))
    poster.refuse = {"share": [SlackUnavailable("slack_unavailable", "Slack did not answer.")]}
    with pytest.raises(SlackUnavailable):
        await work.handle(run)
    await expire_lease(database, run)

    (taken,) = await RunStore(database, "replica-2").claim(1)
    await work.handle(taken)

    assert [name for name, _ in poster.files.values()] == ["one.png", "two.png"]
    assert [file for _, file in poster.shared] == ["F0", "F1"]
    assert taken.file_ids == ["F0", "F1"]


async def test_the_row_keeps_the_bytes_until_they_are_delivered_and_then_only_the_names(start, work, runs, poster):
    run = await start(saved())
    await work.follow_to_the_end(run, await work.turns.version(run.version_id))
    before = (await runs.find(run.id)).report["files"]

    await work.handle(run)
    after = (await runs.find(run.id)).report["files"]

    assert base64.b64decode(before[0]["data"]) == PNG
    assert after == [{"name": "plot.png", "media_type": "image/png", "size": len(PNG), "data": None}]


async def test_who_asked_over_the_api_finds_the_bytes_in_the_row_and_nothing_is_posted(start, work, runs, poster):
    run = await start(saved())
    run.surface = API

    await work.handle(run)

    report = JobReport.model_validate((await runs.find(run.id)).report)
    assert [file.content for file in report.files] == [PNG]
    assert poster.files == {}


async def test_what_was_left_out_is_named_with_its_size_or_counted(start, work, poster):
    run = await start(saved(), left_out(), *(left_out(f"{n}.bin", n) for n in range(20)), more_files=950)

    await work.handle(run)

    card = json.dumps(poster.last(run.id).blocks)
    assert "huge.bin (3.4 GB), 0.bin (0 bytes)" in card
    assert "and 959 more" in card
    assert len(poster.files) == 1


async def test_files_that_nobody_could_fetch_are_told_of(start, work, poster):
    run = await start(more_files=3)

    await work.handle(run)

    assert "could not be fetched: 3 files" in json.dumps(poster.last(run.id).blocks)


async def test_a_run_without_files_says_nothing_of_files(start, work, poster):
    run = await start()

    await work.handle(run)

    assert "Saved" not in json.dumps(poster.last(run.id).blocks)


async def test_files_that_slack_refuses_leave_a_sentence_on_the_card(start, work, poster):
    run = await start(saved())
    poster.refuse = {"upload": [SlackRefused("file_uploads_disabled", "Uploads are switched off.")]}

    await work.handle(run)

    assert "could be posted. Uploads are switched off." in json.dumps(poster.last(run.id).blocks)
    assert run.delivered


async def test_a_file_that_is_text_and_a_name_lose_their_secrets(start, work, poster):
    run = await start(saved(f"{SECRET}.csv", "text/csv", f"key\n{SECRET}\n".encode()))

    await work.handle(run)

    (name, content) = poster.files["F0"]
    assert content == b"key\n[redacted]\n"
    assert SECRET not in name
    assert SECRET not in json.dumps(poster.last(run.id).blocks)


async def test_a_name_is_no_markup_on_the_card(start, work, poster):
    run = await start(saved("_!channel_ *bold*.png"))

    await work.handle(run)

    blocks = poster.last(run.id).blocks
    (block,) = [block for block in blocks if "bold" in json.dumps(block)]
    assert block["type"] == "rich_text"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 KB"),
        (999_949, "999.9 KB"),
        (999_950, "1.0 MB"),
        (1 << 30, "1.1 GB"),
        (10**18, "1000000.0 TB"),
    ],
)
def test_a_size_is_written_as_people_write_it(number, words):
    assert size(number) == words
