"""What belongs to one workspace is out of the others' reach, whatever reaches them."""

import asyncio

import pytest
from slack_sdk.errors import SlackApiError
from sqlalchemy import select

from agents.wire import Generate, JobReport
from bot.blocks import names
from bot.store.models import Feedback, FullLog, Run, Turn
from sandbox.slack.person.outcome import delivered
from tests.bot.workspaces.conftest import HERE, THERE, until
from tests.fakes.supervisor import needs_approval, validated

DONE = JobReport(status="succeeded", output="Hello\n", log_offset=6)
FOREIGN = {"channel_not_found", "message_not_found", "thread_not_found", "user_not_found", "file_not_found"}
"""How Slack answers a token that was used for another workspace's things."""


@pytest.fixture
def databases(sqlite_databases):
    return sqlite_databases


async def rows(database, table):
    async with database.reading() as session:
        return list(await session.scalars(select(table)))


async def a_card(slack, supervisor, in_data, domain, answer=None, card=names.CODE_CARD):
    supervisor.answers = [answer or validated()]
    await slack.at(domain).command("analyst", "data", "/raygen", "say hello")
    return await in_data(domain, card)


def values_of(message):
    """action id -> value of every button of a message."""
    elements = [element for block in message.blocks for element in block.get("elements", ())]
    return {one["action_id"]: one["value"] for one in elements if "value" in one}


async def pressed_elsewhere(slack, action_id, value, button_of):
    """Somebody in the other workspace presses a button of their own that carries a value of this one."""
    desk = slack.at(THERE)
    channel = desk.channel("data")
    payload = {
        "type": "block_actions",
        "user": {"id": desk.user("analyst").id, "team_id": desk.platform.workspace.team_id},
        "team": {"id": desk.platform.workspace.team_id, "domain": THERE},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel.id, "name": "data"},
        "container": {"type": "message", "message_ts": button_of.ts, "channel_id": channel.id},
        "message": {"ts": button_of.ts, "thread_ts": button_of.root},
        "trigger_id": desk.platform.ids.trigger(),
        "actions": [{"action_id": action_id, "value": value, "type": "button", "action_ts": button_of.ts}],
    }
    return await delivered(desk.platform, "interactive", payload)


async def test_both_are_served_at_the_same_time_and_no_call_uses_the_others_token(both, slack, supervisor, in_data):
    supervisor.answers = [validated() for _ in range(8)]
    supervisor.reports = [DONE]
    asks = [slack.at(domain).say("analyst", "data", "@raygen say hello") for domain in (HERE, THERE) * 4]
    await asyncio.gather(*asks)
    turns = await until(
        lambda: rows(both.database, Turn), lambda turns: len(turns) == 8 and all(turn.delivered for turn in turns)
    )

    assert {turn.state for turn in turns} == {"answered"}
    assert [call for call in slack.calls if call.error in FOREIGN] == []
    for domain in (HERE, THERE):
        cards = [m for m in slack.at(domain).channel("data").messages if names.CODE_CARD in str(m.blocks)]
        assert len(cards) == 4


@pytest.mark.parametrize(
    "action",
    [
        names.RUN,
        names.REGENERATE,
        names.EXPLAIN,
        names.CANCEL,
        names.BRING_BACK,
        names.EDIT,
        names.FIX_CODE,
        names.TRY_AGAIN,
        names.STOP_TURN,
        names.FULL_LOG,
        names.STOP,
        names.FIX,
        names.STOP_FROM_HOME,
        names.RERUN_FROM_HOME,
    ],
)
async def test_a_button_that_carries_another_workspaces_program_does_nothing(both, slack, supervisor, in_data, action):
    card = await a_card(slack, supervisor, in_data, HERE)
    supervisor.reports = [DONE]
    await slack.at(HERE).click("analyst", "data", card.ts, "run_code")
    await in_data(HERE, "ended_run")
    theirs = await a_card(slack, supervisor, in_data, THERE)
    (run,) = await rows(both.database, Run)
    here = values_of(card)
    turn = next(t for t in await rows(both.database, Turn) if t.team == run.team)
    of_turn, of_version = (names.TRY_AGAIN, names.STOP_TURN), (names.EXPLAIN, names.FIX_CODE, names.REGENERATE)
    of_version += (names.CANCEL, names.BRING_BACK)
    value = dict.fromkeys(of_turn, turn.id) | dict.fromkeys(of_version, run.version_id) | {names.RUN: here[names.RUN]}
    asked = len(supervisor.requests)

    outcome = await pressed_elsewhere(slack, action, value.get(action, here.get(action, run.id)), theirs)

    assert outcome.acked
    assert len(await rows(both.database, Run)) == 1
    assert len(await rows(both.database, Turn)) == 2
    assert await rows(both.database, FullLog) == []
    assert len(supervisor.requests) == asked
    assert [call.method for call in slack.calls if call.error in FOREIGN] == []


@pytest.mark.parametrize("action", [names.APPROVE, names.DECLINE, names.ASK_APPROVAL])
async def test_another_workspaces_approval_cannot_be_given(both, slack, supervisor, in_data, action):
    card = await a_card(slack, supervisor, in_data, HERE, needs_approval(), names.APPROVAL_CARD)
    theirs = await a_card(slack, supervisor, in_data, THERE)
    values = values_of(card)
    before = card.blocks

    outcome = await pressed_elsewhere(slack, action, values.get(action, next(iter(values.values()))), theirs)

    assert outcome.acked
    assert slack.at(HERE).channel("data").message(card.ts).blocks == before
    assert [call.method for call in slack.calls if call.error in FOREIGN] == []


async def test_nobody_rates_another_workspaces_run(both, slack, supervisor, in_data):
    card = await a_card(slack, supervisor, in_data, HERE)
    supervisor.reports = [DONE]
    await slack.at(HERE).click("analyst", "data", card.ts, "run_code")
    await in_data(HERE, "ended_run")
    theirs = await a_card(slack, supervisor, in_data, THERE)
    (run,) = await rows(both.database, Run)

    await pressed_elsewhere(slack, names.FEEDBACK, f"{names.HELPFUL}:{run.id}", theirs)

    assert await rows(both.database, Feedback) == []


async def test_the_stand_in_refuses_a_foreign_token(both, slack, in_data, supervisor):
    card = await a_card(slack, supervisor, in_data, HERE)
    there = await both.bot.app._hosted.tenant(slack.at(THERE).platform.workspace.team_id)

    with pytest.raises(SlackApiError, match="channel_not_found"):
        await there.work.client.chat_update(channel=card.channel, ts=card.ts, text="from elsewhere")


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("named", [HERE, THERE, None])
async def test_a_direct_message_takes_no_program_of_another_workspace_along(slack, supervisor, in_data, named):
    card = await a_card(slack, supervisor, in_data, HERE)
    here, there = slack.at(HERE), slack.at(THERE)
    value = {"channel_id": here.channel("data").id, "message_ts": card.root}
    team = {"team_id": slack.at(named).platform.workspace.team_id} if named else {}
    looks_at = {"entities": [{"type": "slack#/types/message_context", "value": value, **team}]}
    there.platform.looked_at[there.user("analyst").id] = looks_at
    supervisor.answers = [validated("print(2)")]

    await there.say("analyst", "analyst", "make it use 8 workers")
    await slack.wait_until(lambda: len(supervisor.asked(Generate)) == 2 or None)

    assert (supervisor.asked(Generate)[-1].code, supervisor.asked(Generate)[-1].history) == (None, ())
