"""What people write and programs print stays a text, and what goes away in the middle ends nothing but itself."""

import pytest
from sqlalchemy import select

from agents.wire import Generate, JobReport
from bot.blocks import names
from bot.store.models import Run, Turn
from sandbox.slack.posting import remove
from tests.bot.slack.conftest import SECONDS, press
from tests.bot.workspaces.conftest import until
from tests.fakes.supervisor import validated

PROMPTS = {
    "mentions": "ask <@U12345678> and <!channel> and <#C12345678> to count",
    "a link": "read <https://evil.example/x|the docs> and https://evil.example/y",
    "a code fence": "run this: ```python\nprint('a')\n``` and `b`",
    "a flood of emoji": "🚀" * 2_000 + ":tada:" * 500,
    "right to left": "ספור עד עשר \u202eevil\u202c وأعد النتيجة",
    "control characters": "count\x07 to\x1b[31m ten\x7f\u200b",
    "entities": "1 &lt; 2 &amp;&amp; 3 > 2 & \"x\" 'y'",
}
OUTPUTS = {
    "a call of everybody": "<!channel> <!here> @everyone\n",
    "links of Slack": "<https://evil.example|click> <mailto:a@evil.example|b>\n",
    "ANSI": "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07link\x1b]8;;\x07\n",
    "fences": "```\n*bold* _it_ ~no~ `code`\n```\n> quote\n",
    "right to left": "\u202eevil\u202c\n",
    "ten megabytes": "<!channel> and so on\n" * 500_000,
}
RUNNING = JobReport(status="running", output="begun\n", log_offset=6)


def done(output):
    return JobReport(status="succeeded", output=output, log_offset=len(output))


def markup(value):
    """Every text that Slack reads as mrkdwn, and every notification text."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for key, inner in value.items():
            yield from [inner] if key == "text" and isinstance(inner, str) and "blocks" in value else markup(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from markup(inner)


def is_harmless(slack):
    """Whether nothing that was said calls anybody, leads anywhere, or was refused."""
    said = [text for call in slack.calls if call.method.startswith("chat.") for text in markup(dict(call.args))]
    evil = ("<!", "evil.example|", "<https://evil", "<mailto:", "<@U12345678>", "<#C12345678>", "\x1b")
    unfurls = [call for call in slack.calls if call.method == "chat.postMessage" and call.args.get("unfurl_links")]
    refused = [call for call in slack.calls if call.error]
    return not ([text for text in said if any(one in text for one in evil)] or unfurls or refused or slack.problems)


@pytest.mark.parametrize("text", PROMPTS.values(), ids=PROMPTS)
@pytest.mark.parametrize("way", ["command", "mention"])
async def test_whatever_is_asked_is_answered_and_calls_nobody(bot, slack, supervisor, in_data, way, text):
    supervisor.answers = [validated()]

    if way == "command":
        await slack.command("analyst", "data", "/raygen", text)
    else:
        await slack.say("analyst", "data", f"@raygen {text}")
    await in_data(names.CODE_CARD)

    assert len(supervisor.asked(Generate)[0].prompt) > 10
    assert is_harmless(slack)


@pytest.mark.parametrize("output", OUTPUTS.values(), ids=OUTPUTS)
async def test_whatever_a_program_prints_stays_what_it_printed(bot, slack, supervisor, in_data, card, output):
    supervisor.reports = [done(output)]

    await press(slack, card, "run_code")
    ended = await in_data(names.ENDED_RUN)

    assert "Finished" in str(ended.blocks)
    assert is_harmless(slack)


async def delivered(database, table):
    """The only row of the table, once nobody has to be told of it any more."""

    async def look():
        async with database.reading() as session:
            return (await session.scalars(select(table))).first()

    return await until(look, lambda row: row is not None and row.delivered)


def direct_messages(slack, user):
    """What the bot has told a person in their direct messages; files are in the threads below."""
    told = slack.platform.workspace.direct(slack.user(user)).messages.values()
    return [message for message in told if message.user == slack.bot.id and message.thread_ts is None]


def is_plain(message):
    """Whether there is nothing to press."""
    return not {block["type"] for block in message.blocks} & {"actions", "context_actions"}


async def test_a_channel_that_is_archived_in_the_middle_leaves_no_run_behind(bot, slack, supervisor, database, card):
    supervisor.reports = [RUNNING]
    await press(slack, card, "run_code")
    await slack.wait_until(lambda: "Running*" in str(slack.channel("data").messages), SECONDS)

    slack.platform.workspace.channels[card.channel].is_archived = True
    supervisor.reports = [done("begun\nended\n")]
    run = await delivered(database, Run)

    assert run.state == "succeeded"
    assert run.output.endswith("ended\n")
    told = direct_messages(slack, "analyst")
    assert len(told) == 1
    assert all(each in str(told[0].blocks) for each in ("archived", "Finished", "begun", run.id))
    assert is_plain(told[0])


async def test_a_direct_message_whose_answer_is_lost_is_found_and_not_sent_twice(
    bot, slack, supervisor, database, card
):
    supervisor.reports = [RUNNING]
    await press(slack, card, "run_code")
    await slack.wait_until(lambda: "Running*" in str(slack.channel("data").messages), SECONDS)

    slack.platform.workspace.channels[card.channel].is_archived = True
    slack.faults.drop("chat.postMessage", after_effect=True)
    supervisor.reports = [done("ended\n")]
    await delivered(database, Run)

    assert len(direct_messages(slack, "analyst")) == 1
    assert slack.faults.planned == []


async def test_a_card_that_is_deleted_while_its_run_is_on_comes_again_with_the_result(
    bot, slack, supervisor, in_data, card
):
    supervisor.reports = [RUNNING]
    await press(slack, card, "run_code")
    live = await in_data("Running*")

    remove(slack.platform, live)
    supervisor.reports = [done("begun\nended\n")]
    ended = await in_data(names.ENDED_RUN)

    assert ended.ts != live.ts
    assert ended.thread_ts == card.thread_ts


async def test_a_thread_whose_root_is_gone_keeps_its_buttons(bot, slack, supervisor, in_data):
    supervisor.answers = [validated()]
    root = await slack.say("analyst", "data", "@raygen say hello")
    card = await in_data(names.CODE_CARD)
    supervisor.reports = [done("Hello\n")]

    await slack.delete("analyst", "data", root)
    await press(slack, card, "run_code")

    assert (await in_data(names.ENDED_RUN)).thread_ts == root


async def test_a_request_that_is_deleted_at_once_is_ended_in_the_store(bot, slack, supervisor, database):
    supervisor.answers = [validated()]

    ts = await slack.say("analyst", "data", "@raygen say hello")
    await slack.delete("analyst", "data", ts)
    turn = await delivered(database, Turn)

    assert turn.state in {"answered", "failed"}
    assert names.CODE_CARD not in str(slack.channel("data").messages)
    assert [turn.id in str(message.blocks) for message in direct_messages(slack, "analyst")] == [True]
    assert slack.problems == []
