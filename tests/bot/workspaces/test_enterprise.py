"""One installation for the workspaces of an enterprise, end to end."""

import pytest
from sqlalchemy import select

from agents.wire import JobReport
from bot.blocks import names
from bot.store.models import InstallationRow, Run, Thread, Turn
from sandbox.slack import SlackServer
from tests.bot.workspaces.conftest import HERE, until
from tests.fakes.supervisor import validated

ORG = "E0000000001"
DONE = JobReport(status="succeeded", output="Hello\n", log_offset=6)


@pytest.fixture
def databases(sqlite_databases):
    return sqlite_databases


@pytest.fixture
async def slack(manifest):
    async with SlackServer(manifest, enterprise=ORG) as server:
        yield server


@pytest.fixture
async def served(replica, installer):
    assert (await installer.install(HERE)).status_code == 200
    return replica


@pytest.fixture
def sister(slack):
    """A member of another workspace of the enterprise, in #data."""
    user = slack.platform.workspace.add_user("sister", team_id="T0000000009", is_sister=True)
    slack.platform.workspace.place("data").members.add(user.id)
    return user


async def rows(database, table):
    async with database.reading() as session:
        return list(await session.scalars(select(table)))


async def test_the_installation_is_the_enterprises_and_so_are_its_rows(served, slack, supervisor, in_data):
    supervisor.answers = [validated()]
    await slack.say("analyst", "data", "@raygen say hello")
    card = await in_data(HERE, names.CODE_CARD)
    supervisor.reports = [DONE]
    await slack.click("analyst", "data", card.ts, names.RUN)
    await in_data(HERE, names.ENDED_RUN)

    assert [row.home for row in await rows(served.database, InstallationRow)] == [ORG]
    tables = [row for table in (Turn, Run, Thread) for row in await rows(served.database, table)]
    assert {row.team for row in tables} == {ORG}
    assert [call for call in slack.calls if call.error] == []


@pytest.mark.usefixtures("sister")
async def test_members_of_a_sister_workspace_ask_and_run(served, slack, supervisor, in_data):
    supervisor.answers = [validated(), validated(title="For the sister")]
    await slack.say("sister", "data", "@raygen say hello")
    card = await in_data(HERE, names.CODE_CARD)
    supervisor.reports = [DONE]
    await slack.click("sister", "data", card.ts, names.RUN)
    await in_data(HERE, names.ENDED_RUN)
    await slack.command("sister", "data", "/raygen", "say hello")
    await in_data(HERE, "For the sister")

    assert len(await rows(served.database, Run)) == 1


async def test_somebody_of_another_company_is_refused_in_a_shared_channel(served, slack, supervisor):
    await slack.say("partner", "joint", "@raygen say hello")
    told = await slack.wait_until(lambda: slack.ephemerals("partner"))

    assert "other companies" in str(told[0].blocks)
    assert await rows(served.database, Turn) == []


async def test_an_enterprise_that_removes_the_app_ends_its_installation(served, slack):
    await slack.uninstall()

    assert await until(lambda: rows(served.database, InstallationRow), lambda found: not found) == []
