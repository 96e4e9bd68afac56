"""views.open, views.push, views.update, views.publish.

https://docs.slack.dev/reference/methods/views.open; three views at most in one modal's stack.
"""

import json
from typing import Any

from sandbox.slack.blockkit.surfaces import check_view
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Json, View
from sandbox.slack.payloads import view_json
from sandbox.slack.platform import Platform
from sandbox.slack.posting import with_block_ids

MOST_STACKED = 3


def open_view(platform: Platform, args: Json) -> Json:
    """views.open: a modal in front of whoever the trigger belongs to; it takes the place of one that is open."""
    definition = _checked(platform, args["view"], "modal")
    user_id = _redeemed(platform, args)
    for view in stack(platform, user_id):
        del platform.workspace.views[view.id]
    return {"view": view_json(platform.workspace, put_view(platform, user_id, definition))}


def push_view(platform: Platform, args: Json) -> Json:
    """views.push: on top of the modal that is open."""
    definition = _checked(platform, args["view"], "modal")
    user_id = _redeemed(platform, args)
    return {"view": view_json(platform.workspace, pushed(platform, user_id, definition))}


def update_view(platform: Platform, args: Json) -> Json:
    """views.update: by view_id or external_id, with the hash against two writers."""
    view = _named(platform, args)
    definition = _checked(platform, args["view"], view.kind, view)
    _check_hash(args, view)
    return {"view": view_json(platform.workspace, put_view(platform, view.user, definition, instead_of=view))}


def publish_view(platform: Platform, args: Json) -> Json:
    """views.publish: somebody's App Home."""
    if not platform.manifest.has_home:
        raise SlackError("not_enabled")
    if args["user_id"] not in platform.workspace.users:
        raise SlackError("invalid_arguments", ["invalid user_id"])
    before = home_of(platform, args["user_id"])
    definition = _checked(platform, args["view"], "home", before)
    if before is not None:
        _check_hash(args, before)
    view = put_view(platform, args["user_id"], definition, instead_of=before)
    return {"view": view_json(platform.workspace, view)}


def stack(platform: Platform, user_id: str) -> list[View]:
    """The modals in front of a person, the uppermost last."""
    return [one for one in platform.workspace.views.values() if one.user == user_id and one.kind == "modal"]


def home_of(platform: Platform, user_id: str) -> View | None:
    """A person's App Home, if one was published."""
    views = platform.workspace.views.values()
    return next((one for one in views if one.user == user_id and one.kind == "home"), None)


def pushed(platform: Platform, user_id: str, definition: Json) -> View:
    """Put a modal on top of the others; raises not_found without one, push_limit_reached above three."""
    below = stack(platform, user_id)
    if not below:
        raise SlackError("not_found")
    if len(below) >= MOST_STACKED:
        raise SlackError("push_limit_reached")
    return put_view(platform, user_id, definition, on_top_of=below[-1])


def put_view(
    platform: Platform,
    user_id: str,
    definition: Json,
    *,
    instead_of: View | None = None,
    on_top_of: View | None = None,
) -> View:
    """Store a new view, or the new state of one."""
    view_id = instead_of.id if instead_of else platform.ids.new("V")
    below = instead_of or on_top_of
    view = View(
        id=view_id,
        user=user_id,
        hash=f"{platform.ids.ts()}.{platform.ids.secret('hash')[:8]}",
        definition={**definition, "blocks": list(with_block_ids(platform, definition["blocks"]))},
        root_id=below.root_id if below else view_id,
        previous_id=instead_of.previous_id if instead_of else on_top_of.id if on_top_of else None,
    )
    platform.workspace.views[view_id] = view
    platform.journal.changed()
    return view


def _checked(platform: Platform, view: Any, kind: str, own: View | None = None) -> Json:
    check_view(view, kind)
    external_id = view.get("external_id")
    others = [one for one in platform.workspace.views.values() if own is None or one.id != own.id]
    if external_id and any(one.definition.get("external_id") == external_id for one in others):
        raise SlackError("duplicate_external_id")
    definition: Json = json.loads(json.dumps(view))
    return definition


def _redeemed(platform: Platform, args: Json) -> str:
    return platform.triggers.redeem(args.get("trigger_id") or args.get("interactivity_pointer"))


def _named(platform: Platform, args: Json) -> View:
    view_id, external_id = args.get("view_id"), args.get("external_id")
    for view in platform.workspace.views.values():
        if view.id == view_id or (external_id and external_id == view.definition.get("external_id")):
            return view
    raise SlackError("not_found")


def _check_hash(args: Json, view: View) -> None:
    if args.get("hash") not in (None, view.hash):
        raise SlackError("hash_conflict")
