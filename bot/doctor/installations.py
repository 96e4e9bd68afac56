"""Several workspaces: the keys, each workspace's token, and the address that Slack sends people back to."""

import asyncio

import aiohttp
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.app.many import installation_store
from bot.app.settings import EVERYBODY, OAuthSettings
from bot.doctor.database import is_to_be
from bot.doctor.finding import Finding
from bot.doctor.workspace import TIMEOUT_SECONDS, bot_token, delivery
from bot.errors import StoreUnavailable
from bot.store.database import Database
from bot.store.installations import InstallationStore
from bot.store.sealing import Unreadable

KEYS, INSTALLED, LIST, REDIRECT = "Token keys", "Installations", "Allowed workspaces", "Redirect address"
OUR_PAGE = 400
"""What the address answers to somebody whom Slack has not sent."""
AT_A_TIME = 8
INSTALL_AGAIN = "Have an administrator of the workspace open /slack/install."


async def installations(oauth: OAuthSettings, database_url: str) -> list[Finding]:
    """What can be said of the workspaces; nothing is changed."""
    found = await asyncio.gather(delivery(oauth), _tokens(oauth, database_url), _redirect(oauth.redirect_url))
    way_in, tokens, redirect = found
    return [way_in, _keys(oauth), _allowed(oauth), redirect, *tokens]


def _keys(oauth: OAuthSettings) -> Finding:
    count = len(oauth.keys)
    if count == 1:
        return Finding(KEYS, "ok", "One, which seals and opens the tokens.")
    return Finding(KEYS, "ok", f"{count}: the first seals, and the bot seals anew with it what another one opens.")


def _allowed(oauth: OAuthSettings) -> Finding:
    if not oauth.allowed_workspaces:
        do = "Set RAYGEN_ALLOWED_WORKSPACES to the ids of the workspaces, or enterprises, that may."
        return Finding(LIST, "warning", "No workspace may install Raygen, and none is served.", do)
    if EVERYBODY in oauth.allowed_workspaces:
        do = "Name the workspaces in RAYGEN_ALLOWED_WORKSPACES unless the address is known to friends only."
        return Finding(LIST, "warning", "Whoever finds the address can install Raygen, and execute programs.", do)
    return Finding(LIST, "ok", f"{len(oauth.allowed_workspaces)} may install Raygen.")


async def _redirect(address: str) -> Finding:
    """Slack can be asked nothing about it; but from here it can be seen whether our page answers there."""
    do = "See that the bot runs, that the address leads to its HTTP API, and that it stands in the app's Redirect URLs."
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as browser, browser.get(address) as answer:
            if answer.status == OUR_PAGE and answer.headers.get("Referrer-Policy") == "no-referrer":
                return Finding(REDIRECT, "ok", f"{address} answers; it has to stand in the app's Redirect URLs.")
            return Finding(REDIRECT, "warning", f"Something else answers at {address} ({answer.status}).", do)
    except (aiohttp.ClientError, TimeoutError):
        return Finding(REDIRECT, "warning", f"Nobody answers at {address}, as seen from here.", do)


async def _tokens(oauth: OAuthSettings, database_url: str) -> list[Finding]:
    """A finding for each workspace; the database itself is examined by others."""
    try:
        database = Database(database_url)
    except (SQLAlchemyError, ImportError):
        return [Finding(INSTALLED, "unknown", "They could not be looked at: the database cannot be opened.")]
    try:
        return [] if is_to_be(database) else await _each(installation_store(oauth, database), oauth.api_url)
    except (DBAPIError, StoreUnavailable, OSError):
        return [Finding(INSTALLED, "unknown", "They could not be looked at: the database has no table of them yet.")]
    finally:
        await database.close()


async def _each(store: InstallationStore, api_url: str) -> list[Finding]:
    homes, gate = await store.homes(), asyncio.Semaphore(AT_A_TIME)
    if not homes:
        return [Finding(INSTALLED, "ok", "None yet.")]

    async def one(home: str) -> list[Finding]:
        async with gate:
            return await _of(store, home, api_url)

    return [finding for findings in await asyncio.gather(*map(one, homes)) for finding in findings]


async def _of(store: InstallationStore, home: str, api_url: str) -> list[Finding]:
    part = f"Workspace {home}"
    try:
        installation = await store.find(home)
    except Unreadable:
        do = f"Set RAYGEN_TOKEN_KEYS to the keys that it was sealed with. {INSTALL_AGAIN}"
        return [Finding(part, "fault", "No key opens its token.", do)]
    if installation is None:  # it has gone meanwhile
        return []
    token, *more = await bot_token(api_url, installation.token, part, INSTALL_AGAIN)
    return [token, *(finding for finding in more if finding.state != "ok")]
