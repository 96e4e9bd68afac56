"""A few words to say what a JSON value must look like, with Slack's own wording for what is wrong.

A check takes a value, the JSON pointer to it, and the list that faults are added to. Slack's sentences were read in
public issues that quote its answers ("must be less than 3001 characters [json-pointer:/blocks/0/text/text]").
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

Check = Callable[[Any, str, list[str]], None]
URL = re.compile(r"https?://[^\s/]+\S*")

PRIVATE_HOST = re.compile(r"https?://(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[?::1)", re.IGNORECASE)


def fault(faults: list[str], pointer: str, sentence: str) -> None:
    """Add `sentence` about the value at `pointer`."""
    faults.append(f"{sentence} [json-pointer:{pointer}]")


def string(most: int, least: int = 1) -> Check:
    """A string of `least` to `most` characters."""

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        if not isinstance(value, str):
            fault(faults, pointer, "must provide a string")
        elif len(value) > most:
            fault(faults, pointer, f"must be less than {most + 1} characters")
        elif len(value) < least:
            fault(faults, pointer, f"must be more than {least - 1} characters")

    return check


def url(most: int = 3000) -> Check:
    """An absolute http or https address."""
    length = string(most)

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        length(value, pointer, faults)
        if isinstance(value, str) and not URL.fullmatch(value):
            fault(faults, pointer, "must be a valid url")

    return check


def image_url(most: int = 3000) -> Check:
    """An address that Slack can fetch the image from while it takes the message; its own machine is all it cannot."""
    address = url(most)

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        address(value, pointer, faults)
        if isinstance(value, str) and PRIVATE_HOST.match(value):
            fault(faults, pointer, "downloading image failed")

    return check


def pattern(expression: str, what: str) -> Check:
    """A string of a given form, such as a date."""
    form = re.compile(expression)

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        if not isinstance(value, str) or not form.fullmatch(value):
            fault(faults, pointer, f"must be {what}")

    return check


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        if value not in allowed:
            fault(faults, pointer, f"must be a valid enum value: {', '.join(allowed)}")

    return check


def boolean(value: Any, pointer: str, faults: list[str]) -> None:
    """True or false; Slack takes no "true" here."""
    if not isinstance(value, bool):
        fault(faults, pointer, "must provide a boolean")


def anything(value: Any, pointer: str, faults: list[str]) -> None:
    """A part of which nothing is checked."""


def integer(least: int = 0, most: int = 2**31) -> Check:
    """A whole number within bounds."""

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            fault(faults, pointer, "must provide an integer")
        elif not least <= value <= most:
            fault(faults, pointer, f"must be between {least} and {most}")

    return check


def number(value: Any, pointer: str, faults: list[str]) -> None:
    """A number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        fault(faults, pointer, "must provide a number")


def array(item: Check, most: int, least: int = 1) -> Check:
    """A list of `least` to `most` items that all pass `item`."""

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        if not isinstance(value, list):
            fault(faults, pointer, "must provide an array")
            return
        if len(value) > most:
            fault(faults, pointer, f"no more than {most} items allowed")
        if len(value) < least:
            fault(faults, pointer, f"no fewer than {least} items allowed")
        for index, one in enumerate(value):
            item(one, f"{pointer}/{index}", faults)

    return check


def table(fields: Mapping[str, Check], required: Collection[str] = (), *rules: Check) -> Check:
    """An object with these fields and no others; `rules` see it as a whole."""

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        if not isinstance(value, dict):
            fault(faults, pointer, "must provide an object")
            return
        for name in required:
            if value.get(name) is None:
                fault(faults, pointer, f"missing required field: {name}")
        for name, one in value.items():
            if name not in fields:
                fault(faults, f"{pointer}/{name}", f"invalid additional property: {name}")
            elif one is not None:
                fields[name](one, f"{pointer}/{name}", faults)
        for rule in rules:
            rule(value, pointer, faults)

    return check


def tagged(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` says which of `kinds` it must pass."""

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str):
            fault(faults, pointer, "missing required field: type")
        elif kind not in kinds:
            fault(faults, f"{pointer}/type", f"unsupported type: {kind}")
        else:
            kinds[kind](value, pointer, faults)

    return check


def either(*names: str) -> Check:
    """A rule: at least one of the fields is there."""

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        if not any(value.get(name) for name in names):
            fault(faults, pointer, f"must define at least one of: {', '.join(names)}")

    return check


def not_both(first: str, second: str) -> Check:
    """A rule: the two fields exclude each other."""

    def check(value: Any, pointer: str, faults: list[str]) -> None:
        if value.get(first) is not None and value.get(second) is not None:
            fault(faults, pointer, f"must define either `{first}` or `{second}`, not both")

    return check
