"""Model providers' exceptions, as ours, in one place.

Each provider raises exceptions of its own package, so the kind cannot be told by type: what tells is that Strands
reports it as the failure of a model call.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from strands import ModelRetryStrategy
from strands.hooks import AfterModelCallEvent, HookOrder, HookProvider, HookRegistry
from strands.types.exceptions import (
    ContextWindowOverflowException,
    MaxTokensReachedException,
    ModelThrottledException,
)

from agents.errors import AgentError, ModelThrottled, ModelUnavailable

logger = logging.getLogger(__name__)


class ModelFailures(HookProvider):
    """Turns the exception of a model call that is not tried again into ModelThrottled or ModelUnavailable."""

    def register_hooks(self, registry: HookRegistry, **_kwargs: Any) -> None:
        """Strands' hook registration; last in order, since the retry strategy has its say first."""
        registry.add_callback(AfterModelCallEvent, self._translate, order=HookOrder.SDK_LAST)

    def _translate(self, event: AfterModelCallEvent) -> None:
        error = event.exception
        # an overflow goes on to the conversation manager, which shortens the conversation and tries again
        if error is None or event.retry or isinstance(error, (AgentError, ContextWindowOverflowException)):
            return
        logger.warning("error=<%s> | model call failed", type(error).__name__, exc_info=error)
        raise (ModelThrottled() if isinstance(error, ModelThrottledException) else ModelUnavailable()) from error


@contextmanager
def model_failures_named() -> Iterator[None]:
    """The failures that Strands reports around a model call instead of in it."""
    try:
        yield
    except ContextWindowOverflowException as exc:
        raise ModelUnavailable("The conversation is too long for the model. Start a new thread.") from exc
    except MaxTokensReachedException as exc:
        raise ModelUnavailable("The model's answer was cut off. Ask for a shorter program, or in steps.") from exc


def retry_strategy() -> ModelRetryStrategy:
    """Two more tries within seconds: a person is waiting, and Strands' default keeps them for two minutes."""
    return ModelRetryStrategy(max_attempts=3, initial_delay=1, max_delay=4)
