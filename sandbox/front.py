"""The sandbox's own port: the page, its health, and the bot's HTTP API passed on.

Loopback only; the Host header is checked, so that no web page reaches it under a name of its own.
"""

import io
from collections.abc import Callable

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.web.room import Room

PASSED_ON = frozenset({"content-type", "authorization", "origin", "sec-fetch-site"})
HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
MAX_BODY_BYTES = 8 * 1024 * 1024
STOP_SECONDS = 1.0


class Front:
    """Serves one port of the sandbox; `is_up` says whether every part answers, `room` has the page."""

    def __init__(self, bot_url: str, is_up: Callable[[], bool], room: Room) -> None:
        self._bot_url = bot_url
        self._room = room
        self._is_up = is_up
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    async def start(self, port: int) -> int:
        """Listen on loopback; the port. Raises OSError when it is taken."""
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_known_host])
        app.router.add_get("/healthz", self._healthz)
        app.router.add_post("/generate", self._pass_on)
        app.router.add_post("/execute", self._pass_on)
        app.add_routes(self._room.routes())
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, connect=5))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Listen no more."""
        self._room.close()
        if self._runner:
            await self._runner.cleanup()
        if self._session:
            await self._session.close()

    async def _healthz(self, _: web.Request) -> web.Response:
        up = self._is_up()
        return web.json_response({"status": "ok" if up else "starting"}, status=200 if up else 503)

    async def _pass_on(self, request: web.Request) -> web.Response:
        if self._session is None:
            raise web.HTTPServiceUnavailable
        headers = {name: value for name, value in request.headers.items() if name.lower() in PASSED_ON}
        body = await request.read()
        try:
            async with self._session.post(
                self._bot_url + request.path, data=io.BytesIO(body), headers=headers
            ) as answer:
                return web.Response(body=await answer.read(), status=answer.status, content_type=answer.content_type)
        except aiohttp.ClientError:
            error = {"code": "bot_down", "message": "The bot does not answer. Start the sandbox again."}
            return web.json_response({"ok": False, "error": error}, status=502)


@web.middleware
async def _known_host(request: web.Request, handler: Handler) -> web.StreamResponse:
    if (request.url.host or "") not in HOSTS:
        raise web.HTTPForbidden(text="This address answers on this machine only: call it as localhost.")
    return await handler(request)
