"""Secrets out of a text: pure, over the whole text, before it is split for Slack or written to a log.

Each rule yields the spans of what it found; spans that touch are merged, so that rules neither depend on each other's
order nor see what another has put in. Every rule takes time in proportion to the text, whatever is in it.
"""

from collections.abc import Iterable, Iterator

from agents.redaction.assignments import named_secrets
from agents.redaction.aws import aws_secrets
from agents.redaction.carriers import address_passwords, header_credentials
from agents.redaction.keys import issued_keys
from agents.redaction.known import KnownValues
from agents.redaction.pem import private_keys
from agents.redaction.plain import Plain, Rule, Span

__all__ = ["REDACTED", "Redaction"]

REDACTED = "[redacted]"

WINDOW = 1 << 20
OVERLAP = 1 << 15
"""A text is looked at in windows, so that memory does not grow with it; no secret is longer than their overlap."""


class Redaction:
    """Removes the `known` secrets of this process, in every encoding, and whatever looks like somebody's key."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._rules: tuple[Rule, ...] = (
            KnownValues(known),
            issued_keys,
            aws_secrets,
            address_passwords,
            header_credentials,
            private_keys,
            named_secrets,
        )

    def __call__(self, text: str) -> str:
        """The text without its secrets; everything else stays as it is."""
        pieces, done = [], 0
        for start, end in _merged(sorted(self._spans(text))):
            pieces += [text[done:start], REDACTED]
            done = end
        return "".join([*pieces, text[done:]]) if pieces else text

    def _spans(self, text: str) -> Iterator[Span]:
        for begin, end in _windows(text):
            plain = Plain(text[begin:end])
            for rule in self._rules:
                yield from ((begin + s, begin + e) for s, e in rule(plain))


def _windows(text: str) -> Iterator[Span]:
    """Parts that overlap; each begins with a line where lines are of an ordinary length."""
    begin = 0
    while begin + WINDOW < len(text):
        yield begin, begin + WINDOW
        line = text.rfind("\n", begin + WINDOW - 2 * OVERLAP, begin + WINDOW - OVERLAP)
        begin = line + 1 if line >= 0 else begin + WINDOW - OVERLAP
    yield begin, len(text)


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    current: Span | None = None
    for start, end in spans:
        if current and start <= current[1]:
            current = current[0], max(current[1], end)
            continue
        if current:
            yield current
        current = start, end
    if current:
        yield current
