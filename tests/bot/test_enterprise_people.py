"""Who is a member on Enterprise Grid: https://docs.slack.dev/reference/objects/user-object."""

import pytest

from bot.errors import Refused
from bot.people import Groups, People, Rights
from bot.permissions import require
from bot.settings import Settings
from tests.fakes.slack_people import SlackPeople

ORG, OTHER_ORG = "E0OURS", "E0THEIRS"
ONE, TWO, ELSEWHERE = "T0ONE", "T0TWO", "T0ELSEWHERE"


def on_grid(team, teams=(), org=ORG, **more):
    return {"team_id": team, "enterprise_user": {"enterprise_id": org, "teams": list(teams)}, **more}


async def decided(user, team, home, **settings):
    """The code of the refusal, or `may`, for somebody whose payload names `team`."""
    actor = await People(SlackPeople({"U1": user}, {})).actor("U1", team, home)
    try:
        require(actor, "run", allow_guests=False)
    except Refused as refusal:
        return refusal.code
    return "may"


@pytest.mark.parametrize("team", [ONE, TWO, ORG])
async def test_with_an_installation_for_the_enterprise_members_of_each_of_its_workspaces_may(team):
    assert await decided(on_grid(TWO, [TWO]), team, ORG) == "may"


@pytest.mark.parametrize(
    ("user", "refused"),
    [
        (on_grid(ELSEWHERE, [ELSEWHERE], org=OTHER_ORG), "stranger"),
        ({"team_id": ELSEWHERE}, "stranger"),
        ({"team_id": ORG}, "stranger"),
        ({}, "stranger"),
        (on_grid(ORG, [TWO], is_stranger=True), "stranger"),
        (on_grid(TWO, [TWO], is_restricted=True), "guest"),
        (on_grid(TWO, [TWO], is_bot=True), "bot"),
        (on_grid(TWO, [TWO], deleted=True), "deactivated"),
    ],
)
@pytest.mark.parametrize("claimed", [TWO, ORG, ELSEWHERE])
async def test_with_an_installation_for_the_enterprise_nobody_else_may_whatever_the_payload_says(
    user, refused, claimed
):
    assert await decided(user, claimed, ORG) == refused


@pytest.mark.parametrize(
    ("user", "claimed", "answer"),
    [
        (on_grid(ONE, [ONE, TWO]), ONE, "may"),
        (on_grid(TWO, [ONE, TWO]), ONE, "may"),
        (on_grid(TWO, [TWO]), ONE, "stranger"),
        (on_grid(ONE, [ONE, TWO]), TWO, "stranger"),
        (on_grid(TWO, [TWO]), TWO, "stranger"),
        (on_grid(ELSEWHERE, [ELSEWHERE], org=OTHER_ORG), ONE, "stranger"),
    ],
)
async def test_with_an_installation_for_one_workspace_its_own_members_may_and_its_sisters_may_not(
    user, claimed, answer
):
    assert await decided(user, claimed, ONE) == answer


async def test_with_an_enterprises_token_slack_is_told_whose_user_group_is_meant():
    slack = SlackPeople({"U1": on_grid(TWO, [TWO])}, {"S0RUNNERS": ["U1"]})
    rights = Rights(People(slack), Groups(slack), Settings(channel_roles={"*": {"run": ["S0RUNNERS"]}}))

    actor = await rights.people.actor("U1", TWO, ORG)
    await rights.require(actor, "run", "C1")

    assert slack.workspaces == [TWO]
