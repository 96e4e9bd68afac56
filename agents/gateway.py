"""The way to the cluster: three tools behind an AgentCore gateway, spoken to over MCP.

Each call opens a connection of its own in an event loop of its own: a call costs a handshake (some 20 ms), and in
return nothing is shared between concurrent requests, nothing outlives a call, and nothing has to be reconnected.
Tool names are `target___tool`: https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-tool-naming.html
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

import anyio
import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp.types import REQUEST_TIMEOUT, CallToolRequest, CallToolRequestParams, CallToolResult, TextContent
from pydantic import ValidationError

from agents.errors import GatewayFailure, GatewayTimeout, GatewayUnavailable
from agents.tracing import span
from agents.wire import ClusterReport, Grant, InputFiles, JobReport

VALIDATE_TOOL = "validate_ray_code"
STOP_TOOL = "stop_ray_job"
DESCRIBE_TOOL = "describe_ray_cluster"
Report = TypeVar("Report", JobReport, ClusterReport)

CONNECT_SECONDS = 10.0
STOP_WAIT_SECONDS = 15.0


class Gateway(Protocol):
    """What the supervisor asks of the cluster. Each method raises GatewayFailure; reports are never guessed."""

    def validate(
        self,
        *,
        code: str,
        ray_cluster_ip: str,
        run_id: str,
        wait_seconds: float,
        log_offset: int,
        input_files: InputFiles | None = None,
        grant: Grant | None = None,
    ) -> JobReport:
        """Run `code`, or find the job that this `run_id` started before, and wait for a change of it.

        `grant` is for a program that is run only when somebody has approved it.
        """

    def follow(
        self, *, ray_cluster_ip: str, run_id: str, wait_seconds: float, log_offset: int, sources: bool = False
    ) -> JobReport:
        """Wait for a change of a job; never starts one. With `sources` the report tells where each line comes from."""

    def stop(self, *, ray_cluster_ip: str, run_id: str) -> JobReport:
        """Stop a job; one that has ended stays as it ended."""

    def describe(self, *, ray_cluster_ip: str) -> ClusterReport:
        """How the cluster is."""


class McpGateway:
    """The Gateway over MCP's streamable HTTP. `auth` signs each request anew.

    `read_timeout` (seconds) bounds every call as a whole, on top of the time that the call asks the cluster to wait:
    a gateway has been seen to keep a call open for most of an hour.
    """

    def __init__(self, url: str, target: str, *, auth: httpx2.Auth | None, read_timeout: float) -> None:
        self._url = url
        self._target = target
        self._auth = auth
        self._read_timeout = read_timeout
        # reading the certificates costs more than the whole call: once is enough, and threads may share it
        self._tls = httpx2.create_ssl_context()

    def validate(
        self,
        *,
        code: str,
        ray_cluster_ip: str,
        run_id: str,
        wait_seconds: float,
        log_offset: int,
        input_files: InputFiles | None = None,
        grant: Grant | None = None,
    ) -> JobReport:
        """See Gateway."""
        arguments: dict[str, Any] = {
            "code": code,
            "ray_cluster_ip": ray_cluster_ip,
            "run_id": run_id,
            "wait_seconds": wait_seconds,
            "log_offset": log_offset,
        }
        if input_files is not None:  # a Lambda of an older version knows no such argument
            arguments["input_files"] = input_files.model_dump(mode="json")
        if grant is not None:
            arguments["grant"] = grant.model_dump(mode="json")
        return self._call(VALIDATE_TOOL, arguments)

    def follow(
        self, *, ray_cluster_ip: str, run_id: str, wait_seconds: float, log_offset: int, sources: bool = False
    ) -> JobReport:
        """See Gateway. Said to the tool as a call with no code, which finds a job and cannot start one."""
        arguments: dict[str, Any] = {
            "code": "",
            "ray_cluster_ip": ray_cluster_ip,
            "run_id": run_id,
            "wait_seconds": wait_seconds,
            "log_offset": log_offset,
        }
        if sources:  # a Lambda of an older version knows no such argument
            arguments["sources"] = True
        return self._call(VALIDATE_TOOL, arguments)

    def stop(self, *, ray_cluster_ip: str, run_id: str) -> JobReport:
        """See Gateway."""
        return self._call(STOP_TOOL, {"ray_cluster_ip": ray_cluster_ip, "run_id": run_id})

    def describe(self, *, ray_cluster_ip: str) -> ClusterReport:
        """See Gateway."""
        with span("gateway.call", tool=DESCRIBE_TOOL):
            return _read(ClusterReport, self._result(DESCRIBE_TOOL, {"ray_cluster_ip": ray_cluster_ip}))

    def _call(self, tool: str, arguments: Mapping[str, Any]) -> JobReport:
        run_id = str(arguments.get("run_id", ""))
        with span("gateway.call", leads_to=run_id, tool=tool, run_id=run_id) as note:
            report = _read(JobReport, self._result(tool, arguments))
            note(status=report.status, submission_id=report.job_id)
            return report

    def _result(self, tool: str, arguments: Mapping[str, Any]) -> CallToolResult:
        with _failures_named():
            return anyio.run(self._call_tool, f"{self._target}___{tool}", dict(arguments))

    async def _call_tool(self, name: str, arguments: dict[str, Any]) -> CallToolResult:
        timeout = httpx2.Timeout(self._read_timeout, connect=CONNECT_SECONDS)
        request = CallToolRequest(params=CallToolRequestParams(name=name, arguments=arguments))
        with anyio.fail_after(self._read_timeout):
            # a redirect would carry the code, signed, to somebody else
            async with (
                httpx2.AsyncClient(auth=self._auth, timeout=timeout, follow_redirects=False, verify=self._tls) as http,
                Client(streamable_http_client(self._url, http_client=http), cache=None) as client,
            ):
                # not client.call_tool: it lists the tools after a success, and fails when that fails
                return await client.session.send_request(
                    request, CallToolResult, request_read_timeout_seconds=self._read_timeout
                )


def _read(kind: type[Report], result: CallToolResult) -> Report:
    """The Lambda's answer, which the gateway carries as the JSON text of the first block.

    Raises GatewayUnavailable for a tool error (the gateway's sentence says nothing of its cause) and for text that
    is no report of this kind.
    """
    if result.is_error:
        raise GatewayUnavailable(
            "The gateway reached its Lambda, and the call failed there. Try again; if it persists, look at the "
            "Lambda's log."
        )
    text = next((block.text for block in result.content if isinstance(block, TextContent)), "")
    try:
        # pydantic's JSON parser, not Python's: it refuses half characters, which nothing after this could encode
        return kind.model_validate_json(text)
    except ValidationError as exc:
        raise GatewayUnavailable(
            "The gateway's Lambda answered in a form that is not understood here. Deploy both from the same version."
        ) from exc


@contextmanager
def _failures_named() -> Iterator[None]:
    """Everything that MCP and its HTTP client raise, alone or in groups of task groups, as one of ours."""
    try:
        yield
    except (TimeoutError, MCPError, httpx2.HTTPError, ExceptionGroup) as exc:
        raise _named(exc) from exc


def _named(error: Exception) -> GatewayFailure:
    leaves = list(_leaves(error))
    for leaf in leaves:
        if isinstance(leaf, GatewayFailure):
            return leaf
        if not isinstance(leaf, (TimeoutError, MCPError, httpx2.HTTPError)):
            raise error
    # a connection that was never made is no silence of the cluster: nothing has been started
    return GatewayTimeout() if any(map(_is_silence, leaves)) else GatewayUnavailable()


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from _leaves(part)
    else:
        yield error


def _is_silence(error: BaseException) -> bool:
    if isinstance(error, MCPError):
        return error.code == REQUEST_TIMEOUT
    return isinstance(error, (TimeoutError, httpx2.ReadTimeout, httpx2.WriteTimeout))
