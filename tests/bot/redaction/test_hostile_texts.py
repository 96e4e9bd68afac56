"""No text makes an expression run away: twice the text is about twice the work, whatever it repeats."""

import math
import time

import pytest

from bot.redaction import Redaction
from tests.bot.redaction.adversarial import shapes
from tests.bot.redaction.ordinary import ordinary

REDACT = Redaction(["a" * 50 + "b", "correct-horse", "a b c d e f g h"])
CHARACTERS = 6_000
TRIES = 30
"""The least of many: on a busy machine a single time says little."""
DEAREST = 28
"""How many times as dear as ordinary output: the dearest shape takes 6 times, one that steps back 8,000 times 60."""


def repeated(shape: str, characters: int) -> str:
    return (shape * (characters // len(shape) + 1))[:characters]


def seconds(text: str) -> float:
    """Of this thread's processor time, which other programs on the machine do not add to."""
    started = time.thread_time()
    REDACT(text)
    return time.thread_time() - started


def grows_with_the_square(shape: str) -> bool:
    """Whether twice the text takes far more than twice the time, however often both are tried."""
    small, large = repeated(shape, CHARACTERS), repeated(shape, 2 * CHARACTERS)
    once = twice = math.inf
    for _ in range(TRIES):
        once, twice = min(once, seconds(small)), min(twice, seconds(large))
        if twice < 3.2 * once:
            return False
    return True


@pytest.mark.parametrize("part", range(4))
def test_twice_a_hostile_text_takes_about_twice_the_work(part):
    assert [shape for shape in shapes()[part::4] if grows_with_the_square(shape)] == []


def test_no_hostile_text_is_much_dearer_than_ordinary_output():
    output = repeated("\n".join(ordinary()), CHARACTERS)
    bound = DEAREST * min(seconds(output) for _ in range(20))

    def is_dear(text: str) -> bool:
        return all(seconds(text) > bound for _ in range(TRIES))

    assert [shape for shape in shapes() if is_dear(repeated(shape, CHARACTERS))] == []
