"""What administrators look at: the settings of channels, and who did what. Nothing is changed here."""

from dataclasses import dataclass

from bot.blocks import administration as pages
from bot.blocks import status
from bot.blocks.text import Block
from bot.errors import Refused
from bot.people import Rights
from bot.permissions import Actor
from bot.settings import OTHERS, Settings
from bot.store.audit import AuditLog

ENTRIES = 20


@dataclass(frozen=True)
class Administration:
    """Decides each time anew who is one; every method but `is_open_to` raises Refused for who is not."""

    log: AuditLog
    rights: Rights
    settings: Settings
    workspace_url: str

    async def is_open_to(self, actor: Actor) -> bool:
        """Whether the buttons are shown at all; that they are shown is no right."""
        try:
            await self.rights.require_admin(actor)
        except Refused:
            return False
        return True

    async def channels(self, actor: Actor) -> Block:
        """What is set for every channel, and for those with settings of their own."""
        await self.rights.require_admin(actor)
        named = sorted(_named_channels(self.settings) - {OTHERS})
        own = [(channel, channel_settings(self.settings, channel)) for channel in named]
        return pages.channels(channel_settings(self.settings, OTHERS), own)

    async def audit(self, actor: Actor, before: int | None = None) -> Block:
        """The latest entries of the actor's workspace, or those before the entry `before`."""
        await self.rights.require_admin(actor)
        found = await self.log.page(actor.home_team, before, ENTRIES)
        lines = [pages.AuditLine(**vars(deed)) for deed in found.deeds]
        return pages.audit(lines, found.older, self.workspace_url)


def channel_settings(settings: Settings, channel: str) -> status.Channel:
    """What is set for a channel, or with OTHERS for all that have no entry of their own."""
    cluster = settings.channel_clusters.get(channel, settings.cluster)
    approvers = settings.approvers_for(cluster) if cluster else None
    return status.Channel(
        cluster=cluster,
        choices=settings.choices_in(channel) if cluster else (),
        guests=settings.allow_guests,
        alone={verb: settings.allowed_in(channel, verb) for verb in ("ask", "run", "stop")},
        replies=settings.replies_in(channel),
        files=settings.files_store is not None,
        run_seconds=settings.run_timeout_seconds,
        approval=approvers.by if approvers else None,
        approvers=approvers.ids if approvers else (),
    )


def _named_channels(settings: Settings) -> set[str]:
    return {
        *settings.channel_clusters,
        *settings.cluster_choices,
        *settings.channel_roles,
        *settings.channel_replies,
    }
