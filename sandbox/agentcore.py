"""AgentCore's data plane, on one machine: boto3's `invoke_agent_runtime` in front of runtimes that listen on loopback.

Keeps the traits that a client has to live with: the session id's form, the 424 that swallows a runtime's own error,
throttling, and streams that are passed on as they come. It checks that a request is signed, not by whom.
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.invocations import Invocation, Invocations

SESSION_HEADER = "x-amzn-bedrock-agentcore-runtime-session-id"
SESSION_ID = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{32,255}\Z")
MAX_PAYLOAD = 100_000_000
FORWARDED_HEADERS = frozenset({"accept", "baggage", "content-type", "traceparent"})


@dataclass
class Faults:
    """What goes wrong next; each counts down."""

    throttle: int = 0


@dataclass(frozen=True)
class DataPlane:
    """`routes`: the address of each runtime (`http://127.0.0.1:PORT`) by its ARN or by its name.

    `seen` is told of every call that is forwarded, and of what comes back.
    """

    routes: Mapping[str, str]
    client: httpx.AsyncClient
    seen: Invocations
    faults: Faults = field(default_factory=Faults)

    async def invoke(self, request: Request) -> Response:
        """POST /runtimes/{arn}/invocations."""
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        address = self._address(request.path_params["arn"])
        if address is None:
            return aws_error(404, "ResourceNotFoundException", "No endpoint or agent found.")
        body = await request.body()
        if len(body) > MAX_PAYLOAD:
            return aws_error(400, "ValidationException", "The payload is too large.")
        return await self._forward(request, address, body)

    def _refusal(self, request: Request) -> Response | None:
        if not request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 "):
            return aws_error(403, "AccessDeniedException", "Missing Authentication Token")
        if self.faults.throttle > 0:
            self.faults.throttle -= 1
            return aws_error(429, "ThrottlingException", "Rate exceeded")
        if not SESSION_ID.match(request.headers.get(SESSION_HEADER, "")):
            return aws_error(400, "ValidationException", "Value at 'runtimeSessionId' failed to satisfy constraint")
        return None

    def _address(self, arn: str) -> str | None:
        name = arn.rpartition("/")[2]
        return self.routes.get(arn) or self.routes.get(name)

    async def _forward(self, request: Request, address: str, body: bytes) -> Response:
        session_id = request.headers[SESSION_HEADER]
        headers = {name: value for name, value in request.headers.items() if name in FORWARDED_HEADERS}
        headers[SESSION_HEADER] = session_id
        onward = self.client.build_request("POST", f"{address}/invocations", content=body, headers=headers)
        call = self.seen.begin(request.path_params["arn"].rpartition("/")[2], session_id, body)
        try:
            answer = await self.client.send(onward, stream=True)
        except httpx.TransportError:
            self.seen.ended(call, "no connection")
            return aws_error(424, "RuntimeClientError", "Runtime initialization time exceeded.")
        if answer.is_error:
            await answer.aclose()
            self.seen.ended(call, f"status {answer.status_code}")
            return aws_error(424, "RuntimeClientError", f"Received error ({answer.status_code}) from runtime.")
        return StreamingResponse(
            self._relayed(call, answer),
            headers={"content-type": answer.headers.get("content-type", ""), SESSION_HEADER: session_id},
        )

    async def _relayed(self, call: Invocation, answer: httpx.Response) -> AsyncIterator[bytes]:
        try:
            async for chunk in answer.aiter_raw():
                self.seen.arrived(call, chunk)
                yield chunk
        finally:
            self.seen.ended(call)
            await answer.aclose()


def build_app(routes: Mapping[str, str], faults: Faults | None = None, seen: Invocations | None = None) -> Starlette:
    """The data plane as an ASGI app. `routes` may be filled in later: it is read at each call."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        timeout = httpx.Timeout(5, read=3600)
        # a connection for each call: one that is kept is closed by the runtime when it has been idle, as late as now
        limits = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(timeout=timeout, trust_env=False, limits=limits) as client:
            app.state.plane = DataPlane(routes, client, seen or Invocations(lambda: None), faults or Faults())
            yield

    async def invoke(request: Request) -> Response:
        plane: DataPlane = request.app.state.plane
        return await plane.invoke(request)

    # the ARN holds slashes, and arrives with them encoded or not
    return Starlette(routes=[Route("/runtimes/{arn:path}/invocations", invoke, methods=["POST"])], lifespan=lifespan)


def aws_error(status: int, code: str, message: str) -> JSONResponse:
    """An error as AWS's REST-JSON protocol sends it."""
    headers = {"x-amzn-errortype": code, "x-amzn-requestid": str(uuid4())}
    return JSONResponse({"message": message}, status_code=status, headers=headers)
