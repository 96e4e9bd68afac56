"""Whoever is turned away reads whom to ask, wherever the refusal stands, and an id where nobody is to blame."""

import re

import pytest

from agents.wire import JobReport
from bot.blocks import names
from bot.blocks import text as t
from bot.settings import Settings
from tests.bot.slack.conftest import SECONDS, press
from tests.bot.slack.test_agent_session import Unending
from tests.bot.slack.test_home import home_with
from tests.fakes.supervisor import validated


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
        incident = re.search(r"The id for whoever runs me is (\w+)\.", said)
        assert f"incident=<{incident[1]}>, code=<too_many_turns>" in caplog.text
        await slack.stop_session("analyst", "data", first.thread_ts)


async def test_who_is_refused_for_what_they_are_reads_of_no_id(bot, slack, supervisor):
    supervisor.answers = [validated()]

    outcome = await slack.command("guest", "data", "/raygen", "say hello")

    assert "Guests cannot" in outcome.shown
    assert "whoever runs me" not in outcome.shown
