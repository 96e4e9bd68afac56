"""Bolt's app, with acknowledgements that mean something and are measured."""

import asyncio
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.listener.async_listener_completion_handler import AsyncListenerCompletionHandler
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from agents.tracing import span
from bot.metrics import Metrics

EVENT_SECONDS = 2.5
"""How long an event waits for its listener; Slack waits for three."""
_FINISHED, _HEARD = "raygen_finished", "raygen_heard"
_OK = 200


class AckingApp(AsyncApp):
    """Acknowledges an event when its listener has finished, as commands and clicks are, and notes how long each took.

    Bolt by itself acknowledges an event before its listener begins, and what is killed between the two is lost: Slack
    repeats only what was not acknowledged. A listener that takes longer than EVENT_SECONDS is acknowledged all the
    same, since it has long written down what it was asked.

    Signatures are not verified here: `bot.api.slack_events` does that, on the bytes that came. `me` is what auth.test
    says of the client's token; Bolt would ask again, once for each of the first requests that come together.
    """

    def __init__(self, client: AsyncWebClient, metrics: Metrics, me: AuthorizeResult) -> None:
        async def authorize() -> AuthorizeResult:
            return me

        super().__init__(
            client=client, authorize=authorize, request_verification_enabled=False, ssl_check_enabled=False
        )
        self._metrics = metrics
        self.listener_runner.listener_completion_handler = _Completion()
        self.middleware(_hear)

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Bolt's answer is the acknowledgement."""
        finished = req.context[_FINISHED] = asyncio.Event()
        kind = req.body.get("type", "command")
        with self._metrics.acks.time(), span("slack.delivery", kind=str(kind), mode=req.mode) as note:
            answer = await super().async_dispatch(req)
            if req.context.get(_HEARD) and kind == "event_callback" and answer.status == _OK:
                await _at_most(EVENT_SECONDS, finished)
            note(status=answer.status)
            return answer


class _Completion(AsyncListenerCompletionHandler):
    async def handle(
        self,
        request: AsyncBoltRequest,
        response: BoltResponse | None,  # noqa: ARG002 - Bolt's signature
    ) -> None:
        """The listener has returned or crashed."""
        request.context[_FINISHED].set()


async def _hear(context: dict[str, object], next: Callable[[], Awaitable[None]]) -> None:  # noqa: A002 - Bolt's name
    """The request has passed Bolt's own middleware, so that a listener gets it if there is one."""
    context[_HEARD] = True
    await next()


async def _at_most(seconds: float, event: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
