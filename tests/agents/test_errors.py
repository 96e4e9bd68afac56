import inspect
import re
from typing import get_args

import pytest

from agents import errors
from agents.wire import ErrorCode, WireError

TREE = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.AgentError) and kind is not errors.RemoteFailure
]


@pytest.mark.parametrize("kind", TREE, ids=lambda kind: kind.__name__)
def test_each_error_has_a_code_of_the_wire_and_a_sentence_that_ends(kind):
    error = kind().to_wire()

    assert error.code in get_args(ErrorCode)
    assert re.fullmatch(r"[A-Z].*\.", error.message)


def test_the_docstring_draws_the_whole_tree():
    drawn = set(re.findall(r"[├└]── (\w+)", errors.__doc__)) | {"AgentError"}

    assert drawn == {kind.__name__ for kind in [*TREE, errors.RemoteFailure]}


def test_a_remote_failure_is_passed_on_as_it_is():
    remote = WireError(code="model_throttled", message="Wait a minute.")

    assert errors.RemoteFailure(remote).to_wire() == remote


def test_a_particular_sentence_replaces_the_general_one():
    error = errors.BadRequest("The prompt is empty. Write one.")

    assert error.to_wire() == WireError(code="bad_request", message="The prompt is empty. Write one.")
