"""Private keys in PEM and PGP armour, also where the text was cut in the middle of one."""

import re
from collections.abc import Iterator

from agents.redaction.plain import Plain, Span, occurrences

MAX_PEM_CHARACTERS = 20_000
"""A key of 16,384 bits has 12,700."""

_MARK = re.compile(rb"-----(BEGIN|END)([ A-Z0-9]{0,40}+)-----")
_BREAK = rb"(?:\s|\\{1,4}+[nr]){0,8}+"
_LINES = rb"(?:[A-Za-z0-9+/=]{16,20000}+" + _BREAK + rb"){1,400}+(?:[A-Za-z0-9+/=]{1,64}+(?!\S))?"
_HEADERS = rb"(?:[A-Z][A-Za-z-]{2,20}+: [^\r\n\\]{0,100}+" + _BREAK + rb"){0,8}+"
_AFTER_BEGIN = re.compile(_BREAK + _HEADERS + _LINES)
_BEFORE_END_REVERSED = re.compile(
    rb"\s{0,4}+(?:[A-Za-z0-9+/=]{1,64}+\s{1,4}+)?(?:[A-Za-z0-9+/=]{16,20000}+\s{0,4}+){1,400}+"
)


def private_keys(plain: Plain) -> Iterator[Span]:
    """From the first mark to the last; where one of the two is missing, the lines that look like a key's."""
    exact, opened, done = plain.exact, None, 0
    for mark in _marks(exact):
        if mark[1] == b"BEGIN":
            yield from _without_end(exact, opened, mark.start())
            opened = mark
        elif opened and mark.end() - opened.start() <= MAX_PEM_CHARACTERS:
            yield opened.start(), mark.end()
            opened = None
        else:
            yield from _without_end(exact, opened, mark.start())
            yield from _without_begin(exact, done, mark)
            opened = None
        done = mark.end()
    yield from _without_end(exact, opened, len(exact))


def _marks(exact: bytes) -> Iterator[re.Match[bytes]]:
    for at in occurrences(exact, b"PRIVATE KEY"):
        dashes = exact.rfind(b"-----", max(0, at - 40), at)
        mark = _MARK.match(exact, dashes) if dashes >= 0 else None
        if mark and mark.end() > at:
            yield mark


def _without_end(exact: bytes, begin: re.Match[bytes] | None, limit: int) -> Iterator[Span]:
    if begin:
        lines = _AFTER_BEGIN.match(exact, begin.end(), min(limit, begin.end() + MAX_PEM_CHARACTERS))
        if lines:
            yield begin.start(), lines.end()


def _without_begin(exact: bytes, done: int, end: re.Match[bytes]) -> Iterator[Span]:
    before = exact[max(done, end.start() - MAX_PEM_CHARACTERS) : end.start()][::-1]
    lines = _BEFORE_END_REVERSED.match(before)
    if lines:
        yield end.start() - lines.end(), end.end()
