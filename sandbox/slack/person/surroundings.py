"""What a person does around messages: opens the App Home, stops an agent, runs a workflow's step."""

from collections.abc import Mapping
from typing import Any, Literal

from sandbox.slack.errors import NotPermitted
from sandbox.slack.methods.views import home_of
from sandbox.slack.model import Channel, Execution, Json, User
from sandbox.slack.payloads import view_json
from sandbox.slack.platform import Platform
from sandbox.slack.publishing import publish

Tab = Literal["home", "messages"]


def open_home(platform: Platform, user: User, tab: Tab) -> None:
    """Click on the app in the sidebar: app_home_opened."""
    if tab == "home" and not platform.manifest.has_home:
        raise NotPermitted("The manifest does not enable the Home tab (features.app_home.home_tab_enabled).")
    if tab == "messages" and not platform.manifest.has_messages_tab:
        raise NotPermitted("The manifest does not enable the Messages tab.")
    channel = platform.workspace.direct(user)
    event: Json = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": tab}
    view = home_of(platform, user.id)
    if tab == "home" and view is not None:
        event["view"] = view_json(platform.workspace, view)
    publish(platform, "app_home_opened", {**event, "event_ts": platform.ids.ts()})


def stop_session(platform: Platform, user: User, channel: Channel, thread_ts: str) -> None:
    """Press Slack's own Stop; it is there only while the session is processing and the app subscribes to the event.

    Slack leaves the session's status to the app.
    """
    session = platform.workspace.sessions.get((channel.id, thread_ts))
    subscribed = "agent_session_stopped" in platform.manifest.events
    if session is None or session.status != "processing" or not subscribed:
        raise NotPermitted("Slack shows no Stop here: no session is processing, or the app does not subscribe to it.")
    streams = [one.ts for one in channel.thread(thread_ts) if one.streaming]
    event = {"type": "agent_session_stopped", "channel": channel.id, "user": user.id, "thread_ts": thread_ts}
    publish(
        platform,
        "agent_session_stopped",
        {**event, "streaming_message_ts": streams, "event_ts": platform.ids.ts()},
        channel,
    )


def run_step(platform: Platform, callback_id: str, inputs: Mapping[str, Any]) -> Execution:
    """A workflow reaches the app's step: function_executed."""
    if callback_id not in platform.manifest.functions:
        raise NotPermitted(f"The manifest has no function {callback_id!r}.")
    execution = Execution(platform.ids.new("Fx"))
    platform.executions[execution.id] = execution
    token = f"xwfp-{platform.ids.secret('workflow')}"
    platform.tokens.workflow.add(token)
    event = {
        "type": "function_executed",
        "function": {
            "id": platform.ids.new("Fn"),
            "callback_id": callback_id,
            "title": callback_id,
            "type": "app",
            "app_id": platform.workspace.app_id,
            "input_parameters": [],
            "output_parameters": [],
        },
        "inputs": dict(inputs),
        "function_execution_id": execution.id,
        "workflow_execution_id": platform.ids.new("Wx"),
        "event_ts": platform.ids.ts(),
        "bot_access_token": token,
    }
    publish(platform, "function_executed", event)
    return execution
