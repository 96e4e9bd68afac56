import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import ManualClock, SlackServer

SCOPES = [
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "channels:join",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
    "users:read.email",
]
EVENTS = [
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "function_executed",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
]


GENERATE = {
    "title": "Generate",
    "input_parameters": {
        "properties": {"prompt": {"type": "string"}, "who": {"type": "slack#/types/user_context"}},
        "required": ["prompt", "who"],
    },
    "output_parameters": {
        "properties": {"code": {"type": "string"}, "lines": {"type": "integer"}},
        "required": ["code"],
    },
}


def manifest(scopes=SCOPES, events=EVENTS, **features):
    return {
        "display_information": {"name": "raygen"},
        "features": {
            "bot_user": {"display_name": "raygen"},
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "agent_view": {"agent_description": "Writes Ray programs."},
            "slash_commands": [{"command": "/raygen", "description": "Ray code"}],
            "shortcuts": [
                {"name": "Ask", "type": "global", "callback_id": "ask", "description": "Ask for code"},
                {"name": "Ray this", "type": "message", "callback_id": "ray_this", "description": "Ask for code"},
            ],
            **features,
        },
        "oauth_config": {"scopes": {"bot": list(scopes)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(events)},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
        },
        "functions": {"generate": GENERATE, "greet": {"title": "Greet"}},
    }


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
async def server(clock) -> AsyncIterator[SlackServer]:
    async with SlackServer(manifest(), clock=clock) as running:
        yield running


@pytest.fixture
def client(server) -> AsyncWebClient:
    return AsyncWebClient(token=server.bot_token, base_url=server.api_url)


def quiet_logger():
    logger = logging.getLogger("quiet")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger


def new_app(server) -> AsyncApp:
    client = AsyncWebClient(token=server.bot_token, base_url=server.api_url, logger=quiet_logger())
    return AsyncApp(client=client, signing_secret=server.signing_secret, logger=quiet_logger())


@asynccontextmanager
async def connected(app, server, count=1):
    handler = AsyncSocketModeHandler(app, server.app_token, logger=quiet_logger(), web_client=app.client)
    await handler.connect_async()
    await server.wait_for_connection(count=count)
    try:
        yield handler
    finally:
        await handler.close_async()
