"""What older releases of Ray cannot do that the tests expect: each a failure that has to happen.

The labels were made with the newest release. A test that is named here and passes is as wrong as one that fails and is
not: then the entry goes.
"""

from collections.abc import Iterable
from typing import NamedTuple

Release = tuple[int, ...]


class Limit(NamedTuple):
    """A test, named by a part of its name, that fails on releases before `before`, and why no wrapper can help it."""

    test: str
    before: Release
    why: str


LIMITS = (
    Limit("13_worker_killed", (2, 20), "a dead actor's error was RayActorError; ActorUnavailableError came later"),
    Limit("15b_init_json", (2, 60), "ray.LoggingConfig, once there was one, knew no JSON"),
    Limit("22_serialization_error", (2, 60), "inspect_serializability, which the program calls, worded it otherwise"),
    Limit("32_train", (2, 60), "there was no ray.train.v2, which the program imports"),
)
"""`before` is the first of 2.9.3, 2.20.0, 2.40.0 and 2.60.0 whose source has what is missing."""


class Surprises(NamedTuple):
    """Tests that failed without being named here, and limits of which no test has shown anything."""

    failed: tuple[str, ...]
    passed: tuple[Limit, ...]


def release_of(text: str) -> Release:
    """`(2, 9, 3)` of `2.9.3`."""
    return tuple(int(part) for part in text.split(".")[:3] if part.isdecimal())


def limits_of(release: str, limits: Iterable[Limit] = LIMITS) -> tuple[Limit, ...]:
    """Those that hold for a release."""
    return tuple(limit for limit in limits if release_of(release) < limit.before)


def surprises(
    release: str, passed: Iterable[str], failed: Iterable[str], limits: Iterable[Limit] = LIMITS
) -> Surprises:
    """What differs from what is known of the release, given the names of the tests that were run."""
    known = limits_of(release, limits)
    unknown = tuple(name for name in failed if not any(limit.test in name for limit in known))
    names = tuple(passed)
    return Surprises(unknown, tuple(limit for limit in known if any(limit.test in name for name in names)))
