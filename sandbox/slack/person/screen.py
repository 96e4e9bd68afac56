"""What there is to see: channels, threads, modals, files, and the record of what the app asked for."""

from dataclasses import dataclass

from sandbox.slack.drawing.names import Names, names_of
from sandbox.slack.errors import NotVisible
from sandbox.slack.journal import Call
from sandbox.slack.methods.views import home_of, stack
from sandbox.slack.model import Channel, Execution, File, Message, Session, User, View
from sandbox.slack.platform import Platform


@dataclass(frozen=True)
class Conversation:
    """A channel as it is now; `messages` are all of it, replies among them, oldest first."""

    id: str
    name: str
    messages: tuple[Message, ...]

    @property
    def roots(self) -> tuple[Message, ...]:
        """The messages that stand in the channel itself."""
        return tuple(one for one in self.messages if one.thread_ts is None)

    def thread(self, ts: str) -> tuple[Message, ...]:
        """The message `ts` and its replies, oldest first."""
        return tuple(one for one in self.messages if one.root == ts)

    def message(self, ts: str) -> Message:
        """The message `ts`; raises `NotVisible`."""
        for one in self.messages:
            if one.ts == ts:
                return one
        raise NotVisible(f"There is no message {ts} in {self.name}.")


class Screen:
    """Snapshots of the workspace; names of users and channels may be ids, and a channel's may carry its #."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    @property
    def calls(self) -> list[Call]:
        """Every call so far, oldest first."""
        return list(self.platform.journal.calls)

    @property
    def problems(self) -> list[str]:
        """What Slack would pass over in silence: late acknowledgements, events that nobody took."""
        return list(self.platform.journal.problems)

    @property
    def files(self) -> dict[str, File]:
        """Every completed upload, by id."""
        return dict(self.platform.workspace.files)

    @property
    def bot(self) -> User:
        """The app's bot user."""
        return self.platform.workspace.bot

    def user(self, name: str) -> User:
        """Somebody, by name or id."""
        return self.platform.workspace.person(name)

    def channel(self, name: str) -> Conversation:
        """A channel by name or id; a person's name means their DM with the bot."""
        channel = self._place(name)
        return Conversation(channel.id, channel.name, tuple(channel.messages.values()))

    def ephemerals(self, user: str) -> list[Message]:
        """What only this person sees, oldest first."""
        user_id = self.user(user).id
        return [one for one in self.platform.workspace.ephemerals.values() if one.ephemeral_to == user_id]

    def modals(self, user: str) -> list[View]:
        """The modals in front of this person, the uppermost last."""
        return stack(self.platform, self.user(user).id)

    def home(self, user: str) -> View | None:
        """This person's App Home."""
        return home_of(self.platform, self.user(user).id)

    def session(self, channel: str, thread_ts: str) -> Session | None:
        """The agent session of a thread."""
        return self.platform.workspace.sessions.get((self._place(channel).id, thread_ts))

    def status(self, channel: str, thread_ts: str) -> str:
        """The "is thinking..." line of a thread."""
        return self.platform.statuses.get((self._place(channel).id, thread_ts), "")

    def execution(self, execution_id: str) -> Execution:
        """A run of a workflow step."""
        return self.platform.executions[execution_id]

    def names(self, viewer: str | None = None) -> Names:
        """For `render`: who is who, as `viewer` sees it."""
        return names_of(self.platform.workspace, self.user(viewer).id if viewer else None)

    def _place(self, name: str) -> Channel:
        return self.platform.workspace.place(name)
