"""Writes that come at one moment, in one transaction: the disk's flush costs the same for one and for two hundred."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

MOST = 200
"""Items of one transaction: the first of them wait for the last."""


class Together(Generic[Item, Answer]):
    """Hands what is added while a write is under way to the next one; `write` answers for each item, in their order.

    An answer that is an exception is raised to whoever added the item. What is added alone is written at once.
    """

    def __init__(self, write: Callable[[Sequence[Item]], Awaitable[Sequence[Answer | Exception]]]) -> None:
        self._write = write
        self._waiting: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> Answer:
        """The answer for the item, once it has been committed."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        return await answer

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            for (_, future), answer in zip(batch, await self._answers(batch), strict=True):
                if future.done():  # whoever added it has gone
                    continue
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)

    async def _answers(self, batch: list[tuple[Item, "asyncio.Future[Answer]"]]) -> Sequence[Answer | Exception]:
        try:
            return await self._write([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - handed on to everybody who waits for this write
            return [error] * len(batch)
