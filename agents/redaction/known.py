"""The values that this process holds, in whatever form a program may have printed them."""

import base64
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from agents.redaction.plain import Plain, Span, occurrences

MIN_KNOWN_CHARACTERS = 8
"""A known value shorter than this would redact ordinary words."""


class KnownValues:
    """A rule that finds `values` as they are and encoded: base64 inside a longer one, URL, JSON, Python, hex."""

    def __init__(self, values: Iterable[str]) -> None:
        whole = {form for value in values for form in (value, value.strip()) if len(form) >= MIN_KNOWN_CHARACTERS}
        forms = {form for value in whole for form in _forms(value)}
        self._ascii = [form.encode() for form in sorted(forms) if form.isascii()]
        self._other = [form for form in sorted(forms) if not form.isascii()]

    def __call__(self, plain: Plain) -> Iterator[Span]:
        """The spans of every form, which may overlap."""
        for form in self._ascii:
            yield from ((at, at + len(form)) for at in occurrences(plain.exact, form))
        for other in self._other:
            at = plain.text.find(other)
            while at >= 0:
                yield at, at + len(other)
                at = plain.text.find(other, at + len(other))


def _forms(value: str) -> Iterator[str]:
    raw = value.encode("utf-8", "surrogatepass")
    yield value
    yield from _in_base64(raw)
    yield from (raw.hex(), raw.hex().upper())
    for quoted in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        yield from (quoted, _lower_escapes(quoted))
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]


def _in_base64(raw: bytes) -> Iterator[str]:
    """What is the same in every base64 text with `raw` in it, for the three ways that it can be aligned."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        alone = encode(raw).decode()
        yield from (alone, alone.rstrip("="))
        for before in range(3):
            sextets = encode(bytes(before) + raw).decode()
            # The first and the last may share their bits with what stands beside the value.
            yield sextets[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6]


def _lower_escapes(quoted: str) -> str:
    first, *escapes = quoted.split("%")
    return "%".join([first, *(escape[:2].lower() + escape[2:] for escape in escapes)])
