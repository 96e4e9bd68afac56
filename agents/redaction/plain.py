"""The view of a text that the rules search: one byte for each character, so that positions are the text's own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

Span = tuple[int, int]
"""Start and end of what is taken out."""

RUN_LENGTH = 16
"""No key is shorter. Ordinary text has few runs of so many of these characters."""

_LETTER, _GAP = b"a", b" "
_RUNS = bytes(97 if chr(byte).isascii() and (chr(byte).isalnum() or byte in b"_.-") else 32 for byte in range(256))


@dataclass(frozen=True)
class Plain:
    """A part of a text. Searching bytes for literals takes a fraction of a nanosecond for each character."""

    text: str

    @cached_property
    def exact(self) -> bytes:
        """The characters; whatever is not ASCII is a question mark."""
        return self.text.encode("ascii", "replace")

    @cached_property
    def lower(self) -> bytes:
        """The same in lower case."""
        return self.exact.lower()

    def runs(self) -> Iterator[Span]:
        """Where letters, digits, `_`, `.` and `-` stand together for `RUN_LENGTH` characters or more."""
        shape = self.exact.translate(_RUNS)
        start = shape.find(_LETTER * RUN_LENGTH)
        while start >= 0:
            end = shape.find(_GAP, start)
            if end < 0:
                end = len(shape)
            yield start, end
            start = shape.find(_LETTER * RUN_LENGTH, end)


Rule = Callable[[Plain], Iterator[Span]]


def occurrences(haystack: bytes, needle: bytes) -> Iterator[int]:
    """Where `needle` begins; occurrences do not overlap."""
    at = haystack.find(needle)
    while at >= 0:
        yield at
        at = haystack.find(needle, at + len(needle))
