"""A program that needs approval, from its card over the approver's click to the signed run."""

import asyncio

import pytest

from agents.wire import Execute, JobReport, grant_signature
from bot.settings import Settings
from bot.store.database import Database
from tests.bot.slack.conftest import connected
from tests.bot.slack.test_buttons import press
from tests.bot.store.test_approvals import let_time_pass
from tests.fakes.supervisor import needs_approval, validated

KEY = "a key that the bot and the Lambda share, and nobody else"
DONE = JobReport(status="succeeded", output="fetched\n", log_offset=8)


@pytest.fixture
def group(slack):
    (group_id,) = slack.platform.workspace.groups
    return group_id


@pytest.fixture
def approvals(group):
    return {"*": {"by": "group", "group": group}}


@pytest.fixture
def settings(approvals):
    return Settings(
        cluster="10.0.0.1",
        follow_wait_seconds=0,
        unreachable_limit_seconds=0,
        approvals=approvals,
        approval_key=KEY if approvals else None,
    )


@pytest.fixture
async def card(bot, slack, supervisor, in_data):
    supervisor.answers = [needs_approval()]
    await slack.command("analyst", "data", "/raygen", "fetch it")
    return await in_data("approval_card")


@pytest.fixture
def shows(slack):
    """Wait until the program's card says something."""

    async def shows(card, text):
        def look():
            found = next(m for m in slack.channel("data").messages if m.ts == card.ts)
            return found if text in str(found.blocks) else None

        return await slack.wait_until(look, 20)

    return shows


def buttons(message):
    rows = [b["elements"] for b in message.blocks if b["type"] == "actions"]
    return [e["text"]["text"] for row in rows for e in row]


async def test_the_card_says_that_it_was_not_run_and_why_and_whom_it_waits_for(card, group):
    shown = str(card.blocks)

    assert "Not run." in shown
    assert "Line 1 (requests) uses the network" in shown
    assert {"type": "usergroup", "usergroup_id": group} in [
        e for b in card.blocks if b["type"] == "rich_text" for e in b["elements"][0]["elements"]
    ]
    assert buttons(card)[:3] == ["Approve", "Decline", "Edit"]
    assert "Run" not in buttons(card)


def calls(slack):
    return [m for m in slack.channel("data").messages if "waits for your approval" in str(m.blocks)]


async def test_those_who_may_approve_are_called_once_each_time_that_they_are_asked(
    slack, supervisor, card, group, shows, in_data
):
    supervisor.reports = [DONE]
    await in_data("waits for your approval")
    await press(slack, card, "approve_code", "approver")
    await press(slack, await shows(card, "Approved by"), "run_code")
    used = await shows(card, "has been used")
    before = len(calls(slack))

    await asyncio.gather(*(press(slack, used, "ask_approval", user) for user in ("analyst", "engineer")))
    await in_data("waits for your approval", number=2)

    assert (before, len(calls(slack))) == (1, 2)
    (line,) = calls(slack)[0].blocks
    assert {"type": "usergroup", "usergroup_id": group} in line["elements"][0]["elements"]


async def test_an_approver_approves_and_exactly_one_run_of_exactly_this_code_is_signed(
    slack, supervisor, card, shows, in_data
):
    supervisor.reports = [DONE]

    await press(slack, card, "approve_code", "approver")
    approved = await shows(card, "Approved by")
    await press(slack, approved, "run_code")
    await in_data("ended_run")
    used = await shows(card, "has been used")

    (execute,) = supervisor.asked(Execute)
    assert buttons(approved)[:2] == ["Run", "Withdraw approval"]
    assert execute.grant.approvers == (slack.user("approver").id,)
    assert execute.grant.signature == grant_signature(
        KEY,
        code_sha256=execute.code_sha256,
        cluster="10.0.0.1",
        run_id=execute.run_id,
        approvers=execute.grant.approvers,
        expires_at=execute.grant.expires_at,
    )
    assert "Ask for approval" in buttons(used)
    assert "Run" not in buttons(used)


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ("analyst", "You asked for this program"),
        ("engineer", "You cannot decide"),
        ("guest", "Guests cannot approve"),
    ],
)
@pytest.mark.parametrize("button", ["approve_code", "decline_code"])
async def test_nobody_else_decides_and_whoever_tries_is_told_whom_to_ask(slack, card, whispered, user, said, button):
    await press(slack, card, button, user)

    notice = await whispered(said, user)
    now = next(m for m in slack.channel("data").messages if m.ts == card.ts)
    assert "usergroup" in str(notice.blocks) or user == "guest"
    assert buttons(now)[0] == "Approve"


async def test_a_declined_program_can_be_changed_and_neither_run_nor_asked_for(slack, card, shows):
    await press(slack, card, "decline_code", "approver")

    assert buttons(await shows(card, "Declined by")) == ["Edit", "Regenerate", "Explain"]


async def test_an_approval_can_be_withdrawn(slack, card, shows):
    await press(slack, card, "approve_code", "approver")
    await press(slack, await shows(card, "Approved by"), "decline_code", "approver")

    assert buttons(await shows(card, "Declined by")) == ["Edit", "Regenerate", "Explain"]


