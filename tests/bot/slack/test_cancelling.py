"""A program that nobody wants: Cancel on its card, what is refused then, and the way back."""

import asyncio

import pytest
from sqlalchemy import select

from agents.wire import Execute, JobReport
from bot.blocks.names import APPROVAL_CARD, CODE_CARD
from bot.settings import Settings
from bot.store.models import ApprovalRow, AuditEntry
from sandbox.slack.person.clicks import click_message
from tests.bot.slack.conftest import press
from tests.fakes.supervisor import needs_approval, validated

DONE = JobReport(status="succeeded", output="Hello\n", log_offset=6)
RUNNING = JobReport(status="running", output="a\n", log_offset=2)
KEY = "a key that the bot and the Lambda share, and nobody else"
IS_CANCELLED = "Nothing of it runs."


@pytest.fixture
def settings(slack):
    (group,) = slack.platform.workspace.groups
    return Settings(
        cluster="10.0.0.1",
        follow_wait_seconds=0,
        unreachable_limit_seconds=0,
        approvals={"*": {"by": "group", "group": group}},
        approval_key=KEY,
    )


@pytest.fixture
def shows(slack):
    """Wait until the message says something."""

    async def shows(message, text):
        def look():
            now = slack.channel("data").message(message.ts)
            return now if text in str(now.blocks) else None

        return await slack.wait_until(look, 20)

    return shows


@pytest.fixture
async def cancelled(slack, card, shows):
    """The card of a program that the analyst has cancelled."""
    await press(slack, card, "cancel_code")
    return await shows(card, IS_CANCELLED)


@pytest.fixture
def press_old(slack):
    """Press a button as the message had it, in a client that has not heard of the change."""

    async def press_old(message, action_id, user="analyst"):
        place = slack.platform.workspace.place("data")
        return await click_message(slack.platform, slack.user(user), place, message, action_id, None, None)

    return press_old


@pytest.fixture
def shown(slack):
    """The statuses that the session of the only thread has had."""
    return lambda: [one.args["status"] for one in slack.calls if one.method == "agents.sessions.setStatus"]


@pytest.fixture
async def waiting(bot, slack, supervisor, in_data):
    """The card of a program that waits for approval."""
    supervisor.answers = [needs_approval()]
    await slack.command("analyst", "data", "/raygen", "fetch it")
    return await in_data(APPROVAL_CARD)


def buttons(message):
    rows = [b["elements"] for b in message.blocks if b["type"] == "actions"]
    return [e["text"]["text"] for row in rows for e in row]


async def audited(database):
    async with database.reading() as session:
        rows = await session.execute(select(AuditEntry.actor, AuditEntry.what).order_by(AuditEntry.seq))
        return [tuple(row) for row in rows]


async def test_a_cancelled_program_keeps_its_code_and_loses_its_buttons(slack, card, cancelled, database):
    who = slack.user("analyst").id

    assert buttons(cancelled) == ["Bring it back"]
    assert {"type": "user", "user_id": who} in [
        e for b in cancelled.blocks if b["type"] == "rich_text" for e in b["elements"][0]["elements"]
    ]
    assert "print(" in str(cancelled.blocks)
    assert (who, "cancelled") in await audited(database)


async def test_two_who_cancel_at_once_are_one_and_the_second_is_told(slack, card, shows, press_old, database):
    outcomes = await asyncio.gather(*(press_old(card, "cancel_code", user) for user in ("analyst", "engineer")))
    shown = await shows(card, IS_CANCELLED)

    def told():
        all_told = [m for user in ("analyst", "engineer") for m in slack.ephemerals(user)]
        return [m for m in all_told if "cancelled already" in str(m.blocks)]

    assert await slack.wait_until(told, 20)
    assert all(outcome.acked for outcome in outcomes)
    assert buttons(shown) == ["Bring it back"]
    assert [what for _, what in await audited(database)].count("cancelled") == 1


async def test_a_double_click_cancels_once(card, cancelled, press_old, whispered, database):
    await press_old(card, "cancel_code")

    await whispered("cancelled already")
    assert [what for _, what in await audited(database)].count("cancelled") == 1


@pytest.mark.parametrize("user", ["analyst", "engineer"])
async def test_run_on_a_card_that_a_client_still_shows_is_refused(
    supervisor, card, cancelled, press_old, whispered, user
):
    await press_old(card, "run_code", user)

    await whispered("was cancelled, so it is not run", user)
    assert supervisor.asked(Execute) == []


async def test_neither_the_verb_nor_rerun_starts_it(slack, supervisor, card, shows, in_data, whispered):
    supervisor.reports = [DONE]
    await press(slack, card, "run_code")
    ended = await in_data("ended_run")
    await press(slack, card, "cancel_code")
    await shows(card, IS_CANCELLED)

    await press(slack, ended, "run_code")
    await whispered("was cancelled, so it is not run")
    await slack.say("engineer", "data", "@raygen run", thread_ts=card.root)
    await whispered("was cancelled, so it is not run", "engineer")

    assert len({each.run_id for each in supervisor.asked(Execute)}) == 1


