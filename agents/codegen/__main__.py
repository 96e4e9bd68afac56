"""`python -m agents.codegen`: the code-gen runtime, as AgentCore starts it."""

from agents.codegen.entrypoint import build_app
from agents.collector import send_spans
from agents.logs import log_to_stderr, secrets_in
from agents.models import open_models, warm_up
from agents.settings import AgentSettings, TracingSettings


def main() -> None:
    """Serve until stopped."""
    settings = AgentSettings()
    log_to_stderr(secrets_in(settings))
    send_spans("codegen", TracingSettings())
    warm_up(settings)
    build_app(lambda: open_models(settings)).run(port=settings.port, host=settings.host, log_config=None)


if __name__ == "__main__":
    main()
