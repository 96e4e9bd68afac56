"""How an answer is wrapped, with what models took for it."""

import json
from typing import Any

from agents.wire.base import Wire, WireError


class Usage(Wire):
    """What the language models of an answer took, in tokens and US dollars.

    Tokens are counted as the provider counts them (OpenAI's input includes what came from its cache, Anthropic's does
    not). `cost_usd` is None when the price of one of the models is not known.
    """

    model_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost_usd: float | None = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        """Both together."""
        costs = (self.cost_usd, other.cost_usd)
        return Usage(
            model_calls=self.model_calls + other.model_calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            cost_usd=None if None in costs else sum(cost or 0.0 for cost in costs),
        )


class Envelope(Wire):
    """`{ok, result | error}`, sent with status 200: AgentCore drops the body of any other answer.

    `usage` tells what models took for it, also for a failure; None where none was called.
    """

    ok: bool
    result: dict[str, Any] | None = None
    error: WireError | None = None
    usage: Usage | None = None

    @classmethod
    def success(cls, result: Wire) -> "Envelope":
        """An answer that holds `result` as JSON values."""
        return cls(ok=True, result=result.model_dump(mode="json"))

    @classmethod
    def failure(cls, error: WireError) -> "Envelope":
        """An answer that says what went wrong."""
        return cls(ok=False, error=error)


def decode_answer(body: bytes) -> object:
    """The JSON value of an answer; a JSON-encoded string, as an older runtime returns, is decoded exactly once more.

    Raises ValueError when `body` is not JSON. A string that is not JSON itself comes back as it is: that is the
    older runtime's plain text, in which a backslash followed by an n is the user's own.
    """
    value = json.loads(body)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
