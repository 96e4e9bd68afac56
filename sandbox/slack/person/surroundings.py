"""What a person does around messages: opens the App Home, looks at a thread beside it, stops an agent, runs a step."""

from collections.abc import Mapping
from typing import Any, Literal

from sandbox.slack.errors import NotPermitted
from sandbox.slack.manifest import Function, Parameter
from sandbox.slack.methods.views import home_of
from sandbox.slack.model import Channel, Execution, Json, User
from sandbox.slack.payloads import view_json
from sandbox.slack.person.messages import must_be_in, visible
from sandbox.slack.platform import Platform
from sandbox.slack.publishing import publish

Tab = Literal["home", "messages"]
CONTEXT_CHANGED = "app_context_changed"
USER_CONTEXT = "slack#/types/user_context"


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
    if CONTEXT_CHANGED in platform.manifest.events:
        event["context"] = platform.looked_at.get(user.id, {})
    platform.beside.add(user.id)
    publish(platform, "app_home_opened", {**event, "event_ts": platform.ids.ts()})


def look(platform: Platform, user: User, channel: Channel | None, thread_ts: str | None) -> None:
    """Open a channel, a thread of it, or nothing that Slack names: app_context_changed, beside the open agent.

    Slack's published types require the person, the conversation and the time, which its example of the event lacks:
    https://docs.slack.dev/tools/node-slack-sdk/reference/types/interfaces/AppContextChangedEvent
    """
    context: Json = {"entities": _entities(platform, user, channel, thread_ts)} if channel else {}
    changed, platform.looked_at[user.id] = context != platform.looked_at.get(user.id, {}), context
    if changed and user.id in platform.beside:
        event: Json = {"type": CONTEXT_CHANGED, "user": user.id, "channel": platform.workspace.direct(user).id}
        publish(platform, CONTEXT_CHANGED, {**event, "context": context, "event_ts": platform.ids.ts()})


def _entities(platform: Platform, user: User, channel: Channel, thread_ts: str | None) -> list[Json]:
    """What somebody sees, the most relevant first. Raises NotPermitted and NotVisible for what nobody shows them."""
    team = {"team_id": platform.workspace.team_id}
    must_be_in(user, channel)
    place: Json = {"type": "slack#/types/channel_id", "value": channel.id, **team}
    if thread_ts is None:
        return [place]
    message = {"channel_id": channel.id, "message_ts": visible(platform, user, channel, thread_ts).ts}
    return [{"type": "slack#/types/message_context", "value": message, **team}, place]


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


def run_step(platform: Platform, callback_id: str, inputs: Mapping[str, Any], person: User | None) -> Execution:
    """A workflow reaches the app's step, started by `person`: function_executed.

    Inputs of the type `slack#/types/user_context` are filled in by Slack with that person, and cannot be given
    otherwise: https://docs.slack.dev/reference/types/user_context-type
    """
    function = platform.manifest.functions.get(callback_id)
    if function is None:
        raise NotPermitted(f"The manifest has no function {callback_id!r}.")
    token = f"xwfp-{platform.ids.secret('workflow')}"
    execution = Execution(platform.ids.new("Fx"), callback_id, token)
    event = {
        "type": "function_executed",
        "function": {
            "id": platform.ids.new("Fn"),
            "callback_id": callback_id,
            "title": function.title,
            "type": "app",
            "app_id": platform.workspace.app_id,
            "input_parameters": _described(function.inputs),
            "output_parameters": _described(function.outputs),
        },
        "inputs": {**_typed(function, inputs), **_contexts(platform, function, person)},
        "function_execution_id": execution.id,
        "workflow_execution_id": platform.ids.new("Wx"),
        "event_ts": platform.ids.ts(),
        "bot_access_token": token,
    }
    platform.executions[execution.id] = execution
    platform.tokens.workflow.add(token)
    publish(platform, "function_executed", event)
    return execution


def _typed(function: Function, inputs: Mapping[str, Any]) -> Json:
    """What the workflow's author has filled in; raises `NotPermitted` for what has no field in Workflow Builder."""
    for name in inputs:
        if name in function.inputs and function.inputs[name].type == USER_CONTEXT:
            raise NotPermitted(f"{name!r} has no field in Workflow Builder: Slack fills it in.")
    return dict(inputs)


def _contexts(platform: Platform, function: Function, person: User | None) -> Json:
    """Slack's own inputs; raises `NotPermitted` where nobody has started the workflow: it could not be published."""
    names = [name for name, one in function.inputs.items() if one.type == USER_CONTEXT]
    if names and person is None:
        raise NotPermitted("The step needs a person, and nobody has started this workflow: it cannot be published.")
    return {name: {"id": person.id, "secret": platform.ids.secret("context")} for name in names if person is not None}


def _described(parameters: Mapping[str, Parameter]) -> list[Json]:
    return [{"type": one.type, "name": name, "is_required": one.required} for name, one in parameters.items()]
