"""A sandbox goes on where it was stopped."""

import pytest

from sandbox.slack import SlackServer
from sandbox.web.archive import SPARE, Archive
from tests.sandbox.slack.conftest import manifest


@pytest.fixture
def path(tmp_path):
    return tmp_path / "slack.sqlite3"


async def opened(path):
    slack = SlackServer(manifest())
    archive = Archive(slack.platform, path)
    archive.open()
    return slack, archive


async def reopened(archive, path):
    await archive.close()
    return await opened(path)


async def test_people_messages_threads_and_files_are_there_again(path):
    slack, archive = await opened(path)
    slack.add_user("newcomer")
    root = await slack.say("analyst", "data", "count *this*", files=[("a.png", b"\x89PNG\x00")])
    await slack.say("engineer", "data", "done", thread_ts=root)
    await slack.react("engineer", "data", root, "eyes")
    before = slack.channel("data").messages

    later, archive = await reopened(archive, path)
    await archive.close()

    assert later.channel("data").messages == before
    assert later.user("newcomer").id == slack.user("newcomer").id
    assert [f.content for f in later.files.values()] == [b"\x89PNG\x00"]
    assert later.bot == slack.bot


async def test_what_was_edited_or_deleted_stays_so(path):
    slack, archive = await opened(path)
    kept = await slack.say("analyst", "data", "first")
    gone = await slack.say("analyst", "data", "second")
    slack, archive = await reopened(archive, path)
    await slack.edit("analyst", "data", kept, "changed")
    await slack.delete("analyst", "data", gone)

    later, archive = await reopened(archive, path)
    await archive.close()

    assert [m.text for m in later.channel("data").messages] == ["changed"]


async def test_no_identifier_is_handed_out_twice(path):
    slack, archive = await opened(path)
    triggers = {slack.platform.triggers.issue(slack.user("analyst").id) for _ in range(5)}
    ts = await slack.say("analyst", "data", "one")

    later, archive = await reopened(archive, path)
    again = {later.platform.triggers.issue(later.user("analyst").id) for _ in range(5)}
    next_ts = await later.say("analyst", "data", "two")
    await archive.close()

    assert not triggers & again
    assert next_ts > ts
    assert later.platform.ids.counted["trigger"] > SPARE


async def test_a_second_start_writes_down_what_is_new(path):
    slack, archive = await opened(path)
    await slack.say("analyst", "data", "one")
    slack, archive = await reopened(archive, path)
    await slack.say("analyst", "data", "two", files=[("b.txt", b"b")])

    later, archive = await reopened(archive, path)
    await archive.close()

    assert [m.text for m in later.channel("data").messages] == ["one", "two"]
    assert [f.name for f in later.channel("data").messages[1].files] == ["b.txt"]


async def test_a_stream_that_was_open_has_ended(path):
    slack, archive = await opened(path)
    channel = slack.platform.workspace.place("data")
    ts = await slack.say("analyst", "data", "half")
    channel.messages[ts] = type(channel.messages[ts])(**{**vars(channel.messages[ts]), "streaming": True})

    later, archive = await reopened(archive, path)
    await archive.close()

    assert later.channel("data").message(ts).streaming is False
