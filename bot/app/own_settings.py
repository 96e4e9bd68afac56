"""The settings as they are for one workspace: pure.

Slack's ids of channels and people mean something within their workspace alone
(https://docs.slack.dev/reference/objects/user-object). So an entry may stand under the id of its workspace, or
enterprise, and a slash: `T0123456789/C0123456789`, `T0123456789/*`. It is then there for nobody else.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeVar

from bot.settings import OTHERS, Settings

Value = TypeVar("Value")

_OF_A_WORKSPACE = re.compile(r"[TE][A-Z0-9]{1,20}/")
_WRITE = "with several workspaces each id stands under its own: «T0123456789/{}», or «T0123456789/*» for the others."


def own_settings(settings: Settings, team: str) -> Settings:
    """What applies in the workspace, without its id: its own entries, and those that name no workspace.

    Of two for the same id its own comes first; one for a channel or a cluster comes before one for all others (`*`).
    """
    clusters = _own(settings.channel_clusters, team)
    return settings.model_copy(
        update={
            "admins": tuple(_own({each: each for each in settings.admins}, team)),
            "approvals": _own(settings.approvals, team),
            "cluster": clusters.pop(OTHERS, settings.cluster),
            "channel_clusters": clusters,
            "cluster_choices": _own(settings.cluster_choices, team),
            "channel_replies": _own(settings.channel_replies, team),
            "channel_roles": _own(settings.channel_roles, team),
        }
    )


def named_without_workspace(settings: Settings) -> list[str]:
    """A sentence for each setting with ids that could be anybody's where several workspaces are served."""
    approvals = (by for by, approvers in settings.approvals.items() if approvers.ids)
    everybodys = settings.channel_roles.get(OTHERS, {})
    channels = {*settings.channel_roles} - ({OTHERS} if not any(everybodys.values()) else set())
    faults = {
        "RAYGEN_ADMINS": (settings.admins, "U0123456789"),
        "RAYGEN_APPROVALS": (approvals, "10.0.4.20"),
        "RAYGEN_CHANNEL_CLUSTERS": ({*settings.channel_clusters} - {OTHERS}, "C0123456789"),
        "RAYGEN_CHANNEL_REPLIES": ({*settings.channel_replies} - {OTHERS}, "C0123456789"),
        "RAYGEN_CHANNEL_ROLES": (channels, "C0123456789"),
        "RAYGEN_CLUSTER_CHOICES": ({*settings.cluster_choices} - {OTHERS}, "C0123456789"),
    }
    return [
        f"{name} names ids without their workspace: {_WRITE.format(example)}"
        for name, (keys, example) in faults.items()
        if any(_unplaced(keys))
    ]


def named_elsewhere(settings: Settings, allowed: Collection[str]) -> list[str]:
    """A sentence when ids stand under a workspace that is not `allowed`: a right that is meant to be held back by such
    an entry would be everybody's.

    Nothing can be said where an enterprise, whose workspaces nobody has named, or everybody is allowed.
    """
    if not allowed or not all(each.startswith("T") for each in allowed):
        return []
    channels = (settings.channel_clusters, settings.cluster_choices, settings.channel_replies, settings.channel_roles)
    keys = (key for each in (settings.admins, *channels, settings.approvals) for key in each)
    elsewhere = {key.partition("/")[0] for key in keys if _OF_A_WORKSPACE.match(key)}.difference(allowed)
    return [f"{each} stands in front of ids and not in RAYGEN_ALLOWED_WORKSPACES." for each in sorted(elsewhere)]


def _own(entries: Mapping[str, Value], team: str) -> dict[str, Value]:
    everybodys = {key: value for key, value in entries.items() if not _OF_A_WORKSPACE.match(key)}
    own = {key.removeprefix(f"{team}/"): value for key, value in entries.items() if key.startswith(f"{team}/")}
    return everybodys | own


def _unplaced(keys: Iterable[str]) -> Iterator[bool]:
    return (_OF_A_WORKSPACE.match(key) is None for key in keys)
