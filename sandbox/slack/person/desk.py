"""Everything that a person can do, by name."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.slack.errors import NotVisible
from sandbox.slack.methods.conversations import add_member
from sandbox.slack.model import ChannelKind, User
from sandbox.slack.person import clicks, commands, installing, messages, modals, surroundings
from sandbox.slack.person.outcome import Outcome
from sandbox.slack.person.screen import Screen


class Desk(Screen):
    """The acts of the workspace's people; each goes through the app's real transport."""

    async def command(
        self, user: str, channel: str, command: str, text: str = "", *, thread_ts: str | None = None
    ) -> Outcome:
        """Type a slash command; in a thread Slack does not send it."""
        return await commands.command(
            self.platform, self.user(user), self._place(channel), command, text, in_thread=thread_ts is not None
        )

    async def say(
        self,
        user: str,
        channel: str,
        text: str,
        thread_ts: str | None = None,
        files: Sequence[messages.Attachment] = (),
    ) -> str:
        """Write a message, @names and all; its ts. `files` are (name, content)."""
        sent = messages.say(self.platform, self.user(user), self._place(channel), text, thread_ts, files)
        await asyncio.sleep(0)
        return sent.ts

    async def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        """Edit one's own message."""
        messages.edit(self.platform, self.user(user), self._place(channel), ts, text)

    async def delete(self, user: str, channel: str, ts: str) -> None:
        """Delete one's own message."""
        messages.delete(self.platform, self.user(user), self._place(channel), ts)

    async def delete_file(self, user: str, file_id: str) -> None:
        """Delete one's own file."""
        messages.delete_file(self.platform, self.user(user), file_id)

    async def uninstall(self, *events: str) -> None:
        """Remove the app; `events` are how Slack tells, if it is to be otherwise than each once."""
        installing.uninstall(self.platform, events or (installing.REVOKED, installing.UNINSTALLED))
        await asyncio.sleep(0)

    async def react(self, user: str, channel: str, ts: str, name: str) -> None:
        """Add a reaction."""
        messages.add_reaction(self.platform, self.user(user), self._place(channel), ts, name)

    async def click(
        self,
        user: str,
        channel: str,
        message_ts: str,
        action_id: str,
        block_id: str | None = None,
        *,
        value: Any = None,
    ) -> Outcome:
        """Use an element of a message: press a button, or choose `value` in a menu.

        `value` is an option's value or text, a list of them, a date, an id, or "negative" for feedback buttons.
        Raises `NotVisible` when this person sees no such element there.
        """
        person, place = self.user(user), self._place(channel)
        message = messages.visible(self.platform, person, place, message_ts)
        return await clicks.click_message(self.platform, person, place, message, action_id, block_id, value)

    async def click_home(self, user: str, action_id: str, block_id: str | None = None, *, value: Any = None) -> Outcome:
        """Use an element of the App Home."""
        view = self.home(user)
        if view is None:
            raise NotVisible(f"No App Home was published for {user}.")
        return await clicks.click_view(self.platform, self.user(user), view, action_id, block_id, value)

    async def click_modal(
        self, user: str, action_id: str, block_id: str | None = None, *, value: Any = None
    ) -> Outcome:
        """Use an element of the uppermost modal."""
        view = modals.uppermost(self.platform, self.user(user))
        return await clicks.click_view(self.platform, self.user(user), view, action_id, block_id, value)

    async def submit_view(self, user: str, values: Mapping[str, Any] | None = None) -> Outcome:
        """Fill in the uppermost modal (by action_id or block_id) and submit it."""
        return await modals.submit(self.platform, self.user(user), values or {})

    async def close_view(self, user: str) -> Outcome:
        """Close the uppermost modal."""
        return await modals.close(self.platform, self.user(user))

    async def shortcut(self, user: str, callback_id: str) -> Outcome:
        """Choose a global shortcut."""
        return await commands.shortcut(self.platform, self.user(user), callback_id)

    async def message_shortcut(self, user: str, channel: str, message_ts: str, callback_id: str) -> Outcome:
        """Choose a shortcut of a message."""
        person, place = self.user(user), self._place(channel)
        message = messages.visible(self.platform, person, place, message_ts)
        return await commands.message_shortcut(self.platform, person, place, message, callback_id)

    async def open_home(self, user: str, tab: surroundings.Tab = "home") -> None:
        """Open the app's home or messages tab."""
        surroundings.open_home(self.platform, self.user(user), tab)

    async def look(self, user: str, channel: str | None = None, thread_ts: str | None = None) -> None:
        """Open a channel, or a thread of it; without one, nothing that Slack names to the app."""
        place = self._place(channel) if channel else None
        surroundings.look(self.platform, self.user(user), place, thread_ts)

    async def stop_session(self, user: str, channel: str, thread_ts: str) -> None:
        """Press Slack's own Stop of an agent that is processing."""
        surroundings.stop_session(self.platform, self.user(user), self._place(channel), thread_ts)

    async def run_step(
        self, callback_id: str, inputs: Mapping[str, Any] | None = None, *, user: str | None = None
    ) -> str:
        """Start a workflow that reaches the app's step, as `user` unless nobody did; the execution's id."""
        person = self.user(user) if user else None
        return surroundings.run_step(self.platform, callback_id, inputs or {}, person).id

    async def join(self, user: str, channel: str) -> None:
        """Put somebody, or the bot, into a channel."""
        add_member(self.platform, self._place(channel), self.user(user).id)

    def add_user(self, name: str, *, team_id: str | None = None) -> User:
        """One more person."""
        return self.platform.workspace.add_user(name, team_id=team_id)

    def add_channel(self, name: str, members: Sequence[str], *, kind: ChannelKind = "channel") -> str:
        """One more channel; its id."""
        return self.platform.workspace.add_channel(name, [self.user(one) for one in members], kind=kind).id

    def archive(self, channel: str) -> None:
        """Archive a channel."""
        self._place(channel).is_archived = True
        self.platform.journal.changed()
