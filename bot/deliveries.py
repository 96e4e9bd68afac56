"""Rows that this replica has brought to their end, told to who waits for them in the same process."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Deliveries:
    """One event for each row that somebody waits for."""

    def __init__(self) -> None:
        self._awaited: dict[str, list[asyncio.Event]] = {}

    def tell(self, row_id: str) -> None:
        """The row has been delivered, and the store says so."""
        for event in self._awaited.get(row_id, ()):
            event.set()

    @contextmanager
    def awaited(self, row_id: str) -> Iterator[asyncio.Event]:
        """What is set when the row is delivered here, during the block; another replica may be the one that does it."""
        event = asyncio.Event()
        self._awaited.setdefault(row_id, []).append(event)
        try:
            yield event
        finally:
            waiting = self._awaited[row_id]
            waiting.remove(event)
            if not waiting:
                del self._awaited[row_id]
