"""Socket Mode, Slack's end: tickets, websockets, envelopes to exactly one of them, acknowledgements back.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import json
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from sandbox.slack.delivery import Envelope, NotAcked
from sandbox.slack.ids import Ids
from sandbox.slack.journal import Journal
from sandbox.slack.model import Json

MOST_CONNECTIONS = 10


@dataclass(eq=False)
class Connection:
    """One websocket, and the transport to cut it."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None


@dataclass
class Sockets:
    """The app's open connections; an envelope goes to the one whose turn it is."""

    ids: Ids
    journal: Journal
    app_id: str
    _tickets: set[str] = field(default_factory=set)
    _open: list[Connection] = field(default_factory=list)
    _pending: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    _given_up: set[str] = field(default_factory=set)
    _turn: int = 0

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def ticket(self) -> str:
        """A ticket for one connection."""
        ticket = self.ids.secret("ticket")
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from hello to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or self.count >= MOST_CONNECTIONS:
            return web.Response(status=401 if ticket not in self._tickets else 429)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(socket, request.transport)
        self._open.append(connection)
        try:
            await socket.send_str(json.dumps(self._hello()))
            self.journal.changed()
            await self._read(socket)
        finally:
            self._forget(connection)
        return socket

    async def deliver(self, envelope: Envelope) -> Json:
        """Send `envelope` over one socket and wait for its acknowledgement."""
        acked: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._pending[envelope.id] = acked
        try:
            await self._send(envelope)
            return await acked
        finally:
            del self._pending[envelope.id]
            if not acked.done() or acked.cancelled():
                self._given_up.add(envelope.id)

    async def disconnect(self, *, graceful: bool) -> None:
        """Ask every client to connect anew (`graceful`), or cut the connections without a word."""
        for connection in list(self._open):
            self._forget(connection)
            if graceful:
                await connection.socket.send_str(json.dumps(self._goodbye()))
            elif connection.transport is not None:
                connection.transport.abort()

    async def close(self) -> None:
        """End every connection."""
        for connection in list(self._open):
            await connection.socket.close()

    def _forget(self, connection: Connection) -> None:
        if connection in self._open:
            self._open.remove(connection)
        self.journal.changed()

    async def _send(self, envelope: Envelope) -> None:
        while self._open:
            self._turn += 1
            connection = self._open[self._turn % len(self._open)]
            try:
                return await connection.socket.send_str(json.dumps(envelope.as_json()))
            except ConnectionError:
                self._forget(connection)
        raise NotAcked("connection_failed")

    async def _read(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._take(message.data)

    def _take(self, text: str) -> None:
        """An acknowledgement; one that is late or unknown is noted, Slack ignores it."""
        try:
            body = json.loads(text)
        except ValueError:
            return self.journal.problem(f"The app sent something that is not JSON: {text[:80]!r}.")
        envelope_id = str(body.get("envelope_id")) if isinstance(body, dict) else ""
        acked = self._pending.get(envelope_id)
        if acked is not None and not acked.done():
            return acked.set_result(body.get("payload") or {})
        late = "after its deadline" if envelope_id in self._given_up else "for an envelope that is not waiting"
        return self.journal.problem(f"An acknowledgement came {late}: {envelope_id}.")

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": self.count,
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.app_id},
        }

    def _goodbye(self) -> Json:
        return {"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "sandbox"}}
