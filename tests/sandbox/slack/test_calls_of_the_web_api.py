"""Tokens, scopes, arguments: https://docs.slack.dev/apis/web-api, its sections on authentication and errors."""

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackServer
from sandbox.slack.methods import METHODS
from sandbox.slack.reference import read_reference
from tests.sandbox.slack.conftest import manifest
from tests.sandbox.slack.refusals import refusal_of
from tests.sandbox.slack.shapes import section


def test_every_method_of_the_reference_is_served_and_no_other():
    assert set(METHODS) == set(read_reference())


async def test_auth_test_says_who_the_bot_is(server, client):
    answer = await client.auth_test()

    assert answer["user_id"] == server.bot.id
    assert answer["bot_id"] == server.bot.bot_id
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


@pytest.mark.parametrize(
    ("token", "error"),
    [(None, "not_authed"), ("xoxb-another", "invalid_auth"), ("xapp-sandbox-app", "not_allowed_token_type")],
)
async def test_a_token_that_cannot_call_the_method_is_refused(server, token, error):
    response = await refusal_of(AsyncWebClient(token=token, base_url=server.api_url).auth_test())

    assert response["error"] == error


async def test_a_bot_token_cannot_open_a_socket(server, client):
    response = await refusal_of(client.apps_connections_open(app_token=server.bot_token))

    assert response["error"] == "not_allowed_token_type"


async def test_a_missing_scope_is_named_with_those_that_are_there(clock):
    async with SlackServer(manifest(scopes=["commands"]), clock=clock) as server:
        client = AsyncWebClient(token=server.bot_token, base_url=server.api_url)

        response = await refusal_of(client.chat_postMessage(channel="#data", text="x"))

    assert (response["error"], response["needed"], response["provided"]) == ("missing_scope", "chat:write", "commands")


async def test_reading_a_private_channel_needs_the_private_scope(clock):
    scopes = ["channels:history", "chat:write"]
    async with SlackServer(manifest(scopes=scopes), clock=clock) as server:
        client = AsyncWebClient(token=server.bot_token, base_url=server.api_url)

        response = await refusal_of(client.conversations_history(channel=server.channel("ops").id))

    assert (response["error"], response["needed"]) == ("missing_scope", "groups:history")


async def test_an_unknown_method_is_said_to_be_unknown(client):
    response = await refusal_of(client.api_call("chat.postMassage"))

    assert response["error"] == "unknown_method"


async def test_a_misspelt_argument_is_refused_and_named(client):
    response = await refusal_of(client.api_call("chat.postMessage", json={"channel": "#data", "txt": "x"}))

    assert response["error"] == "invalid_arguments"
    assert response["response_metadata"]["messages"] == ["[ERROR] invalid additional property: txt"]


async def test_a_missing_argument_is_refused_and_named(client):
    response = await refusal_of(client.api_call("chat.update", json={"channel": "C1", "text": "x"}))

    assert response["response_metadata"]["messages"] == ["[ERROR] missing required field: ts"]


async def test_an_argument_of_the_wrong_type_is_refused(client):
    response = await refusal_of(
        client.api_call("files.getUploadURLExternal", params={"filename": "a", "length": "ten"})
    )

    assert response["response_metadata"]["messages"] == ["[ERROR] must provide an integer: length"]


async def test_blocks_may_come_as_json_in_a_form_or_as_json(server, client):
    blocks = [section("hello", block_id="b1")]

    await client.api_call("chat.postMessage", data={"channel": "#data", "blocks": '[{"type": "divider"}]'})
    await client.chat_postMessage(channel="#data", text="x", blocks=blocks)

    assert [[block["type"] for block in one.blocks] for one in server.channel("data").messages] == [
        ["divider"],
        ["section"],
    ]
    assert server.calls[0].args["blocks"] == [{"type": "divider"}]


async def test_blocks_that_are_no_json_have_an_invalid_format(client):
    response = await refusal_of(client.api_call("chat.postMessage", data={"channel": "#data", "blocks": "[{"}))

    assert response["error"] == "invalid_blocks_format"


async def test_the_token_may_be_an_argument_and_is_never_recorded(server):
    async with aiohttp.ClientSession() as session:
        body = {"token": server.bot_token, "channel": "#data", "text": "x"}
        answer = await (await session.post(f"{server.api_url}chat.postMessage", data=body)).json()

    assert answer["ok"]
    assert server.calls[0].args == {"channel": "#data", "text": "x"}


async def test_a_json_body_is_not_read_by_a_method_that_takes_only_forms(server, client):
    response = await refusal_of(client.api_call("users.info", json={"user": server.bot.id}))

    assert response["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]


async def test_every_call_is_recorded_with_its_error(server, client, clock):
    await client.auth_test()
    await refusal_of(client.chat_postMessage(channel="C9", text="x"))

    assert [(call.method, call.ok, call.error) for call in server.calls] == [
        ("auth.test", True, None),
        ("chat.postMessage", False, "channel_not_found"),
    ]
    assert server.calls[0].at == clock.now()


async def test_an_email_is_shown_only_with_its_scope(clock):
    async with SlackServer(manifest(scopes=["users:read"]), clock=clock) as server:
        client = AsyncWebClient(token=server.bot_token, base_url=server.api_url)

        answer = await client.users_info(user=server.user("analyst").id)

    assert "email" not in answer["user"]["profile"]


async def test_people_and_groups_can_be_looked_up(server, client):
    partner = server.user("partner")
    groups = await client.usergroups_list(include_users=True)

    assert (await client.users_info(user=partner.id))["user"]["team_id"] != server.bot.team_id
    assert (await client.users_lookupByEmail(email="analyst@example.com"))["user"]["id"] == server.user("analyst").id
    assert groups["usergroups"][0]["users"] == [server.user("approver").id]
    listed = await client.usergroups_users_list(usergroup=groups["usergroups"][0]["id"])
    assert listed["users"] == [server.user("approver").id]
    assert (await refusal_of(client.usergroups_users_list(usergroup="S9")))["error"] == "no_such_subteam"
    assert (await client.bots_info(bot=server.bot.bot_id))["bot"]["user_id"] == server.bot.id
    assert (await client.team_info())["team"]["id"] == server.bot.team_id
    assert (await refusal_of(client.users_info(user="U9")))["error"] == "user_not_found"


async def test_blocks_can_be_validated_without_posting(server, client):
    valid = await client.api_call("blocks.validate", json={"blocks": [section()]})
    response = await refusal_of(client.api_call("blocks.validate", json={"blocks": [section("x" * 3001)]}))

    assert valid["ok"]
    assert response["error"] == "invalid_blocks"
    assert server.channel("data").messages == ()
