"""Slack's OAuth: `GET /slack/install` sends a browser to Slack, `GET /slack/oauth_redirect` takes it back.

https://docs.slack.dev/authentication/installing-with-oauth. What a browser sees of a failure is a page with a sentence.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth import AuthorizeUrlGenerator, OAuthStateUtils
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.api import install_pages as pages
from bot.api.install_pages import page
from bot.api.install_states import SECONDS
from bot.errors import RaygenError
from bot.scopes import SCOPES
from bot.store.installations import Installation

logger = logging.getLogger(__name__)

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
COOKIE = "__Host-raygen-install"
"""A name that browsers let nobody but this very host set."""
SLACK_SECONDS = 10
OURS_TO_CHECK = frozenset({"bad_client_secret", "bad_redirect_uri", "invalid_client_id"})
AWAY = (SlackClientError, aiohttp.ClientError, TimeoutError)


class Installations(Protocol):
    """Where an installation is kept."""

    async def save(self, new: Installation) -> None:
        """Keep it; a token that was there is replaced."""


@dataclass(frozen=True)
class Credentials:
    """The app's, as its settings show them; `api_url` ends with a slash."""

    client_id: str
    client_secret: str
    redirect_url: str
    api_url: str

    @property
    def authorize_url(self) -> str:
        """Where Slack asks for consent: on the host of its API."""
        return f"{self.api_url.removesuffix('api/')}oauth/v2/authorize"


class _Failed(Exception):
    """Ends in a page."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(status)
        self.status = status
        self.sentence = sentence


class Installing:
    """Both ends of the way. `allows` says of ids, a workspace's and its enterprise's, whether they may install."""

    def __init__(
        self,
        credentials: Credentials,
        states: AsyncOAuthStateStore,
        installations: Installations,
        allows: Callable[..., bool],
        *,
        anybody: bool,
    ) -> None:
        self._credentials = credentials
        self._states = states
        self._installations = installations
        self._allows = allows
        self._anybody = anybody
        self._cookies = OAuthStateUtils(cookie_name=COOKIE, expiration_seconds=SECONDS)
        self._consent = AuthorizeUrlGenerator(
            client_id=credentials.client_id,
            redirect_uri=credentials.redirect_url,
            scopes=sorted(SCOPES),
            authorization_url=credentials.authorize_url,
        )

    @property
    def routes(self) -> list[Route]:
        """Both addresses."""
        return [
            Route(INSTALL, self.begin, methods=["GET"]),
            Route(REDIRECT, self.finish, methods=["GET"]),
        ]

    async def begin(self, _: Request) -> Response:
        """Send the browser to Slack, with a state that only this browser can bring back, once."""
        if not self._anybody:
            return page(403, pages.NOT_ALLOWED)
        state = await self._states.async_issue()
        answer = RedirectResponse(self._consent.generate(state=state), status_code=302)
        answer.headers.update(pages.HEADERS)
        answer.headers["set-cookie"] = self._cookies.build_set_cookie_for_new_state(state)
        return answer

    async def finish(self, request: Request) -> Response:
        """Take the browser back from Slack, and keep the token that its code is good for."""
        try:
            installed = await self._installed(request)
            answer = page(200, pages.INSTALLED.format(name=installed.name))
        except _Failed as failure:
            answer = page(failure.status, failure.sentence)
        except RaygenError as error:
            answer = page(503, error.sentence)
        answer.headers["set-cookie"] = self._cookies.build_set_cookie_for_deletion()
        return answer

    async def _installed(self, request: Request) -> Installation:
        code = await self._code(request)
        client = AsyncWebClient(base_url=self._credentials.api_url, timeout=SLACK_SECONDS)
        try:
            new = await self._granted(client, code)
            if not self._allows(new.home, new.enterprise_id):
                await client.auth_revoke(token=new.token)
                logger.warning("team=<%s>, user=<%s> | may not install Raygen", new.home, new.installed_by)
                raise _Failed(403, pages.NOT_ALLOWED)
        except AWAY as error:
            raise _refused(error) from error
        await self._installations.save(new)
        logger.info("team=<%s>, user=<%s> | Raygen is installed", new.home, new.installed_by)
        return new

    async def _code(self, request: Request) -> str:
        """What Slack sends back. Raises _Failed unless this browser was sent to Slack by us, not long ago."""
        given = request.query_params
        state = given.get("state", "")
        if not self._cookies.is_valid_browser(state, {"cookie": request.headers.get("cookie", "")}):
            raise _Failed(400, pages.OTHER_BROWSER)
        if not await self._states.async_consume(state):
            raise _Failed(400, pages.TOO_LATE)
        if "error" in given:
            declined = given["error"] == "access_denied"
            raise _Failed(400, pages.DECLINED if declined else pages.SLACK_SAID.format(error=given["error"]))
        if not given.get("code"):
            raise _Failed(400, pages.TOO_LATE)
        return given["code"]

    async def _granted(self, client: AsyncWebClient, code: str) -> Installation:
        app = self._credentials
        # Not by the SDK's own method for it, which uses a part of aiohttp that is about to be removed.
        granted = await client.api_call(
            "oauth.v2.access",
            params={"code": code, "redirect_uri": app.redirect_url},
            headers={"Authorization": aiohttp.encode_basic_auth(app.client_id, app.client_secret)},
        )
        token = granted.get("access_token")
        if not token or granted.get("refresh_token"):
            logger.error("The app's settings rotate tokens, or ask for no bot: take them from manifest.yml.")
            raise _Failed(502, pages.OURS)
        me = await client.auth_test(token=token)
        return _installation(granted, me, str(token))


def _installation(granted: AsyncSlackResponse, me: AsyncSlackResponse, token: str) -> Installation:
    """What Slack's answer says. An installation for a whole enterprise has no team."""
    enterprise = granted.get("enterprise") or {}
    of = enterprise if granted.get("is_enterprise_install") else granted.get("team") or {}
    return Installation(
        home=str(of["id"]),
        name=str(of.get("name") or of["id"]),
        url=str(me["url"]),
        bot_user_id=str(granted["bot_user_id"]),
        token=token,
        bot_id=me.get("bot_id"),
        enterprise_id=enterprise.get("id"),
        installed_by=str((granted.get("authed_user") or {}).get("id") or "unknown"),
    )


def _refused(error: Exception) -> _Failed:
    if not isinstance(error, SlackApiError):
        return _Failed(502, pages.SLACK_AWAY)
    code = str(error.response.get("error"))
    if code in OURS_TO_CHECK:
        logger.error("error=<%s> | Slack refuses the app's credentials: see SLACK_CLIENT_ID and the others", code)
        return _Failed(502, pages.OURS)
    logger.warning("error=<%s> | an installation was refused", code)
    return _Failed(400, pages.TOO_LATE if code == "invalid_code" else pages.SLACK_SAID.format(error=code))
