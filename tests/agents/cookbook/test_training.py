"""The shipped judgement is what training gives, and it is right about requests that it has not seen."""

import pytest

from agents.cookbook.asked import load_asked, load_asked_otherwise
from agents.cookbook.evidence import load_judgement
from agents.cookbook.training import FOLDS, Tried, crossed, trained, tried

RIGHT_AT_LEAST = 0.95
WRONG_AT_MOST = 0.02
ANSWERED_AT_MOST = 0.04


@pytest.fixture(scope="module")
def requests() -> list[Tried]:
    return tried(load_asked(), load_asked_otherwise())


@pytest.fixture(scope="module")
def judged(requests) -> list[tuple[Tried, str | None]]:
    return list(crossed(requests))


def test_every_request_is_in_one_fold():
    asked = load_asked()

    folds = [asked.fold(number, FOLDS)[1] for number in range(FOLDS)]

    assert sorted(text for fold in folds for _, text in fold.answered) == sorted(text for _, text in asked.answered)
    assert sorted(text for fold in folds for text in fold.declined) == sorted(asked.declined)


def test_a_fold_is_left_out_of_what_is_kept():
    kept, left_out = load_asked().fold(1, FOLDS)

    assert not set(kept.answered) & set(left_out.answered)
    assert not set(kept.declined) & set(left_out.declined)


def test_the_shipped_judgement_is_what_training_gives(requests):
    found, shipped = trained(requests), load_judgement()

    assert found.weights == pytest.approx(shipped.weights, abs=1e-3)
    assert (found.bias, found.threshold) == pytest.approx((shipped.bias, shipped.threshold), abs=1e-3)


def test_the_right_recipe_answers_at_least_95_of_100_requests_that_the_book_has_not_seen(judged):
    found = [(request.name, request.text, recipe) for request, recipe in judged if request.name]

    missed = [each for each in found if each[0] != each[2]]
    wrong = [each for each in missed if each[2] is not None]

    assert 1 - len(missed) / len(found) >= RIGHT_AT_LEAST
    assert len(wrong) / len(found) <= WRONG_AT_MOST, wrong


def test_at_most_4_of_100_requests_outside_the_book_are_answered_that_it_has_not_seen(judged):
    outside = [(request.text, recipe) for request, recipe in judged if request.name is None]

    answered = [each for each in outside if each[1]]

    assert len(answered) / len(outside) <= ANSWERED_AT_MOST, answered
