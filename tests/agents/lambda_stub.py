"""The sandbox's gateway with a handler of the test's own behind it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from agents.gateway import McpGateway
from agents.sigv4 import SigV4
from sandbox.gateway import build_app
from tests.agents.serving import served

TARGET = "ray-code-validation-inline"
SCHEMA = [
    {
        "name": "validate_ray_code",
        "description": "Run a Ray program.",
        "inputSchema": {
            "type": "object",
            "properties": {"code": {"type": "string"}, "ray_cluster_ip": {"type": "string"}},
            "required": ["code", "ray_cluster_ip"],
        },
    },
    {"name": "stop_ray_job", "description": "Stop a job.", "inputSchema": {"type": "object", "properties": {}}},
    {"name": "describe_ray_cluster", "description": "Say how it is.", "inputSchema": {"type": "object"}},
]


@contextmanager
def gateway_with(handler, tmp_path, *, read_timeout=30.0, lambda_timeout=20.0) -> Iterator[McpGateway]:
    """A client of a gateway whose Lambda is `handler`."""
    schema = tmp_path / "tool_schema.json"
    schema.write_text(json.dumps(SCHEMA))
    with served(build_app(handler, schema, target=TARGET, timeout_seconds=lambda_timeout)) as address:
        yield McpGateway(f"{address}/mcp", TARGET, auth=SigV4("us-east-1"), read_timeout=read_timeout)
