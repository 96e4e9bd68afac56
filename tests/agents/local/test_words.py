import pytest

from agents.local.words import asks_for_no_program
from evals.request import load_requests


@pytest.mark.parametrize(
    "request_",
    ["hi", "Hello there!", "help", "what is Ray?", "What's an actor", "why should I use it", "who are you?", "", "?!"],
)
def test_a_greeting_or_a_question_asks_for_no_program(request_):
    assert asks_for_no_program(request_)


@pytest.mark.parametrize(
    "request_",
    [
        "Create a Ray task that returns Hello",
        "how many primes are there below 1000?",
        "What is the sum of the squares of the first ten numbers?",
        "which words are most frequent? count them in parallel",
        "hello world with an actor",
        *(request.prompt for request in load_requests()),
    ],
)
def test_a_request_asks_for_one(request_):
    assert not asks_for_no_program(request_)
