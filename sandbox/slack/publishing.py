"""Events: which of them the app gets, and how often Slack tries.

Only events that the manifest subscribes to and has the scope for; `message.*` and `app_mention` only in channels that
the bot is in. An event without an acknowledgement is sent again, with one event_id and a growing retry number:
https://docs.slack.dev/apis/events-api#retries.
"""

from sandbox.slack.delivery import Envelope, NotAcked
from sandbox.slack.model import Channel, Json, Message
from sandbox.slack.payloads import CHANNEL_TYPES, message_json
from sandbox.slack.platform import Platform

SUBSCRIPTIONS = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
NEEDS = {
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "app_mention": {"app_mentions:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "agent_session_stopped": {"chat:write"},
    "agent_session_title_changed": {"chat:write"},
}
"""The scopes, any one of which an event needs; the others need none."""


LAST_WORDS = frozenset({"app_uninstalled", "tokens_revoked"})
"""What an app still hears of a workspace that has removed it."""


def publish_message(platform: Platform, message: Message) -> None:
    """A message was posted: the event of its channel's kind, and app_mention where a person names the bot."""
    channel = platform.workspace.channels[message.channel]
    event = _message_event(platform, channel, message)
    mention = f"<@{platform.workspace.bot.id}>" in message.text and message.bot_id is None
    if mention and channel.kind != "im" and platform.workspace.bot.id in channel.members:
        kept = {name: value for name, value in event.items() if name not in ("channel_type", "subtype")}
        publish(platform, "app_mention", {**kept, "type": "app_mention"}, channel)
    publish_in(platform, channel, event)


def publish_change(platform: Platform, before: Message, after: Message) -> None:
    """A message was edited: message_changed."""
    channel = platform.workspace.channels[after.channel]
    inner = {
        "subtype": "message_changed",
        "message": message_json(platform.workspace, after),
        "previous_message": message_json(platform.workspace, before),
    }
    publish_in(platform, channel, _hidden(platform, channel, inner))


def publish_deletion(platform: Platform, before: Message) -> None:
    """A message was deleted: message_deleted."""
    channel = platform.workspace.channels[before.channel]
    inner = {
        "subtype": "message_deleted",
        "deleted_ts": before.ts,
        "previous_message": message_json(platform.workspace, before),
    }
    publish_in(platform, channel, _hidden(platform, channel, inner))


def publish_in(platform: Platform, channel: Channel, event: Json) -> None:
    """A `message` event in a channel, if the bot is in it."""
    if platform.workspace.bot.id in channel.members:
        publish(platform, SUBSCRIPTIONS[channel.kind], event, channel)


def publish(platform: Platform, subscription: str, event: Json, channel: Channel | None = None) -> None:
    """Deliver `event` in the background, if the app subscribes to it and may have it."""
    manifest = platform.manifest
    needed = NEEDS.get(subscription, set())
    if subscription not in manifest.events or (needed and not needed & manifest.scopes):
        return
    if platform.tokens.bot in platform.tokens.revoked and subscription not in LAST_WORDS:
        return
    payload = _wrapped(platform, event, channel)
    platform.spawn(_deliver(platform, payload))
    if platform.faults.take_duplicate():
        platform.spawn(_deliver(platform, payload))


async def _deliver(platform: Platform, payload: Json) -> None:
    reason = ""
    for attempt, pause in enumerate((0.0, *platform.timing.retries)):
        if attempt:
            await platform.clock.sleep(pause)
        envelope = Envelope(
            platform.ids.secret("envelope"), "events_api", payload, False, retry_attempt=attempt, retry_reason=reason
        )
        try:
            await platform.delivery.request(envelope)
        except NotAcked as failure:
            reason = failure.reason
        else:
            return
    platform.journal.problem(
        f"Event {payload['event_id']} ({payload['event']['type']}) was never acknowledged: {reason}."
    )


def _message_event(platform: Platform, channel: Channel, message: Message) -> Json:
    body = message_json(platform.workspace, message)
    for only_at_rest in ("reactions", "reply_count", "reply_users", "reply_users_count", "latest_reply"):
        body.pop(only_at_rest, None)
    body |= {"channel": channel.id, "event_ts": message.ts, "channel_type": CHANNEL_TYPES[channel.kind]}
    if message.bot_id is None:
        body["client_msg_id"] = platform.ids.secret("client_msg_id")
        if channel.kind == "im" and "app_context_changed" in platform.manifest.events:
            body["app_context"] = platform.looked_at.get(message.user, {})
    return body


def _hidden(platform: Platform, channel: Channel, inner: Json) -> Json:
    ts = platform.ids.ts()
    place = {"channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind]}
    return {"type": "message", "hidden": True, "ts": ts, "event_ts": ts, **place, **inner}


def _wrapped(platform: Platform, event: Json, channel: Channel | None) -> Json:
    workspace, enterprise = platform.workspace, platform.workspace.enterprise_id
    installation = {
        "enterprise_id": enterprise,
        "team_id": None if enterprise else workspace.team_id,
        "user_id": workspace.bot.id,
        "is_bot": True,
        "is_enterprise_install": enterprise is not None,
    }
    return {
        "token": "verification-token-of-the-sandbox",
        "team_id": workspace.team_id,
        "context_team_id": workspace.team_id,
        "context_enterprise_id": enterprise,
        "api_app_id": workspace.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": platform.ids.new("Ev"),
        "event_time": int(platform.clock.now()),
        "authorizations": [installation],
        "is_ext_shared_channel": bool(channel and channel.is_shared),
        "event_context": platform.ids.secret("event_context"),
    }
