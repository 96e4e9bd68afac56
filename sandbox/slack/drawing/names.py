"""Who is behind an id, for drawing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.slack.workspace import Workspace


@dataclass(frozen=True)
class Names:
    """Display names by id; `viewer` is the id of whoever looks, None for somebody who sees every button."""

    users: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    apps: frozenset[str] = frozenset()
    viewer: str | None = None

    def user(self, user_id: str) -> str:
        """The name, or the id of somebody unknown."""
        return self.users.get(user_id, user_id)


def names_of(workspace: Workspace, viewer: str | None = None) -> Names:
    """The names of a workspace, as `viewer` (an id) sees it."""
    return Names(
        users={one.id: one.name for one in workspace.users.values()},
        channels={one.id: one.name for one in workspace.channels.values()},
        groups={key: handle for key, (handle, _) in workspace.groups.items()},
        apps=frozenset(one.id for one in workspace.users.values() if one.is_bot),
        viewer=viewer,
    )
