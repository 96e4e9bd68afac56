"""The HTTP API: generate and execute without Slack, and the state of this replica.

JSON only, no browsers, and a bearer token unless it is bound to loopback. Slack's own requests are signed instead
(`bot.api.slack_events`).
"""

import hmac
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from agents.wire import MAX_CODE_BYTES, Wire
from bot.api.slack_events import PATH, SlackEvents
from bot.direct import Direct
from bot.errors import BadRequest, Busy, NotReady, RaygenError, StoreUnavailable, SupervisorFailed
from bot.sessions import padded
from bot.settings import LOOPBACK, Settings

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 6 * MAX_CODE_BYTES + 4096
"""A program of the greatest size, with every byte of it written as a `\\u00XX` escape."""
GATEWAY_TIMEOUT_CODES = frozenset({"gateway_timeout", "model_throttled"})

BUSY_SECONDS = 60
"""When to come again, as Retry-After says it."""
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Ready = Callable[[], Awaitable[dict[str, bool]]]
Page = Callable[[], Awaitable[bytes]]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    session_id: str = Field(default_factory=lambda: f"session-{uuid4().hex}")


class GenerateBody(_Body):
    """`POST /generate`."""

    prompt: str


class ExecuteBody(_Body):
    """`POST /execute`."""

    code: str


def build_api(
    direct: Callable[[], Direct | None],
    settings: Settings,
    ready: Ready,
    metrics: Page,
    slack: SlackEvents | None = None,
    pages: Sequence[Route] = (),
) -> Starlette:
    """The API. `direct` gives the way in once there is one, `metrics` the page for Prometheus.

    `ready` names each thing that this replica needs, and whether it is there. `slack` takes what Slack sends over HTTP;
    `pages` are for browsers.
    """
    api = FastAPI(title="Raygen", docs_url=None, redoc_url=None, openapi_url=None)
    _guard(api, settings)
    _speak_of_failures(api)

    def there() -> Direct:
        found = direct()
        if found is None:
            raise NotReady
        return found

    @api.post("/generate")
    async def generate(body: GenerateBody) -> dict[str, Any]:
        return _success(body.session_id, await there().generate(body.prompt, body.session_id))

    @api.post("/execute")
    async def execute(body: ExecuteBody) -> dict[str, Any]:
        return _success(body.session_id, await there().execute(body.code, body.session_id))

    @api.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @api.get("/readyz")
    async def readyz() -> JSONResponse:
        parts = await ready()
        missing = [name for name, there in parts.items() if not there]
        if not missing:
            return JSONResponse(parts)
        return JSONResponse({**parts, "waiting_for": missing}, status_code=503)

    @api.get("/metrics")
    async def page() -> Response:
        return Response(await metrics(), media_type=METRICS_TYPE)

    beside = list(pages)
    if slack is not None:
        beside.append(Route(PATH, slack.answer, methods=["POST"]))
    # Beside the API, not in it: what is signed by Slack needs none of the API's checks, and has no time for them.
    return Starlette(routes=[*beside, Mount("/", app=api)]) if beside else api


def _success(session_id: str, result: Wire) -> dict[str, Any]:
    return {"ok": True, "session_id": padded(session_id), "result": result.model_dump(mode="json")}


def _failure(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"ok": False, "error": {"code": code, "message": message}}, status_code=status)


def _guard(api: FastAPI, settings: Settings) -> None:
    """Refuse browsers, other hosts' names, bodies that are too large, and callers without the token."""
    token = settings.api_token.get_secret_value() if settings.api_token else None

    @api.middleware("http")
    async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        if "origin" in request.headers or "sec-fetch-site" in request.headers:
            return _failure(403, "browser", "This address is for programs, not for web pages.")
        if settings.api_is_private and (request.url.hostname or "") not in LOOPBACK:
            return _failure(403, "host", "This address answers on this machine only: call it as localhost.")
        if request.method == "POST":
            refusal = _unfit(request, token)
            if refusal is not None:
                return refusal
        return await call_next(request)


def _unfit(request: Request, token: str | None) -> JSONResponse | None:
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token is not None and not hmac.compare_digest(given.encode(), token.encode()):
        return _failure(401, "token", "Send the API's token: Authorization: Bearer TOKEN.")
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return _failure(415, "not_json", "Send JSON, with the header Content-Type: application/json.")
    length = request.headers.get("content-length", "")
    if not length.isdigit():
        return _failure(411, "no_length", "Send the body's length: Content-Length.")
    if int(length) > MAX_BODY_BYTES:
        return _failure(413, "too_large", f"The body has more than {MAX_BODY_BYTES:,} bytes. Send a smaller one.")
    return None


def _speak_of_failures(api: FastAPI) -> None:
    @api.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        fields = sorted({".".join(map(str, e["loc"][1:])) or "body" for e in error.errors()})
        message = f"The body does not fit: look at {', '.join(fields)[:500]}."
        return _failure(422, "bad_request", message)

    @api.exception_handler(RaygenError)
    async def anticipated(_: Request, error: RaygenError) -> JSONResponse:
        answer = _failure(_status(error), error.code, error.sentence)
        if isinstance(error, Busy):
            answer.headers["Retry-After"] = str(BUSY_SECONDS)
        return answer

    @api.exception_handler(Exception)
    async def crashed(_: Request, error: Exception) -> JSONResponse:
        incident = uuid4().hex[:12]
        logger.error("incident=<%s> | request crashed", incident, exc_info=error)
        return _failure(500, "internal", f"Something went wrong on our side. Id {incident}.")


def _status(error: RaygenError) -> int:
    if isinstance(error, BadRequest):
        return 400
    if isinstance(error, Busy):
        return 429
    if isinstance(error, NotReady | StoreUnavailable):
        return 503
    if isinstance(error, SupervisorFailed):
        return 504 if error.code in GATEWAY_TIMEOUT_CODES else 502
    return 409