async def test_a_second_run_asks_for_another_approval(slack, supervisor, card, shows, in_data, whispered):
    supervisor.reports = [DONE]
    await press(slack, card, "approve_code", "approver")
    await press(slack, await shows(card, "Approved by"), "run_code")
    ended = await in_data("ended_run")

    await press(slack, ended, "run_code")
    await whispered("I have asked for another one")
    await press(slack, await shows(card, "Waits for"), "approve_code", "approver")
    await press(slack, await shows(card, "Approved by"), "run_code")
    await in_data("ended_run", number=2)

    assert len({e.run_id for e in supervisor.asked(Execute)}) == 2


async def test_ask_for_approval_opens_another_round(slack, supervisor, card, shows, in_data):
    supervisor.reports = [DONE]
    await press(slack, card, "approve_code", "approver")
    await press(slack, await shows(card, "Approved by"), "run_code")

    await press(slack, await shows(card, "has been used"), "ask_approval", "engineer")

    assert buttons(await shows(card, "Waits for"))[0] == "Approve"


async def test_an_approval_that_ran_out_asks_again(slack, supervisor, card, shows, whispered, database):
    await press(slack, card, "approve_code", "approver")
    approved = await shows(card, "Approved by")
    await let_time_pass(database)

    await press(slack, approved, "run_code")
    await whispered("ran out after 30 minutes")
    await shows(card, "Waits for")

    assert supervisor.asked(Execute) == []


async def test_an_approval_is_void_when_the_code_changes(slack, supervisor, card, shows, in_data, whispered):
    await press(slack, card, "approve_code", "approver")
    approved = await shows(card, "Approved by")
    supervisor.answers = [validated("print('other')")]
    await slack.say("analyst", "data", "do it in another way", thread_ts=card.root)
    await in_data("code_card")

    await press(slack, approved, "run_code")
    await whispered("the code has changed since")

    assert supervisor.asked(Execute) == []


async def test_two_clicks_at_once_on_run_are_one_run(slack, supervisor, card, shows, in_data):
    supervisor.reports = [DONE]
    await press(slack, card, "approve_code", "approver")
    approved = await shows(card, "Approved by")

    await asyncio.gather(*(press(slack, approved, "run_code", who) for who in ("analyst", "engineer", "approver")))
    await in_data("ended_run")

    assert len({e.run_id for e in supervisor.asked(Execute)}) == 1


async def test_a_slack_that_cannot_tell_who_is_in_the_group_approves_nothing(slack, card, whispered):
    slack.faults.fail("usergroups.users.list", times=10)

    await press(slack, card, "approve_code", "approver")
    await whispered("Slack could not tell me who is in the user group", "approver")

    now = next(m for m in slack.channel("data").messages if m.ts == card.ts)
    assert buttons(now)[0] == "Approve"


async def test_an_approval_survives_a_restart(slack, settings, database, supervisor, in_data, shows):
    supervisor.answers, supervisor.reports = [needs_approval()], [DONE]
    async with connected(slack, settings, database, supervisor):
        await slack.command("analyst", "data", "/raygen", "fetch it")
        card = await in_data("approval_card")
        await press(slack, card, "approve_code", "approver")
        approved = await shows(card, "Approved by")

    again = Database(database.url)
    async with connected(slack, settings, again, supervisor):
        await press(slack, approved, "run_code")
        await in_data("ended_run")
    await again.close()

    assert supervisor.asked(Execute)[0].grant is not None


async def test_a_supervisor_that_names_another_programs_hash_gets_no_grant_for_it(
    slack, supervisor, bot, in_data, shows
):
    supervisor.answers = [needs_approval(code_sha256="0" * 64)]
    supervisor.reports = [DONE]
    await slack.command("analyst", "data", "/raygen", "fetch it")
    card = await in_data("approval_card")
    await press(slack, card, "approve_code", "approver")
    await press(slack, await shows(card, "Approved by"), "run_code")
    await in_data("ended_run")

    (execute,) = supervisor.asked(Execute)
    about = {"cluster": "10.0.0.1", "run_id": execute.run_id, "approvers": execute.grant.approvers}
    forged = grant_signature(KEY, code_sha256="0" * 64, expires_at=execute.grant.expires_at, **about)
    assert execute.grant.signature != forged


class TestOfTwo:
    @pytest.fixture
    def approvals(self, slack):
        return {"10.0.0.1": {"by": "two", "people": [slack.user("approver").id, slack.user("engineer").id]}}

    async def test_two_different_people_have_to_approve(self, slack, card, shows, whispered):
        await press(slack, card, "approve_code", "approver")
        half = await shows(card, "waits for another")
        await press(slack, card, "approve_code", "approver")
        await whispered("You have approved this already", "approver")
        await press(slack, card, "approve_code", "engineer")
        approved = await shows(card, "until")

        assert buttons(half)[0] == "Approve"
        assert buttons(approved)[0] == "Run"


class TestOfAnotherPerson:
    @pytest.fixture
    def approvals(self):
        return {"*": {"by": "another person"}}

    async def test_anybody_but_the_requester_may_approve(self, slack, card, shows, whispered):
        await press(slack, card, "approve_code", "analyst")
        await whispered("You asked for this program", "analyst")
        await press(slack, card, "approve_code", "engineer")

        assert buttons(await shows(card, "Approved by"))[0] == "Run"


class TestOfNobody:
    @pytest.fixture
    def approvals(self):
        return {}

    async def test_the_card_says_what_the_operator_sets_and_shows_neither_approve_nor_run(self, card):
        assert "RAYGEN_APPROVALS" in str(card.blocks)
        assert buttons(card) == ["Edit", "Regenerate", "Explain"]
