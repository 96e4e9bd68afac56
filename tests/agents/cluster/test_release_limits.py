"""The table of what older releases cannot do, and what the command makes of it."""

from pathlib import Path

import pytest

from tests.agents.cluster.labelled import CASES
from tests.agents.cluster.release_limits import LIMITS, Limit, limits_of, surprises

OLD = Limit("15b_init_json", (2, 38), "it has no LoggingConfig")


@pytest.mark.parametrize(
    ("release", "holds"), [("2.9.3", True), ("2.37.0", True), ("2.38.0", False), ("2.60.0", False)]
)
def test_a_limit_holds_for_the_releases_before_the_one_that_lifts_it(release, holds):
    assert (limits_of(release, [OLD]) == (OLD,)) == holds


def test_a_failure_that_is_known_is_none():
    assert surprises("2.9.3", ["a"], ["labelled[15b_init_json-cold]"], [OLD]) == ((), ())


def test_a_failure_that_is_not_known_is_one():
    assert surprises("2.40.0", [], ["labelled[15b_init_json-cold]"], [OLD]).failed == ("labelled[15b_init_json-cold]",)


def test_a_limit_that_shows_nothing_any_more_is_told():
    assert surprises("2.9.3", ["labelled[15b_init_json-cold]"], [], [OLD]).passed == (OLD,)


@pytest.mark.parametrize(("passed", "failed"), [(["stops"], []), ([], ["stops"])])
def test_what_fails_at_times_is_no_surprise_either_way(passed, failed):
    assert surprises("2.9.3", passed, failed, [Limit("stops", (2, 10), "the head is silent", at_times=True)]) == (
        (),
        (),
    )


def test_every_limit_names_a_labelled_program_or_a_test():
    programs = {case.name for case in CASES}
    ends = (Path(__file__).parent / "test_ends_on_ray.py").read_text(encoding="utf-8")

    unknown = {limit.test for limit in LIMITS if limit.test not in programs and f"def {limit.test}(" not in ends}
    assert not unknown
