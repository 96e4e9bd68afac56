"""Which files of a thread a program gets, and what happens when they cannot be had."""

import asyncio
import io
import zipfile
from dataclasses import replace

import pytest

from bot.attachments.shared import SharedFile
from bot.attachments.slack_files import WebApiFiles
from bot.attachments.staging import NoAttachments, StoredAttachments, noted, package_of
from bot.errors import BadRequest, FilesUnavailable, SlackUnavailable
from bot.people import Groups, People, Rights
from bot.sessions import session_id
from bot.settings import Settings
from tests.fakes.supervisor import validated

CSV = b"region,amount\nnorth,3\n"


class Thread:
    """A thread in #data, and turns in it."""

    def __init__(self, slack, turns, new_turn, attachments):
        self.slack, self.turns, self.new_turn, self.attachments = slack, turns, new_turn, attachments
        self.root = None
        self.count = 0

    async def say(self, text, *files, user="analyst"):
        ts = await self.slack.say(user, "data", text, self.root, files=files)
        self.root = self.root or ts
        return ts

    async def turn(self, ts=None, **changes):
        """The turn that the message `ts` asks for, claimed."""
        self.count += 1
        posted = next((m for m in self.slack.channel("data").messages if m.ts == ts), None)
        files = tuple(SharedFile(f.id, f.name, len(f.content)) for f in posted.files) if posted else ()
        values = {
            "id": f"turn-{self.count}",
            "team": self.slack.platform.workspace.team_id,
            "channel": self.slack.channel("data").id,
            "thread_ts": self.root,
            "message_ts": ts,
            "attached": noted(files),
        }
        await self.turns.request(self.new_turn(**(values | changes)))
        (turn,) = await self.turns.claim(1)
        return turn

    async def staged(self, ts=None, **changes):
        turn = await self.turn(ts, **changes)
        try:
            return await self.attachments.staged(turn)
        finally:
            await self.turns.fail(turn, "test", "over")
            await self.turns.deliver(turn)

    async def ask(self, *files, user="analyst"):
        return await self.staged(await self.say("sum them", *files, user=user))


def attachments_with(client, object_store, turns, **settings):
    async def wait(_seconds):
        """Not in a test."""

    rights = Rights(People(client), Groups(client), Settings(cluster="10.0.0.1", **settings))
    return StoredAttachments(WebApiFiles(client, wait), object_store, turns, rights)


@pytest.fixture
def attachments(client, object_store, turns):
    return attachments_with(client, object_store, turns)


@pytest.fixture
def thread(slack, turns, new_turn, attachments):
    return Thread(slack, turns, new_turn, attachments)


def unpacked(object_store, staged):
    with zipfile.ZipFile(io.BytesIO(object_store.packages[staged.package.sha256])) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def calls(slack, method):
    return [call for call in slack.calls if call.method == method]


async def test_the_files_of_a_message_become_a_package_with_a_description(thread, object_store):
    staged = await thread.ask(("sales.csv", CSV), ("bild.png", b"\x89PNG\r\n\x1a\n\x00"))

    assert unpacked(object_store, staged) == {
        "raygen-inputs/sales.csv": CSV,
        "raygen-inputs/bild.png": b"\x89PNG\r\n\x1a\n\x00",
    }
    assert staged.package.names == ("bild.png", "sales.csv")
    picture, table = staged.descriptions
    assert (picture.kind, picture.size) == ("other", 9)
    assert (table.columns, table.lines) == (("region", "amount"), 2)


async def test_a_thread_without_files_costs_no_fetching(thread, slack, object_store):
    assert await thread.ask() is None
    assert await thread.ask() is None

    assert (calls(slack, "files.info"), object_store.put_calls) == ([], 0)


async def test_files_of_earlier_messages_are_there_and_a_newer_one_of_a_name_replaces_the_older(thread, object_store):
    await thread.ask(("a.csv", b"old"), ("b.csv", b"kept"))
    await thread.say("have a look", ("a.csv", b"new"), user="engineer")

    staged = await thread.ask()

    assert unpacked(object_store, staged) == {"raygen-inputs/a.csv": b"new", "raygen-inputs/b.csv": b"kept"}


async def test_what_is_attached_after_the_request_does_not_count_for_it(thread, object_store):
    asked = await thread.say("sum them", ("a.csv", b"1"))
    second = await thread.say("and again")
    await thread.say("better data", ("a.csv", b"2"))

    staged = [await thread.staged(asked), await thread.staged(second), await thread.staged()]

    assert [unpacked(object_store, one)["raygen-inputs/a.csv"] for one in staged] == [b"1", b"1", b"2"]


async def test_the_same_files_are_fetched_once(thread, slack, object_store):
    first = await thread.ask(("a.csv", b"1"))
    second = await thread.ask()

    assert first == second
    assert len(calls(slack, "file_download")) == 1
    assert object_store.put_calls == 1


async def test_files_that_the_store_has_lost_are_fetched_again(thread, object_store):
    first = await thread.ask(("a.csv", b"1"))
    object_store.packages.clear()

    assert await thread.ask() == first
    assert object_store.put_calls == 2


