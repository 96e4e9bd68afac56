"""Under which ids the installation of a delivery is looked for."""

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.app.reception import _homes

ORG, ONE, TWO = "E0OURS", "T0ONE", "T0TWO"


def event(team, enterprise=None, org_wide=False, **outer):
    authorization = {"enterprise_id": enterprise, "team_id": team, "user_id": "U1", "is_enterprise_install": org_wide}
    return {
        "type": "event_callback",
        "team_id": TWO,
        "enterprise_id": enterprise,
        "authorizations": [authorization],
        "event": {"type": "message", "channel": "C1", "user": "U1", "ts": "1.1"},
        **outer,
    }


def click(team, enterprise=None, org_wide=False, **more):
    return {
        "type": "block_actions",
        "user": {"id": "U1", "team_id": TWO},
        "team": {"id": team, "domain": "d"} if team else None,
        "enterprise": {"id": enterprise, "name": "org"} if enterprise else None,
        "is_enterprise_install": org_wide,
        "actions": [{"action_id": "run_code", "value": "v"}],
        **more,
    }


def command(team, enterprise=None, org_wide="false"):
    given = {"command": "/raygen", "team_id": team, "user_id": "U1", "is_enterprise_install": org_wide}
    return given | ({"enterprise_id": enterprise} if enterprise else {})


@pytest.mark.parametrize(
    ("payload", "homes"),
    [
        (event(ONE), [ONE]),
        (event(ONE, ORG), [ONE, ORG]),
        (event(None, ORG, org_wide=True), [ORG]),
        (click(ONE), [ONE]),
        (click(ONE, ORG), [ONE, ORG]),
        (click(ONE, ORG, org_wide=True), [ORG]),
        (click(None, ORG, org_wide=True), [ORG]),
        (click(TWO, view={"app_installed_team_id": ONE, "id": "V1"}), [ONE]),
        (command(ONE), [ONE]),
        (command(ONE, ORG), [ONE, ORG]),
        (command(ONE, ORG, "true"), [ORG]),
        ({"type": "event_callback", "team_id": ONE, "event": {"type": "app_uninstalled"}}, [ONE]),
        ({"type": "something"}, []),
        (event(["T0ONE"], {"id": 7}), []),
        (event("T0ONE\x00", "E0OURS'; --"), []),
        (event(5, 6.0), []),
        (command("T" * 500), []),
    ],
)
def test_an_installation_is_looked_for_where_slack_says_that_it_was_made(payload, homes):
    request = AsyncBoltRequest(body=payload, mode="socket_mode")

    assert list(_homes(request)) == homes
