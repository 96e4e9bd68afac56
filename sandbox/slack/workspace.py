"""One workspace: who and what is in it, and how to find it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sandbox.slack.errors import NotVisible, SlackError
from sandbox.slack.ids import Ids
from sandbox.slack.model import Channel, ChannelKind, File, Message, Session, Upload, User, View

TEAM_ID = "T0000000001"
OTHER_TEAM_ID = "T0000000002"
NEXT_TEAM = 3
"""The number of the first workspace beside the default one: the partners' company has the second."""
APP_ID = "A0000000001"
DOMAIN = "sandbox"


@dataclass
class Workspace:
    """The state of one workspace with one app installed, for its whole enterprise where it has an `enterprise_id`.

    `messages` live in their channels; `ephemerals` apart from them, by ts. `files_url` is where files can be read, once
    the server listens.
    """

    ids: Ids
    bot: User
    team_id: str = TEAM_ID
    app_id: str = APP_ID
    domain: str = DOMAIN
    enterprise_id: str | None = None
    files_url: str = ""
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    ephemerals: dict[str, Message] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    sessions: dict[tuple[str, str], Session] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.users[self.bot.id] = self.bot

    def add_user(
        self, name: str, *, team_id: str | None = None, is_restricted: bool = False, is_sister: bool = False
    ) -> User:
        """A new person; one of another company when `team_id` says so, or of a workspace of the same enterprise."""
        team = team_id or self.team_id
        user = User(
            id=self.ids.new("U"),
            name=name,
            team_id=team,
            is_restricted=is_restricted,
            is_stranger=team != self.team_id and not is_sister,
            email=f"{name.replace(' ', '.')}@example.com",
        )
        self.users[user.id] = user
        return user

    def add_channel(
        self, name: str, members: Iterable[User], *, kind: ChannelKind = "channel", is_shared: bool = False
    ) -> Channel:
        """A new conversation."""
        prefix = "D" if kind == "im" else "C"
        channel = Channel(self.ids.new(prefix), name, kind, {one.id for one in members}, is_shared=is_shared)
        self.channels[channel.id] = channel
        return channel

    def add_group(self, handle: str, members: Iterable[User]) -> str:
        """A new user group; its id."""
        group_id = self.ids.new("S")
        self.groups[group_id] = (handle, frozenset(one.id for one in members))
        return group_id

    def person(self, name: str) -> User:
        """The user of that name or id; raises `NotVisible`."""
        found = self.users.get(name) or next((one for one in self.users.values() if one.name == name), None)
        if found is None:
            raise NotVisible(f"There is no user {name!r}; there are {', '.join(u.name for u in self.users.values())}.")
        return found

    def place(self, name: str) -> Channel:
        """The channel of that name (with or without #) or id; a person's name means the DM with the bot."""
        bare = name.removeprefix("#")
        found = self.channels.get(name) or next((one for one in self.channels.values() if one.name == bare), None)
        if found is None and any(user.name == bare for user in self.users.values()):
            return self.direct(self.person(bare))
        if found is None:
            raise NotVisible(
                f"There is no channel {name!r}; there are {', '.join(c.name for c in self.channels.values())}."
            )
        return found

    def direct(self, user: User) -> Channel:
        """The DM between the bot and `user`, opened if need be; its name is the user's."""
        members = {user.id, self.bot.id}
        for channel in self.channels.values():
            if channel.kind == "im" and channel.members == members:
                return channel
        return self.add_channel(f"@{user.name}", [user, self.bot], kind="im")

    def channel_for_api(self, given: str) -> Channel:
        """The channel that the Web API means: an id, a name, or a user's id for the DM; raises channel_not_found.

        A private channel that the bot is not in does not exist for it.
        """
        if given in self.users and given != self.bot.id:
            return self.direct(self.users[given])
        by_name = (one for one in self.channels.values() if one.name == given.removeprefix("#") and one.kind != "im")
        channel = self.channels.get(given) or next(by_name, None)
        if channel is None or (channel.kind != "channel" and self.bot.id not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def put(self, message: Message) -> None:
        """Store a message or its new state."""
        if message.ephemeral_to is not None:
            self.ephemerals[message.ts] = message
        else:
            self.channels[message.channel].messages[message.ts] = message

    def share(self, file: File, channel: str, ts: str) -> File:
        """Note that `file` is in the message `ts`."""
        shared = replace(file, shares=(*file.shares, (channel, ts)))
        self.files[file.id] = shared
        return shared


def default_workspace(ids: Ids, bot_name: str, team_id: str = TEAM_ID, domain: str = DOMAIN) -> Workspace:
    """The workspace that every sandbox starts with.

    People: analyst, engineer, approver, guest, and partner, who is of another company. Channels: #data (everyone of
    the company and the bot), #random (without the bot), #ops (private, engineer, approver and the bot), #joint
    (shared with the partner's company, with the bot).
    """
    bot = User(ids.new("U"), bot_name, team_id, is_bot=True, bot_id=ids.new("B"))
    workspace = Workspace(ids, bot, team_id=team_id, domain=domain)
    people: Mapping[str, User] = {name: workspace.add_user(name) for name in ("analyst", "engineer", "approver")}
    guest = workspace.add_user("guest", is_restricted=True)
    partner = workspace.add_user("partner", team_id=OTHER_TEAM_ID)
    workspace.add_channel("data", [*people.values(), guest, bot])
    workspace.add_channel("random", people.values())
    workspace.add_channel("ops", [people["engineer"], people["approver"], bot], kind="group")
    workspace.add_channel("joint", [*people.values(), partner, bot], is_shared=True)
    workspace.add_group("approvers", [people["approver"]])
    return workspace
