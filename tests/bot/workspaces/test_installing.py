"""The way to an installation, over the wire: what a browser is sent to, and what it is told when that fails."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from bot.api import install_pages as words
from bot.api.install_states import PURPOSE
from bot.scopes import SCOPES
from bot.store.models import AuditEntry, DedupeKey
from bot.store.sealing import Seal
from tests.bot.workspaces.conftest import HERE, PUBLIC, THERE, oauth_settings, pages, serving


@pytest.fixture
def databases(sqlite_databases):
    """What the store does is tested on both in tests/bot/store/test_installations.py."""
    return sqlite_databases


def told(page):
    """The sentence of a page."""
    return html.unescape(re.search(r"<p>(.*)</p>", page.text, re.DOTALL)[1])


async def test_the_browser_is_sent_to_slack_with_the_apps_scopes_and_a_state_that_its_cookie_holds(installer, slack):
    begun = await installer.begin()

    to = urlsplit(begun.headers["location"])
    asked = {name: values[0] for name, values in parse_qs(to.query).items()}
    cookie = begun.headers["set-cookie"]
    assert begun.status_code == 302
    assert f"{to.scheme}://{to.netloc}{to.path}" == slack.api_url.replace("/api/", "/oauth/v2/authorize")
    assert set(asked["scope"].split(",")) == set(SCOPES)
    assert (asked["client_id"], asked["redirect_uri"]) == (slack.client_id, f"{PUBLIC}/slack/oauth_redirect")
    assert cookie.startswith(f"__Host-raygen-install={asked['state']};")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))


async def test_whoever_has_consented_sees_that_raygen_is_installed_and_the_token_is_kept(installer, slack, replica):
    page = await installer.install(THERE)

    there = slack.at(THERE).platform
    found = await replica.store.find(there.workspace.team_id)
    assert (page.status_code, told(page)) == (200, words.INSTALLED.format(name=THERE))
    assert found.token == there.tokens.bot
    assert (found.bot_user_id, found.bot_id) == (there.workspace.bot.id, there.workspace.bot.bot_id)
    assert found.url == f"https://{THERE}.slack.com/"
    assert found.installed_by == slack.at(THERE).user("engineer").id
    async with replica.database.reading() as session:
        assert [e.what for e in await session.scalars(select(AuditEntry))] == ["installed"]


async def test_the_pages_are_shown_to_nobody_else_and_kept_by_nobody(installer):
    page = await installer.browser.get("/slack/oauth_redirect")

    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["set-cookie"].startswith("__Host-raygen-install=deleted")


def exchanges(slack):
    return len([call for call in slack.calls if call.method == "oauth.v2.access"])


async def test_an_address_that_was_used_cannot_be_used_again(installer, slack):
    begun = await installer.begin()
    back = await installer.consent(begun, HERE)
    cookie = {"cookie": begun.headers["set-cookie"].partition(";")[0]}
    first = await installer.browser.get(back, headers=cookie)

    again = await installer.browser.get(back, headers=cookie)

    assert (first.status_code, again.status_code) == (200, 400)
    assert told(again) == words.TOO_LATE
    assert exchanges(slack) == 1


async def test_another_browser_than_the_one_that_began_installs_nothing(installer, slack, replica):
    back = await installer.consent(await installer.begin(), HERE)
    installer.browser.cookies.clear()

    page = await installer.browser.get(back)

    assert (page.status_code, told(page)) == (400, words.OTHER_BROWSER)
    assert await replica.store.homes() == []


@pytest.mark.parametrize("made", ["somebody else's", "", "of something else", "old"])
async def test_a_state_that_is_not_ours_or_not_of_the_last_ten_minutes_installs_nothing(
    installer, slack, oauth, database, made
):
    seal = Seal(oauth.keys)
    state = {
        "of something else": seal.close("a token"),
        "old": seal._all.encrypt_at_time(f"{PURPOSE}x".encode(), 1).decode(),
    }.get(made, made)

    cookie = {"cookie": f"__Host-raygen-install={state}"}
    page = await installer.browser.get("/slack/oauth_redirect", params={"state": state, "code": "1"}, headers=cookie)

    assert page.status_code == 400
    assert exchanges(slack) == 0
    async with database.reading() as session:
        assert list(await session.scalars(select(DedupeKey))) == []


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("access_denied", words.DECLINED),
        ("<script>alert(1)</script>", words.SLACK_SAID.format(error="<script>alert(1)</script>")),
        ("x" * 10_000, words.SLACK_SAID.format(error="x" * 10_000)[: words.MOST]),
    ],
)
async def test_what_slack_says_instead_of_a_code_is_told_and_stays_text(installer, said, sentence):
    begun = await installer.begin()
    state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]

    page = await installer.browser.get("/slack/oauth_redirect", params={"error": said, "state": state})

    assert (page.status_code, told(page)) == (400, sentence)
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        ("invalid_code", 400, words.TOO_LATE),
        ("bad_client_secret", 502, words.OURS),
        ("invalid_client_id", 502, words.OURS),
        ("no_scopes", 400, words.SLACK_SAID.format(error="no_scopes")),
    ],
)
async def test_what_slack_answers_to_the_code_becomes_a_sentence(installer, slack, error, status, sentence):
    slack.faults.answer("oauth.v2.access", error)

    page = await installer.install(HERE)

    assert (page.status_code, told(page)) == (status, sentence)


@pytest.mark.parametrize("method", ["oauth.v2.access", "auth.test"])
async def test_while_slack_is_away_the_browser_is_told_so(installer, slack, method):
    slack.faults.drop(method, times=2)

    page = await installer.install(HERE)

    assert (page.status_code, told(page)) == (502, words.SLACK_AWAY)


async def test_a_wrong_client_secret_is_the_operators_to_repair(slack, settings, database):
    async with pages(slack, oauth_settings(slack, client_secret="guessed"), settings, database) as installer:
        page = await installer.install(HERE)

    assert (page.status_code, told(page)) == (502, words.OURS)


@pytest.mark.parametrize("allowed", ["", " , "])
async def test_without_a_list_of_workspaces_nobody_is_sent_to_slack(slack, settings, database, allowed):
    async with pages(slack, oauth_settings(slack, allowed_workspaces=allowed), settings, database) as installer:
        page = await installer.begin()

    assert (page.status_code, told(page)) == (403, words.NOT_ALLOWED)
    assert "location" not in page.headers


async def test_a_workspace_that_is_not_on_the_list_gets_a_sentence_and_its_token_is_taken_back(
    slack, settings, database, replica
):
    there = slack.at(THERE).platform
    only = oauth_settings(slack, allowed_workspaces=there.workspace.team_id)
    async with pages(slack, only, settings, database) as installer:
        refused, installed = await installer.install(HERE), await installer.install(THERE)

    assert (refused.status_code, told(refused)) == (403, words.NOT_ALLOWED)
    assert installed.status_code == 200
    assert slack.bot_token in slack.platform.tokens.revoked
    assert await replica.store.homes() == [there.workspace.team_id]


async def test_a_workspace_that_is_no_longer_on_the_list_is_not_served(
    slack, settings, database, supervisor, installer, oauth
):
    for domain in (HERE, THERE):
        await installer.install(domain)
    there = slack.at(THERE).platform.workspace.team_id
    shorter = oauth.model_copy(update={"allowed_workspaces": (there,)})

    async with serving(slack, shorter, settings, database, supervisor):
        unheard = await slack.at(HERE).command("analyst", "data", "/raygen", "help")
        heard = await slack.at(THERE).command("analyst", "data", "/raygen", "help")

    assert unheard.acked
    assert not unheard.payload
    assert "/raygen" in str(heard.payload)


def test_an_enterprise_on_the_list_stands_for_its_workspaces(slack):
    only = oauth_settings(slack, allowed_workspaces="E0OURS, T0ONE")

    assert only.allows("T0ANY", "E0OURS")
    assert only.allows("T0ONE", None)
    assert not only.allows("T0ANY", "E0THEIRS")
    assert not only.allows("T0ANY", None)


async def test_no_secret_of_an_installation_is_in_a_log_line(installer, slack, oauth, replica, caplog):
    with caplog.at_level(0):
        await installer.install(HERE)
        slack.faults.answer("oauth.v2.access", "invalid_code")
        await installer.install(THERE)

    secrets = [slack.client_secret, slack.bot_token, *oauth.keys]
    written = [record.getMessage() for record in caplog.records if record.name.startswith(("bot", "slack_bolt"))]
    assert [line for line in written if any(secret in line for secret in secrets)] == []


async def test_a_token_that_this_replica_has_read_is_taken_out_of_every_text(both, slack):
    await both.bot.app._hosted.tenant(slack.platform.workspace.team_id)

    token = slack.bot_token
    assert token not in both.redact(f"the token is {token.encode().hex()} and {token}")
    assert token.encode().hex() not in both.redact(f"the token is {token.encode().hex()} and {token}")


async def test_the_api_beside_the_pages_still_takes_no_browsers(installer):
    answer = await installer.browser.post(
        f"{PUBLIC}/generate", json={"prompt": "hello"}, headers={"origin": "https://example.com"}
    )

    assert answer.status_code == 403
