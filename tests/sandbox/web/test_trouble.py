"""Trouble that is switched on in the drawer happens to the app."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.slack.conftest import connected, new_app


async def called(visitor):
    client = AsyncWebClient(token=visitor.slack.bot_token, base_url=visitor.slack.api_url, retry_handlers=[])
    return await client.auth_test()


async def test_a_planned_429_comes_once_with_its_seconds(visitor):
    trouble = {"trouble": "rate_limit", "method": "auth.test", "times": 1, "seconds": 7}

    _, plan = await visitor.post("/web/trouble", trouble)
    with pytest.raises(SlackApiError) as refused:
        await called(visitor)
    again = await called(visitor)

    assert plan["faults"] == [{"method": "auth.test", "kind": "rate_limit"}]
    assert refused.value.response.headers["Retry-After"] == "7"
    assert again["ok"]


async def test_what_was_planned_can_be_taken_back(visitor):
    await visitor.post("/web/trouble", {"trouble": "http_500", "method": "*", "times": 3})
    await visitor.post("/web/trouble", {"trouble": "duplicate", "times": 2})

    _, plan = await visitor.post("/web/trouble", {"trouble": "clear"})

    assert (plan["faults"], plan["duplicates"], plan["late"]) == ([], 0, 0)
    assert (await called(visitor))["ok"]


async def test_a_late_delivery_ends_in_slacks_operation_timeout(visitor):
    app = new_app(visitor.slack)

    @app.command("/raygen")
    async def take(ack):
        await ack()

    async with connected(app, visitor.slack):
        visitor.slack.platform.delivery.ack_seconds = 0.05
        await visitor.post("/web/trouble", {"trouble": "late", "times": 1, "seconds": 60})
        _, late = await visitor.act("command", channel="data", name="/raygen", text="hello")
        visitor.slack.platform.delivery.ack_seconds = 3.0
        _, next_one = await visitor.act("command", channel="data", name="/raygen", text="hello")

    assert late["shown"] == '/raygen failed with the error "operation_timeout"'
    assert next_one["status"] == "acked"


async def test_a_disconnected_app_comes_back(visitor):
    app = new_app(visitor.slack)
    async with connected(app, visitor.slack):
        _, plan = await visitor.post("/web/trouble", {"trouble": "disconnect", "graceful": True})
        await visitor.slack.wait_for_connection()

    assert plan["connections"] == 0


async def test_rate_limits_can_be_enforced(visitor):
    await visitor.post("/web/trouble", {"trouble": "limits", "enforced": True})
    await called(visitor)

    _, _, found = await visitor.get("/web/limits")

    assert b'"enforced": true' in found
    assert b'"name": "auth.test"' in found


@pytest.mark.parametrize("trouble", [{"trouble": "slow", "seconds": 1e9}, {"trouble": "duplicate", "times": 0}, {}])
async def test_what_is_no_trouble_is_refused(visitor, trouble):
    status, _ = await visitor.post("/web/trouble", trouble)

    assert status == 422
