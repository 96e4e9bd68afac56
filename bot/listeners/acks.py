"""Bolt's app, with acknowledgements that mean something and are measured."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.listener.async_listener import AsyncListener
from slack_bolt.listener.asyncio_runner import AsyncioListenerRunner
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from agents.tracing import span
from bot.metrics import Metrics

EVENT_SECONDS = 2.5
"""How long an event waits for its listener; Slack waits for three."""
LISTENER = "listener"
"""The name of the tasks in which listeners are at work, some of them beyond their acknowledgement."""


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
            # Beside `authorize` Bolt wants no token, and warns of one; each request gets the one that `me` names.
            client=AsyncWebClient(base_url=client.base_url),
            authorize=authorize,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            process_before_response=True,
        )
        self._async_client = client
        self._metrics = metrics
        self._async_listener_runner = Listeners(**vars(self.listener_runner))

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Bolt's answer is the acknowledgement."""
        req.context["ack"] = Ack()
        kind = req.body.get("type", "command")
        with self._metrics.acks.time(), span("slack.delivery", kind=str(kind), mode=req.mode) as note:
            answer = await super().async_dispatch(req)
            note(status=answer.status)
            return answer


class Ack(AsyncAck):
    """An acknowledgement that can be waited for."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.given = asyncio.Event()

    async def __call__(self, *arguments: Any, **named: Any) -> BoltResponse:
        """Acknowledge."""
        answer = await super().__call__(*arguments, **named)
        self.given.set()
        return answer


class Listeners(AsyncioListenerRunner):
    """Runs each listener in a task of its own, and answers as soon as it has acknowledged.

    Bolt's own looks every 10 ms whether it has: a thousand that wait take a processor for that alone.
    """

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._at_work: set[asyncio.Task[BoltResponse | None]] = set()

    async def run(
        self,
        request: AsyncBoltRequest,
        response: BoltResponse,
        listener_name: str,
        listener: AsyncListener,
        starting_time: float | None = None,
    ) -> BoltResponse | None:
        """The acknowledgement; None when there is none after the time that Slack waits."""
        running = super().run(request, response, listener_name, listener, starting_time)
        work = asyncio.create_task(running, name=LISTENER)
        self._at_work.add(work)
        work.add_done_callback(self._at_work.discard)
        if listener.auto_acknowledgement:
            await asyncio.wait([work], timeout=EVENT_SECONDS)
            return BoltResponse(status=200)
        return await self._acknowledged(work, request.context.ack, listener.ack_timeout)

    async def _acknowledged(
        self, work: "asyncio.Task[BoltResponse | None]", ack: AsyncAck, seconds: float
    ) -> BoltResponse | None:
        if isinstance(ack, Ack):
            given = asyncio.create_task(ack.given.wait())
            await asyncio.wait([work, given], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            given.cancel()
        if ack.response is not None:
            return ack.response
        return work.result() if work.done() else None
