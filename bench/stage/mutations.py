"""Requests that are almost Slack's: bytes changed, parts of payloads gone or of another kind, headers forged.

What is forged must not be verified; what is broken but signed must not be understood for something else. A `Random` of
its own makes a series repeatable.
"""

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bench.stage.signed import FORM, JSON, SIGNATURE, TIMESTAMP, SlackRequest

STRANGE: tuple[Any, ...] = (
    *(
        None,
        True,
        0,
        -1,
        1.5,
        10**30,
        "",
        " ",
        "a",
        "\x00",
        "\ud800",
        "🦄",
        "<!channel>",
        "'; --",
        "../..",
        "x" * 5_000,
    ),
    *([], {}, [[]], [None], {"id": 1}, {"id": None}, {"": ""}, [{"id": []}]),
)
"""Values that stand where others are expected."""
CONTENT_TYPES = (
    "",
    "text/plain",
    "application/json; charset=utf-16",
    "multipart/form-data; boundary=a",
    JSON,
    FORM,
    "é",
)
WINDOW_SECONDS = 300


@dataclass(frozen=True)
class Mutated:
    """A request, how it was changed, and whether Slack could have signed it as it is."""

    request: SlackRequest
    how: str
    genuine: bool


def mutated(random: Random, requests: Sequence[SlackRequest], now: int) -> Mutated:
    """One of `requests`, changed somehow; `now` is when Slack signs it."""
    request = random.choice(requests)
    if random.random() < FORGED_SHARE:
        how, forge = random.choice(FORGERIES)
        return Mutated(forge(random, request.signed(now), now), how, genuine=False)
    how, breaks = random.choice(BREAKS)
    return Mutated(breaks(random, request).signed(now - random.randrange(WINDOW_SECONDS - 60)), how, genuine=True)


def _with_header(request: SlackRequest, name: str, value: str | None) -> SlackRequest:
    kept = tuple((key, old) for key, old in request.headers if key != name)
    return replace(request, headers=kept if value is None else (*kept, (name, value)))


def _header(request: SlackRequest, name: str) -> str:
    return dict(request.headers)[name]


def _no_header(random: Random, request: SlackRequest, _: int) -> SlackRequest:
    return _with_header(request, random.choice((TIMESTAMP, SIGNATURE)), None)


def _twice(random: Random, request: SlackRequest, _: int) -> SlackRequest:
    name = random.choice((TIMESTAMP, SIGNATURE))
    return replace(request, headers=(*request.headers, (name, _header(request, name))))


def _another_signature(random: Random, request: SlackRequest, _: int) -> SlackRequest:
    signature = _header(request, SIGNATURE)
    place = random.randrange(len(signature))
    other = random.choice([c for c in "0123456789abcdefv=Z " if c != signature[place]])
    return _with_header(request, SIGNATURE, signature[:place] + other + signature[place + 1 :])


def _strange_signature(random: Random, request: SlackRequest, _: int) -> SlackRequest:
    signature = _header(request, SIGNATURE)
    return _with_header(request, SIGNATURE, random.choice(("", "v0=", "v1" + signature[2:], signature * 2, "é" * 67)))


def _strange_timestamp(random: Random, request: SlackRequest, now: int) -> SlackRequest:
    values = (
        "",
        "0",
        "-1",
        "1e9",
        str(now) + "0",
        f" {now}",
        "NaN",
        "²" * 10,
        "9" * 400,
        str(now + random.randrange(1, 99)),
    )
    return _with_header(request, TIMESTAMP, random.choice(values))


def _old(random: Random, request: SlackRequest, now: int) -> SlackRequest:
    return replace(request, headers=()).signed(now - WINDOW_SECONDS - 1 - random.randrange(10**6))


def _from_the_future(random: Random, request: SlackRequest, now: int) -> SlackRequest:
    return replace(request, headers=()).signed(now + WINDOW_SECONDS + 60 + random.randrange(10**6))


