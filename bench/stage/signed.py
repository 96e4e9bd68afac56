"""Requests as Slack signs and sends them, and what people's doings look like in them.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import json
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import urlencode

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # noqa: S105 - of the worked example on Slack's page
NOW = 1_790_000_000
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
TIMESTAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"


@dataclass(frozen=True)
class SlackRequest:
    """A request to the app's request URL; `headers` beside those of the signature."""

    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = field(default=())

    def signed(self, at: int = NOW, secret: str = SECRET) -> Self:
        """The request with Slack's two headers."""
        base = f"v0:{at}:".encode() + self.body
        signature = f"v0={hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()}"
        return replace(self, headers=((TIMESTAMP, str(at)), (SIGNATURE, signature)))

    @property
    def all_headers(self) -> list[tuple[str, str]]:
        """What goes over the wire."""
        return [("Content-Type", self.content_type), *self.headers]


def event(payload: dict[str, Any]) -> SlackRequest:
    """Something that the Events API sends."""
    return SlackRequest(json.dumps(payload).encode(), JSON)


def interaction(payload: dict[str, Any]) -> SlackRequest:
    """A click, a shortcut or a modal."""
    return SlackRequest(urlencode({"payload": json.dumps(payload)}).encode(), FORM)


def command(text: str = "say hello", **changes: str) -> SlackRequest:
    """`/raygen TEXT`."""
    fields = {
        "token": "legacy",
        "team_id": "T0HOME",
        "team_domain": "home",
        "channel_id": "C0DATA",
        "channel_name": "data",
        "user_id": "U0ANALYST",
        "user_name": "analyst",
        "command": "/raygen",
        "text": text,
        "api_app_id": "A0RAYGEN",
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:1/commands/T0HOME/1/a",
        "trigger_id": "13345224609.738474920.8088930838d88f008e0",
    }
    return SlackRequest(urlencode(fields | changes).encode(), FORM)


def said(text: str = "<@U0RAYGEN> say hello", kind: str = "app_mention", **changes: Any) -> dict[str, Any]:
    """A message or a mention, as the Events API wraps it."""
    message = {
        "type": kind,
        "user": "U0ANALYST",
        "text": text,
        "ts": "1790000000.000100",
        "channel": "C0DATA",
        "channel_type": "channel",
        "team": "T0HOME",
        "event_ts": "1790000000.000100",
    }
    return wrapped(message | changes)


def executed(callback_id: str) -> dict[str, Any]:
    """A step of a workflow, as Slack asks for it: https://docs.slack.dev/reference/events/function_executed."""
    function = {
        "id": "Fn0123456789",
        "callback_id": callback_id,
        "title": "a step",
        "type": "app",
        "app_id": "A0RAYGEN",
    }
    person = {"id": "U0ANALYST", "secret": "of Slack's own"}
    return {
        "type": "function_executed",
        "function": {**function, "input_parameters": [], "output_parameters": []},
        "inputs": {"channel": "C0DATA", "prompt": "say hello", "version_id": "version-turn-1", "user_context": person},
        "function_execution_id": f"Fx-{callback_id}",
        "workflow_execution_id": "Wx0123456789",
        "event_ts": "1790000005.000100",
        "bot_access_token": "xwfp-1-2",
    }


def wrapped(inner: dict[str, Any]) -> dict[str, Any]:
    """An event in the envelope that the Events API puts around it."""
    installation = {
        "enterprise_id": None,
        "team_id": "T0HOME",
        "user_id": "U0RAYGEN",
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "legacy",
        "team_id": "T0HOME",
        "api_app_id": "A0RAYGEN",
        "event": inner,
        "type": "event_callback",
        "event_id": "Ev0123456789",
        "event_time": NOW,
        "authorizations": [installation],
        "is_ext_shared_channel": False,
        "event_context": "4-abc",
    }


def pressed(action_id: str, value: str, **changes: Any) -> dict[str, Any]:
    """A click on a button of a message in a thread."""
    ts, root = "1790000000.000200", "1790000000.000100"
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": ts}
    payload = {
        "type": "block_actions",
        "user": {"id": "U0ANALYST", "username": "analyst", "name": "analyst", "team_id": "T0HOME"},
        "api_app_id": "A0RAYGEN",
        "token": "legacy",
        "container": {"type": "message", "message_ts": ts, "channel_id": "C0DATA", "thread_ts": root},
        "trigger_id": "13345224609.738474920.8088930838d88f008e1",
        "team": {"id": "T0HOME", "domain": "home"},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": "C0DATA", "name": "data"},
        "message": {"type": "message", "user": "U0RAYGEN", "ts": ts, "thread_ts": root, "text": "a card"},
        "response_url": "http://127.0.0.1:1/actions/T0HOME/1/b",
        "actions": [action],
    }
    return payload | changes


def challenge(word: str = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P") -> SlackRequest:
    """What Slack asks when the request URL is set."""
    return event({"token": "legacy", "challenge": word, "type": "url_verification"})
