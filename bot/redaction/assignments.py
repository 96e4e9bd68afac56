"""Values that a name gives away: `password=…`, `"api_key": "…"`, `--token …`, `<secret>…</secret>`."""

import re
from collections.abc import Iterator

from bot.redaction.plain import Plain, Span, occurrences
from bot.redaction.values import Claim, looks_secret

_TOLD = (b"passw", b"passphrase", b"pwd", b"secret")
"""Whatever is called so is meant to be kept."""
_KEYS = (
    b"api",
    b"access",
    b"private",
    b"auth",
    b"account",
    b"signing",
    b"encryption",
    b"session",
    b"shared",
    b"master",
)
"""What makes a key a secret one: a key alone is also what a dictionary has."""
_MAYBE = (b"token", b"credential", b"authorization", b"signature", b"sig=")
"""Also the name of what is not kept: a language model's tokens, a program's."""

_PASSWORDS = frozenset({b"passw", b"passphrase", b"pwd"})

_NAME_BEFORE = 40
_VALUE = re.compile(
    rb"(?P<rest>[A-Za-z0-9_.-]{0,40}+)"
    rb"(?:\\{0,4}+[\"'])?"
    rb"(?P<sign>\s{0,3}+(?:=>|:=|==|[=:>])\s{0,3}+|%3[DA]|\s{1,3}+)"
    rb"(?:(?:bearer|basic|token|apikey|key|negotiate)\s{1,3}+)?"
    rb"(?:[bru]?(?P<quote>\\{0,4}+[\"'])(?P<quoted>[^\r\n]{1,512}?)(?P=quote)"
    rb"|\\{0,4}+[\"']?(?P<bare>(?:[^\s\"',;&)\]}<]{1,512}+|[,;&)\]}](?!"
    # What ends a list's item, a call, a parameter of an address; anywhere else it is a part of the value.
    rb"[\s\"',;:&)\]}\\]|$|[A-Za-z_][\w.-]{0,40}+\s?[=:])|<(?!/)){1,16}+))",
    re.IGNORECASE,
)
_OPTION = re.compile(rb"(?:^|[\s\"'\[(,])--?[a-z0-9_-]{0,39}$")
_ENDINGS = frozenset({b"", b"s", b"d", b"ord", b"ords", b"ort"})
"""How the word itself may go on: `tokens` and `password`, but not `tokenizer` and `secretary`."""
_LOWER, _UPPER = re.compile(rb"[a-z]*"), re.compile(rb"[A-Z]*")
_PART = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+")
_ABOUT = frozenset(
    b"at arn age bytes chars class count counts dir endpoint error exp expires expiration expiry field file hint id ids "
    b"index kind label len length limit limits location manager max min mode model name names path per policy prefix "
    b"provider rate ref schema size source state status store ttl type types uri url usage used version".split()
)
"""A name that ends so says something about a secret."""


def named_secrets(plain: Plain) -> Iterator[Span]:
    """Values whose name says that they are secret, and that look as if they were."""
    for words, surely in ((_TOLD, True), ((b"key",), True), (_MAYBE, False)):
        for word in words:
            yield from _named(plain, word, surely)


def _named(plain: Plain, word: bytes, surely: bool) -> Iterator[Span]:
    done = 0
    for at in occurrences(plain.lower, word):
        if at < done or (word == b"key" and not _is_a_secret_key(plain.lower[max(0, at - 12) : at])):
            continue
        found = _VALUE.match(plain.exact, at + len(word.rstrip(b"=")))
        if found and _is_assigned(plain, at, found):
            start, end = found.span("bare" if found["quoted"] is None else "quoted")
            if looks_secret(plain.exact[start:end], _claim(word, found, surely=surely)):
                done = end
                yield start, end


def _is_a_secret_key(before: bytes) -> bool:
    return before.rstrip(b"_- ").endswith(_KEYS)


def _is_assigned(plain: Plain, at: int, found: re.Match[bytes]) -> bool:
    if not _names_the_value(plain.exact[found.start() - 1 : found.start()], found["rest"]):
        return False
    sign = found["sign"]
    if sign.isspace():
        return bool(_OPTION.search(plain.lower[max(0, at - _NAME_BEFORE) : at]))
    return sign.strip() != b">" or sign == b">"


def _claim(word: bytes, found: re.Match[bytes], *, surely: bool) -> Claim:
    prose = found["sign"].strip() == b":" and found["quoted"] is None
    return Claim(surely=surely, password=word in _PASSWORDS, prose=prose)


def _names_the_value(last: bytes, rest: bytes) -> bool:
    """Whether what follows the word is another one (`_prod`, `Value`), and not one that is only about a secret."""
    own = _LOWER.match(rest) if last.islower() else _UPPER.match(rest)
    parts = _PART.findall(rest, own.end() if own else 0)
    return (own[0].lower() if own else b"") in _ENDINGS and not (parts and parts[-1].lower() in _ABOUT)
