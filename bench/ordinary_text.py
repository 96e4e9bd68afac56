"""Text as programs print it: results, logs, tables, tracebacks, progress bars; nothing in it is secret."""

import json
import random
from collections.abc import Callable

SEED = 20261122
_WORDS = ("task", "actor", "object", "store", "result", "batch", "worker", "node", "value", "of", "the", "in", "is")
_FRAME = '  File "/home/ray/anaconda3/lib/python3.11/site-packages/ray/data/_internal/plan.py", line {}, in execute'


def ordinary_text(size: int) -> str:
    """`size` characters, the same for the same size: blocks of 1 to 20 lines of a kind, as a program prints them."""
    rng = random.Random(SEED)  # noqa: S311 - a text that is the same each time, not a secret
    pieces: list[str] = []
    length = 0
    while length < size:
        kind = rng.choice(KINDS)
        for _ in range(rng.randint(1, 20)):
            pieces.append(kind(rng) + "\n")
            length += len(pieces[-1])
    return "".join(pieces)[:size]


def _sentence(rng: random.Random) -> str:
    return " ".join(rng.choices(_WORDS, k=12)).capitalize() + f": {rng.randint(0, 9999)}"


def _log(rng: random.Random) -> str:
    milliseconds = f"2026-11-22 10:11:{rng.randint(10, 59)},{rng.randint(100, 999)}"
    return f"{milliseconds} INFO worker.py:{rng.randint(1, 2000)} -- finished {' '.join(rng.choices(_WORDS, k=5))}"


def _row(rng: random.Random) -> str:
    return f"{rng.randint(0, 9999):6d}  {rng.random():10.6f}  {rng.random():10.6f}  customer_{rng.randint(0, 99)}    DE"


def _training(rng: random.Random) -> str:
    return f"epoch {rng.randint(1, 99)} loss={rng.random():.6f} lr={rng.random():.3e} tokens={rng.randint(1, 10**8)}"


def _numbers(rng: random.Random) -> str:
    return str([rng.randint(0, 999) for _ in range(16)])


def _record(rng: random.Random) -> str:
    return json.dumps({"id": rng.randint(0, 10**6), "score": rng.random(), "label": rng.choice(_WORDS), "ok": True})


def _traceback(rng: random.Random) -> str:
    return _FRAME.format(rng.randint(1, 999)) + "\n    return self._run(plan, context=context)"


def _digest(rng: random.Random) -> str:
    return f"{rng.getrandbits(256):064x}  part-{rng.randint(0, 999):05d}.parquet"


def _rule(_: random.Random) -> str:
    return "-" * 72


def _progress(rng: random.Random) -> str:
    states = (f"{done:3d}%|{'█' * (done // 10):<10}| {done}/100" for done in range(0, 100, 25))
    return "\r".join(states) + f"\r100%|██████████| 100/100 [00:{rng.randint(10, 59)}<00:00]"


def _coloured(rng: random.Random) -> str:
    return f"\x1b[36m(train pid={rng.randint(1000, 9999)})\x1b[0m {_sentence(rng)}"


KINDS: tuple[Callable[[random.Random], str], ...] = (
    _sentence,
    _log,
    _row,
    _training,
    _numbers,
    _record,
    _traceback,
    _digest,
    _rule,
    _progress,
    _coloured,
)
"""Each as often as the others."""
