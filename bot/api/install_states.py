"""The `state` of an installation that has begun: sealed, good for ten minutes, and for once.

Nothing is written down before one comes back: whoever finds the address could fill the database otherwise.
"""

import hashlib
import secrets

from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.store.database import Database
from bot.store.sealing import Seal, Unreadable

SECONDS = 600
PURPOSE = "install:"
"""So that nothing else that these keys have sealed passes for a state."""


class SealedStates(AsyncOAuthStateStore):
    """States that every replica with the same keys and database takes, one of them once."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    async def async_issue(self, *_arguments: object, **_named: object) -> str:
        """A new one."""
        return self._seal.close(f"{PURPOSE}{secrets.token_urlsafe(16)}")

    async def async_consume(self, state: str) -> bool:
        """Whether it is one of ours, in time, for the first time. Raises StoreUnavailable."""
        try:
            told = self._seal.open(state, SECONDS)
        except Unreadable:
            return False
        digest = hashlib.sha256(told.encode()).hexdigest()
        return told.startswith(PURPOSE) and await self._database.first_time(f"install:{digest}")
