"""Slash commands and shortcuts.

https://docs.slack.dev/interactivity/implementing-slash-commands. Slack's sentences to the person are quoted from the
reports of its users.
"""

from sandbox.slack.errors import SlackError
from sandbox.slack.model import Channel, Json, Message, User
from sandbox.slack.payloads import installation_json, message_json
from sandbox.slack.person.messages import must_be_in
from sandbox.slack.person.outcome import Outcome, delivered
from sandbox.slack.person.typed import as_text, escaped
from sandbox.slack.platform import Platform
from sandbox.slack.responding import answer
from sandbox.slack.response_urls import ResponseUrl

NOT_INTERACTIVE = "This app is not configured to handle interactive responses."


async def command(
    platform: Platform, user: User, channel: Channel, name: str, text: str, *, in_thread: bool
) -> Outcome:
    """Type a slash command; not possible in a thread, nor for people of a company that has not installed the app."""
    must_be_in(user, channel)
    if in_thread:
        return Outcome("refused", f"{name} is not supported in threads. Sorry!")
    known = platform.manifest.commands.get(name)
    if known is None or "commands" not in platform.manifest.scopes or user.is_stranger:
        return Outcome(
            "refused", f'{name} is not a valid command. In Slack, all messages that start with "/" are commands.'
        )
    sent = as_text(platform.workspace, text.strip()) if known.should_escape else escaped(text.strip())
    outcome = await delivered(platform, "slash_commands", _command_payload(platform, user, channel, name, sent))
    if not outcome.acked:
        return Outcome(outcome.status, f'{name} failed with the error "{outcome.status}"')
    return _shown(platform, user, channel, name, outcome)


async def shortcut(platform: Platform, user: User, callback_id: str) -> Outcome:
    """Choose a global shortcut."""
    return await _shortcut(platform, callback_id, "global", {**_actor(platform, user), "type": "shortcut"})


async def message_shortcut(
    platform: Platform, user: User, channel: Channel, message: Message, callback_id: str
) -> Outcome:
    """Choose a shortcut from a message's menu."""
    must_be_in(user, channel)
    payload = {
        **_actor(platform, user),
        "type": "message_action",
        "channel": {"id": channel.id, "name": channel.name},
        "message_ts": message.ts,
        "message": message_json(platform.workspace, message),
        "response_url": platform.base_url + platform.response_urls.issue(channel.id, user.id, message),
    }
    return await _shortcut(platform, callback_id, "message", payload)


async def _shortcut(platform: Platform, callback_id: str, kind: str, payload: Json) -> Outcome:
    known = platform.manifest.shortcuts.get(callback_id)
    if known is None or known.kind != kind:
        return Outcome("refused", f"There is no {kind} shortcut {callback_id}.")
    if not platform.manifest.is_interactive:
        return Outcome("refused", NOT_INTERACTIVE)
    return await delivered(platform, "interactive", {**payload, "callback_id": callback_id})


def _actor(platform: Platform, user: User) -> Json:
    return {
        "token": "verification-token-of-the-sandbox",
        "action_ts": platform.ids.ts(),
        "team": {"id": platform.workspace.team_id, "domain": platform.workspace.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        **installation_json(platform.workspace),
        "api_app_id": platform.workspace.app_id,
        "trigger_id": platform.triggers.issue(user.id),
    }


def _command_payload(platform: Platform, user: User, channel: Channel, name: str, text: str) -> Json:
    enterprise = platform.workspace.enterprise_id
    shown_name = {"channel": channel.name, "group": "privategroup", "im": "directmessage"}[channel.kind]
    return {
        "token": "verification-token-of-the-sandbox",
        "team_id": platform.workspace.team_id,
        "team_domain": platform.workspace.domain,
        "channel_id": channel.id,
        "channel_name": shown_name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": platform.workspace.app_id,
        "is_enterprise_install": "true" if enterprise else "false",
        **({"enterprise_id": enterprise, "enterprise_name": "enterprise"} if enterprise else {}),
        "response_url": platform.base_url + platform.response_urls.issue(channel.id, user.id, None),
        "trigger_id": platform.triggers.issue(user.id),
    }


def _shown(platform: Platform, user: User, channel: Channel, name: str, outcome: Outcome) -> Outcome:
    """Post what the acknowledgement holds; content that Slack does not take is an error for the person."""
    if not outcome.payload:
        return outcome
    place = ResponseUrl(channel.id, user.id, None, platform.clock.now())
    try:
        answer(platform, place, dict(outcome.payload))
    except SlackError as refusal:
        platform.journal.problem(f"The acknowledgement of {name} was refused: {refusal}.")
        return Outcome("refused", f'{name} failed with the error "{refusal.code}"', outcome.payload)
    return Outcome("acked", str(outcome.payload.get("text") or "") or None, outcome.payload)
