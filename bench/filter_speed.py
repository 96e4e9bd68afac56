"""How fast a program's output is made readable and freed of secrets, and how much memory that takes."""

import tracemalloc
from statistics import median

from bench.ordinary_text import ordinary_text
from bench.pairs import cpu_seconds, in_turn
from bench.result import Result
from bot.output import readable
from bot.redaction import Redaction

TEXT_CHARACTERS = 5_000_000
ROUNDS = 20
"""100 million characters altogether."""

_HELD = ("a-token-that-this-process-holds-0001", "another-one-of-the-same-kind-0000002", "and-the-third-of-them-03")
"""As many as a bot holds."""


def measure() -> Result:
    """Megabytes of ordinary text for each second of processor time, filter and redaction together."""
    text = ordinary_text(TEXT_CHARACTERS)
    megabytes = len(text.encode()) / 1e6
    filtered, redact = readable(text), Redaction(_HELD)
    sides = {
        "filter": lambda: cpu_seconds(lambda: readable(text)),
        "redaction": lambda: cpu_seconds(lambda: redact(filtered)),
    }
    times = in_turn(sides, ROUNDS)
    both = [sum(pair) for pair in zip(*times.values(), strict=True)]
    return Result(
        name="filter_speed",
        figure=megabytes / median(both),
        unit="MB/s of CPU time",
        target=20,
        better="higher",
        against="nothing: the text is posted as it is",
        times={"both": both, **times},
        details={
            "megabytes": megabytes * ROUNDS,
            "megabytes_each_time": megabytes,
            "filter_megabytes_per_second": megabytes / median(times["filter"]),
            "redaction_megabytes_per_second": megabytes / median(times["redaction"]),
            "text_unchanged_by_redaction": redact(filtered) == filtered,
            "peak_memory_for_each_megabyte": _peak_growth(text, redact) / megabytes,
        },
    )


def _peak_growth(text: str, redact: Redaction) -> float:
    """Megabytes that were allocated at the same time at most, the result included."""
    tracemalloc.start()
    try:
        redact(readable(text))
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
