"""What language models take: tokens as their providers report them, and what those cost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from strands.hooks import AfterModelCallEvent, HookProvider, HookRegistry

from agents.wire import Usage

MILLION = 1_000_000
CACHE_READ = 0.1
CACHE_WRITE = 1.25
"""Anthropic's prices for cached input, in parts of the input's own
(https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing)."""


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens."""

    input: float
    output: float

    def of(self, usage: Usage) -> float:
        """What `usage` costs."""
        read = usage.input_tokens + CACHE_READ * usage.cache_read_tokens + CACHE_WRITE * usage.cache_write_tokens
        return (read * self.input + usage.output_tokens * self.output) / MILLION


FREE = Price(0.0, 0.0)
KNOWN: Mapping[str, Price] = {"claude-haiku-4-5": Price(1.0, 5.0)}
"""By a part of the model's name, as the provider lists them (November 2026)."""


def price_of(model: str, own: Mapping[str, tuple[float, float]]) -> Price | None:
    """The price of the model of that name, or None; `own` are the operator's, by a part of the name, and go first."""
    listed = {part: Price(*price) for part, price in own.items()} | {
        part: price for part, price in KNOWN.items() if part not in own
    }
    return next((price for part, price in listed.items() if part in model), None)


class Meter:
    """Adds up what the models of one request took."""

    def __init__(self) -> None:
        self.total = Usage()

    def add(self, usage: Usage | None) -> None:
        """Count `usage` too."""
        if usage is not None:
            self.total += usage


class Metering(HookProvider):
    """Counts each answer of the agent's model; `price` is asked after each, since another model may have stepped in."""

    def __init__(self, meter: Meter, price: Callable[[], Price | None]) -> None:
        self._meter = meter
        self._price = price

    def register_hooks(self, registry: HookRegistry, **_kwargs: Any) -> None:
        """Strands' hook registration."""
        registry.add_callback(AfterModelCallEvent, self._count)

    def _count(self, event: AfterModelCallEvent) -> None:
        if event.stop_response is None:
            return
        metadata: Mapping[str, Any] = event.stop_response.message.get("metadata") or {}
        self._meter.add(_priced(_usage(metadata.get("usage") or {}), self._price()))


def _usage(counted: Mapping[str, int]) -> Usage:
    return Usage(
        model_calls=1,
        input_tokens=counted.get("inputTokens", 0),
        output_tokens=counted.get("outputTokens", 0),
        cache_read_tokens=counted.get("cacheReadInputTokens") or 0,
        cache_write_tokens=counted.get("cacheWriteInputTokens") or 0,
    )


def _priced(usage: Usage, price: Price | None) -> Usage:
    return usage.model_copy(update={"cost_usd": price.of(usage) if price else None})
