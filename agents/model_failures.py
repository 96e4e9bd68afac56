"""Failures of a model that Strands reports around a call instead of in it; those of the call are Failover's."""

from collections.abc import Iterator
from contextlib import contextmanager

from strands.types.exceptions import ContextWindowOverflowException, MaxTokensReachedException

from agents.errors import ModelUnavailable


@contextmanager
def model_failures_named() -> Iterator[None]:
    """They become ModelUnavailable, each with a sentence of its own."""
    try:
        yield
    except ContextWindowOverflowException as exc:
        raise ModelUnavailable("The conversation is too long for the model. Start a new thread.") from exc
    except MaxTokensReachedException as exc:
        raise ModelUnavailable("The model's answer was cut off. Ask for a shorter program, or in steps.") from exc
