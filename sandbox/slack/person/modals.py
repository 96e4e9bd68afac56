"""Modals: submit, close, and what the acknowledgement does to them.

https://docs.slack.dev/surfaces/modals#handling_submissions: no payload closes the view; response_action may be
errors, update, push or clear.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.slack.blockkit.surfaces import check_view
from sandbox.slack.errors import NotPermitted, NotVisible, SlackError
from sandbox.slack.methods.views import pushed, put_view, stack
from sandbox.slack.model import Json, User, View
from sandbox.slack.payloads import view_json
from sandbox.slack.person.elements import state_of
from sandbox.slack.person.outcome import Outcome, delivered
from sandbox.slack.platform import Platform

TROUBLE = "We had some trouble connecting. Try again?"


def uppermost(platform: Platform, user: User) -> View:
    """The modal on top; raises `NotVisible` when none is open."""
    open_now = stack(platform, user.id)
    if not open_now:
        raise NotVisible(f"No modal is open in front of {user.name}.")
    return open_now[-1]


async def submit(platform: Platform, user: User, values: Mapping[str, Any]) -> Outcome:
    """Fill in and submit the uppermost modal; `values` are keyed by action_id or block_id."""
    view = uppermost(platform, user)
    state = state_of(view.definition["blocks"], values)
    _check_required(view, state)
    body = view_json(platform.workspace, view) | {"state": state}
    payload = {**_frame(platform, user), "type": "view_submission", "view": body, "response_urls": []}
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
        "is_enterprise_install": False,
        "enterprise": None,
    }
