"""Slack's payloads -> who sent them, and what they look at: pure."""

import re
from itertools import islice
from typing import Any

from bot.errors import BadRequest, Stale
from bot.intake import Person
from bot.listeners.executions import Execution
from bot.looking import DIRECT
from bot.people import ENTERPRISE

NOBODY = (
    "Slack did not say for whom this workflow runs, so I do nothing for it. Let a person start it: with a link, a "
    "shortcut, or a button in a message before this step."
)
MESSAGE_CONTEXT = "slack#/types/message_context"
MOST_ENTITIES = 20
"""So many things that somebody looks at are read."""
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TIME = re.compile(r"[0-9]{1,10}(\.[0-9]{1,9})?")


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


def opener(event: dict[str, Any], home_team: str, workspace: str | None = None) -> Person:
    """Who opened the App Home: Slack sends that event for people of the app's own workspace only.

    `workspace` is the one that the delivery is of, where the app is installed for an enterprise.
    """
    return Person(event["user"], _inside(home_team, workspace), home_team)


def runner(execution: Execution, home_team: str, workspace: str | None = None) -> Person:
    """For whom Slack says that a workflow runs; `workspace` as for `opener`. Raises BadRequest when it names nobody.

    It says nothing of that person's team: what `users.info` says decides.
    """
    if not execution.user_id:
        raise BadRequest("nobody", NOBODY)
    return Person(execution.user_id, _inside(home_team, workspace), home_team)


def _inside(home_team: str, workspace: str | None) -> str:
    """The team of somebody whose team the payload does not name: where an enterprise is at home, one of its own."""
    return workspace if workspace and home_team.startswith(ENTERPRISE) else home_team


def onlooker(event: dict[str, Any], body: dict[str, Any], home_team: str) -> Person | None:
    """Who looks at something else now; None when Slack does not say.

    `authorizations` tell an installation that the event is visible to, and not who acted
    (https://docs.slack.dev/apis/events-api#authorizations).
    """
    user = event.get("user")
    return Person(str(user), _inside(home_team, body.get("team_id")), home_team) if _is_id(user) else None


def conversation(event: dict[str, Any]) -> str:
    """The direct conversation that an event names; empty when it names none."""
    channel = event.get("channel")
    return str(channel) if _is_id(channel) and str(channel).startswith(DIRECT) else ""


def happened_at(event: dict[str, Any], body: dict[str, Any]) -> float | None:
    """When, by Slack's clock, in seconds since the epoch; None when Slack does not say.

    `event_ts` has microseconds, the envelope's `event_time` whole seconds.
    """
    for time in (event.get("event_ts"), body.get("event_time")):
        if isinstance(time, str | int) and not isinstance(time, bool) and _TIME.fullmatch(str(time)):
            return float(time)
    return None


def looked_at(context: object, home_team: str) -> tuple[str, str] | None:
    """The channel and the ts of the message that somebody looks at, by the context that Slack sends; None for none.

    Entities come by relevance, so the first message counts. Whatever has another shape than
    https://docs.slack.dev/reference/events/app_context_changed says is taken for nothing.
    """
    entities = map(_object, islice(_list(_object(context).get("entities")), MOST_ENTITIES))
    message = next((one for one in entities if one.get("type") == MESSAGE_CONTEXT), {})
    team = message.get("team_id", home_team)
    if team != home_team and not home_team.startswith(ENTERPRISE):
        return None
    value = _object(message.get("value"))
    channel, ts = value.get("channel_id"), value.get("message_ts")
    return (str(channel), str(ts)) if _is_id(channel) and _is_id(ts) else None


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None


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
