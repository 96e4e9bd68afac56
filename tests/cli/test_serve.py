"""What may keep a sandbox from starting, each with a sentence that says what to do."""

import socket
import sqlite3

import pytest

from cli.__main__ import CANNOT_START, main
from cli.serve import memory_warning
from sandbox.errors import CannotStart
from sandbox.ray_head import RayHead
from sandbox.system import Sandbox


def test_a_port_in_use_is_said_with_what_to_do(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        code = main(["sandbox", "--port", str(port)])

    assert code == CANNOT_START
    said = capsys.readouterr().err
    assert f"Port {port} is in use. Choose another one with --port, or stop what listens there." in said
    assert "Traceback" not in said


def test_a_state_of_something_else_is_said_and_left_as_it_is(capsys, tmp_path):
    database = tmp_path / "slack.sqlite3"
    with sqlite3.connect(database) as other:
        other.execute("create table surroundings (body text not null)")
        other.execute("""insert into surroundings values ('{"of": "another program"}')""")
    other.close()

    code = main(["sandbox", "--port", "0", "--data", str(tmp_path)])

    with sqlite3.connect(database) as kept:
        rows = kept.execute("select body from surroundings").fetchall()
    kept.close()
    assert code == CANNOT_START
    assert "Choose another directory with --data." in capsys.readouterr().err
    assert rows == [('{"of": "another program"}',)]


def test_a_directory_that_cannot_be_made_is_said(capsys, tmp_path):
    (tmp_path / "file").write_text("")

    code = main(["sandbox", "--port", "0", "--data", str(tmp_path / "file" / "data")])

    assert code == CANNOT_START
    assert "cannot be written (Not a directory). Choose another one with --data." in capsys.readouterr().err


async def test_a_missing_ray_is_said_and_nothing_is_left_running(tmp_path):
    sandbox = Sandbox(model="cookbook", say=lambda _: None, data=tmp_path)
    sandbox.ray = RayHead(python=str(tmp_path / "python"))

    with pytest.raises(CannotStart, match="Ray is not installed here: run `make setup`"):
        async with sandbox:
            pass

    assert [child.name for child in sandbox.children.values() if child.process.returncode is None] == []


@pytest.mark.parametrize("command", [["sandbox"], ["try", "Say hello"]])
def test_missing_packages_are_said_with_the_command_that_installs_them(monkeypatch, capsys, command):
    monkeypatch.setattr("cli.__main__.SANDBOX_PACKAGES", ("a_package_that_nobody_has",))

    code = main(command)

    assert code == CANNOT_START
    assert "pip install 'raygen[sandbox]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("meminfo", "warned"),
    [
        ("MemTotal: 8000000 kB\nMemAvailable:  800000 kB\n", True),
        ("MemTotal: 8000000 kB\nMemAvailable: 4000000 kB\n", False),
        ("MemTotal: 8000000 kB\n", False),
    ],
)
def test_too_little_memory_is_said_before_programs_are_ended_for_it(tmp_path, meminfo, warned):
    path = tmp_path / "meminfo"
    path.write_text(meminfo)

    said = memory_warning(path)

    assert (said != "") is warned
    assert not said or said.startswith("Only 0.8 GB of memory are free, and about 2 are needed: close")


def test_where_nobody_knows_how_much_memory_is_free_nothing_is_said(tmp_path):
    assert memory_warning(tmp_path / "none") == ""


@pytest.mark.parametrize("port", ["-1", "70000", "http", "８０"])
def test_what_is_no_port_is_said(capsys, port):
    with pytest.raises(SystemExit):
        main(["sandbox", "--port", port])

    assert "is not a port: give a number from 0 to 65535" in capsys.readouterr().err
