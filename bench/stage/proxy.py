"""A way between a bot and a service that can be watched and broken: HTTP/1.1 over TCP, one request at a time.

Each request passes `Trouble`, which may do something when it comes (before the service has seen it) and when it has
been answered (before whoever asked has seen that).
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
ERROR_BODY = b'{"ok": false, "error": "internal_err"}'
ERROR_HEADERS = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(ERROR_BODY)


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
        await asyncio.sleep(0)  # whoever was let in last has a task that has not begun
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
        await _hang_up(writer)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; whether the connection goes on."""
        request = await _message(reader)
        if not request:
            return False
        asked = Asked(self.replica, request.split(b" ", 2)[1].partition(b"?")[0].decode(), request)
        fault = await self.trouble.coming(asked)
        if fault in ERRORS:
            writer.write(ERRORS[fault] + ERROR_HEADERS + ERROR_BODY)
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
            return await self._answer(asked, fault, answers, _Client(reader, writer))
        finally:
            await _hang_up(service)

    async def _answer(
        self, asked: Asked, fault: Fault | None, answers: asyncio.StreamReader, client: "_Client"
    ) -> bool:
        head = await answers.readuntil(b"\r\n\r\n")
        if _header(head, b"content-type").startswith(b"text/event-stream"):
            return await self._stream(asked, fault, head, answers, client)
        head, body = await _whole(head, answers)
        await self.trouble.answered(asked)
        if fault == "reset_after":
            return _reset(client.writer)
        if fault == "half_close":
            return await client.half_close((head + body)[: len(head) + len(body) // 2])
        if fault == "truncated":
            body = body[: len(body) // 2].ljust(len(body))
        await client.send(head + body, drip=fault == "drip")
        return True

    async def _stream(
        self, asked: Asked, fault: Fault | None, head: bytes, answers: asyncio.StreamReader, client: "_Client"
    ) -> bool:
        """Server-sent events, each as it comes: what is lost or cut is the last of them, the half is the first."""
        await client.send(head)
        while chunk := await _chunk(answers):
            if fault == "half_close":
                return await client.half_close(_framed(chunk))
            if b'"finished"' in chunk:
                await self.trouble.answered(asked)
                if fault == "reset_after":
                    return _reset(client.writer)
                if fault == "truncated":
                    chunk = chunk[: len(chunk) // 2] + b"\n\n"
            await client.send(_framed(chunk), drip=fault == "drip")
        await client.send(_framed(b""))
        return True


@dataclass(frozen=True)
class _Client:
    """Who has asked."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, content: bytes, *, drip: bool = False) -> None:
        """Write all of it, or a little at a time."""
        step = DRIP_BYTES if drip else max(1, len(content))
        for start in range(0, len(content), step):
            self.writer.write(content[start : start + step])
            await self.writer.drain()
            if drip:
                await asyncio.sleep(DRIP_SECONDS)

    async def half_close(self, content: bytes) -> bool:
        """Write `content` and no more, and listen until the other side hangs up too."""
        await self.send(content)
        self.writer.write_eof()
        while await self.reader.read(CHUNK):
            pass
        return False


async def _message(reader: asyncio.StreamReader) -> bytes:
    """A request, head and body; empty when the bot has hung up."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    return head + await reader.readexactly(_length(head) or 0)


def _length(head: bytes) -> int | None:
    value = _header(head, b"content-length")
    return int(value) if value else None


def _header(head: bytes, wanted: bytes) -> bytes:
    """The value of a header, empty when it is not there."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == wanted:
            return value.strip()
    return b""


async def _whole(head: bytes, answers: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """An answer with its body; one in chunks, or one that ends with its connection, becomes one of known length."""
    length = _length(head)
    if length is not None:
        return head, await answers.readexactly(length)
    body = b""
    if _header(head, b"transfer-encoding").lower() == b"chunked":
        while chunk := await _chunk(answers):
            body += chunk
    else:
        body = await answers.read()
    lines = [line for line in head[:-4].split(b"\r\n") if not line.lower().startswith(b"transfer-encoding:")]
    return b"\r\n".join([*lines, b"content-length: %d" % len(body)]) + b"\r\n\r\n", body


async def _chunk(answers: asyncio.StreamReader) -> bytes:
    """The next chunk of a body, empty at its end: https://www.rfc-editor.org/rfc/rfc9112#name-chunked-transfer-coding."""
    size = int((await answers.readuntil(b"\r\n")).partition(b";")[0], 16)
    data = await answers.readexactly(size)
    await answers.readexactly(2)
    return data


def _framed(chunk: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(chunk), chunk)


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    """Close the connection, and see it closed: the loop may end before it gets to that."""
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def _reset(writer: asyncio.StreamWriter) -> bool:
    writer.transport.abort()
    return False
