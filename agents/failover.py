"""Several language models that stand in for each other.

A call that is turned away is repeated after growing pauses, within a budget of seconds; then, and at once when a model
fails in another way, the next model is asked. Strands begins the call again from its start, also after an answer that
broke off halfway.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

from strands.hooks import AfterModelCallEvent, HookOrder, HookProvider, HookRegistry
from strands.models import Model
from strands.types.exceptions import ContextWindowOverflowException, ModelThrottledException
from strands.types.streaming import StreamEvent

from agents.errors import AgentError, Cancelled, ModelThrottled, ModelUnavailable
from agents.models import OpenedModel
from agents.wire import Waiting

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.2
"""How often a call that is under way looks whether it has been cancelled."""
THROTTLING_STATUS = frozenset({429, 503, 529})
"""Too Many Requests, Service Unavailable, and Anthropic's Overloaded (https://platform.claude.com/docs/en/api/errors)."""
THROTTLING_CODES = frozenset({"ServiceUnavailableException", "ThrottlingException", "TooManyRequestsException"})


class FailoverModel(Model):
    """The model of `opened`, or the one of its fallbacks that has taken its place. Made for one request."""

    def __init__(self, opened: OpenedModel) -> None:
        self._models = (opened, *opened.fallbacks)
        self._at = 0

    @property
    def current(self) -> OpenedModel:
        """The model that answered last, or that is asked next."""
        return self._models[self._at]

    def give_way(self) -> bool:
        """Have the next model take the place; False when there is none."""
        more = self._at + 1 < len(self._models)
        self._at += more
        return more

    def update_config(self, **model_config: Any) -> None:
        """Strands' interface."""
        self.current.model.update_config(**model_config)

    def get_config(self) -> Any:
        """Strands' interface."""
        return self.current.model.get_config()

    def structured_output(self, *_args: Any, **_kwargs: Any) -> AsyncGenerator[dict[str, Any], None]:
        """Strands' interface; not used here."""
        raise NotImplementedError

    async def stream(self, *args: Any, **kwargs: Any) -> AsyncGenerator[StreamEvent, None]:
        """The current model's events. Raises Cancelled soon after the call's `cancel_signal` is set."""
        async for event in _until(aiter(self.current.model.stream(*args, **kwargs)), kwargs.get("cancel_signal")):
            yield event


class Failover(HookProvider):
    """Decides after a failed call whether it is repeated, with which model, or has failed as one of our errors.

    `announce` is told when somebody has to wait.
    """

    def __init__(self, model: FailoverModel, announce: Callable[[Waiting], None]) -> None:
        self._model = model
        self._announce = announce
        self._repetition = 0
        self._began: float | None = None

    def register_hooks(self, registry: HookRegistry, **_kwargs: Any) -> None:
        """Strands' hook registration; last in order, so that nobody else has claimed the call."""
        registry.add_callback(AfterModelCallEvent, self._decide, order=HookOrder.SDK_LAST)

    async def _decide(self, event: AfterModelCallEvent) -> None:
        error = event.exception
        # an overflow goes on to the conversation manager, which shortens the conversation and tries again
        if error is None or event.retry or isinstance(error, (AgentError, ContextWindowOverflowException)):
            self._repetition, self._began = 0, None
            return
        name = self._model.current.display_name
        logger.warning("model=<%s>, error=<%s> | model call failed", name, type(error).__name__, exc_info=error)
        throttled = is_throttling(error)
        if not (throttled and await self._waited(event.agent.cancel_signal)) and not self._next():
            raise (ModelThrottled() if throttled else ModelUnavailable()) from error
        event.retry = True

    def _next(self) -> bool:
        self._repetition, self._began = 0, None
        if not self._model.give_way():
            return False
        logger.warning("model=<%s> | asking the next model", self._model.current.display_name)
        return True

    async def _waited(self, cancelled: threading.Event) -> bool:
        """Wait for the next try; False, at once, when the budget is used up."""
        patience = self._model.current.patience
        now = patience.clock()
        self._began = now if self._began is None else self._began
        pause = patience.pause(self._repetition, now - self._began)
        if pause is None:
            return False
        self._announce(Waiting(seconds=round(now - self._began, 1), model=self._model.current.display_name))
        self._repetition += 1
        await _sleep(pause, cancelled)
        return True


def is_throttling(error: BaseException) -> bool:
    """Whether a provider turned the call away for now, whatever its package calls that."""
    if isinstance(error, ModelThrottledException):
        return True
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    return code in THROTTLING_CODES or getattr(error, "status_code", None) in THROTTLING_STATUS


async def _until(events: AsyncIterator[StreamEvent], cancelled: threading.Event | None) -> AsyncIterator[StreamEvent]:
    """The events; raises Cancelled also while none comes."""
    while True:
        coming = asyncio.ensure_future(_next_of(events))
        try:
            while not (await asyncio.wait({coming}, timeout=LOOK_SECONDS))[0]:
                _raise_if(cancelled)
        finally:
            coming.cancel()
        event = coming.result()
        if event is None:
            return
        yield event


async def _next_of(events: AsyncIterator[StreamEvent]) -> StreamEvent | None:
    return await anext(events, None)


async def _sleep(seconds: float, cancelled: threading.Event) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while (left := until - loop.time()) > 0:
        _raise_if(cancelled)
        await asyncio.sleep(min(left, LOOK_SECONDS))


def _raise_if(cancelled: threading.Event | None) -> None:
    if cancelled is not None and cancelled.is_set():
        raise Cancelled
