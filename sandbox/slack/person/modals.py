"""Modals: submit, close, and what the acknowledgement does to them.

https://docs.slack.dev/surfaces/modals#handling_submissions: no payload closes the view; response_action may be
errors, update, push or clear.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.slack.blockkit.surfaces import check_view
from sandbox.slack.errors import NotPermitted, NotVisible, SlackError
from sandbox.slack.methods.views import pushed, put_view, stack
from sandbox.slack.model import File, Json, User, View
from sandbox.slack.payloads import file_json, installation_json, view_json
from sandbox.slack.person.elements import state_of, usable
from sandbox.slack.person.outcome import Outcome, delivered
from sandbox.slack.platform import Platform

LARGEST_INPUT_FILE = 10 * 1024 * 1024
"""https://docs.slack.dev/reference/block-kit/block-elements/file-input-element"""
TROUBLE = "We had some trouble connecting. Try again?"


def uppermost(platform: Platform, user: User) -> View:
    """The modal on top; raises `NotVisible` when none is open."""
    open_now = stack(platform, user.id)
    if not open_now:
        raise NotVisible(f"No modal is open in front of {user.name}.")
    return open_now[-1]


async def submit(platform: Platform, user: User, values: Mapping[str, Any]) -> Outcome:
    """Fill in and submit the uppermost modal; `values` are keyed by action_id or block_id.

    The value of a file_input is a list of (name, content).
    """
    view = uppermost(platform, user)
    state = state_of(view.definition["blocks"], _with_uploads(platform, user, view, values))
    _check_required(view, state)
    body = view_json(platform.workspace, view) | {"state": state}
    urls = _response_urls(platform, user, view, state)
    payload = {**_frame(platform, user), "type": "view_submission", "view": body, "response_urls": urls}
    outcome = await delivered(platform, "interactive", payload)
    if not outcome.acked:
        return Outcome(outcome.status, TROUBLE)
    try:
        _apply(platform, user, view, dict(outcome.payload))
    except SlackError as refusal:
        platform.journal.problem(f"The acknowledgement of the view {view.id} was refused: {refusal}.")
        return Outcome("refused", TROUBLE, outcome.payload)
    return outcome


async def close(platform: Platform, user: User) -> Outcome:
    """Close the uppermost modal; the app hears of it if it asked for that."""
    view = uppermost(platform, user)
    del platform.workspace.views[view.id]
    platform.journal.changed()
    if not view.definition.get("notify_on_close"):
        return Outcome("acked")
    payload = {**_frame(platform, user), "type": "view_closed", "is_cleared": False}
    return await delivered(platform, "interactive", {**payload, "view": view_json(platform.workspace, view)})


def _with_uploads(platform: Platform, user: User, view: View, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, with Slack's file objects for what was attached; nobody else sees those files."""
    filled = dict(values)
    for block, element in usable(view.definition["blocks"]):
        if element["type"] == "file_input":
            for key in {str(element.get("action_id")), str(block.get("block_id"))} & set(filled):
                filled[key] = [_uploaded(platform, user, element, *one) for one in filled[key] or ()]
    return filled


def _uploaded(platform: Platform, user: User, element: Json, name: str, content: bytes) -> Json:
    """One file; raises `NotPermitted` for what Slack's client does not let a person choose."""
    kinds = element.get("filetypes")
    if kinds and name.rpartition(".")[2].lower() not in kinds:
        raise NotPermitted(f"{name} is none of the kinds of files that are taken here.")
    if len(content) > LARGEST_INPUT_FILE:
        raise NotPermitted(f"{name} is larger than 10 MB.")
    file = File(platform.ids.new("F"), name, name, content, user.id, int(platform.clock.now()))
    platform.workspace.files[file.id] = file
    return file_json(platform.workspace, file)


def _response_urls(platform: Platform, user: User, view: View, state: Json) -> list[Json]:
    """One for each menu that asked for it, good in the conversation that was chosen."""
    urls: list[Json] = []
    for block, element in usable(view.definition["blocks"]):
        if not element.get("response_url_enabled"):
            continue
        entry = state["values"][block["block_id"]][element.get("action_id", "")]
        channel = entry.get("selected_conversation") or entry.get("selected_channel")
        if channel:
            path = platform.response_urls.issue(channel, user.id, None)
            place = {"block_id": block["block_id"], "action_id": element.get("action_id", ""), "channel_id": channel}
            urls.append({**place, "response_url": platform.base_url + path})
    return urls


def _apply(platform: Platform, user: User, view: View, payload: Json) -> None:
    action = payload.get("response_action")
    if action in ("update", "push"):
        check_view(payload.get("view"), "modal")
    if action is None:
        _close(platform, view)
    elif action == "clear":
        for one in stack(platform, user.id):
            _close(platform, one)
    elif action == "update":
        put_view(platform, user.id, payload["view"], instead_of=view)
    elif action == "push":
        pushed(platform, user.id, payload["view"])
    elif action == "errors":
        _check_errors(view, payload.get("errors"))
    else:
        raise SlackError("invalid_arguments", [f"unknown response_action: {action}"])


def _close(platform: Platform, view: View) -> None:
    platform.workspace.views.pop(view.id, None)
    platform.journal.changed()


def _check_errors(view: View, errors: Any) -> None:
    inputs = {block["block_id"] for block in view.definition["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or set(errors) - inputs:
        raise SlackError("invalid_arguments", ["errors must name the block_ids of input blocks"])


def _check_required(view: View, state: Json) -> None:
    for block in view.definition["blocks"]:
        if block["type"] != "input" or block.get("optional"):
            continue
        for entry in state["values"].get(block["block_id"], {}).values():
            content = [value for name, value in entry.items() if name != "type"]
            if not any(content):
                raise NotPermitted(f"{block['label']['text']!r} has to be filled in.")


def _frame(platform: Platform, user: User) -> Json:
    return {
        "team": {"id": platform.workspace.team_id, "domain": platform.workspace.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": platform.workspace.app_id,
        "token": "verification-token-of-the-sandbox",
        "trigger_id": platform.triggers.issue(user.id),
        **installation_json(platform.workspace),
    }
