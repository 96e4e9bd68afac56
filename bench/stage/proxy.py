"""A way between a bot and a service that can be watched and broken: HTTP/1.1 over TCP, one request at a time.

Each request passes `Trouble`, which may do something when it comes (before the service has seen it) and when it has
been answered (before the bot has seen that).
"""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Literal, Protocol, Self

Fault = Literal["reset", "reset_after", "half_close", "truncated", "slow", "drip", "http_429", "http_500"]
FAULTS: tuple[Fault, ...] = ("reset", "reset_after", "half_close", "truncated", "slow", "drip", "http_429", "http_500")
CHUNK = 65_536
SLOW_SECONDS = 1.0
DRIP_BYTES, DRIP_SECONDS = 64, 0.01
ERRORS = {
    "http_429": b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n",
    "http_500": b"HTTP/1.1 500 Internal Server Error\r\n",
}
ERROR_BODY = b'Content-Type: application/json\r\nContent-Length: 38\r\n\r\n{"ok": false, "error": "internal_err"}\n'


@dataclass(frozen=True)
class Asked:
    """A request: whose, the path without its query, and the head and beginning of the body as they were sent."""

    replica: str
    path: str
    content: bytes


class Trouble(Protocol):
    """What happens to a request on its way."""

    async def coming(self, asked: Asked) -> Fault | None:
        """It has left the bot. Returns what goes wrong with it."""

    async def answered(self, asked: Asked) -> None:
        """The service has answered, and the bot does not know yet."""


class NoTrouble:
    """Nothing happens."""

    async def coming(self, asked: Asked) -> Fault | None:
        """Nothing."""

    async def answered(self, asked: Asked) -> None:
        """Nothing."""


@dataclass
class Proxy:
    """`async with Proxy("replica-1", "127.0.0.1", 8080, trouble) as proxy:` listens on `proxy.port`."""

    replica: str
    host: str
    service: int
    trouble: Trouble
    port: int = 0
    _server: asyncio.Server | None = None
    _open: set["asyncio.Task[None]"] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        # Cancelled only at the end: asyncio's own callback would call that an error.
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._exchange(reader, writer):
                pass
        writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; whether the connection goes on."""
        request = await _message(reader)
        if not request:
            return False
        asked = Asked(self.replica, request.split(b" ", 2)[1].partition(b"?")[0].decode(), request)
        fault = await self.trouble.coming(asked)
        if fault in ERRORS:
            writer.write(ERRORS[fault] + ERROR_BODY)
            await writer.drain()
            return True
        if fault == "reset":
            return _reset(writer)
        if fault == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        # A connection for each request: one that is kept is closed by the service when it has been idle.
        answers, service = await asyncio.open_connection(self.host, self.service)
        try:
            service.write(request)
            await service.drain()
            return await self._answer(asked, fault, answers, writer)
        finally:
            service.close()

    async def _answer(
        self, asked: Asked, fault: Fault | None, answers: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        head = await answers.readuntil(b"\r\n\r\n")
        length = _length(head)
        if length is None:
            return await self._stream(asked, head, answers, writer)
        body = await answers.readexactly(length)
        await self.trouble.answered(asked)
        if fault == "reset_after":
            return _reset(writer)
        if fault == "half_close":
            writer.write((head + body)[: len(head) + length // 2])
            return False
        if fault == "truncated":
            body = body[: length // 2].ljust(length)
        await _send(writer, head + body, drip=fault == "drip")
        return True

    async def _stream(
        self, asked: Asked, head: bytes, answers: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """An answer of unknown length goes on until one side closes."""
        writer.write(head)
        while chunk := await answers.read(CHUNK):
            if b'"finished"' in chunk:
                await self.trouble.answered(asked)
            writer.write(chunk)
            await writer.drain()
            if chunk.endswith(b"0\r\n\r\n"):
                return True
        return False


async def _message(reader: asyncio.StreamReader) -> bytes:
    """A request, head and body; empty when the bot has hung up."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    return head + await reader.readexactly(_length(head) or 0)


def _length(head: bytes) -> int | None:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return None


def _reset(writer: asyncio.StreamWriter) -> bool:
    writer.transport.abort()
    return False


async def _send(writer: asyncio.StreamWriter, content: bytes, *, drip: bool) -> None:
    for start in range(0, len(content), DRIP_BYTES if drip else len(content)):
        writer.write(content[start : start + DRIP_BYTES] if drip else content)
        await writer.drain()
        if drip:
            await asyncio.sleep(DRIP_SECONDS)
