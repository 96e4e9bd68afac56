"""Whose a log record is, by the source files of those who made it."""

import logging
import threading

import pytest

from agents.cluster.driver.worker import library_of, made_for_ray

FILES = {
    "ray": "/venv/lib/python3.11/site-packages/ray/_private/node.py",
    "filelock": "/venv/lib/python3.11/site-packages/filelock/_api.py",
    "sklearn": "/venv/lib/python3.11/site-packages/sklearn/base.py",
    "program": "/home/user/program.py",
    "python": threading.__file__,
}


def rays(*callers: str) -> bool:
    """Whether a record is Ray's that the last of these makes, each called by the one before."""
    found = []
    logger = logging.getLogger("a library's").getChild(callers[0])
    logger.setLevel(logging.DEBUG)
    logger.callHandlers = lambda record: found.append(made_for_ray(record))
    source = "def call():\n    called()\n"
    function = None
    for name in reversed(callers):
        last = "def call():\n    logger.debug('a record')\n"
        space = {"called": function, "logger": logger}
        exec(compile(source if function else last, FILES[name], "exec"), space)  # noqa: S102  # under a file name of its own
        function = space["call"]
    function()
    return found == [True]


@pytest.mark.parametrize(
    "callers",
    [
        ("program", "ray", "filelock"),
        ("program", "ray", "python", "filelock", "filelock"),
        ("python", "ray", "python"),
    ],
)
def test_what_a_library_logs_because_ray_called_it_is_rays(callers):
    assert rays(*callers)


@pytest.mark.parametrize(
    "callers",
    [
        ("program",),
        ("ray", "program"),
        ("ray", "program", "filelock"),
        ("program", "python", "filelock"),
        ("ray", "sklearn", "filelock"),
        ("program", "ray", "sklearn"),
        ("program", "python"),
    ],
)
def test_what_the_program_or_a_library_of_its_own_logs_is_the_users(callers):
    assert not rays(*callers)


@pytest.mark.parametrize("name", ["ray", "filelock", "sklearn", "python"])
def test_a_library_is_known_by_its_place(name):
    assert library_of(FILES[name]) == name


def test_a_module_of_one_file_is_a_library_too():
    assert library_of("/venv/lib/python3.11/site-packages/six.py") == "six"