async def test_brought_back_it_is_what_it_was_and_runs(slack, supervisor, card, cancelled, shows, in_data, database):
    supervisor.reports = [DONE]

    await press(slack, cancelled, "bring_back", "engineer")
    back = await shows(card, CODE_CARD)
    await press(slack, back, "run_code")
    await in_data("ended_run")

    assert (back.text, buttons(back)) == (card.text, buttons(card))
    assert (slack.user("engineer").id, "brought back") in await audited(database)


async def test_brought_back_twice_is_once(card, cancelled, shows, press_old, whispered, database):
    await asyncio.gather(press_old(cancelled, "bring_back"), press_old(cancelled, "bring_back"))
    await shows(card, CODE_CARD)

    await whispered("is not cancelled")
    assert [what for _, what in await audited(database)].count("brought back") == 1


async def test_what_runs_is_stopped_and_not_cancelled(slack, supervisor, card, in_data, whispered):
    supervisor.reports = [RUNNING]
    await press(slack, card, "run_code")
    running = await in_data("Running*")

    await press(slack, card, "cancel_code")
    await whispered("Press Stop on the run's card first")
    supervisor.reports = [JobReport(status="stopped", output="", log_offset=2)]
    await press(slack, running, "stop_run")
    await in_data("ended_run")

    assert "Run" in buttons(slack.channel("data").message(card.ts))


@pytest.mark.parametrize("action", ["cancel_code", "bring_back"])
async def test_a_guest_does_neither(slack, card, cancelled, press_old, whispered, database, action):
    before = await audited(database)

    await press_old(card if action == "cancel_code" else cancelled, action, "guest")

    await whispered("Guests cannot", "guest")
    assert await audited(database) == before


async def test_an_earlier_version_comes_as_a_fresh_card(slack, supervisor, card, cancelled, in_data, shows):
    supervisor.answers = [validated()]

    await slack.say("analyst", "data", "@raygen version 1", thread_ts=card.root)

    assert buttons(await in_data(CODE_CARD)) == ["Run", "Edit", "Regenerate", "Explain", "Cancel"]
    assert buttons(slack.channel("data").message(card.ts)) == ["Bring it back"]


async def test_an_approval_that_is_waited_for_ends(slack, waiting, shows, press_old, whispered, database):
    await press(slack, waiting, "cancel_code")
    cancelled = await shows(waiting, IS_CANCELLED)
    await press_old(waiting, "approve_code", "approver")

    await whispered("was cancelled, so it is not run", "approver")
    async with database.reading() as session:
        (approval,) = await session.scalars(select(ApprovalRow))
    assert (approval.state, approval.ended_by) == ("void", slack.user("analyst").id)
    assert buttons(cancelled) == ["Bring it back"]


async def test_an_approved_program_that_was_brought_back_is_asked_for_anew(
    slack, supervisor, waiting, shows, press_old, whispered
):
    await press(slack, waiting, "approve_code", "approver")
    approved = await shows(waiting, "Approved by")
    await press(slack, approved, "cancel_code")
    cancelled = await shows(waiting, IS_CANCELLED)
    await press_old(approved, "run_code")
    await whispered("was cancelled, so it is not run")

    await press(slack, cancelled, "bring_back")
    back = await shows(waiting, APPROVAL_CARD)
    await press(slack, back, "ask_approval")
    asked = await shows(waiting, "Waits for")

    assert buttons(back) == ["Ask for approval", "Edit", "Regenerate", "Explain", "Cancel"]
    assert "ended when it was cancelled" in str(back.blocks)
    assert buttons(asked)[:2] == ["Approve", "Decline"]
    assert supervisor.asked(Execute) == []


async def test_the_thread_rests_when_nothing_waits_and_waits_again(slack, card, cancelled, shown):
    await slack.wait_until(lambda: shown() == ["processing", "suspended", "active"], 20)

    await press(slack, cancelled, "bring_back")

    assert await slack.wait_until(lambda: shown() == ["processing", "suspended", "active", "suspended"], 20)


async def test_an_older_program_says_nothing_of_the_thread(slack, supervisor, card, in_data, shows, shown):
    supervisor.answers = [validated("print(2)")]
    await slack.say("analyst", "data", "make it two", thread_ts=card.root)
    await in_data(CODE_CARD, number=2)
    await slack.wait_until(lambda: shown() == ["processing", "suspended"] * 2, 20)

    await press(slack, card, "cancel_code")
    await shows(card, IS_CANCELLED)
    await slack.say("analyst", "data", "@raygen status", thread_ts=card.root)
    await slack.wait_until(lambda: slack.ephemerals("analyst"), 20)

    assert shown() == ["processing", "suspended"] * 2


async def test_the_status_of_the_thread_says_that_it_was_cancelled(slack, card, cancelled, whispered):
    await slack.say("analyst", "data", "@raygen status", thread_ts=card.root)

    await whispered("version 1, which was cancelled")
