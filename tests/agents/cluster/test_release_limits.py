"""The table of what older releases cannot do, and what the command makes of it."""

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


def test_every_limit_names_a_labelled_program():
    names = {case.name for case in CASES}

    assert {limit.test.partition("-")[0] for limit in LIMITS} <= names
