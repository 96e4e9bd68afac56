"""`python -m agents.codegen`: the code-gen runtime, as AgentCore starts it."""

from agents.codegen.entrypoint import build_app
from agents.logs import log_to_stderr
from agents.models import open_models, warm_up
from agents.settings import AgentSettings


def main() -> None:
    """Serve until stopped."""
    log_to_stderr()
    settings = AgentSettings()
    warm_up(settings)
    build_app(lambda: open_models(settings)).run(port=settings.port, host=settings.host)


if __name__ == "__main__":
    main()
