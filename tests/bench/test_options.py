"""Benchmarks with options, and options for benchmarks that have none."""

import pytest

from bench import chaos, http_requests, soak
from bench.__main__ import main

TINY = {"tiny": "tests.bench.tiny"}


def test_chaos_and_soak_take_their_options_by_name():
    assert vars(soak.options().parse_args(["--minutes", "0.5"])) == {"minutes": 0.5}
    chosen = vars(chaos.options().parse_args(["--kills", "3", "--replicas", "1"]))
    assert (chosen["kills"], chosen["replicas"]) == (3, 1)
    assert chaos.Chaos(**chosen).kills == 3


def test_an_option_that_a_benchmark_does_not_have_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["tiny", "--kills", "3"], TINY)

    assert "--kills" in capsys.readouterr().err


def test_options_without_a_name_are_refused(capsys):
    assert main(["--kills", "3"], TINY) == 2


def test_a_short_series_of_requests_that_are_almost_slacks_has_nothing_wrong():
    asked = vars(http_requests.options().parse_args(["--requests", "200", "--seed", "3"]))

    result = http_requests.measure(**asked)

    assert (result.figure, result.details["faults"], result.details["runs_of_replays"]) == (0, 0, 1)
    assert sum(result.details["statuses"].values()) == 200
