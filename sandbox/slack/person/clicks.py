"""Clicks on the elements of messages, App Homes and modals.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from typing import Any

from sandbox.slack.model import Channel, Json, Message, User, View
from sandbox.slack.payloads import installation_json, message_json, view_json
from sandbox.slack.person.commands import NOT_INTERACTIVE
from sandbox.slack.person.elements import find, state_of, value_fields
from sandbox.slack.person.outcome import Outcome, delivered
from sandbox.slack.platform import Platform


async def click_message(
    platform: Platform,
    user: User,
    channel: Channel,
    message: Message,
    action_id: str,
    block_id: str | None,
    value: Any,
) -> Outcome:
    """Use an element of a message; raises `NotVisible` when the person does not see it."""
    block, element = find(message.blocks, user.id, action_id, block_id)
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    payload = {
        "container": container,
        "channel": {"id": channel.id, "name": "directmessage" if channel.kind == "im" else channel.name},
        "state": state_of(message.blocks, {}),
        "response_url": platform.base_url + platform.response_urls.issue(channel.id, user.id, message),
    }
    if message.ephemeral_to is None:
        payload["message"] = message_json(platform.workspace, message)
    return await _acted(platform, user, payload, block, element, value)


async def click_view(
    platform: Platform, user: User, view: View, action_id: str, block_id: str | None, value: Any
) -> Outcome:
    """Use an element of a modal or of the App Home."""
    block, element = find(view.definition["blocks"], user.id, action_id, block_id)
    body = view_json(platform.workspace, view) | {"state": state_of(view.definition["blocks"], {})}
    payload = {"container": {"type": "view", "view_id": view.id}, "view": body}
    return await _acted(platform, user, payload, block, element, value)


async def _acted(platform: Platform, user: User, place: Json, block: Json, element: Json, value: Any) -> Outcome:
    if not platform.manifest.is_interactive:
        return Outcome("refused", NOT_INTERACTIVE)
    action = {
        "type": element["type"],
        "action_id": element.get("action_id", ""),
        "block_id": block["block_id"],
        "action_ts": platform.ids.ts(),
        **value_fields(element, value),
    }
    outcome = await delivered(platform, "interactive", {**_frame(platform, user), **place, "actions": [action]})
    return outcome if outcome.acked else Outcome(outcome.status, outcome.status)


def _frame(platform: Platform, user: User) -> Json:
    return {
        "type": "block_actions",
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": platform.workspace.app_id,
        "token": "verification-token-of-the-sandbox",
        "trigger_id": platform.triggers.issue(user.id),
        "team": {"id": platform.workspace.team_id, "domain": platform.workspace.domain},
        **installation_json(platform.workspace),
    }
