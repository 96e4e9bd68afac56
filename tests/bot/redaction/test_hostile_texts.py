"""No text makes an expression run away: twice the text is about twice the work, whatever it repeats."""

import time

import pytest

from bot.redaction import Redaction
from tests.bot.redaction.adversarial import shapes
from tests.bot.redaction.ordinary import ordinary

REDACT = Redaction(["a" * 50 + "b", "correct-horse", "a b c d e f g h"])
CHARACTERS = 30_000
DEAREST = 28
"""How many times as dear as ordinary output: the dearest shape takes 11 times, one of 8,000 steps back 40."""


def repeated(shape: str, characters: int) -> str:
    return (shape * (characters // len(shape) + 1))[:characters]


def seconds(text: str) -> float:
    """Of this thread's processor time, which other programs on the machine do not add to."""
    started = time.thread_time()
    REDACT(text)
    return time.thread_time() - started


def grows_with_the_square(shape: str) -> bool:
    """Whether twice the text takes far more than twice the time, however often it is tried."""
    small, large = repeated(shape, CHARACTERS), repeated(shape, 2 * CHARACTERS)
    least = seconds(small)
    for _ in range(8):
        least = min(least, seconds(small))
        if seconds(large) < 3.2 * least:
            return False
    return True


@pytest.mark.parametrize("part", range(8))
def test_twice_a_hostile_text_takes_about_twice_the_work(part):
    assert [shape for shape in shapes()[part::8] if grows_with_the_square(shape)] == []


def test_no_hostile_text_is_much_dearer_than_ordinary_output():
    output = repeated("\n".join(ordinary()), CHARACTERS)

    def is_dear(text: str) -> bool:
        return all(seconds(text) > DEAREST * min(seconds(output) for _ in range(3)) for _ in range(5))

    assert [shape for shape in shapes() if is_dear(repeated(shape, CHARACTERS))] == []
