"""The manifest gives the app what the code uses, and nothing else."""

import ast
from typing import Any

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.help import SUGGESTED_PROMPTS
from bot.listeners import COMMAND, EVENTS, register
from tests.readme import ROOT

MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
FEATURES: dict[str, Any] = MANIFEST["features"]
BOT_EVENTS: list[str] = MANIFEST["settings"]["event_subscriptions"]["bot_events"]

HISTORY = "history of every kind of conversation that the app listens in"
SCOPES_OF_METHODS = {
    "agents_sessions_setStatus": {"chat:write"},
    "apps_connections_open": set(),  # the app-level token's own
    "assistant_threads_setSuggestedPrompts": {"assistant:write"},
    "auth_revoke": set(),
    "auth_test": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {HISTORY},
    "conversations_open": {"im:write"},
    "conversations_replies": {HISTORY},
    "files_completeUploadExternal": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "files_info": {"files:read"},
    "functions_completeError": set(),
    "functions_completeSuccess": set(),
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
    "views_update": set(),
}
"""https://docs.slack.dev/reference/methods, «Required scopes» on each method's page."""
SCOPES_OF_EVENTS = {
    "agent_session_stopped": {"chat:write"},
    "app_context_changed": set(),
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "app_uninstalled": set(),
    "function_executed": set(),
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "tokens_revoked": set(),
}
"""https://docs.slack.dev/reference/events, «Required scopes» on each event's page."""
WEB_API = {name for name in dir(AsyncWebClient) if "_" in name.strip("_") and not name.startswith("_")} - {"api_call"}


class RegisteringApp:
    """Takes registrations as Bolt's app does, and keeps their names."""

    def __init__(self) -> None:
        self.registered: dict[str, list[str]] = {}

    def __getattr__(self, kind: str):
        def register_one(name: str):
            self.registered.setdefault(kind, []).append(name)
            return lambda handler: handler

        return register_one


@pytest.fixture
def registered() -> dict[str, list[str]]:
    app = RegisteringApp()
    register(app, *[None] * 12, "T0HOME", "U0RAYGEN")
    return app.registered


def methods_called() -> set[str]:
    """The Web API methods that the code of the bot calls, by their names in slack_sdk."""
    nodes = [node for path in (ROOT / "bot").rglob("*.py") for node in ast.walk(ast.parse(path.read_bytes()))]
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    return {call.attr for call in calls if isinstance(call, ast.Attribute)} & WEB_API


def scopes_needed() -> set[str]:
    history = {f"{event.removeprefix('message.')}:history" for event in BOT_EVENTS if event.startswith("message.")}
    by_methods = set().union(*(SCOPES_OF_METHODS[method] for method in methods_called()))
    by_events = set().union(*(SCOPES_OF_EVENTS[event] for event in BOT_EVENTS))
    by_features = {"commands"} if FEATURES["slash_commands"] else set()
    return (by_methods - {HISTORY}) | (history if HISTORY in by_methods else set()) | by_events | by_features


def test_the_table_of_methods_is_the_list_of_what_the_bot_calls():
    assert methods_called() == set(SCOPES_OF_METHODS)


def test_the_app_asks_for_the_scopes_that_it_needs_and_for_no_other():
    asked = MANIFEST["oauth_config"]["scopes"]["bot"]

    assert set(asked) == scopes_needed()
    assert asked == sorted(set(asked))
    assert set(MANIFEST["oauth_config"]["scopes"]) == {"bot"}


def test_every_event_is_subscribed_to_and_handled(registered):
    subscribed = {event.partition(".")[0] for event in BOT_EVENTS}

    # Bolt takes the event of a step by the step's name
    assert subscribed == {*registered["event"], "function_executed"} == set(EVENTS)


def test_every_command_is_declared_and_handled(registered):
    declared = [command["command"] for command in FEATURES["slash_commands"]]

    assert declared == registered["command"] == [COMMAND]


def test_commands_come_with_mentions_as_ids_since_that_is_what_is_read():
    assert all(command["should_escape"] for command in FEATURES["slash_commands"])


def test_buttons_are_switched_on_because_there_are_some(registered):
    assert registered["action"]
    assert MANIFEST["settings"]["interactivity"] == {"is_enabled": True}


def test_every_shortcut_is_declared_and_handled(registered):
    declared = [shortcut["callback_id"] for shortcut in FEATURES["shortcuts"]]

    assert sorted(declared) == sorted(registered["shortcut"])
    assert {shortcut["type"] for shortcut in FEATURES["shortcuts"]} == {"global", "message"}
    assert all(len(shortcut["name"]) <= 24 for shortcut in FEATURES["shortcuts"])


def test_nothing_is_registered_that_the_manifest_would_have_to_declare_otherwise(registered):
    assert set(registered) == {"action", "command", "event", "function", "shortcut", "view"}


def test_every_step_is_declared_and_handled(registered):
    assert sorted(MANIFEST["functions"]) == sorted(registered["function"])


def test_steps_are_offered_to_workflow_builder_and_answered_by_the_bot():
    assert MANIFEST["settings"]["function_runtime"] == "remote"
    assert MANIFEST["settings"]["org_deploy_enabled"] is True


def test_a_step_knows_its_person_by_slack_alone_and_takes_no_other():
    for step in MANIFEST["functions"].values():
        inputs = step["input_parameters"]
        people = {name: one["type"] for name, one in inputs["properties"].items() if "user" in one["type"]}

        assert people == {"user_context": "slack#/types/user_context"}
        assert "user_context" in inputs["required"]


def test_what_a_step_requires_is_said_to_be_required_in_both_ways_that_slack_reads():
    for step in MANIFEST["functions"].values():
        for parameters in (step["input_parameters"], step["output_parameters"]):
            required = [name for name, one in parameters["properties"].items() if one.get("is_required")]

            assert sorted(parameters["required"]) == sorted(required)


def test_slack_reaches_the_bot_over_socket_mode():
    settings = MANIFEST["settings"]

    assert settings["socket_mode_enabled"] is True
    assert "request_url" not in settings["event_subscriptions"]


def test_the_suggested_prompts_are_those_that_the_bot_offers():
    declared = [(one["title"], one["message"]) for one in FEATURES["agent_view"]["suggested_prompts"]]

    assert declared == list(SUGGESTED_PROMPTS)
    assert len(declared) <= 4


def test_messages_can_be_written_to_the_agent():
    home = FEATURES["app_home"]

    assert home["home_tab_enabled"] is True
    assert home["messages_tab_enabled"] is True
    assert home["messages_tab_read_only_enabled"] is False


def test_the_texts_keep_to_slacks_lengths():
    shown = MANIFEST["display_information"]

    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 175 <= len(shown["long_description"]) <= 4000
    assert all(len(command["description"]) <= 2000 for command in FEATURES["slash_commands"])
    assert len(FEATURES["bot_user"]["display_name"]) <= 80
