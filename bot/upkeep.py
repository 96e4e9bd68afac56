"""The job that forgets: once an hour, what has passed its time."""

import asyncio
import logging

from bot.errors import StoreUnavailable
from bot.store.retention import Retention

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 3600.0


async def keep_tidy(retention: Retention, stop: asyncio.Event) -> None:
    """Forget until `stop` is set; an outage of the database waits for the next time."""
    while not stop.is_set():
        try:
            done = {what: count for what, count in (await retention.forget()).items() if count}
            if done:
                logger.info("deleted=<%s> | forgot what had passed its time", done)
        except StoreUnavailable:
            logger.warning("the database does not answer, so nothing was forgotten")
        try:
            await asyncio.wait_for(stop.wait(), PAUSE_SECONDS)
        except TimeoutError:
            continue
