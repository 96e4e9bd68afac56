"""`python -m agents.supervisor`: the supervisor runtime, as AgentCore starts it."""

import sys

from agents.collector import send_spans
from agents.errors import Misconfigured
from agents.gateway import McpGateway
from agents.logs import log_to_stderr, secrets_in
from agents.models import open_models, warm_up
from agents.runtime import connect
from agents.settings import AgentSettings, TracingSettings
from agents.sigv4 import SigV4, region_of
from agents.supervisor.codegen import RuntimeCodeGenerator
from agents.supervisor.entrypoint import build_app
from agents.supervisor.service import Supervisor
from agents.supervisor.validation import Validator

MISCONFIGURED = 2
"""The exit code of a runtime that lacks a setting: starting it again as it is does not help."""


def build_supervisor(settings: AgentSettings) -> Supervisor:
    """The supervisor with its real parts. Raises Misconfigured, which names all that is missing."""
    _require(RAYGEN_GATEWAY_URL=settings.gateway_url, RAYGEN_CODEGEN_RUNTIME_ARN=settings.codegen_runtime_arn)
    gateway = McpGateway(
        settings.gateway_url,
        settings.gateway_target,
        auth=SigV4(_signing_region(settings)),
        read_timeout=settings.timeouts.gateway_read_timeout_seconds,
    )
    codegen = connect(settings.codegen_runtime_arn, settings.timeouts, region=settings.region)
    return Supervisor(
        gateway=gateway,
        codegen=RuntimeCodeGenerator(codegen),
        open_model=lambda: open_models(settings),
        validator=Validator(gateway, settings.validation_wait_seconds, settings.validation_seconds),
        max_attempts=settings.max_attempts,
        cluster_facts=f"# The cluster\n{settings.cluster_facts}" if settings.cluster_facts else "",
    )


def main() -> None:
    """Serve until stopped. Without a setting that it needs it ends at once, with the exit code 2 of wrong usage."""
    settings = AgentSettings()
    log_to_stderr(secrets_in(settings))
    try:
        send_spans("supervisor", TracingSettings())
        supervisor = build_supervisor(settings)
    except Misconfigured as exc:
        sys.stderr.write(f"{exc.sentence}\n")
        sys.exit(MISCONFIGURED)
    warm_up(settings)
    build_app(supervisor, heartbeat_seconds=settings.heartbeat_seconds).run(
        port=settings.port, host=settings.host, log_config=None
    )


def _signing_region(settings: AgentSettings) -> str:
    region = settings.gateway_region or region_of(settings.gateway_url) or settings.region
    if not region:
        raise _missing("RAYGEN_GATEWAY_REGION or AWS_REGION")
    return region


def _require(**values: str) -> None:
    names = [variable for variable, value in values.items() if not value]
    if names:
        raise _missing(" and ".join(names))


def _missing(variables: str) -> Misconfigured:
    return Misconfigured(f"The supervisor cannot start without a setting. Set {variables}.")


if __name__ == "__main__":
    main()
