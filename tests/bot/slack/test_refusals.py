"""Whoever is turned away reads whom to ask, wherever the refusal stands, and an id where somebody will be asked why."""

import logging
import re

import pytest

from agents.wire import MAX_CODE_BYTES, MAX_INPUT_BYTES, MAX_INPUT_FILES, MAX_PROMPT_CHARACTERS, JobReport
from bot import incoming
from bot.attachments.shared import SharedFile, require_few, require_usable
from bot.blocks import names
from bot.blocks import text as t
from bot.errors import BadRequest
from bot.listeners.refusals import BROUGHT, sentence_of
from bot.settings import Settings
from tests.bot.slack.conftest import SECONDS, connected, press
from tests.bot.slack.test_agent_session import Unending
from tests.bot.slack.test_home import home_with
from tests.fakes.supervisor import validated

INCIDENT = re.compile(r"The id for whoever runs me is (\w{12})\.")


class TestWhereOneAloneMay:
    @pytest.fixture
    def settings(self, slack):
        """The engineer alone may run and stop, and administers."""
        (engineer,) = (slack.user("engineer").id,)
        return Settings(
            cluster="10.0.0.1",
            follow_wait_seconds=0,
            unreachable_limit_seconds=0,
            channel_roles={"*": {"run": [engineer], "stop": [engineer]}},
            admins=[engineer],
        )

    @pytest.fixture
    def who(self, slack):
        return {"type": "user", "user_id": slack.user("engineer").id}

    async def test_at_a_button_it_is_said_whom_to_ask(self, slack, card, whispered, who):
        card.blocks[-1]["elements"][0].pop("visible_to_user_ids")

        await press(slack, card, "run_code")

        assert str(who) in str((await whispered("Only some people may run code here.")).blocks)

    async def test_at_edit_it_is_said_whom_to_ask(self, slack, card, whispered, who):
        card.blocks[-1]["elements"][1].pop("visible_to_user_ids")

        await press(slack, card, "edit_code")

        assert str(who) in str((await whispered("Only some people may run code here.")).blocks)

    async def test_on_the_app_home_it_is_said_whom_to_ask(self, slack, supervisor, card, in_data, who):
        supervisor.reports = [JobReport(status="succeeded", output="Hello\n", log_offset=6)]
        await press(slack, card, "run_code", "engineer")
        ended = await in_data(names.ENDED_RUN)
        await slack.open_home("analyst")
        page = await home_with(slack, "analyst", "What applies to you")
        run_id = next(b for b in ended.blocks if b["type"] == "actions")["elements"][-1]["value"]
        page.definition["blocks"].append(t.actions("forged", t.button("Rerun", names.RERUN_FROM_HOME, run_id)))

        await slack.click_home("analyst", names.RERUN_FROM_HOME)

        assert str(who) in str((await home_with(slack, "analyst", "Only some people may run code")).definition)

    async def test_in_a_window_it_is_said_whom_to_ask(self, slack, bot, who):
        await slack.open_home("analyst")
        page = await home_with(slack, "analyst", "What applies to you")
        page.definition["blocks"].append(t.actions("forged", t.button("Audit log", names.ADMIN_AUDIT, "-")))

        await slack.click_home("analyst", names.ADMIN_AUDIT)
        (view,) = await slack.wait_until(lambda: slack.modals("analyst"), SECONDS)

        assert str(who) in str(view.definition)


class TestWhereNoMoreAreTaken:
    @pytest.fixture
    def supervisor(self):
        return Unending()

    @pytest.fixture
    def settings(self):
        return Settings(cluster="10.0.0.1", concurrent_turns=1, waiting_turns=1)

    async def test_the_id_that_is_read_is_in_the_log(self, bot, slack, in_data, caplog):
        await slack.command("analyst", "data", "/raygen", "write for ever")
        first = await in_data(names.LIVE_TURN)

        outcomes = [await slack.command("engineer", "data", "/raygen", f"and {number}") for number in range(3)]

        said = next(outcome.shown for outcome in outcomes if outcome.shown)
        incident = INCIDENT.search(said)
        assert f"incident=<{incident[1]}>, code=<too_many_turns>" in caplog.text
        await slack.stop_session("analyst", "data", first.thread_ts)


async def shown_in_a_modal(slack):
    await slack.shortcut("guest", names.ASK_SHORTCUT)
    return str((await slack.wait_until(lambda: slack.modals("guest"), SECONDS))[0].definition)


async def shown_on_the_app_home(slack):
    await slack.open_home("guest")
    return str((await home_with(slack, "guest", "Guests cannot")).definition)


async def shown_to_a_command(slack):
    return (await slack.command("guest", "data", "/raygen", "say hello")).shown


async def whispered_to_a_guest(slack):
    return str((await slack.wait_until(lambda: slack.ephemerals("guest"), SECONDS))[0].blocks)