async def test_a_turn_that_is_repeated_has_the_same_files(thread, slack, attachments):
    turn = await thread.turn(await thread.say("sum", ("a.csv", b"1")))
    first = await attachments.staged(turn)
    await slack.delete_file("analyst", next(iter(slack.files)))

    again = await attachments.staged(await thread.turns.find(turn.id))

    assert again == first


async def test_a_file_that_vanished_before_the_turn_began_is_said(thread, slack):
    asked = await thread.say("sum", ("a.csv", b"1"))
    await slack.delete_file("analyst", next(iter(slack.files)))

    with pytest.raises(BadRequest, match="file_vanished"):
        await thread.staged(asked)


async def test_an_older_file_that_was_deleted_does_not_count_any_more(thread, slack):
    await thread.ask(("a.csv", b"1"))
    await slack.delete_file("analyst", next(iter(slack.files)))

    assert await thread.ask() is None


async def test_files_of_people_who_may_not_ask_are_left_out(thread, object_store):
    await thread.ask(("a.csv", b"mine"))
    await thread.say("use mine", ("a.csv", b"a guest's"), user="guest")

    staged = await thread.ask()

    assert unpacked(object_store, staged) == {"raygen-inputs/a.csv": b"mine"}


async def test_files_of_people_whom_the_channel_does_not_list_are_left_out(
    slack, client, turns, new_turn, object_store
):
    roles = {slack.channel("data").id: {"ask": (slack.user("analyst").id,)}}
    attachments = attachments_with(client, object_store, turns, channel_roles=roles)
    thread = Thread(slack, turns, new_turn, attachments)
    await thread.ask(("a.csv", b"mine"))
    await thread.say("use mine", ("a.csv", b"a member's who is not listed"), user="engineer")

    staged = await thread.ask()

    assert unpacked(object_store, staged) == {"raygen-inputs/a.csv": b"mine"}


async def test_code_of_others_in_the_thread_is_left_out_and_ones_own_is_refused(thread):
    await thread.ask()
    await thread.say("my helper", ("numpy.py", b"import os"))

    assert await thread.ask() is None
    with pytest.raises(BadRequest, match="code_attached"):
        await thread.ask(("numpy.py", b"import os"))


async def test_too_many_and_too_large_files_are_refused_with_what_to_do(thread):
    with pytest.raises(BadRequest, match="too_many_files"):
        await thread.ask(*((f"{number}.csv", b"1") for number in range(21)))

    with pytest.raises(BadRequest, match="files_too_large") as refusal:
        thread.attachments.require((SharedFile("F1", "a.bin", 60 * 2**20), SharedFile("F2", "b.bin", 40 * 2**20)))
    assert "100.0 MiB" in refusal.value.sentence


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (SharedFile("F1", "empty.csv", 0), "empty_file"),
        (SharedFile("F1", "plan", 10, "external"), "no_file"),
        (SharedFile("F1", "notes", 10, "canvas"), "no_file"),
        (SharedFile("F1", "run.sh", 10), "code_attached"),
        (SharedFile("F1", "", None, "tombstone"), "file_vanished"),
    ],
)
def test_what_a_program_cannot_have_is_refused_at_once(attachments, file, code):
    with pytest.raises(BadRequest, match=code) as refusal:
        attachments.require((file,))

    assert refusal.value.sentence.endswith(".")


async def test_an_outage_is_tried_again_until_patience_ends(thread, slack, object_store):
    asked = await thread.say("sum", ("a.csv", b"1"))
    slack.faults.fail("files.info", times=2)

    turn = await thread.turn(asked)
    with pytest.raises(SlackUnavailable):
        await thread.attachments.staged(turn)
    turn.failures = 5
    with pytest.raises(BadRequest, match="internal_error"):
        await thread.attachments.staged(turn)


async def test_files_that_never_come_are_an_outage(thread, attachments):
    class Stalled:
        async def known(self, _file):
            await asyncio.Event().wait()

    thread.attachments = replace(attachments, slack=Stalled(), seconds=0.01)

    with pytest.raises(SlackUnavailable, match="slow_files"):
        await thread.ask(("a.csv", b"1"))


async def test_a_store_that_is_away_is_an_outage(thread, object_store):
    asked = await thread.say("sum", ("a.csv", b"1"))
    object_store.outages = 1

    with pytest.raises(FilesUnavailable):
        await thread.staged(asked)


async def test_without_a_store_files_are_refused_and_threads_are_not_looked_through(thread, slack):
    thread.attachments = NoAttachments()

    with pytest.raises(BadRequest, match="no_files_store"):
        await thread.ask(("a.csv", b"1"))
    assert await thread.ask() is None
    assert calls(slack, "conversations.replies") == []


async def test_a_version_keeps_the_files_that_it_was_validated_with(thread, turns, attachments):
    turn = await thread.turn(await thread.say("sum", ("a.csv", b"1")))
    staged = await attachments.staged(turn)
    session = session_id(turn.team, turn.channel, turn.thread_ts)
    await turns.open_thread(turn, turn.thread_ts, session)
    await turns.answer_with_code(turn, session, validated())
    version = await turns.newest_version(session)

    reference = await attachments.reference(package_of(version))

    assert package_of(version) == staged.package
    assert reference.names == ("a.csv",)
    assert reference.url.startswith(f"https://store.example/{staged.package.sha256}")
