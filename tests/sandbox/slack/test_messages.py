"""chat.* and conversations.*: https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours."""

import pytest

from tests.sandbox.slack.refusals import error_of
from tests.sandbox.slack.shapes import actions, button, section


async def post(client, text="x", channel="#data", **more):
    return (await client.chat_postMessage(channel=channel, text=text, **more))["ts"]


@pytest.mark.parametrize(
    ("channel", "error"),
    [("C9", "channel_not_found"), ("#nowhere", "channel_not_found"), ("#random", "not_in_channel")],
)
async def test_the_bot_posts_only_where_it_is(client, channel, error):
    assert await error_of(client.chat_postMessage(channel=channel, text="x")) == error


async def test_a_private_channel_without_the_bot_does_not_exist_for_it(server, client):
    secret = server.add_channel("secret", ["engineer"], kind="group")

    assert await error_of(client.chat_postMessage(channel=secret, text="x")) == "channel_not_found"


async def test_an_archived_channel_takes_nothing_new(server, client):
    ts = await post(client)
    server.archive("data")

    assert await error_of(client.chat_postMessage(channel="#data", text="x")) == "is_archived"
    assert await error_of(client.chat_update(channel=server.channel("data").id, ts=ts, text="y")) == "is_inactive"


async def test_a_message_to_a_user_id_goes_to_their_direct_messages(server, client):
    await client.chat_postMessage(channel=server.user("analyst").id, text="hello")

    assert [one.text for one in server.channel("analyst").messages] == ["hello"]
    opened = await client.conversations_open(users=server.user("analyst").id)
    assert opened["channel"]["id"] == server.channel("analyst").id


async def test_no_text_is_refused(client):
    assert await error_of(client.api_call("chat.postMessage", json={"channel": "#data", "text": " "})) == "no_text"


async def test_text_is_cut_at_forty_thousand_characters_with_a_warning(server, client):
    answer = await client.chat_postMessage(channel="#data", text="x" * 40_001)

    assert len(server.channel("data").messages[0].text) == 40_000
    assert answer["response_metadata"]["warnings"] == ["message_truncated"]


async def test_an_update_takes_at_most_four_thousand_characters(server, client):
    ts, channel = await post(client), server.channel("data").id

    await client.chat_update(channel=channel, ts=ts, text="y" * 4000)

    assert await error_of(client.chat_update(channel=channel, ts=ts, text="y" * 4001)) == "msg_too_long"


async def test_an_update_with_text_alone_takes_the_blocks_away(server, client):
    ts, channel = await post(client, blocks=[section()]), server.channel("data").id

    await client.chat_update(channel=channel, ts=ts, text="done")

    message = server.channel("data").message(ts)
    assert (message.text, message.blocks) == ("done", ())
    assert message.edited is not None


async def test_an_update_of_metadata_alone_keeps_the_content(server, client):
    ts, channel = await post(client, blocks=[section(block_id="b")]), server.channel("data").id
    metadata = {"event_type": "run", "event_payload": {"id": "1"}}

    await client.api_call("chat.update", json={"channel": channel, "ts": ts, "metadata": metadata})

    message = server.channel("data").message(ts)
    assert (message.text, message.blocks[0]["block_id"], message.metadata) == ("x", "b", metadata)


async def test_only_own_messages_can_be_changed_or_deleted(server, client):
    theirs, channel = await server.say("analyst", "data", "mine"), server.channel("data").id

    assert await error_of(client.chat_update(channel=channel, ts=theirs, text="x")) == "cant_update_message"
    assert await error_of(client.chat_delete(channel=channel, ts=theirs)) == "cant_delete_message"
    assert await error_of(client.chat_update(channel=channel, ts="1.000001", text="x")) == "message_not_found"


async def test_a_deleted_root_leaves_a_tombstone_while_it_has_replies(server, client):
    root, lonely, channel = await post(client), await post(client), server.channel("data").id
    await post(client, "reply", thread_ts=root)

    await client.chat_delete(channel=channel, ts=root)
    await client.chat_delete(channel=channel, ts=lonely)

    assert [(one.text, one.subtype) for one in server.channel("data").messages] == [
        ("This message was deleted.", "tombstone"),
        ("reply", None),
    ]


async def test_a_reply_needs_a_root(client):
    root = await post(client)
    reply = await post(client, thread_ts=root)

    assert (
        await error_of(client.chat_postMessage(channel="#data", text="x", thread_ts="1.000001")) == "thread_not_found"
    )
    assert (
        await error_of(client.chat_postMessage(channel="#data", text="x", thread_ts=reply)) == "cannot_reply_to_message"
    )


async def test_an_ephemeral_message_is_for_one_member_and_cannot_be_found_again(server, client):
    analyst, channel = server.user("analyst"), server.channel("data").id

    sent = await client.chat_postEphemeral(channel=channel, user=analyst.id, text="for you")

    assert [one.text for one in server.ephemerals("analyst")] == ["for you"]
    assert server.ephemerals("engineer") == []
    assert server.channel("data").messages == ()
    update = client.chat_update(channel=channel, ts=sent["message_ts"], text="x")
    assert await error_of(update) == "message_not_found"
    stranger = client.chat_postEphemeral(channel=channel, user=server.user("partner").id, text="x")
    assert await error_of(stranger) == "user_not_in_channel"


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"event_type": "run"}, "invalid_metadata_schema"),
        ({"event_payload": {}}, "invalid_metadata_format"),
        ({"event_type": "run", "event_payload": {}, "more": 1}, "invalid_metadata_format"),
        ({"event_type": "run", "event_payload": {"x": "x" * 16_000}}, "metadata_too_large"),
    ],
)
async def test_metadata_of_the_wrong_shape_is_refused(client, metadata, error):
    assert await error_of(client.chat_postMessage(channel="#data", text="x", metadata=metadata)) == error


