"""Secrets out of a text: pure, over the whole text, before it is split for Slack or written to a log.

The patterns name keys by their issuers' published prefixes; every quantifier is bounded, so that no input makes an
expression run away.
"""

import re
from collections.abc import Iterable
from functools import cached_property

REDACTED = "[redacted]"
MIN_KNOWN_CHARACTERS = 8
"""A known value shorter than this would redact ordinary words."""

_KEY_SHAPES = (
    r"\bxox[abeprs]-[0-9A-Za-z-]{10,250}",  # Slack tokens
    r"\bxapp-\d-[0-9A-Za-z-]{20,250}",
    r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",  # AWS access key ids
    r"\bgh[pousr]_[A-Za-z0-9]{30,250}",  # GitHub
    r"\bgithub_pat_[A-Za-z0-9_]{60,250}",
    r"\bglpat-[A-Za-z0-9_-]{18,250}",  # GitLab
    r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,250}",  # Anthropic, OpenAI
    r"\bhf_[A-Za-z]{30,250}",  # Hugging Face
    r"\beyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{0,4000}",  # JSON web tokens
)
_KEYS = re.compile("|".join(_KEY_SHAPES))
_PRIVATE_KEY = re.compile(r"-----BEGIN[ A-Z0-9]{0,40}PRIVATE KEY-----[^-]{0,20000}(?:-----END[ A-Z0-9]{0,40}-----)?")
_URL_PASSWORD = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s:/@'\"]{0,100}):([^\s/@'\"]{3,200})@")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s{1,3}([A-Za-z0-9._~+/=-]{16,2000})")
_NAMED = re.compile(
    r"(?i)((?:password|passwd|secret|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?token)"
    r"[A-Za-z0-9_.-]{0,30}[\"']?\s{0,3}[=:]\s{0,3}[\"']?)([^\s\"',;}\])]{8,2000})"
)


class Redaction:
    """Removes the `known` secrets of this process and whatever looks like somebody's key."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._known = sorted({k for k in known if len(k) >= MIN_KNOWN_CHARACTERS}, key=len, reverse=True)

    @cached_property
    def _known_pattern(self) -> re.Pattern[str] | None:
        return re.compile("|".join(map(re.escape, self._known))) if self._known else None

    def __call__(self, text: str) -> str:
        """The text without its secrets; everything else stays as it is."""
        if self._known_pattern:
            text = self._known_pattern.sub(REDACTED, text)
        text = _PRIVATE_KEY.sub(REDACTED, text)
        text = _KEYS.sub(REDACTED, text)
        text = _URL_PASSWORD.sub(rf"\1:{REDACTED}@", text)
        text = _BEARER.sub(rf"\1 {REDACTED}", text)
        return _NAMED.sub(rf"\1{REDACTED}", text)
