import pytest

from sandbox.data_directory import DataDirectory
from sandbox.errors import CannotStart


def test_a_directory_of_its_own_goes_with_the_sandbox():
    directory = DataDirectory(None)
    directory.open()

    directory.close()

    assert not directory.path.exists()


def test_a_directory_that_was_named_is_made_and_stays(tmp_path):
    directory = DataDirectory(tmp_path / "deep" / "data")
    directory.open()

    directory.close()

    assert directory.path.is_dir()


def test_two_sandboxes_do_not_share_one(tmp_path):
    first, second = DataDirectory(tmp_path), DataDirectory(tmp_path)
    first.open()

    with pytest.raises(CannotStart, match="Another sandbox keeps its state"):
        second.open()
    first.close()

    second.open()
    second.close()


def test_what_is_no_directory_is_said(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(CannotStart, match="Choose another one with --data"):
        DataDirectory(tmp_path / "file").open()
