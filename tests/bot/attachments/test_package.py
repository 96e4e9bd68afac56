from importlib.resources import files

import pytest

from agents.cluster.package import INPUTS
from bot.attachments import package
from bot.attachments.package import DIRECTORY, pack
from bot.errors import BadRequest


@pytest.fixture
def directory(tmp_path):
    place = tmp_path / "files"
    place.mkdir()
    (place / "b.csv").write_bytes(b"x,y\n1,2\n")
    (place / "ä.txt").write_bytes(b"hello")
    return place


def test_bot_lambda_and_wrapper_mean_the_same_directory():
    driver = files("agents.cluster") / "driver"

    assert DIRECTORY == INPUTS
    assert all(f'"{DIRECTORY}"' in (driver / name).read_text() for name in ("inputs.py", "worker.py"))
    assert not DIRECTORY.isidentifier()  # no import can name it


def test_the_same_files_make_the_same_package_whenever_they_are_packed(directory, tmp_path):
    first = pack(directory, ["ä.txt", "b.csv"], tmp_path / "1.zip")
    (directory / "b.csv").touch()
    second = pack(directory, ["b.csv", "ä.txt"], tmp_path / "2.zip")

    assert first.package == second.package
    assert first.package.size == (tmp_path / "1.zip").stat().st_size


def test_a_package_that_ray_would_not_take_is_refused(directory, tmp_path, monkeypatch):
    monkeypatch.setattr(package, "MAX_INPUT_BYTES", 10)

    with pytest.raises(BadRequest, match="files_too_large"):
        pack(directory, ["b.csv"], tmp_path / "1.zip")
