"""A balancer in front of replicas: requests go to one after the other, and past one that is not there or says 503.

As nginx does it with `proxy_next_upstream error timeout http_503 non_idempotent`.
"""

from collections.abc import Sequence
from typing import Self

import aiohttp
from aiohttp import web

NOT_NOW = 503
HOP_BY_HOP = frozenset({"connection", "host", "keep-alive", "transfer-encoding", "content-length"})


class Balancer:
    """`async with Balancer(targets) as balancer:` listens at `balancer.url`; `targets` are base URLs."""

    def __init__(self, targets: Sequence[str]) -> None:
        self._targets = targets
        self._turn = 0
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self.url = ""
        self.passed: list[str] = []
        """Which target has answered each request."""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        for target in self._in_turn():
            answer = await self._ask(target, request, body)
            if answer is not None:
                self.passed.append(target)
                return answer
        return web.Response(status=NOT_NOW)

    def _in_turn(self) -> list[str]:
        first = self._turn % len(self._targets)
        self._turn += 1
        return [*self._targets[first:], *self._targets[:first]]

    async def _ask(self, target: str, request: web.Request, body: bytes) -> web.Response | None:
        """The target's answer; None when it has none, or does not want the request now."""
        if self._session is None:
            return None
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP]
        try:
            async with self._session.request(
                request.method, target + request.path_qs, data=body, headers=headers
            ) as got:
                kept = {name: value for name, value in got.headers.items() if name.lower() not in HOP_BY_HOP}
                answer = web.Response(status=got.status, body=await got.read(), headers=kept)
        except aiohttp.ClientError:
            return None
        return None if answer.status == NOT_NOW else answer
