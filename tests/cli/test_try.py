"""What the words of `raygen try` ask for, and which of them do not go together."""

import pytest

from cli.__main__ import main, parser
from cli.trying import conversation_of
from cli.ways import Wishes
from sandbox.system import Sandbox


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "hello.py"
    path.write_text("print('Hello')\n")
    return path


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say what the code should do"),
        (["x", "--file", "/no/such.csv"], "/no/such.csv is no file that can be read"),
        (["x", "--take-back"], "there is nothing to delete"),
        (["x", "--stop", "running"], "nothing runs without it"),
        (["x", "--approver", "approve"], "without it nothing waits for one"),
        (["x", "--as", "nobody"], "invalid choice"),
        (["x", "--set", "RAYGEN_CLUSTER"], "is no setting: write RAYGEN_"),
        (["x", "--set", "PATH=/tmp"], "is no setting: write RAYGEN_"),
        (["x", "--crowd", "-1"], "is no number of requests: give one from 0 to 100"),
    ],
)
def test_what_does_not_go_together_is_said_before_anything_is_started(capsys, words, said):
    with pytest.raises(SystemExit):
        main(["try", *words])

    assert said in capsys.readouterr().err


def test_files_belong_to_messages(capsys, program):
    with pytest.raises(SystemExit):
        main(["try", "x", "--file", str(program), "--by", "command"])

    assert "Slack attaches files to messages alone" in capsys.readouterr().err


def test_every_option_reaches_the_conversation(program):
    words = ["--run", "--stop", "running", "--crowd", "2", "--as", "engineer", "--set", "RAYGEN_CLUSTER=10.0.0.1=x"]

    wanted = conversation_of(parser().parse_args(["try", "--code", str(program), *words]))

    assert wanted.wishes == Wishes(run=True, stop="running", crowd=2)
    assert (wanted.person, wanted.settings) == ("engineer", {"RAYGEN_CLUSTER": "10.0.0.1=x"})
    assert wanted.provider == f"file:{program}"


def test_a_setting_reaches_every_part_of_the_sandbox(tmp_path):
    sandbox = Sandbox(model="cookbook", say=print, data=tmp_path, settings={"RAYGEN_CLUSTER": "10.0.0.9"})

    parts = [sandbox._bot_environment(), sandbox._agent_environment(8080), sandbox._lambda_environment()]

    assert [part["RAYGEN_CLUSTER"] for part in parts] == ["10.0.0.9"] * 3
