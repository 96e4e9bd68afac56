"""Says in a thread which program the request that opened it goes by."""

import logging
from dataclasses import dataclass

from bot.blocks import viewed
from bot.errors import SlackRefused
from bot.poster import Place, Poster
from bot.redaction import Redaction
from bot.store.models import Turn
from bot.store.turns import TurnStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class GoingBy:
    """Posts one line above the card of a turn that has taken a program along."""

    store: TurnStore
    poster: Poster
    redact: Redaction

    async def say(self, turn: Turn, place: Place) -> None:
        """Nothing where no program was taken along, or it is no longer kept, or Slack refuses the line."""
        if not turn.base or turn.message_ts is None or turn.message_ts != turn.thread_ts:
            return
        version = await self.store.version(turn.base)
        source = await self.store.find(version.turn_id) if version else None
        if version is None or source is None:
            return
        line = viewed.going_by(
            self.redact(version.title), source.channel, turn.channel, files=version.inputs is not None
        )
        try:
            await self.poster.post(place, line, f"going-by-{turn.id}", maybe_posted=turn.fence > 1)
        except SlackRefused as refusal:  # where nothing can be posted at all, the card says so
            logger.warning("turn=<%s>, code=<%s> | not said what it goes by", turn.id, refusal.code)
