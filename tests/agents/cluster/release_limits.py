"""What older releases of Ray cannot do that the tests expect: each a failure that has to happen, or one that may.

The labels were made with the newest release. A test that is named as failing and passes is as wrong as one that fails
and is not named: then the entry goes.
"""

from collections.abc import Iterable
from typing import NamedTuple

Release = tuple[int, ...]


class Limit(NamedTuple):
    """A test, named by a part of its name, that fails on releases before `before`, and why no wrapper can help it.

    With `at_times` it fails or passes as the head happens to answer.
    """

    test: str
    before: Release
    why: str
    at_times: bool = False


SILENT = "its head may say nothing of a job until every driver has answered it (ray-project/ray#46335)"
NEEDS_RAYS_WORD = (
    "25_stopped_midway",
    "test_tasks_that_can_never_run_are_told_with_what_the_cluster_lacks",
    "test_a_job_that_waits_for_room_says_for_what",
    "test_where_each_line_comes_from_is_told_to_who_asks_and_rays_own_lines_too",
    "test_a_bar_in_a_worker_moves_and_is_one_line_in_the_end",
)
"""They stop a run, ask what it waits for, or follow it closely, and wait as long as the head does."""

LIMITS = (
    Limit("13_worker_killed", (2, 20), "a dead actor's error was RayActorError; ActorUnavailableError came later"),
    Limit("15b_init_json", (2, 60), "ray.LoggingConfig, once there was one, knew no JSON"),
    Limit("22_serialization_error", (2, 60), "inspect_serializability, which the program calls, worded it otherwise"),
    Limit("32_train", (2, 60), "there was no ray.train.v2, which the program imports"),
    *(Limit(test, (2, 10), SILENT, at_times=True) for test in NEEDS_RAYS_WORD),
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
    return Surprises(
        unknown, tuple(limit for limit in known if not limit.at_times and any(limit.test in name for name in names))
    )
