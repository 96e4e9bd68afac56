"""Uploads, https://docs.slack.dev/messaging/working-with-files#uploading_files."""

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackServer, Timing
from tests.sandbox.slack.conftest import manifest
from tests.sandbox.slack.refusals import error_of


async def send(url, content):
    async with aiohttp.ClientSession() as session, session.post(url, data=content) as answer:
        return answer.status


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"filename": "a.py", "length": 0}, "missing_argument"),
        ({"filename": "a.py", "length": 1_048_577, "snippet_type": "python"}, "snippet_too_large"),
        ({"filename": "a.py", "length": 1, "snippet_type": "pyhton"}, "unknown_snippet_type"),
        ({"filename": "a.png", "length": 1, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
    ],
)
async def test_a_ticket_for_the_wrong_thing_is_refused(client, args, error):
    assert await error_of(client.files_getUploadURLExternal(**args)) == error


async def test_bytes_of_another_length_are_refused_and_the_file_does_not_exist(client):
    ticket = await client.files_getUploadURLExternal(filename="a.py", length=3)

    status = await send(ticket["upload_url"], b"four")

    assert status == 400
    assert await error_of(client.files_completeUploadExternal(files=[{"id": ticket["file_id"]}])) == "file_not_found"


async def test_the_bytes_may_come_as_a_form(server, client):
    ticket = await client.files_getUploadURLExternal(filename="a.py", length=3)
    form = aiohttp.FormData()
    form.add_field("file", b"abc", filename="a.py")

    status = await send(ticket["upload_url"], form)
    await client.files_completeUploadExternal(files=[{"id": ticket["file_id"], "title": "A"}])

    file = server.files[ticket["file_id"]]
    assert (status, file.content, file.title) == (200, b"abc", "A")


async def test_an_upload_is_completed_once(client):
    ticket = await client.files_getUploadURLExternal(filename="a.py", length=3)
    await send(ticket["upload_url"], b"abc")
    await client.files_completeUploadExternal(files=[{"id": ticket["file_id"]}])

    assert await error_of(client.files_completeUploadExternal(files=[{"id": ticket["file_id"]}])) == "file_not_found"


async def test_a_file_is_shared_only_where_the_bot_is(server, client):
    ticket = await client.files_getUploadURLExternal(filename="a.py", length=3)
    await send(ticket["upload_url"], b"abc")
    files = [{"id": ticket["file_id"]}]

    call = client.files_completeUploadExternal(files=files, channel_id=server.channel("random").id)

    assert await error_of(call) == "not_in_channel"


async def test_the_message_with_the_file_appears_after_a_while(clock):
    async with SlackServer(manifest(), clock=clock, timing=Timing(share_delay=5.0)) as server:
        client = AsyncWebClient(token=server.bot_token, base_url=server.api_url)
        uploaded = await client.files_upload_v2(
            content="x", filename="a.txt", channel=server.channel("data").id, initial_comment="here"
        )
        info_before = await client.files_info(file=uploaded["file"]["id"])
        before = server.channel("data").messages
        clock.advance(5.0)
        after = await server.wait_until(lambda: server.channel("data").messages)
        info_after = await client.files_info(file=uploaded["file"]["id"])

    assert before == ()
    assert info_before["file"]["shares"] == {}
    assert (after[0].text, after[0].subtype) == ("here", "file_share")
    assert info_after["file"]["shares"]["public"][server.channel("data").id] == [{"ts": after[0].ts}]


async def test_the_message_with_the_file_may_never_appear(clock):
    async with SlackServer(manifest(), clock=clock, timing=Timing(share_delay=None)) as server:
        client = AsyncWebClient(token=server.bot_token, base_url=server.api_url)
        uploaded = await client.files_upload_v2(content="x", filename="a.txt", channel=server.channel("data").id)
        clock.advance(3600)
        await client.auth_test()

    assert server.channel("data").messages == ()
    assert server.files[uploaded["file"]["id"]].content == b"x"


async def test_blocks_stand_in_for_a_comment(server, client):
    ticket = await client.files_getUploadURLExternal(filename="a.py", length=3, snippet_type="python")
    await send(ticket["upload_url"], b"abc")

    await client.files_completeUploadExternal(
        files=[{"id": ticket["file_id"]}], channel_id=server.channel("data").id, blocks='[{"type": "divider"}]'
    )
    shared = await server.wait_until(lambda: server.channel("data").messages)

    assert [block["type"] for block in shared[0].blocks] == ["divider"]


async def test_a_deleted_file_is_gone(server, client):
    uploaded = await client.files_upload_v2(content="x", filename="a.txt")
    file_id = uploaded["file"]["id"]

    await client.files_delete(file=file_id)

    assert file_id not in server.files
    assert await error_of(client.files_info(file=file_id)) == "file_not_found"


async def test_a_file_of_a_person_can_be_read_with_the_token_alone(server, client):
    await server.say("analyst", "data", "look", files=[("words.txt", b"one two")])
    file = next(iter(server.files.values()))
    url = (await client.files_info(file=file.id))["file"]["url_private"]

    async with aiohttp.ClientSession() as session:
        allowed = await session.get(url, headers={"Authorization": f"Bearer {server.bot_token}"})
        content = await allowed.read()
        refused = await session.get(url)

    assert content == b"one two"
    assert (refused.url.path, refused.content_type) == ("/signin", "text/html")


async def test_a_message_tells_where_its_files_can_be_read_until_they_are_deleted(server, client):
    ts = await server.say("analyst", "data", "look", files=[("für uns.csv", b"a,b")])
    (file_id,) = server.files

    async def shown():
        answer = await client.conversations_replies(channel=server.channel("data").id, ts=ts)
        return answer["messages"][0]["files"][0]

    before = await shown()
    await server.delete_file("analyst", file_id)
    after = await shown()

    assert before["url_private_download"].endswith(f"{file_id}/download/f%C3%BCr%20uns.csv")
    assert after == {"id": file_id, "mode": "tombstone"}