async def test_metadata_is_read_back_only_when_asked_for(server, client):
    metadata = {"event_type": "run", "event_payload": {"id": "1"}}
    ts, channel = await post(client, metadata=metadata), server.channel("data").id

    plain = await client.conversations_replies(channel=channel, ts=ts)
    full = await client.conversations_replies(channel=channel, ts=ts, include_all_metadata=True)

    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_markdown_text_stands_alone(client):
    assert await error_of(client.chat_postMessage(channel="#data", text="x", markdown_text="y")) == (
        "markdown_text_conflict"
    )


async def test_a_borrowed_name_needs_its_scope(client):
    assert await error_of(client.chat_postMessage(channel="#data", text="x", username="boss")) == "missing_scope"


async def test_a_file_that_is_not_there_cannot_be_shown_as_an_image(client):
    image = {"type": "image", "slack_file": {"id": "F9"}, "alt_text": "plot"}

    assert await error_of(client.chat_postMessage(channel="#data", text="x", blocks=[image])) == "invalid_blocks"


async def test_every_block_gets_an_id(server, client):
    ts = await post(client, blocks=[section(), actions(button())])

    ids = [block["block_id"] for block in server.channel("data").message(ts).blocks]

    assert len(set(ids)) == 2
    assert all(ids)


async def test_timestamps_grow_over_the_whole_workspace_while_the_clock_stands_still(server, client):
    stamps = [await post(client), await server.say("analyst", "random", "x"), await post(client)]

    assert stamps == sorted(set(stamps))


async def test_replies_come_in_pages_oldest_first(server, client):
    root, channel = await post(client, "root"), server.channel("data").id
    for number in range(4):
        await post(client, f"reply {number}", thread_ts=root)

    first = await client.conversations_replies(channel=channel, ts=root, limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_replies(channel=channel, ts=root, limit=3, cursor=cursor)

    texts = [[one["text"] for one in page["messages"]] for page in (first, second)]
    assert texts == [["root", "reply 0", "reply 1"], ["reply 2", "reply 3"]]
    assert (first["has_more"], second["has_more"]) == (True, False)
    assert first["messages"][0]["reply_count"] == 4
    assert first["messages"][1]["parent_user_id"] == server.bot.id


async def test_a_thread_that_is_not_there_is_not_found(server, client):
    channel = server.channel("data").id

    assert await error_of(client.conversations_replies(channel=channel, ts="1.000001")) == "thread_not_found"
    wrong_cursor = client.conversations_history(channel=channel, cursor="x")
    assert await error_of(wrong_cursor) == "invalid_cursor"


async def test_history_is_newest_first_without_replies(server, client):
    root = await post(client, "one")
    await post(client, "reply", thread_ts=root)
    await post(client, "broadcast", thread_ts=root, reply_broadcast=True)
    await post(client, "two")

    history = await client.conversations_history(channel=server.channel("data").id)
    later = await client.conversations_history(channel=server.channel("data").id, oldest=root)

    assert [one["text"] for one in history["messages"]] == ["two", "broadcast", "one"]
    assert [one["text"] for one in later["messages"]] == ["two", "broadcast"]


async def test_a_channel_tells_what_it_is(server, client):
    info = await client.conversations_info(channel=server.channel("random").id, include_num_members=True)
    listed = await client.conversations_list(types="public_channel,private_channel")

    assert (info["channel"]["is_member"], info["channel"]["num_members"]) == (False, 3)
    assert [one["name"] for one in listed["channels"]] == ["data", "random", "ops", "joint"]
    assert await error_of(client.conversations_history(channel=server.channel("random").id)) == "not_in_channel"


async def test_a_permalink_names_channel_and_thread(server, client):
    root = await post(client)
    reply, channel = await post(client, thread_ts=root), server.channel("data").id

    link = await client.chat_getPermalink(channel=channel, message_ts=reply)

    assert link["permalink"] == (
        f"https://sandbox.slack.com/archives/{channel}/p{reply.replace('.', '')}?thread_ts={root}&cid={channel}"
    )


async def test_a_reaction_is_added_once_and_removed_once(server, client):
    ts, channel = await post(client), server.channel("data").id

    await client.reactions_add(channel=channel, timestamp=ts, name="eyes")

    assert server.channel("data").message(ts).reactions == (("eyes", server.bot.id),)
    assert await error_of(client.reactions_add(channel=channel, timestamp=ts, name="eyes")) == "already_reacted"
    assert await error_of(client.reactions_add(channel=channel, timestamp=ts, name="no such!")) == "invalid_name"
    await client.reactions_remove(channel=channel, timestamp=ts, name="eyes")
    assert await error_of(client.reactions_remove(channel=channel, timestamp=ts, name="eyes")) == "no_reaction"
