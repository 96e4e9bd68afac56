"""Whether what stands beside a secret's name is a secret, or a number, a word, a path, a call."""

import re
from dataclasses import dataclass

MIN_PASSWORD, MIN_SECRET, MIN_TOKEN_IN_PROSE, MIN_LONG_WORD = 6, 8, 16, 16

_NEVER = re.compile(
    rb"\[?redacted\]?|\[redacted.*"
    rb"|[<$%{\[(@#].*"  # another language's placeholder, a list, a call's argument
    rb"|[*x.\-_=~]+"
    rb"|[\d.,:_+/\-]+(?:[a-z%]{1,3}(?:/s)?|e[+-]?\d+)?"  # numbers, dates, sizes
    rb"|0x[0-9a-f]{1,16}"
    rb"|(?:/|\./|\.\./|~/|[a-z]:\\)[\w.@ -]+(?:[/\\][\w.@ -]+)+|[a-z][a-z0-9+.-]{1,12}://.*|arn:.*"  # where it is
    rb"|[a-z_][a-z_.]*[(\[].*|[a-z_]\w*(?:\.\w+)+\(.*"  # how it is made
    rb"|[a-z_][a-z_]*\d?(?:\.[a-z_][a-z_]*\d?)+"
    rb"|(?:your|my|some|the|example|dummy|changeme|placeholder)[_-].*",
    re.IGNORECASE | re.DOTALL,
)
_WORDS = re.compile(rb"(?:[a-z]{2,}+\d{0,2}+|v?\d{1,4}+)(?:[-_./:](?:[a-z]{2,}+\d{0,2}+|v?\d{1,4}+))+")
_DIGIT, _LETTER = re.compile(rb"\d"), re.compile(rb"[A-Za-z]")
_SYMBOL = re.compile(rb"[^\w.,:/\\ ()-]")
_TOKEN = re.compile(rb"[\w.+/=~:%-]+")


@dataclass(frozen=True)
class Claim:
    """What the name says: that it is a secret, a password even; `prose` for a bare value behind a colon."""

    surely: bool
    password: bool
    prose: bool


def looks_secret(value: bytes, claim: Claim) -> bool:
    """Whether a value is one that its name may mean."""
    value = value.rstrip(b".!?:") if claim.prose else value
    if b" " in value.strip() or _NEVER.fullmatch(value):
        return False
    if claim.password:
        return _is_password(value, prose=claim.prose)
    if claim.surely and not claim.prose and _is_one_long_word(value):
        return True
    if _is_words(value) or not (_DIGIT.search(value) or _SYMBOL.search(value)) or not _LETTER.search(value):
        return False
    if claim.surely:
        return len(value) >= MIN_SECRET
    long_enough = len(value) >= (MIN_TOKEN_IN_PROSE if claim.prose else MIN_SECRET)
    return long_enough and bool(_DIGIT.search(value) and _TOKEN.fullmatch(value))


def _is_password(value: bytes, *, prose: bool) -> bool:
    if len(value) < MIN_PASSWORD:
        return False
    mixed = _LETTER.search(value) and (_DIGIT.search(value) or _SYMBOL.search(value))
    return bool(mixed) or (not prose and _is_one_long_word(value))


def _is_one_long_word(value: bytes) -> bool:
    return len(value) >= MIN_LONG_WORD and value.isalpha()


def _is_words(value: bytes) -> bool:
    return (value.islower() or value.isupper()) and bool(_WORDS.fullmatch(value.lower()))
