"""Reading files from Slack, with everything that Slack is known to answer instead of one."""

from dataclasses import replace

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.attachments.shared import SharedFile, shared_in
from bot.attachments.slack_files import KnownFile, WebApiFiles, _is_slacks
from bot.errors import BadRequest, SlackUnavailable
from sandbox.slack import SlackServer

DOWNLOAD = "file_download"


@pytest.fixture
def waited():
    return []


@pytest.fixture
def files(client, waited):
    async def wait(seconds):
        waited.append(seconds)

    return WebApiFiles(client, wait)


@pytest.fixture
async def attached(slack, files):
    """A file that somebody has attached, and what Slack knows of it."""
    await slack.say("analyst", "data", "look", files=[("rows.csv", b"a,b\n1,2\n")])
    (file,) = slack.files.values()
    shared = SharedFile(file.id, file.name, len(file.content))
    return shared, await files.known(shared)


async def test_a_file_comes_as_it_was_attached(files, attached, tmp_path):
    shared, known = attached

    await files.fetch(shared, known, tmp_path / "rows.csv")

    assert (tmp_path / "rows.csv").read_bytes() == b"a,b\n1,2\n"
    assert known.size == 8


async def test_the_files_of_a_thread_are_those_of_people_up_to_a_message(slack, client, files):
    root = await slack.say("analyst", "data", "look", files=[("one.csv", b"1")])
    asked = await slack.say("engineer", "data", "sum them", root, files=[("two.csv", b"2"), ("three.csv", b"3")])
    await slack.say("analyst", "data", "and this", root, files=[("four.csv", b"4")])
    data = slack.channel("data").id
    await client.files_upload_v2(content="x", filename="bots.txt", channel=data, thread_ts=root)
    await slack.wait_until(lambda: any(m.user == slack.bot.id for m in slack.channel("data").messages))

    until = await files.posts(data, root, asked)
    all_of_them = await files.posts(data, root, None)

    assert [[file.name for file in post.files] for post in until] == [["one.csv"], ["two.csv", "three.csv"]]
    assert [post.user_id for post in until] == [slack.user("analyst").id, slack.user("engineer").id]
    assert [file.name for post in all_of_them for file in post.files][-1] == "four.csv"


async def test_a_thread_that_slack_does_not_show_has_no_files(slack, files):
    assert await files.posts(slack.channel("random").id, "1.1", None) == []


@pytest.mark.parametrize("known_before", [True, False])
async def test_a_file_that_was_deleted_since_has_vanished(slack, files, attached, tmp_path, known_before):
    shared, known = attached
    await slack.delete_file("analyst", shared.id)

    with pytest.raises(BadRequest, match="file_vanished") as refusal:
        await (files.fetch(shared, known, tmp_path / "x") if known_before else files.known(shared))

    assert refusal.value.sentence == "«rows.csv» is no longer in Slack. Attach it again and say what to do with it."


async def test_without_the_scope_the_person_is_told_whom_to_ask(manifest, attached, tmp_path):
    manifest["oauth_config"]["scopes"]["bot"].remove("files:read")
    async with SlackServer(manifest) as slack:
        files = WebApiFiles(AsyncWebClient(token=slack.bot_token, base_url=slack.api_url))
        await slack.say("analyst", "data", "look", files=[("rows.csv", b"a")])
        (file,) = slack.files.values()
        url = f"{slack.platform.workspace.files_url}/T1-{file.id}/download/rows.csv"
        known = replace(attached[1], size=1, url=url)

        with pytest.raises(BadRequest, match="files_scope"):
            await files.known(SharedFile(file.id, "rows.csv"))
        with pytest.raises(BadRequest, match="files_scope"):
            await files.fetch(SharedFile(file.id, "rows.csv"), known, tmp_path / "x")


async def test_the_page_of_a_login_is_not_taken_for_the_file(slack, files, attached, tmp_path):
    slack.faults.answer(DOWNLOAD, "<html>Sign in</html>")

    with pytest.raises(BadRequest, match="files_scope"):
        await files.fetch(*attached, tmp_path / "x")


async def test_a_page_that_somebody_attached_is_a_file_like_any_other(slack, files, tmp_path):
    await slack.say("analyst", "data", "look", files=[("page.html", b"<p>1</p>")])
    (file,) = slack.files.values()
    shared = SharedFile(file.id, file.name)

    await files.fetch(shared, await files.known(shared), tmp_path / "page.html")

    assert (tmp_path / "page.html").read_bytes() == b"<p>1</p>"


async def test_slack_is_asked_again_after_as_long_as_it_says(slack, files, attached, waited, tmp_path):
    slack.faults.rate_limit(DOWNLOAD, retry_after=7)
    slack.faults.fail(DOWNLOAD)

    await files.fetch(*attached, tmp_path / "x")

    assert (tmp_path / "x").stat().st_size == 8
    assert waited == [7, 2]


async def test_connections_that_break_are_an_outage(slack, files, attached, waited, tmp_path):
    slack.faults.drop(DOWNLOAD, times=9)

    with pytest.raises(SlackUnavailable):
        await files.fetch(*attached, tmp_path / "x")

    assert len(waited) == 4


async def test_slack_is_not_asked_for_ever_and_not_waited_for_as_long_as_it_likes(slack, files, attached, waited):
    slack.faults.rate_limit(DOWNLOAD, times=9, retry_after=3_600)

    with pytest.raises(SlackUnavailable):
        await files.fetch(*attached, None)

    assert waited == [30, 30, 30, 0]


async def test_a_file_of_another_length_than_slack_says_does_not_count(files, attached, tmp_path):
    shared, known = attached

    for size in (known.size - 1, known.size + 1):
        with pytest.raises(BadRequest, match="file_changed"):
            await files.fetch(shared, replace(known, size=size), tmp_path / "x")


async def test_nobody_but_slack_is_shown_the_token(slack, files, attached, tmp_path):
    shared, known = attached
    before = len(slack.calls)

    for url in ("https://evil.example/x", slack.api_url.replace("127.0.0.1", "127.0.0.2"), ""):
        with pytest.raises(BadRequest, match="no_file"):
            await files.fetch(shared, replace(known, url=url), tmp_path / "x")

    assert len(slack.calls) == before


@pytest.mark.parametrize(
    ("url", "slacks"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/x.csv", True),
        ("https://slack.com/x", True),
        ("http://files.slack.com/x", False),
        ("https://files.slack.com:8443/x", False),
        ("https://evilslack.com/x", False),
        ("https://slack.com.evil.example/x", False),
        ("https://slack.com@evil.example/x", False),
        ("https://u@files.slack.com/x", False),
    ],
)
def test_slacks_own_hosts_are_the_apis_and_those_below_it(url, slacks):
    assert _is_slacks(url, "https://slack.com/api/") is slacks


def test_what_slack_leaves_of_a_deleted_file_is_read_as_such():
    (file,) = shared_in({"files": [{"id": "F1", "mode": "tombstone"}, {"mode": "hosted"}, "?"]})

    assert file.gone


async def test_slack_that_does_not_answer_is_an_outage(slack, files, attached):
    shared, _ = attached
    slack.faults.fail("files.info")

    with pytest.raises(SlackUnavailable):
        await files.known(shared)


async def test_what_is_known_of_a_file_says_whether_it_can_change(attached):
    _, known = attached

    assert isinstance(known, KnownFile)
    assert not known.editable
