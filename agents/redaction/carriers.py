"""Secrets that are known by what carries them: addresses and headers."""

import base64
import binascii
import re
from collections.abc import Iterator

from agents.redaction.plain import Plain, Span, occurrences
from agents.redaction.values import Claim, looks_secret

_ADDRESS = re.compile(rb"://[^\s/@:'\"<>?#\\]{0,128}+:([^\s/'\"<>?#\\]{1,256})@")
_TOKEN_ADDRESS = re.compile(rb"://(?=[A-Za-z_-]{0,100}+\d)(?=[\d_-]{0,100}+[A-Za-z])([\w-]{20,256}+)@")
_PLACEHOLDER = re.compile(rb"[*x.]{1,256}|\[redacted\]|[$%{\[].{0,255}", re.DOTALL)


def address_passwords(plain: Plain) -> Iterator[Span]:
    """The password in `scheme://user:password@host`, and a token that stands there alone."""
    for at in occurrences(plain.exact, b"://"):
        found = _ADDRESS.match(plain.exact, at) or _TOKEN_ADDRESS.match(plain.exact, at)
        if found and not _PLACEHOLDER.fullmatch(found[1]):
            yield found.span(1)


_PASSWORD = Claim(surely=True, password=True, prose=False)
_BEARER = re.compile(rb"(?i)bearer(?:[ \t]|%20|\+){1,3}+(?=[a-z._~+/=-]{0,200}+\d)([\w.~+/=-]{16,8000}+)")
_BASIC = re.compile(rb"(?i)basic[ \t]{1,3}+([a-z0-9+/]{8,4000}+=?=?)")
_AUTH = re.compile(rb"(?i)auth\\{0,3}+[\"']?\s?[:=]\s?\\{0,3}+[\"']?([a-z0-9+/]{8,4000}+=?=?)")
_USER = re.compile(rb"(?i)(?<=[\s'\"])-(?:u|-user)[ =]{1,2}[\"']?[\w.@-]{1,64}+:([^\s\"']{6,200}+)")
_COOKIE = re.compile(rb"(?i)cookie\\{0,3}+[\"']?\s?[:=]\s?\\{0,3}+[\"']?([\w.-]{1,100}+=[^\r\n\"'\\]{8,4000}+)")


def header_credentials(plain: Plain) -> Iterator[Span]:
    """What follows `Bearer`, `Cookie:`, curl's `-u`, and what decodes to `user:password` after `Basic` or `auth`."""
    yield from _following(plain, b"bearer", _BEARER)
    yield from _following(plain, b"cookie", _COOKIE)
    for word in (b"-u ", b"--user"):
        spans = _following(plain, word, _USER)
        yield from (span for span in spans if looks_secret(plain.exact[slice(*span)], _PASSWORD))
    for word, pattern in ((b"basic", _BASIC), (b"auth", _AUTH)):
        spans = _following(plain, word, pattern)
        yield from (span for span in spans if _is_user_and_password(plain.exact[slice(*span)]))


def _following(plain: Plain, word: bytes, pattern: re.Pattern[bytes]) -> Iterator[Span]:
    done = 0
    for at in occurrences(plain.lower, word):
        found = pattern.match(plain.exact, at) if at >= done else None
        if found:
            done = found.end()
            yield found.span(1)


def _is_user_and_password(encoded: bytes) -> bool:
    try:
        return b":" in base64.b64decode(encoded + b"=" * (-len(encoded) % 4), validate=True)
    except binascii.Error:
        return False
