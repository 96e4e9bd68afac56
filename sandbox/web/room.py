"""The page's routes: the page itself, its feed, files, acts, and the developer's drawer."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from sandbox.errors import CannotStart
from sandbox.slack.errors import NotVisible, SandboxError
from sandbox.slack.model import Json, User
from sandbox.slack.person.outcome import Outcome
from sandbox.slack.reference import read_reference
from sandbox.slack.server import SlackServer
from sandbox.web import screen
from sandbox.web.acts import ACT
from sandbox.web.feed import Feed
from sandbox.web.guard import FILE_POLICY, HEADERS, check_origin, check_token
from sandbox.web.machine import Machine
from sandbox.web.traffic import Traffic, Wiretap, limits
from sandbox.web.trouble import TROUBLE, planned

PAGE = Path(__file__).parent / "page"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1d3557"/>'
    '<path d="M6 21c4-12 16-12 20 0" fill="none" stroke="#f1c453" stroke-width="3.4" stroke-linecap="round"/>'
    '<circle cx="16" cy="21" r="3.4" fill="#fff"/></svg>'
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Chosen(BaseModel):
    """A model that somebody has chosen in the page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str


class Room:
    """Serves the page for `slack`; call `close` before the server is, since feeds never end by themselves."""

    def __init__(self, slack: SlackServer, machine: Machine) -> None:
        self._slack = slack
        self._machine = machine
        self._token = secrets.token_urlsafe(24)
        self._reference = read_reference()
        self._feeds: set[asyncio.Task[Any]] = set()
        self._tap = Wiretap(slack.platform.clock, slack.platform.journal.changed)
        slack.platform.delivery.tap = self._tap
        self._traffic = Traffic(slack.platform, self._tap)

    def routes(self) -> list[web.RouteDef]:
        """Every route; all of them are guarded."""
        reads: dict[str, Handler] = {
            "/": self._index,
            "/page/{name}": self._asset,
            "/favicon.ico": self._icon,
            "/web/feed": self._feed,
            "/web/older": self._older,
            "/web/thread": self._thread,
            "/web/files/{id}": self._file,
            "/web/traffic/{n}": self._line,
            "/web/agents/{n}": self._agent_call,
            "/web/tools": self._tools,
            "/web/limits": self._limits,
            "/web/trouble": self._planned,
        }
        writes: dict[str, Handler] = {
            "/web/act": self._act,
            "/web/trouble": self._trouble,
            "/web/processes": self._processes,
            "/web/restart": self._restart,
            "/web/model": self._choose_model,
        }
        return [
            *(web.get(path, self._guarded(handler), allow_head=False) for path, handler in reads.items()),
            *(web.post(path, self._guarded(handler)) for path, handler in writes.items()),
        ]

    def close(self) -> None:
        """End every feed; the pages will try to connect again."""
        for feed in list(self._feeds):
            feed.cancel()

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            check_origin(request)
            if request.method == "POST":
                check_token(request, self._token)
            try:
                response = await handler(request)
            except NotVisible as error:
                response = _refused(str(error), 404)
            except (SandboxError, CannotStart) as error:
                response = _refused(str(error), 409)
            except (ValidationError, ValueError):
                response = _refused("The page sent something that the sandbox does not know. Reload it.", 422)
            if not response.prepared:
                response.headers.update({k: v for k, v in HEADERS.items() if k not in response.headers})
            return response

        return guarded

    async def _index(self, _: web.Request) -> web.Response:
        text = (PAGE / "index.html").read_text(encoding="utf-8").replace("{{token}}", self._token)
        return web.Response(text=text, content_type="text/html")

    async def _icon(self, _: web.Request) -> web.Response:
        return web.Response(text=ICON, content_type="image/svg+xml")

    async def _asset(self, request: web.Request) -> web.Response:
        asset = next((one for one in PAGE.iterdir() if one.name == request.match_info["name"]), None)
        if asset is None or asset.suffix not in TYPES:
            raise web.HTTPNotFound(headers=HEADERS)
        return web.Response(text=asset.read_text(encoding="utf-8"), content_type=TYPES[asset.suffix])

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        viewer = self._viewer(request.query.get("user", ""))
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        feed = asyncio.ensure_future(self._send(response, viewer))
        self._feeds.add(feed)
        await asyncio.wait({feed})
        self._feeds.discard(feed)
        if request.transport is not None:
            request.transport.abort()
        return response

    async def _send(self, response: web.StreamResponse, viewer: User) -> None:
        with suppress(ConnectionError):  # the page is gone
            async for news in Feed(self._traffic, self._machine, viewer, self._token).events():
                await response.write(news)

    def _viewer(self, name: str) -> User:
        """That person, or the first one there is for a name that nobody has."""
        people = [one for one in self._slack.platform.workspace.users.values() if not one.is_bot]
        return next((one for one in people if name in (one.name, one.id)), people[0])

    async def _older(self, request: web.Request) -> web.Response:
        channel = self._slack.platform.workspace.place(request.query.get("channel", ""))
        messages, more = screen.newest(channel, request.query.get("before"))
        return web.json_response({"messages": self._drawn(messages), "more": more})

    async def _thread(self, request: web.Request) -> web.Response:
        channel = self._slack.platform.workspace.place(request.query.get("channel", ""))
        return web.json_response({"messages": self._drawn(channel.thread(request.query.get("ts", "")))})

    def _drawn(self, messages: list[Any]) -> list[Json]:
        return screen.messages_json(self._slack.platform, messages)

    async def _file(self, request: web.Request) -> web.Response:
        file = self._slack.platform.workspace.files.get(request.match_info["id"])
        if file is None:
            raise NotVisible("This file was deleted.")
        picture = screen.picture_type(file.name)
        media_type = picture or ("text/plain" if file.snippet_type else "application/octet-stream")
        shown = "download" not in request.query and media_type != "application/octet-stream"
        headers = {"Content-Security-Policy": FILE_POLICY}
        if not shown:
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=file.content, headers=headers, content_type=media_type, charset=_charset(media_type))

    async def _line(self, request: web.Request) -> web.Response:
        whole = self._traffic.whole(int(request.match_info["n"]))
        return web.json_response(whole) if whole is not None else _refused("There is no such line.", 404)

    async def _agent_call(self, request: web.Request) -> web.Response:
        whole = self._machine.invocations.whole(int(request.match_info["n"]))
        return web.json_response(whole) if whole is not None else _refused("There is no such call any more.", 404)

    async def _tools(self, _: web.Request) -> web.Response:
        return web.json_response(await self._machine.tools())

    async def _limits(self, _: web.Request) -> web.Response:
        return web.json_response(limits(self._slack.platform, self._reference))

    async def _planned(self, _: web.Request) -> web.Response:
        return web.json_response(planned(self._slack, self._tap) | {"methods": sorted(self._reference)})

    async def _act(self, request: web.Request) -> web.Response:
        outcome = await ACT.validate_json(await request.read()).play(self._slack)
        done = outcome or Outcome("acked")
        return web.json_response({"status": done.status, "shown": done.shown, "errors": done.payload.get("errors")})

    async def _trouble(self, request: web.Request) -> web.Response:
        await TROUBLE.validate_json(await request.read()).cause(self._slack, self._tap)
        self._slack.platform.journal.changed()
        return await self._planned(request)

    async def _processes(self, _: web.Request) -> web.Response:
        return web.json_response(self._machine.processes())

    async def _choose_model(self, request: web.Request) -> web.Response:
        await self._machine.model.choose(Chosen.model_validate_json(await request.read()).model)
        return web.json_response(self._machine.model.as_json())

    async def _restart(self, _: web.Request) -> web.Response:
        await self._machine.restart()
        return web.json_response(self._machine.processes())


def _refused(sentence: str, status: int) -> web.Response:
    return web.json_response({"error": sentence}, status=status)


def _charset(media_type: str) -> str | None:
    return "utf-8" if media_type == "text/plain" else None
