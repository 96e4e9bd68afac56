"""AWS secret access keys."""

import re
from collections.abc import Iterator

from agents.redaction.plain import Plain, Span, occurrences

_AWS_ID = (b"AKIA", b"ASIA")
_AWS_SECRET = re.compile(rb"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/=])")
_NEAR = 256


def aws_secrets(plain: Plain) -> Iterator[Span]:
    """The 40 characters of a secret access key: they have no prefix, so only near the key id that they belong to."""
    done = 0
    for at in sorted(at for prefix in _AWS_ID for at in occurrences(plain.exact, prefix)):
        start, end = max(done, at - _NEAR), at + _NEAR
        yield from (k.span() for k in _AWS_SECRET.finditer(plain.exact, start, end) if _is_random(k[0]))
        done = max(done, end - _NEAR // 2)


def _is_random(key: bytes) -> bool:
    return not (key.isdigit() or key.islower() or key.isupper()) and any(48 <= byte <= 57 for byte in key)  # noqa: PLR2004 - ASCII digits
