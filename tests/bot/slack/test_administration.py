"""What administrators see, and that nobody else does, whatever button they press."""

import pytest

from agents.wire import JobReport
from bot.blocks import administration as pages
from bot.blocks import names
from bot.blocks import text as t
from bot.settings import Settings
from tests.bot.slack.conftest import SECONDS
from tests.bot.slack.test_home import home_with
from tests.fakes.supervisor import validated

SECRET_PROGRAM = "print('the program')"
PRINTED = "what it printed"


@pytest.fixture
def settings(slack):
    """The engineer is an administrator."""
    return Settings(
        cluster="10.0.0.1",
        follow_wait_seconds=0,
        unreachable_limit_seconds=0,
        admins=[slack.user("engineer").id],
        channel_clusters={slack.channel("data").id: "10.0.0.2"},
    )


@pytest.fixture
async def ran(bot, slack, supervisor, in_data):
    """The analyst has asked for a program and has run it."""
    supervisor.answers = [validated(SECRET_PROGRAM)]
    supervisor.reports = [JobReport(status="succeeded", output=f"{PRINTED}\n", log_offset=6)]
    await slack.command("analyst", "data", "/raygen", "my password is hunter2")
    await slack.click("analyst", "data", (await in_data("code_card")).ts, "run_code")
    return await in_data("ended_run")


async def modal_with(slack, user, text):
    """The uppermost window in front of a person, once it holds the text."""

    def look():
        views = [view for view in slack.modals(user) if text in str(view.definition)]
        return views[-1] if views else None

    return await slack.wait_until(look, SECONDS)


async def administrators_page(slack):
    await slack.open_home("engineer")
    return await home_with(slack, "engineer", "For administrators")


async def test_an_administrator_reads_who_did_what_without_what_was_asked_written_or_printed(slack, ran):
    await administrators_page(slack)

    await slack.click_home("engineer", "admin_audit")

    said = str((await modal_with(slack, "engineer", "started the run")).definition)
    assert "asked for code:" in said
    assert slack.user("analyst").id in said
    assert not [text for text in ("hunter2", SECRET_PROGRAM, PRINTED) if text in said]


async def test_an_administrator_reads_the_settings_of_channels(bot, slack):
    await administrators_page(slack)

    await slack.click_home("engineer", "admin_settings")

    said = str((await modal_with(slack, "engineer", "Channels without settings")).definition)
    assert f"<#{slack.channel('data').id}>" in said
    assert "10.0.0.2" in said
    assert "RAYGEN_CHANNEL_CLUSTERS" in said


async def test_older_entries_are_a_click_away(bot, slack, supervisor, in_data):
    supervisor.answers = [validated() for _ in range(25)]
    for number in range(25):
        await slack.command("analyst", "data", "/raygen", f"say hello {number}")
    await in_data("code_card", number=25)
    await administrators_page(slack)
    await slack.click_home("engineer", "admin_audit")
    first = await modal_with(slack, "engineer", "asked for code:")

    await slack.click_modal("engineer", "admin_audit_older")

    def replaced():
        (view,) = slack.modals("engineer")
        return view if view.hash != first.hash else None

    second = await slack.wait_until(replaced, SECONDS)
    assert str(first.definition).count("asked for code:") == 20
    assert str(second.definition).count("asked for code:") == 5
    assert "admin_audit_older" not in str(second.definition)


async def test_nobody_else_is_shown_anything_of_it(slack, ran):
    await slack.open_home("analyst")

    page = await home_with(slack, "analyst", "What applies to you")

    assert "dministrat" not in str(page.definition)
    assert "admin_" not in str(page.definition)


@pytest.mark.parametrize("action", [names.ADMIN_AUDIT, names.ADMIN_SETTINGS])
async def test_a_forged_button_is_refused_when_it_is_pressed(slack, ran, action):
    await slack.open_home("analyst")
    page = await home_with(slack, "analyst", "What applies to you")
    page.definition["blocks"].append(t.actions("forged", t.button("Audit log", action, "-")))

    await slack.click_home("analyst", action)

    refusal = await modal_with(slack, "analyst", "Only my administrators may see this.")
    assert "started the run" not in str(refusal.definition)
    assert "10.0.0.2" not in str(refusal.definition)


async def test_who_is_no_administrator_any_more_reads_no_older_entries(slack, ran):
    await slack.open_home("analyst")
    page = await home_with(slack, "analyst", "What applies to you")
    page.definition["blocks"].append(t.actions("forged", t.button("Audit log", names.ADMIN_AUDIT, "-")))
    await slack.click_home("analyst", names.ADMIN_AUDIT)
    window = await modal_with(slack, "analyst", "Only my administrators")
    window.definition["blocks"].extend(pages.audit([], 99, "https://data.slack.com/")["blocks"])

    await slack.click_modal("analyst", names.ADMIN_AUDIT_OLDER)

    def replaced():
        (view,) = slack.modals("analyst")
        return view if view.hash != window.hash else None

    assert "started the run" not in str((await slack.wait_until(replaced, SECONDS)).definition)


@pytest.mark.parametrize("value", ["", "-1", "x", "٣", "9" * 40])
async def test_a_forged_place_in_the_audit_shows_nothing(slack, ran, value):
    await administrators_page(slack)
    await slack.click_home("engineer", "admin_audit")
    window = await modal_with(slack, "engineer", "started the run")
    window.definition["blocks"].append(t.actions("forged", t.button("Older", names.ADMIN_AUDIT_OLDER, value or "x")))

    await slack.click_modal("engineer", names.ADMIN_AUDIT_OLDER)

    await modal_with(slack, "engineer", pages.NOTHING)
