import pytest

from agents.backoff import Backoff


class Refused(Exception):
    pass


class Work:
    def __init__(self, *failures):
        self.failures = list(failures)
        self.calls = 0

    def __call__(self):
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "done"


def test_work_that_succeeds_is_done_once():
    work, waits = Work(), []

    answer = Backoff(wait=waits.append).call(work, errors=(Refused,), retried=lambda _: True)

    assert (answer, work.calls, waits) == ("done", 1, [])


def test_the_pauses_grow_up_to_the_longest():
    work, waits = Work(*[Refused()] * 4), []
    backoff = Backoff(attempts=5, first=1, longest=3, wait=waits.append, chance=lambda: 1.0)

    backoff.call(work, errors=(Refused,), retried=lambda _: True)

    assert waits == [1, 2, 3, 3]


def test_chance_shortens_a_pause_so_that_callers_spread():
    work, waits = Work(Refused(), Refused()), []
    backoff = Backoff(first=1, wait=waits.append, chance=lambda: 0.25)

    backoff.call(work, errors=(Refused,), retried=lambda _: True)

    assert waits == [0.25, 0.5]


def test_a_used_up_budget_raises_the_last_failure():
    work, waits = Work(*[Refused()] * 9), []

    with pytest.raises(Refused):
        Backoff(attempts=3, wait=waits.append).call(work, errors=(Refused,), retried=lambda _: True)

    assert (work.calls, len(waits)) == (3, 2)


def test_a_failure_that_is_not_to_be_retried_goes_on_at_once():
    work, waits = Work(Refused()), []

    with pytest.raises(Refused):
        Backoff(wait=waits.append).call(work, errors=(Refused,), retried=lambda _: False)

    assert (work.calls, waits) == (1, [])


def test_an_exception_of_another_kind_is_none_of_its_business():
    work = Work(KeyError())

    with pytest.raises(KeyError):
        Backoff(wait=lambda _: None).call(work, errors=(Refused,), retried=lambda _: True)

    assert work.calls == 1
