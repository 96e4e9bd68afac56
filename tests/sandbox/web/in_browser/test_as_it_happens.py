"""What changes while one looks: streams, agents at work, messages for one person, late answers."""

import pytest_asyncio
from playwright.async_api import expect

from tests.sandbox.slack.conftest import connected, new_app
from tests.sandbox.web.browser import window
from tests.sandbox.web.in_browser.drawing import button, client, post, section


@pytest_asyncio.fixture(loop_scope="session")
async def thread(visitor):
    """The channel and the root of a thread in #data."""
    root = await client(visitor).chat_postMessage(channel=visitor.slack.channel("data").id, text="a request")
    await visitor.slack.say("engineer", "data", "a reply", thread_ts=root["ts"])
    return {"channel": root["channel"], "thread_ts": root["ts"]}


async def test_a_stream_grows_as_it_comes_and_a_reload_in_the_middle_loses_nothing(visitor, page, thread):
    analyst = visitor.slack.user("analyst")
    await page.look()
    await page.open_thread()

    stream = await client(visitor).chat_startStream(
        **thread, recipient_user_id=analyst.id, recipient_team_id=analyst.team_id, markdown_text="First, "
    )
    place = {"channel": thread["channel"], "ts": stream["ts"]}
    await expect(page.thread.get_by_text("First,")).to_be_visible()
    await expect(page.thread.get_by_role("img", name="Still writing")).to_be_visible()
    await page.page.reload()
    await client(visitor).chat_appendStream(**place, markdown_text="**second**, ")
    await expect(page.thread.get_by_text("First, second,")).to_be_visible()
    await client(visitor).chat_stopStream(**place, markdown_text="done.", blocks=[section("And a block.")])

    await expect(page.thread.get_by_text("First, second, done.")).to_be_visible()
    await expect(page.thread.get_by_text("And a block.")).to_be_visible()
    await expect(page.thread.get_by_role("img", name="Still writing")).to_have_count(0)


async def test_slacks_own_stop_is_there_while_the_agent_works_and_reaches_the_app(visitor, page, thread):
    app = new_app(visitor.slack)
    stopped = []

    @app.event("agent_session_stopped")
    async def stop(event, client):
        stopped.append(event["thread_ts"])
        await client.agents_sessions_setStatus(
            channel_id=thread["channel"], thread_ts=thread["thread_ts"], status="active"
        )

    session = {"channel_id": thread["channel"], "thread_ts": thread["thread_ts"]}
    await client(visitor).agents_sessions_setStatus(**session, status="processing")
    async with connected(app, visitor.slack):
        await page.look()
        await page.open_thread()
        await page.thread.get_by_role("button", name="Stop").press("Enter")
        await expect(page.thread.get_by_role("button", name="Stop")).to_have_count(0)

    assert stopped == [thread["thread_ts"]]


async def test_a_status_is_said_below_the_thread(visitor, page, thread):
    await page.look()
    await page.open_thread()

    await client(visitor).assistant_threads_setStatus(
        channel_id=thread["channel"], thread_ts=thread["thread_ts"], status="is writing the program…"
    )

    await expect(page.thread.get_by_text("raygen is writing the program…")).to_be_visible()


async def test_a_message_for_one_person_says_so_and_goes_when_it_is_dismissed(visitor, page):
    analyst = visitor.slack.user("analyst").id
    await page.look()

    await client(visitor).chat_postEphemeral(channel=visitor.slack.channel("data").id, user=analyst, text="a word")
    await expect(page.messages.last).to_contain_text("Only visible to you")
    await page.messages.last.hover()
    await page.messages.last.get_by_role("button", name="Dismiss").click()

    await expect(page.messages).to_have_count(0)


async def test_a_command_that_nobody_acknowledges_in_time_ends_in_slacks_own_words(visitor, page):
    app = new_app(visitor.slack)

    @app.command("/raygen")
    async def command(ack):
        await ack()

    await page.look()
    async with connected(app, visitor.slack):
        await visitor.post("/web/trouble", {"trouble": "late", "times": 1, "seconds": 4})

        await page.say("/raygen say hello")

        await expect(page.messages.last).to_contain_text("operation_timeout")
    await expect(page.messages.last).to_contain_text("Only visible to you")
    await expect(page.field("Message #data")).to_have_value("")


async def test_a_button_that_asks_first_is_pressed_only_after_a_yes(visitor, page):
    app = new_app(visitor.slack)
    pressed = []

    @app.action("delete")
    async def delete(ack):
        pressed.append(1)
        await ack()

    ask = {
        "title": {"type": "plain_text", "text": "Delete it?"},
        "text": {"type": "mrkdwn", "text": "It is *gone* then."},
        "confirm": {"type": "plain_text", "text": "Delete"},
        "deny": {"type": "plain_text", "text": "Keep"},
    }
    await post(visitor, [{"type": "actions", "elements": [button("Delete all", "delete", confirm=ask)]}])
    async with connected(app, visitor.slack):
        await page.look()
        asking = page.page.get_by_role("dialog", name="Delete it?")
        await page.page.get_by_role("button", name="Delete all").click()
        await asking.get_by_role("button", name="Keep").click()
        await expect(asking).to_have_count(0)
        before = len(pressed)
        await page.page.get_by_role("button", name="Delete all").click()
        await asking.get_by_role("button", name="Delete", exact=True).click()
        await expect(asking).to_have_count(0)
        await visitor.slack.wait_until(lambda: pressed, 10)

    assert (before, len(pressed)) == (0, 1)


async def test_of_two_windows_of_one_person_both_show_what_was_done_in_either(browser, visitor, page):

    async with window(browser, visitor.url) as other:
        await page.look()
        await other.look()

        await page.say("from the one")
        await other.say("from the other")

        for one in (page, other):
            await expect(one.messages).to_have_count(2)
            await expect(one.messages.last).to_contain_text("from the other")