async def whispered_to_a_mention(slack):
    await slack.say("guest", "data", "@raygen say hello")
    return await whispered_to_a_guest(slack)


async def whispered_to_a_message_shortcut(slack):
    ts = await slack.say("engineer", "data", "count words")
    await slack.message_shortcut("guest", "data", ts, names.MAKE_SHORTCUT)
    return await whispered_to_a_guest(slack)


SURFACES = [
    shown_in_a_modal,
    shown_on_the_app_home,
    shown_to_a_command,
    whispered_to_a_mention,
    whispered_to_a_message_shortcut,
]


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.__name__)
async def test_who_is_denied_a_right_reads_one_id_which_the_log_has_with_the_person(bot, slack, caplog, surface):
    caplog.set_level(logging.INFO)

    said = await surface(slack)

    (incident,) = set(INCIDENT.findall(said))
    (told,) = [record for record in caplog.records if incident in record.getMessage()]
    assert "Guests cannot ask for code here." in said
    assert told.levelno == logging.INFO
    assert f"code=<guest>, user=<{slack.user('guest').id}>" in told.getMessage()


async def test_a_mention_in_a_thread_that_is_denied_is_told_once(slack, settings, database, supervisor, in_data):
    supervisor.answers = [validated()]

    async with connected(slack, settings, database, supervisor):
        await slack.command("analyst", "data", "/raygen", "say hello")
        thread = (await in_data(names.CODE_CARD)).thread_ts
        await slack.say("guest", "data", "@raygen say hello", thread_ts=thread)
        await slack.wait_until(lambda: slack.ephemerals("guest"), SECONDS)
        await slack.command("guest", "data", "/raygen", "help")  # comes after both events of the mention

    assert [said.thread_ts for said in slack.ephemerals("guest")].count(thread) == 1


async def test_every_button_that_denies_a_right_says_an_id(bot, slack, supervisor, card, whispered):
    supervisor.reports = [JobReport(status="succeeded", output="Hello\n", log_offset=6)]
    await press(slack, card, names.RUN)
    ended = await slack.wait_until(
        lambda: next((m for m in slack.channel("data").messages if names.ENDED_RUN in str(m.blocks)), None), SECONDS
    )

    for action, value in ((names.RUN, None), (names.EDIT, None), (names.CANCEL, None), (names.EXPLAIN, None)):
        await slack.click("guest", "data", card.ts, action, value=value)
    await slack.click("guest", "data", ended.ts, names.FEEDBACK, value="positive")
    await slack.wait_until(lambda: len(slack.ephemerals("guest")) == 5, SECONDS)

    incidents = [INCIDENT.findall(message.text) for message in slack.ephemerals("guest")]
    assert [len(found) for found in incidents] == [1] * 5
    assert len({found[0] for found in incidents}) == 5


async def test_a_request_that_is_too_long_is_told_with_an_id(bot, slack):
    outcome = await slack.command("analyst", "data", "/raygen", "x" * (MAX_PROMPT_CHARACTERS + 1))

    assert "is the most that I can take" in outcome.shown
    assert INCIDENT.search(outcome.shown)


async def test_a_button_that_has_moved_on_says_no_id(slack, card, supervisor, whispered):
    supervisor.reports = [JobReport(status="succeeded", output="Hello\n", log_offset=6)]

    await press(slack, card, names.RUN)
    await press(slack, card, names.RUN)

    assert not INCIDENT.search((await whispered("started already")).text)


def too_much():
    """What raises each refusal of something that somebody brought along, by its code."""
    gone = SharedFile("F1", "a.csv", mode="tombstone")
    large = SharedFile("F1", "a.csv", MAX_INPUT_BYTES + 1)
    return {
        "prompt_too_long": lambda: incoming.prompt("x" * (MAX_PROMPT_CHARACTERS + 1)),
        "code_too_large": lambda: incoming.code("x" * (MAX_CODE_BYTES + 1)),
        "files_too_large": lambda: require_few([large]),
        "too_many_files": lambda: require_few([gone] * (MAX_INPUT_FILES + 1)),
        "file_vanished": lambda: require_usable(gone),
    }


@pytest.mark.parametrize("code", sorted(BROUGHT))
def test_what_is_too_much_or_gone_has_an_id(code):
    with pytest.raises(BadRequest) as raised:
        too_much()[code]()

    assert raised.value.code == code
    assert INCIDENT.search(sentence_of(raised.value, "U1"))


def test_a_request_that_only_has_to_be_written_anew_has_no_id(caplog):
    caplog.set_level(logging.INFO)

    with pytest.raises(BadRequest) as raised:
        incoming.prompt(" ")

    assert sentence_of(raised.value, "U1") == raised.value.sentence
    assert caplog.records == []
