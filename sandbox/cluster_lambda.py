"""`python -m sandbox.cluster_lambda`: the managed gateway with the cluster's Lambda behind it, in one process.

The handler is the one that is deployed; it reads its settings from the environment, as in Lambda.
"""

from importlib.resources import as_file, files

import uvicorn
from pydantic_settings import BaseSettings, SettingsConfigDict

from agents.cluster.handler import handler
from agents.collector import send_spans
from agents.settings import TracingSettings
from sandbox.gateway import build_app


class GatewaySettings(BaseSettings):
    """Where the gateway listens."""

    model_config = SettingsConfigDict(env_prefix="RAYGEN_GATEWAY_", extra="ignore")

    port: int
    timeout_seconds: float = 90


def main() -> None:
    """Serve MCP at `/mcp` until stopped."""
    settings = GatewaySettings()
    send_spans("cluster", TracingSettings())  # in Lambda its own instrumentation does so
    with as_file(files("agents.cluster") / "tool_schema.json") as schema:
        app = build_app(handler, schema, timeout_seconds=settings.timeout_seconds)
    uvicorn.run(app, host="127.0.0.1", port=settings.port, log_level="warning")


if __name__ == "__main__":
    main()
