"""Slack: its two tokens, the scopes that were granted, and whether its clock and ours agree."""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.doctor.finding import Finding
from bot.scopes import SCOPES

AWAY = (SlackClientError, aiohttp.ClientError, TimeoutError)
SKEW_SECONDS = 60.0
"""AWS refuses signatures that are 5 minutes off; a minute says that nobody keeps this clock."""
TIMEOUT_SECONDS = 10
REINSTALL = "Update the app from manifest.yml on api.slack.com/apps, and install it to the workspace again."
UNREACHABLE = "Check that this machine reaches Slack's API, through its proxy if it has one."


async def workspace(api_url: str, bot_token: str, app_token: str) -> list[Finding]:
    """What can be said of the workspace."""
    return [*await _bot_token(api_url, bot_token), await _app_token(api_url, app_token)]


async def _bot_token(api_url: str, token: str) -> list[Finding]:
    client = AsyncWebClient(token=token, base_url=api_url, timeout=TIMEOUT_SECONDS)
    try:
        me = await client.auth_test()
    except SlackApiError as error:
        code = error.response.get("error")
        return [Finding("Slack bot token", "fault", f"Slack refused it: {code}.", "Set SLACK_BOT_TOKEN (xoxb-…).")]
    except AWAY:
        return [Finding("Slack bot token", "fault", "Slack did not answer.", UNREACHABLE)]
    says = f"Valid: @{me['user']} in the workspace {me['team']}."
    return [Finding("Slack bot token", "ok", says), _scopes(_header(me, "x-oauth-scopes")), _clock(_header(me, "date"))]


def _scopes(granted: str) -> Finding:
    """Held against what the code needs; Slack names the granted ones in a header of every answer."""
    held = {scope.strip() for scope in granted.split(",") if scope.strip()}
    missing, more = sorted(set(SCOPES) - held), sorted(held - set(SCOPES))
    if missing:
        reasons = "; ".join(f"{scope} ({SCOPES[scope]})" for scope in missing)
        return Finding("Slack scopes", "fault", f"Missing: {reasons}.", REINSTALL)
    if more:
        return Finding("Slack scopes", "warning", f"Granted and never used: {', '.join(more)}.", REINSTALL)
    return Finding("Slack scopes", "ok", f"All {len(SCOPES)} granted, and no other.")


def _clock(date: str) -> Finding:
    try:
        off = time.time() - parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return Finding("Clock", "warning", "Slack's answer carries no date to compare with.")
    if abs(off) > SKEW_SECONDS:
        says = f"This machine is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} Slack."
        return Finding("Clock", "fault", says, "Switch on time synchronisation: AWS refuses signatures that are off.")
    return Finding("Clock", "ok", "Within a minute of Slack's.")


async def _app_token(api_url: str, token: str) -> Finding:
    """Asks for a Socket Mode address and leaves it: a connection would be given events that belong to the bot."""
    client = AsyncWebClient(base_url=api_url, timeout=TIMEOUT_SECONDS)
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        code = error.response.get("error")
        do = "Set SLACK_APP_TOKEN to an app-level token (xapp-…) with connections:write."
        return Finding("Slack app token", "fault", f"Slack opens no connection for it: {code}.", do)
    except AWAY:
        return Finding("Slack app token", "fault", "Slack did not answer.", UNREACHABLE)
    return Finding("Slack app token", "ok", "Slack offers a Socket Mode connection.")


def _header(answer: AsyncSlackResponse, name: str) -> str:
    headers: Mapping[str, str] = answer.headers
    return next((value for key, value in headers.items() if key.lower() == name), "")
