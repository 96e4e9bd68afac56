"""The program that somebody looks at beside the agent's conversation: a convenience, so whatever is odd means none."""

import logging
from dataclasses import dataclass

from bot.errors import RaygenError
from bot.intake import Intake, Person
from bot.store.viewed import Viewed, ViewedStore

logger = logging.getLogger(__name__)

DIRECT = "D"
"""What the ids of direct conversations begin with."""


@dataclass(frozen=True)
class Looking:
    """Finds programs by the place that somebody looks at: a channel, and the ts of a thread's root in it."""

    intake: Intake
    store: ViewedStore

    async def program(self, person: Person, place: tuple[str, str] | None) -> Viewed | None:
        """The program of the thread, for somebody who may ask there now; else None."""
        try:
            viewed = await self.store.program(person.home_team, place) if place else None
            if viewed is None or not _is_open_to(person, viewed):
                return None
            await self.intake.admit(person, viewed.channel)
        except RaygenError as error:
            logger.info("code=<%s> | nothing is taken from what the person looks at", error.code)
            return None
        return viewed


def _is_open_to(person: Person, viewed: Viewed) -> bool:
    """A direct conversation is one person's; of every other channel, Slack says what it shows to whom."""
    return not viewed.channel.startswith(DIRECT) or viewed.opened_by == person.user_id
