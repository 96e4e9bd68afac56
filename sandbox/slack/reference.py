"""What Slack's reference says of each method that is served: arguments, scopes, rate tier, kind of token.

The data, `methods.json`, comes from public MIT-licensed collections of Slack's API reference. Argument kinds are
`string`, `boolean`, `integer`, `json` (an object or an array, sent as JSON or as JSON in a string), with `!` after
those that are required.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Argument:
    """One argument; `kinds` are the types that are accepted."""

    kinds: tuple[str, ...]
    required: bool


@dataclass(frozen=True)
class MethodReference:
    """One method of the Web API."""

    name: str
    tier: str
    scopes: tuple[str, ...]
    arguments: Mapping[str, Argument]
    accepts_json: bool
    app_token: bool
    anonymous: bool


def read_reference() -> dict[str, MethodReference]:
    """Every method that is served, by name."""
    data = json.loads(files(__package__).joinpath("methods.json").read_text(encoding="utf-8"))
    return {name: _method(name, entry) for name, entry in data["methods"].items()}


def _method(name: str, entry: Mapping[str, Any]) -> MethodReference:
    return MethodReference(
        name=name,
        tier=entry["tier"],
        scopes=tuple(entry["scopes"]),
        arguments={argument: _argument(kind) for argument, kind in entry["args"].items()},
        accepts_json=bool(entry.get("json", False)),
        app_token=entry.get("token") == "app",
        anonymous=entry.get("token") == "none",
    )


def _argument(kind: str) -> Argument:
    return Argument(tuple(kind.rstrip("!").split("|")), kind.endswith("!"))
