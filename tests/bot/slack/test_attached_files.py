"""Files attached in Slack, over a real websocket and S3's protocol, up to what the agent side is asked."""

import hashlib
import io
import zipfile

import httpx
import pytest

from agents.wire import Execute, Generate, JobReport
from bot.settings import Settings
from tests.bot.slack.conftest import connected
from tests.fakes.supervisor import validated
from tests.s3 import s3_served, use_bucket

DONE = JobReport(status="succeeded", output="Hello\n", log_offset=6)
CSV = b"region,token\nnorth,xoxb-sandbox-bot\n"


@pytest.fixture(scope="module")
def s3_url():
    with s3_served() as url:
        yield url


@pytest.fixture
def settings(s3_url, monkeypatch):
    use_bucket(monkeypatch, s3_url, "attached")
    return Settings(
        cluster="10.0.0.1",
        follow_wait_seconds=0,
        unreachable_limit_seconds=0,
        region="us-east-1",
        files_store="s3://attached/inputs",
    )


def fetched(reference):
    """The files, fetched as the Lambda does it: by the address alone."""
    package = httpx.get(reference.url).raise_for_status().content
    assert (hashlib.sha256(package).hexdigest(), len(package)) == (reference.sha256, reference.size)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name.removeprefix("raygen-inputs/"): archive.read(name) for name in archive.namelist()}


async def test_a_file_of_a_mention_reaches_the_agents_by_reference_and_in_words(bot, slack, supervisor, in_data):
    supervisor.answers = [validated()]

    await slack.say("analyst", "data", "@raygen sum the amounts", files=[("sales.csv", CSV)])
    card = await in_data("code_card")

    (asked,) = supervisor.asked(Generate)
    assert fetched(asked.input_files) == {"sales.csv": CSV}
    (told,) = asked.file_descriptions
    assert (told.columns, told.lines) == (("region", "token"), 2)
    assert "xoxb-sandbox-bot" not in told.beginning
    assert "With the attached sales.csv." in str(card.blocks)


async def test_a_run_and_a_rerun_have_the_files_that_their_version_was_validated_with(bot, slack, supervisor, in_data):
    supervisor.answers = [validated("print(1)"), validated("print(2)")]
    supervisor.reports = [DONE]
    ts = await slack.say("analyst", "data", "@raygen sum", files=[("sales.csv", b"a,b\n1,2\n")])
    first = await in_data("code_card")
    await slack.say("analyst", "data", "the new figures, please", ts, files=[("sales.csv", b"a,b\n3,4\n")])
    second = await in_data("code_card", number=2)

    await slack.click("analyst", "data", second.ts, "run_code")
    await in_data("ended_run")
    await slack.click("analyst", "data", first.ts, "run_code")
    rerun = await in_data("ended_run", number=2)
    await slack.click("analyst", "data", rerun.ts, "run_code")
    await in_data("ended_run", number=3)

    runs = [(run.code, fetched(run.input_files)["sales.csv"]) for run in supervisor.asked(Execute)]
    assert runs == [
        ("print(2)", b"a,b\n3,4\n"),
        ("print(1)", b"a,b\n1,2\n"),
        ("print(1)", b"a,b\n1,2\n"),
    ]


async def test_without_files_nothing_is_said_of_files(bot, slack, supervisor, in_data):
    supervisor.answers = [validated()]
    supervisor.reports = [DONE]
    await slack.command("analyst", "data", "/raygen", "say hello")
    card = await in_data("code_card")
    await slack.click("analyst", "data", card.ts, "run_code")
    await in_data("ended_run")

    (asked,), (run,) = supervisor.asked(Generate), supervisor.asked(Execute)
    assert (asked.input_files, asked.file_descriptions, run.input_files) == (None, (), None)
    assert not {call.method for call in slack.calls} & {"files.info", "file_download"}


async def test_an_event_with_a_file_that_comes_twice_is_one_turn(bot, slack, supervisor, in_data):
    supervisor.answers = [validated(), validated()]
    slack.faults.duplicate_events(4)

    await slack.say("analyst", "data", "@raygen sum", files=[("sales.csv", CSV)])
    await in_data("code_card")

    assert len(supervisor.asked(Generate)) == 1
    assert len([call for call in slack.calls if call.method == "file_download"]) == 1


async def test_files_without_words_are_answered_with_a_question_and_are_there_for_the_next_request(
    bot, slack, supervisor, whispered, in_data
):
    supervisor.answers = [validated()]
    ts = await slack.say("analyst", "data", "@raygen", files=[("sales.csv", CSV)])
    await whispered("Say in this thread what a program should do with them")

    await slack.say("analyst", "data", "@raygen sum the amounts", ts)
    await in_data("code_card")

    (asked,) = supervisor.asked(Generate)
    assert asked.input_files.names == ("sales.csv",)


async def test_a_file_that_cannot_be_taken_is_refused_where_only_its_sender_sees_it(bot, slack, supervisor, whispered):
    await slack.say("analyst", "data", "@raygen use it", files=[("numpy.py", b"import os")])

    told = await whispered("is code")

    assert "numpy.py" in str(told.blocks)
    assert supervisor.requests == []


async def test_a_file_that_vanished_ends_in_a_card_that_says_so(bot, slack, supervisor, in_data):
    slack.faults.answer("files.info", "file_deleted")

    await slack.say("analyst", "data", "@raygen sum", files=[("sales.csv", CSV)])
    card = await in_data("no longer in Slack")

    assert "try_again" in str(card.blocks)
    assert "Id `turn-" in str(card.blocks)
    assert supervisor.requests == []


async def test_a_workspace_without_a_store_says_so(slack, database, supervisor, whispered):
    async with connected(slack, Settings(cluster="10.0.0.1"), database, supervisor):
        await slack.say("analyst", "data", "@raygen sum", files=[("sales.csv", CSV)])

        told = await whispered("RAYGEN_FILES_STORE")

    assert told.ephemeral_to == slack.user("analyst").id


async def test_files_of_the_form_are_there_for_the_request_and_for_every_reply(bot, slack, supervisor, in_data):
    supervisor.answers = [validated(), validated("print('again')")]
    await slack.shortcut("analyst", "ask_raygen")
    await slack.wait_until(lambda: slack.modals("analyst") or None, 20)
    place = slack.channel("data").id

    await slack.submit_view("analyst", {"prompt": "sum the amounts", "channel": place, "files": [("sales.csv", CSV)]})
    card = await in_data("code_card")
    await slack.say("engineer", "data", "sum them by region", thread_ts=card.thread_ts)
    await in_data("code_card", number=2)

    first, second = supervisor.asked(Generate)
    assert fetched(first.input_files) == fetched(second.input_files) == {"sales.csv": CSV}


async def test_files_of_a_form_whose_channel_lacked_raygen_are_there_when_it_is_tried_again(
    bot, slack, supervisor, in_data, whispered
):
    supervisor.answers = [validated()]
    await slack.shortcut("analyst", "ask_raygen")
    await slack.wait_until(lambda: slack.modals("analyst") or None, 20)
    place = slack.channel("random").id
    await slack.submit_view("analyst", {"prompt": "sum", "channel": place, "files": [("sales.csv", CSV)]})
    refused = await whispered("/invite @raygen")

    await slack.join("raygen", "random")
    await slack.click("analyst", "random", refused.ts, "try_again")
    await in_data("code_card", channel="random")

    assert fetched(supervisor.asked(Generate)[0].input_files) == {"sales.csv": CSV}
