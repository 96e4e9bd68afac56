"""`python -m agents.supervisor`: the supervisor runtime, as AgentCore starts it."""

import sys

from agents.errors import Misconfigured
from agents.gateway import McpGateway
from agents.logs import log_to_stderr
from agents.models import open_model, warm_up
from agents.runtime import connect
from agents.settings import AgentSettings
from agents.sigv4 import SigV4, region_of
from agents.supervisor.codegen import RuntimeCodeGenerator
from agents.supervisor.entrypoint import build_app
from agents.supervisor.memory import memory
from agents.supervisor.service import Supervisor
from agents.supervisor.validation import Validator


def build_supervisor(settings: AgentSettings) -> Supervisor:
    """The supervisor with its real parts. Raises Misconfigured."""
    gateway = McpGateway(
        _required(settings.gateway_url, "RAYGEN_GATEWAY_URL"),
        settings.gateway_target,
        auth=SigV4(_signing_region(settings)),
        read_timeout=settings.timeouts.gateway_read_timeout_seconds,
    )
    codegen_arn = _required(settings.codegen_runtime_arn, "RAYGEN_CODEGEN_RUNTIME_ARN")
    return Supervisor(
        gateway=gateway,
        codegen=RuntimeCodeGenerator(connect(codegen_arn, settings.timeouts, region=settings.region)),
        open_model=lambda: open_model(settings.model, settings.providers),
        remember=memory(settings.session_store, settings.region),
        validator=Validator(gateway, settings.validation_wait_seconds, settings.validation_seconds),
        max_attempts=settings.max_attempts,
    )


def main() -> None:
    """Serve until stopped."""
    log_to_stderr()
    settings = AgentSettings()
    try:
        supervisor = build_supervisor(settings)
    except Misconfigured as exc:
        sys.exit(exc.sentence)
    warm_up(settings.model, settings.providers)
    build_app(supervisor, heartbeat_seconds=settings.heartbeat_seconds).run(port=settings.port, host=settings.host)


def _signing_region(settings: AgentSettings) -> str:
    region = settings.gateway_region or region_of(settings.gateway_url) or settings.region
    return _required(region, "RAYGEN_GATEWAY_REGION or AWS_REGION")


def _required(value: str | None, variable: str) -> str:
    if not value:
        raise Misconfigured(f"The supervisor cannot start without a setting. Set {variable}.")
    return value


if __name__ == "__main__":
    main()
