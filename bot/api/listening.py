"""The server that the HTTP API runs in."""

from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from bot.settings import Settings

STOP_SECONDS = 5


class ApiServer(uvicorn.Server):
    """Serves until `should_exit` is set.

    It takes no signals: a replica that is told to stop still answers, to say so in /readyz and to take what Slack
    delivers only once.
    """

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are for `python -m bot`."""
        yield


def api_server(api: Starlette, settings: Settings) -> ApiServer:
    """The server of `api`, not started yet."""
    config = uvicorn.Config(
        api,
        host=settings.api_host,
        port=settings.api_port,
        log_level="warning",
        log_config=None,  # its lines go where all others go, redacted
        lifespan="off",
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    return ApiServer(config)
