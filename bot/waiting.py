"""A run for which there is no place yet: its card says where it stands, until it is let in."""

import logging
from dataclasses import dataclass, field

from bot.blocks import queued
from bot.errors import SlackRefused
from bot.poster import Place, Poster
from bot.queue import Position
from bot.store.models import Run
from bot.store.runs import RunStore
from bot.store.turns import API, TurnStore
from bot.updates import Pace

logger = logging.getLogger(__name__)

LOOK_SECONDS = 3.0
"""How often a run that waits is looked at."""


@dataclass
class Waiting:
    """Shows each run that waits its position, one call of `handle` for each claim of its row."""

    store: RunStore
    turns: TurnStore
    poster: Poster
    pace: Pace
    _told: dict[str, Position] = field(default_factory=dict)

    async def handle(self, run: Run) -> None:
        """Say where the run stands if that has changed, and leave it in the queue."""
        position = await self.store.position(run)
        if position is None:
            self._told.pop(run.id, None)
        elif run.surface != API and position != self._told.get(run.id):
            await self._tell(run, position)
            self._told[run.id] = position
        await self.store.step_aside(run, LOOK_SECONDS)

    async def _tell(self, run: Run, position: Position) -> None:
        version = await self.turns.version(run.version_id)
        place = Place(run.channel, run.thread_ts)
        title = version.title if version else "Ray program"
        card = queued.card(title, run.id, run.cluster, position.number, position.bound, position.most)
        try:
            if run.card_ts is None:
                ts = await self.poster.post(place, card, run.id, maybe_posted=run.fence > 1)
                await self.store.save(run, card_ts=ts)
            else:
                await self.pace.wait()
                await self.poster.update(place, run.card_ts, card)
        except SlackRefused as refusal:
            logger.warning("run=<%s>, code=<%s> | its position could not be shown", run.id, refusal.code)
