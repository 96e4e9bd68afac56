"""Slack's payloads -> who sent them: pure."""

from typing import Any

from bot.errors import Stale
from bot.intake import Person


def commander(command: dict[str, Any], home_team: str) -> Person:
    """Who typed a slash command."""
    return Person(command["user_id"], str(command.get("team_id") or ""), home_team)


def clicker(body: dict[str, Any], home_team: str) -> Person:
    """Who pressed a button.

    The team is `user.team_id`: Bolt's `actor_team_id` names the host workspace even for somebody from outside.
    """
    user = body["user"]
    return Person(user["id"], str(user.get("team_id") or ""), home_team)


def writer(event: dict[str, Any], home_team: str) -> Person:
    """Who wrote a message; `user_team` is set when the writer is from another workspace."""
    return Person(event["user"], str(event.get("user_team") or event.get("team") or home_team), home_team)


def opener(event: dict[str, Any], home_team: str) -> Person:
    """Who opened the App Home: Slack sends that event for people of the app's own workspace only."""
    return Person(event["user"], home_team, home_team)


def value_of(body: dict[str, Any]) -> str:
    """A button's value."""
    return str(body["actions"][0].get("value") or "")


def message_ts(body: dict[str, Any]) -> str:
    """The ts of the message whose button was pressed."""
    container = body.get("container") or {}
    ts = (body.get("message") or {}).get("ts") or container.get("message_ts")
    if not ts:
        raise Stale("no_message", "The message of this button is gone. Ask again in the thread.")
    return str(ts)


def pressed(body: dict[str, Any]) -> tuple[str, str]:
    """A button's value, and a key that is the same for every press of this button on this message."""
    action = body["actions"][0]
    value = str(action.get("value") or "")
    return value, f"{body['channel']['id']}:{message_ts(body)}:{action['action_id']}:{value}"


def thread_of(body: dict[str, Any]) -> str | None:
    """The thread in which a button was pressed."""
    message = body.get("message") or {}
    return message.get("thread_ts") or message.get("ts")
