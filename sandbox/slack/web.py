"""The HTTP routes: /api/METHOD, the websocket, response_urls, uploads, private files.

Bodies may be form-encoded, multipart or JSON, https://docs.slack.dev/apis/web-api#post_bodies; JSON only where the
method's reference says so (Slack otherwise does not read it).
"""

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from aiohttp import web

from sandbox.slack.arguments import readable
from sandbox.slack.dispatch import SERVER_ERROR, TOO_MANY_REQUESTS, ConnectionDropped, Dispatcher
from sandbox.slack.errors import SlackError
from sandbox.slack.faults import Fault
from sandbox.slack.journal import Call
from sandbox.slack.methods.files import take_bytes
from sandbox.slack.model import Json
from sandbox.slack.platform import Platform
from sandbox.slack.responding import respond

LARGEST_BODY = 64 * 1024 * 1024
FOUND, NOT_FOUND, BAD_REQUEST = 302, 404, 400
FILE_DOWNLOAD = "file_download"
"""The name under which the journal and the faults know the reading of a file, which is no method."""
URL_ERRORS = frozenset({"used_url", "expired_url"})


@dataclass
class Routes:
    """The handlers, bound to one platform; calls of `others`, on the same server, are told by their tokens."""

    platform: Platform
    dispatcher: Dispatcher
    others: "tuple[Routes, ...]" = ()

    def application(self) -> web.Application:
        """An application with every route."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/api/{method}", self.call)
        app.router.add_get("/link/", self.platform.sockets.serve)
        app.router.add_post("/response/{secret}", self.response_url)
        app.router.add_post("/upload/v1/{ticket}", self.upload)
        app.router.add_get("/files-pri/{team}-{file_id}/{name}", self.private_file)
        app.router.add_get("/files-pri/{team}-{file_id}/download/{name}", self.private_file)
        app.router.add_get("/signin", _sign_in)
        app.router.add_get("/oauth/v2/authorize", self.authorize)
        for other in self.others:
            app.add_subapp(f"/{other.platform.workspace.team_id}", other.application())
        return app

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """Ask for consent, and have it at once, by somebody of the workspace `team`.

        https://docs.slack.dev/authentication/installing-with-oauth
        """
        asked, consents = request.query, self.platform.consents
        team = asked.get("team") or self.platform.workspace.team_id
        if asked.get("client_id") != consents.client_id or team not in self.platform.neighbours:
            return web.Response(status=BAD_REQUEST, text="invalid_client_id")
        user = self.platform.neighbours[team].workspace.person("engineer")
        back = consents.give(team, user.id, asked.get("redirect_uri", ""), asked.get("state", ""))
        return web.Response(status=FOUND, headers={"Location": back})

    async def call(self, request: web.Request) -> web.StreamResponse:
        """A call of the Web API."""
        name = request.match_info["method"]
        raw = await self._arguments(request, name)
        token = _token(request, raw)
        try:
            answer = await self._of(token).dispatcher.answer(name, raw, token)
        except ConnectionDropped:
            return _cut(request)
        return web.json_response(answer.body, status=answer.status, headers=answer.headers)

    async def response_url(self, request: web.Request) -> web.StreamResponse:
        """An answer to something that a person did."""
        body = await _json_body(request)
        error = None
        try:
            respond(self.platform, request.match_info["secret"], body)
        except SlackError as refusal:
            error = refusal
        self._record("response_url", body, error)
        if error is None:
            return web.json_response({"ok": True})
        return web.json_response(error.answer(), status=NOT_FOUND if error.code in URL_ERRORS else BAD_REQUEST)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file, raw or as the one part of a multipart body."""
        content = await _uploaded(request)
        error = None
        try:
            take_bytes(self.platform, request.match_info["ticket"], content)
        except SlackError as refusal:
            error = refusal
        self._record("upload", {"length": len(content)}, error)
        if error is None:
            return web.Response(text=f"OK - {len(content)}")
        return web.Response(status=BAD_REQUEST, text=error.code)

    async def private_file(self, request: web.Request) -> web.StreamResponse:
        """A file's content, for the bot's token with files:read; anybody else is sent to a login.

        https://docs.slack.dev/messaging/working-with-files; `faults` takes it as `FILE_DOWNLOAD`.
        """
        fault = self.platform.faults.take(FILE_DOWNLOAD)
        if fault is not None:
            self._record(FILE_DOWNLOAD, {"file": request.match_info["file_id"]}, SlackError(fault.kind))
            return _cut(request) if fault.kind == "drop" else _failed(fault)
        file = self.platform.workspace.files.get(request.match_info["file_id"])
        allowed = _token(request, {}) == self.platform.tokens.bot and "files:read" in self.platform.manifest.scopes
        refusal = None if allowed and file is not None else SlackError("file_not_found" if allowed else "missing_scope")
        self._record(FILE_DOWNLOAD, {"file": request.match_info["file_id"]}, refusal)
        if not allowed:
            return web.Response(status=FOUND, headers={"Location": f"{self.platform.base_url}/signin"})
        if file is None:
            return web.Response(status=NOT_FOUND)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"}
        return web.Response(body=file.content, content_type="application/octet-stream", headers=headers)

    def _of(self, token: str | None) -> "Routes":
        return next((one for one in self.others if one.platform.tokens.knows(token)), self)

    async def _arguments(self, request: web.Request, name: str) -> Json:
        raw: Json = dict(request.query) | _client(request)
        if request.content_type == "application/json":
            reference = self.dispatcher.reference.get(name)
            return raw | (await _json_body(request) if reference is None or reference.accepts_json else {})
        if request.can_read_body:
            raw |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
        return raw

    def _record(self, method: str, args: Json, error: SlackError | None) -> None:
        call = Call(method, readable(args), error is None, error.code if error else None, self.platform.clock.now())
        self.platform.journal.record(call)


def _token(request: web.Request, raw: Json) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found: Any = token if scheme == "Bearer" else raw.get("token")
    return str(found) if found else None


def _client(request: web.Request) -> Json:
    """An app's own id and secret, as HTTP Basic carries them."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return {}
    client_id, _, client_secret = base64.b64decode(given).decode().partition(":")
    return {"client_id": client_id, "client_secret": client_secret}


async def _json_body(request: web.Request) -> Json:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


async def _uploaded(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for part in (await request.post()).values():
        if isinstance(part, web.FileField):
            return part.file.read()
        return part.encode() if isinstance(part, str) else bytes(part)
    return b""


async def _sign_in(_: web.Request) -> web.Response:
    """What Slack shows to whom it does not give a file."""
    return web.Response(text="<!DOCTYPE html><title>Sign in</title>", content_type="text/html")


def _failed(fault: Fault) -> web.Response:
    """An answer without the file."""
    if fault.kind == "rate_limit":
        return web.Response(status=TOO_MANY_REQUESTS, headers={"Retry-After": str(fault.retry_after)})
    if fault.kind == "answer":  # with the page of the login, as it has been seen where a scope is missing
        return web.Response(text=fault.error, content_type="text/html")
    return web.Response(status=SERVER_ERROR)


def _cut(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
