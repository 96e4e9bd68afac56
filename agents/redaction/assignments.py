"""Values that a name gives away: `password=…`, `"api_key": "…"`, `--token …`, `<secret>…</secret>`."""

import re
from collections.abc import Iterator

from agents.redaction.plain import Plain, Span, occurrences
from agents.redaction.values import Claim, looks_secret

_TOLD = (b"pass", b"pwd", b"secret")
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
    b"license",
)
"""What makes a key a secret one: a key alone is also what a dictionary has."""
_MAYBE = (b"token", b"credential", b"authorization", b"signature", b"sig=")
"""Also the name of what is not kept: a language model's tokens, a program's."""

_PASSWORDS = frozenset({b"pass", b"pwd"})

_NAME_BEFORE = 40
_ENDING = rb"(?:[\s\"',;:&)\]}>\\]|$|[A-Za-z_][\w.-]{0,40}+\s?[=:])"  # of a list's item, a call, an address's parameter
_BARE = rb"(?:[^\s\"',;&)\]}<>]{1,128}+|[,;&)\]}>](?!" + _ENDING + rb")|<(?!/))"
_VALUE = re.compile(
    rb"(?P<rest>[A-Za-z0-9_.-]{0,40}+)"
    rb"(?:\\{0,4}+[\"'])?"
    rb"(?P<sign>[ \t]{0,3}+(?:=>|:=|==|[=:>])[ \t]{0,3}+|%3[DA]|[ \t]{1,3}+)"
    rb"(?:(?:bearer|basic|token|apikey|key|negotiate)[ \t]{1,3}+)?"
    rb"(?:[bru]?(?P<quote>\\{0,4}+[\"'])(?P<quoted>[^\r\n]{1,512}?)(?P=quote)"
    rb"|\\{0,4}+[\"']?(?P<bare>" + _BARE + rb"{1,4}+))",
    re.IGNORECASE,
)
_MORE = re.compile(_BARE + rb"{0,64}+")
"""What is left of a bare value, which is judged by its beginning."""
LONG = 64
"""A refused value that is longer is not looked into for the same word again, so each part is read a few times only."""
_OPTION = re.compile(rb"(?:(?:^|[\s\"'\[(,])--?[a-z0-9_-]{0,39}|\blogin[ \t]\S{1,32}[ \t])$")
"""Before a name whose value follows after a space: an option of a command, a line of a .netrc."""
_ENDINGS = frozenset({b"", b"s", b"wd", b"word", b"words", b"wort", b"phrase", b"code"})
"""How the word itself may go on: `tokens` and `password`, but not `tokenizer` and `passed`."""
_LOWER, _UPPER = re.compile(rb"[a-z]*"), re.compile(rb"[A-Z]*")
_PART = re.compile(rb"[A-Z]?[a-z]+|[A-Z]+")
_ABOUT = frozenset(
    b"at arn age bytes chars class count counts dir endpoint error exp expires expiration expiry field file hint id "
    b"ids index kind label len length limit limits location manager max min mode model name names path per policy "
    b"prefix provider rate ref schema size source state status store ttl type types uri url usage used version".split()
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
        found = _VALUE.match(plain.exact, at + len(word.rstrip(b"="))) if at >= done else None
        if not found or not _is_assigned(plain, word, at, found):
            continue
        start, end = found.span("bare" if found["quoted"] is None else "quoted")
        is_secret = looks_secret(plain.exact[start:end], _claim(word, found, surely=surely))
        if is_secret:
            end = end if found["bare"] is None else _end_of_bare(plain.exact, end)
            yield start, end
        if is_secret or end - start > LONG:
            done = end


def _end_of_bare(exact: bytes, start: int) -> int:
    more = _MORE.match(exact, start)
    return more.end() if more else start


def _is_assigned(plain: Plain, word: bytes, at: int, found: re.Match[bytes]) -> bool:
    if word == b"key" and not plain.lower[max(0, at - 12) : at].rstrip(b"_-. ").endswith(_KEYS):
        return False
    if word == b"pass" and not found["rest"][:1].isalpha() and _goes_on(plain.exact, at):
        return False
    if not _names_the_value(plain.exact[found.start() - 1 : found.start()], found["rest"]):
        return False
    sign = found["sign"]
    if sign.isspace():
        return bool(_OPTION.search(plain.lower[max(0, at - _NAME_BEFORE) : at]))
    return sign.strip() != b">" or sign == b">"


def _goes_on(exact: bytes, at: int) -> bool:
    """Whether a longer word ends here, as in `compass`; not so in `dbPass`."""
    before = exact[max(0, at - 1) : at]
    return before.isalpha() and before.islower() == exact[at : at + 1].islower()


def _claim(word: bytes, found: re.Match[bytes], *, surely: bool) -> Claim:
    prose = found["sign"].strip() == b":" and found["quoted"] is None
    return Claim(surely=surely, password=word in _PASSWORDS, prose=prose)


def _names_the_value(last: bytes, rest: bytes) -> bool:
    """Whether what follows the word is another one (`_prod`, `Value`), and not one that is only about a secret."""
    own = _LOWER.match(rest) if last.islower() else _UPPER.match(rest)
    parts = _PART.findall(rest, own.end() if own else 0)
    return (own[0].lower() if own else b"") in _ENDINGS and not (parts and parts[-1].lower() in _ABOUT)
