"""What somebody's edit changed, for the card of its turn and for the snippet below it."""

import asyncio
from dataclasses import dataclass

from bot.blocks.diff import Change, unified
from bot.poster import Place, Poster
from bot.snippets import diff_filename
from bot.store.models import CodeVersion, Turn
from bot.store.turns import TurnStore


@dataclass(frozen=True)
class Changes:
    """Compares versions and posts what does not fit on a card."""

    store: TurnStore
    poster: Poster

    async def of(self, turn: Turn, version: CodeVersion | None) -> Change | None:
        """What the turn changed; None for one whose program was not given by a person."""
        if version is None or not turn.is_given:
            return None
        parent = await self.store.version(version.parent_id) if version.parent_id else None
        if parent is None:
            return Change(turn.user_id, None, version.number)
        names = f"version {parent.number}", f"version {version.number}"
        text = await asyncio.to_thread(unified, parent.code, version.code, *names)
        return Change(turn.user_id, parent.number, version.number, text)

    async def attach(self, turn: Turn, place: Place, version: CodeVersion, change: Change | None) -> None:
        """Post the whole of a long diff, once. Raises SlackRefused or SlackUnavailable."""
        if change is None or not change.is_long:
            return
        name = diff_filename(version.title, change.before or 0, change.after)
        if turn.diff_file is None:
            file_id = await self.poster.upload(name, change.text.encode(), "diff")
            await self.store.save(turn, diff_file=file_id)
        await self.poster.share(place, turn.diff_file or "", name)
