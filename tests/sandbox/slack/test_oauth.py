"""An app that is installed in more than one workspace, and removed: https://docs.slack.dev/authentication."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackServer
from tests.sandbox.slack.conftest import EVENTS, connected, manifest, new_app
from tests.sandbox.slack.refusals import error_of

BACK = "https://bot.example.com/slack/oauth_redirect"
LAST_WORDS = ["app_uninstalled", "tokens_revoked"]


@pytest.fixture
async def server(clock):
    async with SlackServer(manifest(events=[*EVENTS, *LAST_WORDS]), clock=clock, more=["elsewhere"]) as running:
        yield running


@pytest.fixture
def anybody(server):
    """A client without a token."""
    return AsyncWebClient(base_url=server.api_url)


async def consented(server, domain="sandbox", **changes):
    """What comes back in the browser of somebody who allows the app."""
    generator = AuthorizeUrlGenerator(
        client_id=changes.get("client_id", server.client_id),
        redirect_uri=BACK,
        scopes=["chat:write"],
        authorization_url=server.api_url.replace("/api/", "/oauth/v2/authorize"),
    )
    team = server.at(domain).platform.workspace.team_id
    async with httpx.AsyncClient() as browser:
        return await browser.get(generator.generate(state="a state", team=team))


def code_in(answer):
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


async def redeemed(server, anybody, code, **changes):
    values = {"client_id": server.client_id, "client_secret": server.client_secret, "redirect_uri": BACK}
    return await anybody.api_call("oauth.v2.access", params={**values, "code": code, **changes})


async def test_whoever_consents_is_sent_back_with_a_code_and_the_state(server):
    answer = await consented(server)

    back = urlsplit(answer.headers["location"])
    assert answer.status_code == 302
    assert f"{back.scheme}://{back.netloc}{back.path}" == BACK
    assert parse_qs(back.query)["state"] == ["a state"]


async def test_an_app_that_does_not_exist_is_not_consented_to(server):
    assert (await consented(server, client_id="9.9")).status_code == 400


async def test_a_code_is_good_for_a_token_of_the_workspace_that_consented(server, anybody):
    granted = await redeemed(server, anybody, code_in(await consented(server, "elsewhere")))
    there = server.at("elsewhere")
    me = await AsyncWebClient(token=granted["access_token"], base_url=server.api_url).auth_test()

    assert granted["team"] == {"id": there.platform.workspace.team_id, "name": "elsewhere"}
    assert granted["bot_user_id"] == me["user_id"] == there.bot.id
    assert granted["authed_user"] == {"id": there.user("engineer").id}
    assert (granted["token_type"], granted["is_enterprise_install"]) == ("bot", False)


async def test_a_code_is_good_once_and_for_ten_minutes(server, anybody, clock):
    once = code_in(await consented(server))
    late = code_in(await consented(server))
    await redeemed(server, anybody, once)
    clock.advance(601)

    assert await error_of(redeemed(server, anybody, once)) == "invalid_code"
    assert await error_of(redeemed(server, anybody, late)) == "invalid_code"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"client_id": "9.9"}, "invalid_client_id"),
        ({"client_secret": "guessed"}, "bad_client_secret"),
        ({"redirect_uri": "https://elsewhere.example.com"}, "bad_redirect_uri"),
        ({"code": "guessed"}, "invalid_code"),
        ({"code": ""}, "invalid_code"),
    ],
)
async def test_a_wrong_part_of_an_exchange_is_named(server, anybody, wrong, error):
    code = code_in(await consented(server))

    assert await error_of(redeemed(server, anybody, wrong.pop("code", code), **wrong)) == error


async def test_the_apps_secret_may_come_as_http_basic_and_is_never_recorded(server, anybody):
    code = code_in(await consented(server))
    basic = httpx.BasicAuth(server.client_id, server.client_secret)._auth_header

    await anybody.api_call(
        "oauth.v2.access", params={"code": code, "redirect_uri": BACK}, headers={"Authorization": basic}
    )

    assert server.client_secret not in str([call.args for call in server.calls])


async def test_the_token_of_one_workspace_opens_nothing_of_another(server):
    there = server.at("elsewhere")
    client = AsyncWebClient(token=server.bot_token, base_url=server.api_url)

    post = client.chat_postMessage(channel=there.channel("data").id, text="hello")

    assert await error_of(post) == "channel_not_found"
    assert await error_of(client.users_info(user=there.user("analyst").id)) == "user_not_found"


async def test_each_workspaces_payloads_name_it_and_reach_the_one_app(server):
    app, heard = new_app(server), []

    @app.command("/raygen")
    async def handle(ack, command):
        heard.append(command["team_id"])
        await ack()

    async with connected(app, server):
        for domain in ("sandbox", "elsewhere"):
            await server.at(domain).command("analyst", "data", "/raygen")

    assert heard == [server.at(domain).platform.workspace.team_id for domain in ("sandbox", "elsewhere")]


async def test_a_token_that_was_taken_back_is_refused_and_another_one_comes_with_the_next_consent(server, anybody):
    client = AsyncWebClient(token=server.bot_token, base_url=server.api_url)

    assert (await client.auth_revoke())["revoked"] is True
    assert await error_of(client.auth_test()) == "token_revoked"
    granted = await redeemed(server, anybody, code_in(await consented(server)))

    assert granted["access_token"] != client.token
    assert (await AsyncWebClient(token=granted["access_token"], base_url=server.api_url).auth_test())["ok"]


async def test_a_workspace_that_has_the_app_gets_the_same_token_once_more(server, anybody):
    granted = [await redeemed(server, anybody, code_in(await consented(server))) for _ in range(2)]

    assert [one["access_token"] for one in granted] == [server.bot_token] * 2


async def test_an_app_that_is_removed_is_told_by_both_events_and_hears_nothing_more(server):
    app, heard = new_app(server), []
    for event in (*LAST_WORDS, "message"):

        @app.event(event)
        async def handle(event, body):
            heard.append((event, body["team_id"]))
            server.platform.journal.changed()

    there = server.at("elsewhere")
    async with connected(app, server):
        await there.uninstall()
        await server.wait_until(lambda: len(heard) == 2)
        await there.say("analyst", "data", "is anybody there?")

    team = there.platform.workspace.team_id
    assert sorted(event["type"] for event, _ in heard) == LAST_WORDS
    assert {where for _, where in heard} == {team}
    assert next(event["tokens"] for event, _ in heard if "tokens" in event) == {"oauth": [], "bot": [there.bot.id]}


async def test_an_installation_for_an_enterprise_is_named_in_all_that_the_app_hears():
    org, heard = "E0000000001", []
    async with SlackServer(manifest(), enterprise=org) as server:
        app = new_app(server)

        @app.command("/raygen")
        async def command(ack, body):
            heard.append((body["is_enterprise_install"], body["enterprise_id"], body["team_id"]))
            await ack()

        @app.shortcut("ask")
        async def shortcut(ack, body):
            heard.append((body["is_enterprise_install"], body["enterprise"]["id"], body["team"]["id"]))
            await ack()

        @app.event("message")
        async def message(body):
            (granted,) = body["authorizations"]
            heard.append((granted["is_enterprise_install"], granted["enterprise_id"], granted["team_id"]))
            server.platform.journal.changed()

        async with connected(app, server):
            await server.command("analyst", "data", "/raygen")
            await server.shortcut("analyst", "ask")
            await server.say("analyst", "data", "hello")
            await server.wait_until(lambda: len(heard) == 3)

    team = server.platform.workspace.team_id
    assert heard == [("true", org, team), (True, org, team), (True, org, None)]


async def test_a_member_of_an_enterprise_is_told_from_a_stranger():
    async with SlackServer(manifest(), enterprise="E0000000001") as server:
        sister = server.platform.workspace.add_user("sister", team_id="T0000000009", is_sister=True)
        client = AsyncWebClient(token=server.bot_token, base_url=server.api_url)
        member = (await client.users_info(user=sister.id))["user"]
        stranger = (await client.users_info(user=server.user("partner").id))["user"]

    assert member["enterprise_user"]["enterprise_id"] == "E0000000001"
    assert (member["team_id"], member["is_stranger"]) == ("T0000000009", False)
    assert "enterprise_user" not in stranger
    assert stranger["is_stranger"] is True


async def test_a_consent_for_an_enterprise_names_no_workspace():
    async with SlackServer(manifest(), enterprise="E0000000001") as server:
        anybody = AsyncWebClient(base_url=server.api_url)
        granted = await redeemed(server, anybody, code_in(await consented(server)))

    assert granted["team"] is None
    assert granted["enterprise"]["id"] == "E0000000001"
    assert granted["is_enterprise_install"] is True
