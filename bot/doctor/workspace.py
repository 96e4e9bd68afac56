"""Slack: its secrets, the scopes that were granted, the steps of workflows, and whether its clock and ours agree."""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.doctor.finding import Finding
from bot.scopes import SCOPES
from bot.settings import SlackDelivery, SlackSettings

AWAY = (SlackClientError, aiohttp.ClientError, TimeoutError)
SIGNING_SECRET = re.compile(r"[0-9a-f]{32}")
SKEW_SECONDS = 60.0
"""AWS refuses signatures that are 5 minutes off; a minute says that nobody keeps this clock."""
TIMEOUT_SECONDS = 10
STEPS = "Workflow steps"
NO_EXECUTION = "Fx0000000000"
NO_SUCH_EXECUTION = {"function_execution_not_found", "access_denied"}
ONE_WORKSPACE = (
    "The app is installed in one workspace, and Slack offers steps where it is installed for an organization"
)
REINSTALL = "Update the app from manifest.yml on api.slack.com/apps, and install it to the workspace again."
UNREACHABLE = "Check that this machine reaches Slack's API, through its proxy if it has one."


async def workspace(slack: SlackSettings) -> list[Finding]:
    """What can be said of the workspace."""
    about_us = await bot_token(slack.api_url, slack.bot_token.get_secret_value())
    return [*about_us, await delivery(slack)]


async def delivery(slack: SlackDelivery) -> Finding:
    """What can be said of the way in which Slack delivers."""
    if slack.app_token is not None:
        return await _app_token(slack.api_url, slack.app_token.get_secret_value())
    return _signing_secret(slack.signing_secret.get_secret_value() if slack.signing_secret else "")


def _signing_secret(secret: str) -> Finding:
    """Slack can be asked nothing about it: that it is the right one shows when Slack verifies the request URL."""
    if not SIGNING_SECRET.fullmatch(secret):
        says = "It does not look like one: Slack's have 32 hexadecimal digits."
        do = "Set SLACK_SIGNING_SECRET to the Signing Secret under Basic Information, App Credentials."
        return Finding("Slack signing secret", "warning", says, do)
    says = "Set: Slack delivers over HTTP, to the request URLs in the app's manifest."
    return Finding("Slack signing secret", "ok", says)


async def bot_token(
    api_url: str, token: str, part: str = "Slack bot token", do: str = "Set SLACK_BOT_TOKEN (xoxb-…)."
) -> list[Finding]:
    """What can be said of a token, then of what it may, and of the clock; `do` is for one that Slack refuses."""
    client = AsyncWebClient(token=token, base_url=api_url, timeout=TIMEOUT_SECONDS)
    try:
        me = await client.auth_test()
    except SlackApiError as error:
        code = error.response.get("error")
        return [Finding(part, "fault", f"Slack refused it: {code}.", do)]
    except AWAY:
        return [Finding(part, "fault", "Slack did not answer.", UNREACHABLE)]
    says = f"Valid: @{me['user']} in the workspace {me['team']}."
    return [
        Finding(part, "ok", says),
        _scopes(_header(me, "x-oauth-scopes")),
        _clock(_header(me, "date")),
        await _steps(client, everywhere=bool(me.get("is_enterprise_install"))),
    ]


async def _steps(client: AsyncWebClient, *, everywhere: bool) -> Finding:
    """Whether the token may say that a step has ended, asked with an execution that never was: nothing happens.

    Where steps are offered: https://docs.slack.dev/tools/bolt-js/tutorials/custom-steps
    """
    try:
        await client.functions_completeError(function_execution_id=NO_EXECUTION, error="Raygen's doctor has asked.")
        code = "ok"
    except SlackApiError as error:
        code = str(error.response.get("error"))
    except AWAY:
        return Finding(STEPS, "warning", "Slack did not answer.", UNREACHABLE)
    if code not in NO_SUCH_EXECUTION:
        says = f"Slack would not take from this token that a step of a workflow has ended: {code}."
        return Finding(STEPS, "warning", says, REINSTALL)
    offered = "The app is installed for the organization" if everywhere else ONE_WORKSPACE
    return Finding(STEPS, "ok", f"{offered}; the token may end steps.")


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
        return Finding(
            "Clock",
            "fault",
            says,
            "Switch on time synchronisation: AWS refuses signatures that are off, and Slack's are refused here.",
        )
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
