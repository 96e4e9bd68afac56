"""What is set for one workspace's channels and people is neither shown nor done in another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.wire import Generate, JobReport
from bot.app.own_settings import named_elsewhere, named_without_workspace, own_settings
from bot.blocks import names
from bot.settings import OTHERS, Settings
from tests.bot.workspaces.conftest import HERE, SECONDS, THERE
from tests.fakes.supervisor import validated

IDS = st.from_regex(r"[CU][A-Z0-9]{8,10}", fullmatch=True)
TEAMS = st.from_regex(r"[TE][A-Z0-9]{8,10}", fullmatch=True)


@pytest.fixture
def databases(sqlite_databases):
    return sqlite_databases


@pytest.fixture
def settings(slack):
    """Each workspace has an administrator of its own and a channel with a cluster of its own; one id is in both."""
    here, there = slack.at(HERE), slack.at(THERE)
    teams = [desk.platform.workspace.team_id for desk in (here, there)]
    return Settings(
        cluster="10.0.0.1",
        follow_wait_seconds=0,
        unreachable_limit_seconds=0,
        admins=[f"{teams[0]}/{here.user('engineer').id}", f"{teams[1]}/{there.user('engineer').id}"],
        channel_clusters={
            f"{teams[0]}/{here.channel('data').id}": "10.0.0.2",
            f"{teams[1]}/{there.channel('data').id}": "10.0.0.3",
        },
        channel_roles={f"{teams[0]}/{OTHERS}": {"run": [here.user("engineer").id]}},
    )


async def settings_shown_to_the_engineer(slack, domain):
    desk = slack.at(domain)
    await desk.open_home("engineer")
    await slack.wait_until(lambda: (home := desk.home("engineer")) and "For administrators" in str(home), SECONDS)
    await desk.click_home("engineer", names.ADMIN_SETTINGS)
    (view,) = await slack.wait_until(lambda: desk.modals("engineer"), SECONDS)
    return str(view.definition)


@pytest.mark.usefixtures("both")
async def test_an_administrator_reads_the_channels_of_their_own_workspace_alone(slack):
    shown = await settings_shown_to_the_engineer(slack, THERE)

    assert slack.at(THERE).channel("data").id in shown
    assert "10.0.0.3" in shown
    assert slack.at(HERE).channel("data").id not in shown
    assert slack.at(HERE).user("engineer").id not in shown
    assert "10.0.0.2" not in shown


@pytest.mark.usefixtures("both")
async def test_a_channel_has_the_cluster_of_its_own_workspaces_entry(slack, supervisor, in_data):
    supervisor.answers = [validated(), validated()]

    for domain in (HERE, THERE):
        await slack.at(domain).command("analyst", "data", "/raygen", "say hello")
        await in_data(domain, names.CODE_CARD)

    assert [asked.ray_cluster_ip for asked in supervisor.asked(Generate)] == ["10.0.0.2", "10.0.0.3"]


@given(team=TEAMS, other=TEAMS, channel=IDS, person=IDS)
def test_no_entry_of_another_workspace_is_left_even_where_the_ids_are_the_same(team, other, channel, person):
    settings = Settings(
        cluster="10.0.0.1",
        admins=[f"{other}/U{person}"],
        channel_clusters={f"{other}/{channel}": "10.0.0.9", f"{other}/{OTHERS}": "10.0.0.8"},
        channel_replies={f"{other}/{channel}": "mention"},
        cluster_choices={f"{other}/{channel}": ["10.0.0.7"], f"{other}/{OTHERS}": ["10.0.0.6"]},
        channel_roles={f"{other}/{channel}": {"run": [f"U{person}"]}},
        approvals={f"{other}/10.0.0.1": {"by": "group", "people": [f"U{person}"]}},
        approval_key="k" * 32,
    )

    own = own_settings(settings, team)

    theirs = team == other
    assert (own.admins == (f"U{person}",)) is theirs
    assert (own.cluster_for(channel) == "10.0.0.9") is theirs
    assert (own.cluster_for("C0") == "10.0.0.8") is theirs
    assert (own.replies_in(channel) == "mention") is theirs
    assert own.choices_in(channel) == (("10.0.0.7",) if theirs else ())
    assert own.choices_in("C0") == (("10.0.0.6",) if theirs else ())
    assert own.every_choice == (["10.0.0.6", "10.0.0.7"] if theirs else [])
    assert (own.allowed_in(channel, "run") == {f"U{person}"}) is theirs
    assert (own.approvers_for("10.0.0.1") is not None) is theirs
    assert named_without_workspace(settings) == []


def test_an_entry_of_the_workspace_comes_before_one_for_all():
    settings = Settings(channel_replies={OTHERS: "owner", f"T0HERE/{OTHERS}": "mention"})

    assert own_settings(settings, "T0HERE").replies_in("C1") == "mention"
    assert own_settings(settings, "T0THERE").replies_in("C1") == "owner"


def test_ids_without_their_workspace_are_said_with_how_to_write_them():
    settings = Settings(
        admins=["U1ADMIN", "T0HERE/U2ADMIN"],
        channel_clusters={"C1DATA": "10.0.0.1", OTHERS: "10.0.0.2"},
        channel_replies={OTHERS: "owner"},
        cluster_choices={"C1DATA": ["10.0.0.3"]},
        channel_roles={OTHERS: {"run": ["S1GROUP"]}, "T0HERE/C2": {"run": ["S1GROUP"]}},
        approvals={"10.0.0.1": {"by": "another person"}, "10.0.0.2": {"by": "group", "group": "S1GROUP"}},
        approval_key="k" * 32,
    )

    said = named_without_workspace(settings)

    assert [sentence.split()[0] for sentence in said] == [
        "RAYGEN_ADMINS",
        "RAYGEN_APPROVALS",
        "RAYGEN_CHANNEL_CLUSTERS",
        "RAYGEN_CHANNEL_ROLES",
        "RAYGEN_CLUSTER_CHOICES",
    ]
    assert all("with several workspaces" in sentence for sentence in said)
    assert not any("U1ADMIN" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("allowed", "said"),
    [
        (("T0HERE",), ["T0TYPO stands in front of ids and not in RAYGEN_ALLOWED_WORKSPACES."]),
        (("T0HERE", "T0TYPO"), []),
        (("T0HERE", "E0WHOLE"), []),
        (("*",), []),
    ],
)
def test_an_entry_of_a_workspace_that_nobody_may_install_from_is_a_fault_where_that_can_be_known(allowed, said):
    settings = Settings(channel_roles={"T0TYPO/C1": {"run": ["U1"]}, "T0HERE/C1": {"run": ["U1"]}})

    assert named_elsewhere(settings, allowed) == said


def test_an_entry_for_a_cluster_comes_before_one_for_all_others():
    settings = Settings(
        approvals={"10.0.0.1": {"by": "another person"}, f"T0HERE/{OTHERS}": {"by": "two", "group": "S1"}},
        approval_key="k" * 32,
    )

    own = own_settings(settings, "T0HERE")

    assert (own.approvers_for("10.0.0.1").by, own.approvers_for("10.0.0.2").by) == ("another person", "two")


def test_nobody_is_meant_by_an_entry_that_names_nobody():
    settings = Settings(channel_roles={OTHERS: {"run": []}})

    assert named_without_workspace(settings) == []


@pytest.mark.usefixtures("both")
async def test_what_runs_in_one_workspace_is_not_counted_in_another(slack, supervisor, in_data):
    supervisor.answers = [validated()]
    supervisor.reports = [JobReport(status="running", output="begun\n", log_offset=6)]
    await slack.at(HERE).command("analyst", "data", "/raygen", "say hello")
    card = await in_data(HERE, names.CODE_CARD)
    await slack.at(HERE).click("engineer", "data", card.ts, names.RUN)
    await in_data(HERE, "Running*")

    here = await slack.at(HERE).command("analyst", "data", "/raygen", "status")
    there = await slack.at(THERE).command("analyst", "data", "/raygen", "status")
    supervisor.reports = [JobReport(status="succeeded", output="", log_offset=6)]
    await in_data(HERE, names.ENDED_RUN)

    assert "Runs on `10.0.0.2`: 1 under way, 0 in the queue." in str(here.payload)
    assert "Runs on `10.0.0.3`: 0 under way, 0 in the queue." in str(there.payload)