def _another_secret(random: Random, request: SlackRequest, now: int) -> SlackRequest:
    return request.signed(now, random.choice(("", "secret", "8f742231b10e8888abcd99yyyzzz85a4")))


def _body_changed_after_signing(random: Random, request: SlackRequest, _: int) -> SlackRequest:
    changed = _bytes_changed(random, request)
    return changed if changed.body != request.body else replace(request, body=request.body + b" ")


def _bytes_changed(random: Random, request: SlackRequest) -> SlackRequest:
    body = bytearray(request.body)
    for _ in range(random.randrange(1, 6)):
        place = random.randrange(len(body) or 1)
        what = random.randrange(3)
        if what == 0 and body:
            body[place % len(body)] = random.randrange(256)
        elif what == 1:
            body[place:place] = random.choice(
                (b"\x00", b"\xff", b'"', b"}", b"{", b"[", b"&", b"=", b"%", b"%zz", b"\\ud800")
            )
        else:
            del body[place : place + random.randrange(1, 40)]
    return replace(request, body=bytes(body))


def _cut_off(random: Random, request: SlackRequest) -> SlackRequest:
    return replace(request, body=request.body[: random.randrange(len(request.body))])


def _of_another_type(random: Random, request: SlackRequest) -> SlackRequest:
    return replace(request, content_type=random.choice(CONTENT_TYPES))


def _large(random: Random, request: SlackRequest) -> SlackRequest:
    return replace(request, body=request.body + b" " * random.choice((10_000, 1_100_000)))


def _nested(random: Random, request: SlackRequest) -> SlackRequest:
    deep = random.choice((b"[", b'{"a":')) * random.choice((500, 100_000))
    return replace(request, body=deep if request.content_type == JSON else b"payload=" + deep)


def _part_changed(random: Random, request: SlackRequest) -> SlackRequest:
    """One to three places of the payload gone, or of another kind."""
    if request.content_type == JSON:
        return replace(request, body=json.dumps(_changed(random, json.loads(request.body))).encode())
    fields = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
    if "payload" in fields:
        fields["payload"] = json.dumps(_changed(random, json.loads(fields["payload"])))
    else:
        fields = {name: str(value) for name, value in _changed(random, fields).items()}
    return replace(request, body=urlencode(fields, errors="replace").encode())


def _changed(random: Random, payload: dict[str, Any]) -> dict[str, Any]:
    for _ in range(random.randrange(1, 4)):
        holder, key = random.choice(_places(payload) or [(payload, "type")])
        if random.random() < 0.3:  # noqa: PLR2004 - a share
            holder.pop(key)
        else:
            holder[key] = deepcopy(random.choice(STRANGE))
    return payload


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Each place that holds a value: its container, and the key or index there."""
    if isinstance(value, dict):
        inner: list[tuple[Any, Any]] = [(value, key) for key in value]
        return inner + [place for child in value.values() for place in _places(child)]
    if isinstance(value, list):
        return [(value, at) for at in range(len(value))] + [place for child in value for place in _places(child)]
    return []


FORGED_SHARE = 0.6
FORGERIES: tuple[tuple[str, Callable[[Random, SlackRequest, int], SlackRequest]], ...] = (
    ("a header is missing", _no_header),
    ("a header comes twice", _twice),
    ("another signature", _another_signature),
    ("a strange signature", _strange_signature),
    ("a strange timestamp", _strange_timestamp),
    ("too old", _old),
    ("from the future", _from_the_future),
    ("another secret", _another_secret),
    ("another body", _body_changed_after_signing),
)
BREAKS: tuple[tuple[str, Callable[[Random, SlackRequest], SlackRequest]], ...] = (
    ("bytes", _bytes_changed),
    ("cut off", _cut_off),
    ("content type", _of_another_type),
    ("large", _large),
    ("nested", _nested),
    ("a part of the payload", _part_changed),
    ("a part of the payload", _part_changed),
    ("a part of the payload", _part_changed),
    ("a part of the payload", _part_changed),
)
