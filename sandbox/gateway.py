"""AgentCore's managed gateway with one Lambda target, on one machine: MCP over streamable HTTP.

As the managed one does, it lists the target's tools as `TARGET___TOOL`, hands the Lambda the bare arguments and the
tool's name in the client context, and answers a Lambda that fails or runs out of time with one sentence that says
nothing. It checks that a request is signed, not by whom.
"""

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from mcp.server.lowlevel import Server
from mcp.types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams, TextContent, Tool
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.environments import CALLS

logger = logging.getLogger(__name__)

INTERNAL_ERROR = "An internal error occurred. Please retry later."
MAX_CONCURRENT_CALLS = 64
MOST_KEPT = 200


@dataclass(frozen=True)
class ClientContext:
    """The part of a Lambda's client context that a gateway fills in."""

    custom: Mapping[str, str]


@dataclass(frozen=True)
class LambdaContext:
    """What a Lambda's handler gets beside its event."""

    client_context: ClientContext
    timeout_seconds: float
    aws_request_id: str = field(default_factory=lambda: str(uuid4()))
    function_name: str = "raygen-cluster"

    def get_remaining_time_in_millis(self) -> int:
        """The whole timeout: a stand-in that keeps no time."""
        return round(self.timeout_seconds * 1000)


Handler = Callable[[dict[str, Any], Any], object]


class LambdaTarget:
    """A Lambda's handler behind a gateway, with the tools of `tool_schema` (a list as the gateway's API takes it)."""

    def __init__(self, handler: Handler, tool_schema: Path, *, target: str, timeout_seconds: float) -> None:
        self._handler = handler
        self._target = target
        self._timeout = timeout_seconds
        self._schemas: list[dict[str, Any]] = json.loads(tool_schema.read_text(encoding="utf-8"))
        self._threads = ThreadPoolExecutor(MAX_CONCURRENT_CALLS, thread_name_prefix="lambda")
        self.calls: deque[dict[str, Any]] = deque(maxlen=MOST_KEPT)

    def tools(self) -> list[Tool]:
        """The tools under the names that the gateway gives them."""
        return [
            Tool(
                name=f"{self._target}___{schema['name']}",
                description=schema.get("description"),
                input_schema=schema["inputSchema"],
            )
            for schema in self._schemas
        ]

    async def call(self, name: str, arguments: dict[str, Any]) -> CallToolResult:
        """Invoke the handler in a thread, as Lambda invokes it in a process of its own."""
        if name not in {tool.name for tool in self.tools()}:
            return _result(f"Unknown tool: {name}", is_error=True)
        noted = {"at": time.time(), "tool": name.rpartition("___")[2], "run": str(arguments.get("run_id") or "")}
        began = time.monotonic()
        result = await self._invoked(name, arguments)
        self.calls.append(noted | {"seconds": round(time.monotonic() - began, 2), "state": _state(result)})
        return result

    async def _invoked(self, name: str, arguments: dict[str, Any]) -> CallToolResult:
        context = LambdaContext(ClientContext({"bedrockAgentCoreToolName": name}), self._timeout)
        loop = asyncio.get_running_loop()
        invocation = loop.run_in_executor(self._threads, self._handler, arguments, context)
        try:
            answer = json.dumps(await asyncio.wait_for(invocation, self._timeout))
        except Exception:  # the outermost entrypoint: a Lambda may fail in any way
            logger.exception("tool=<%s> | the handler failed or ran out of time", name)
            return _result(INTERNAL_ERROR, is_error=True)
        return _result(answer, is_error=False)

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class RequireSignature:
    """Turns away what carries no AWS signature, as the gateway's IAM authorizer does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        headers = dict(scope.get("headers", ()))
        if scope["type"] == "http" and not headers.get(b"authorization", b"").startswith(b"AWS4-HMAC-SHA256 "):
            await JSONResponse({"message": "Missing Authentication Token"}, status_code=403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def build_app(
    handler: Handler, tool_schema: Path, *, target: str = "ray-code-validation-inline", timeout_seconds: float = 90
) -> Starlette:
    """The gateway as an ASGI app that serves MCP at `/mcp`."""
    lambda_target = LambdaTarget(handler, tool_schema, target=target, timeout_seconds=timeout_seconds)

    async def list_tools(_context: Any, _params: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=lambda_target.tools())

    async def call_tool(_context: Any, params: CallToolRequestParams) -> CallToolResult:
        return await lambda_target.call(params.name, params.arguments or {})

    server: Server[Any] = Server("raygen-sandbox-gateway", on_list_tools=list_tools, on_call_tool=call_tool)
    mcp_app = server.streamable_http_app(stateless_http=True, json_response=True)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with mcp_app.router.lifespan_context(mcp_app):
            yield
        lambda_target.close()

    async def calls(_request: Request) -> JSONResponse:
        return JSONResponse(list(lambda_target.calls))

    return Starlette(
        routes=[Route(CALLS, calls), Mount("/", RequireSignature(mcp_app))],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        lifespan=lifespan,
    )


def _state(result: CallToolResult) -> str:
    """The job's status where the tool tells one."""
    if result.is_error:
        return "error"
    text = next((part.text for part in result.content if isinstance(part, TextContent)), "")
    value = json.loads(text)
    return str(value.get("status") or "ok") if isinstance(value, dict) else "ok"


def _result(text: str, *, is_error: bool) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=is_error)
