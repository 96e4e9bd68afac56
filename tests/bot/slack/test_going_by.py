"""What is made of a program that a direct message has taken along: again, without it, and when it is gone."""

from sqlalchemy import delete

from agents.wire import Generate, Reply
from bot.blocks import names
from bot.blocks.viewed import EXPLAIN
from bot.store.models import CodeVersion
from tests.bot.slack.conftest import SECONDS
from tests.fakes.supervisor import validated

MORE = "make it use 8 workers, please"


def words(text):
    return Reply(text=text, model="a script")


async def test_regenerate_goes_by_the_program_although_the_thread_began_with_words(slack, supervisor, card, in_data):
    supervisor.answers = [words("It says hello."), validated("print(8)"), validated("print(9)")]
    await slack.look("analyst", "data", card.thread_ts)
    ts = await slack.say("analyst", "analyst", "what does it do?")
    await in_data("It says hello.", channel="analyst")
    await slack.say("analyst", "analyst", MORE, thread_ts=ts)
    first = await in_data(names.CODE_CARD, channel="analyst")

    await slack.click("analyst", "analyst", first.ts, names.REGENERATE)
    await in_data(names.CODE_CARD, channel="analyst", number=2)

    assert supervisor.asked(Generate)[-1].prompt == MORE
    assert supervisor.asked(Generate)[-1].code == validated().code


async def test_regenerate_goes_by_the_same_program_each_time(slack, supervisor, card, in_data):
    supervisor.answers = [validated("print(8)"), validated("print(9)"), validated("print(10)")]
    await slack.look("analyst", "data", card.thread_ts)
    await slack.say("analyst", "analyst", MORE)

    for number in (1, 2):
        made = await in_data(names.CODE_CARD, channel="analyst", number=number)
        await slack.click("analyst", "analyst", made.ts, names.REGENERATE)
    await in_data(names.CODE_CARD, channel="analyst", number=3)

    assert [asked.code for asked in supervisor.asked(Generate)[-3:]] == [validated().code] * 3


async def test_a_prompt_about_a_program_that_nobody_looks_at_asks_nobody(bot, slack, supervisor):
    await slack.say("analyst", "analyst", EXPLAIN)

    (said,) = await slack.wait_until(lambda: slack.ephemerals("analyst"), SECONDS)

    assert "I see no program to go by" in said.text
    assert supervisor.asked(Generate) == []


async def test_a_line_that_slack_refuses_costs_no_program(slack, supervisor, card, in_data):
    supervisor.answers = [validated("print(8)")]
    await slack.look("analyst", "data", card.thread_ts)
    slack.faults.answer("chat.postMessage", "invalid_blocks")

    await slack.say("analyst", "analyst", MORE)

    await in_data(names.CODE_CARD, channel="analyst")


async def test_a_program_that_is_no_longer_kept_is_not_made_up(slack, supervisor, card, in_data, database):
    supervisor.answers = [validated("print(8)")]
    await slack.look("analyst", "data", card.thread_ts)
    await slack.say("analyst", "analyst", MORE)
    made = await in_data(names.CODE_CARD, channel="analyst")
    async with database.transaction() as session:
        await session.execute(delete(CodeVersion).where(CodeVersion.code == validated().code))

    await slack.click("analyst", "analyst", made.ts, names.REGENERATE)

    assert await in_data("no longer kept", channel="analyst")
    assert len(supervisor.asked(Generate)) == 2
