import pytest
from strands.session.file_session_manager import FileSessionManager

from agents.supervisor.memory import memory
from tests.agents.conftest import HOSTILE, SESSION
from tests.agents.supervisor.rig import GENERATE, rig, validate_the_last

OTHER = "thread-" + "b" * 40


@pytest.fixture
def remember(tmp_path):
    return memory(str(tmp_path / "threads"), None)


def test_the_next_turn_of_a_thread_remembers_the_last(remember):
    rig("Hello Ada!", remember=remember).generate("I am Ada")
    later = rig("Ada.", remember=remember)

    later.generate("Who am I?")

    assert "I am Ada" in later.model.words


def test_threads_do_not_read_each_others_memory(remember):
    rig("Noted.", remember=remember).generate("the password is xyzzy", session=SESSION)
    other = rig("I do not know.", remember=remember)

    other.generate("what is the password?", session=OTHER)

    assert "xyzzy" not in other.model.words


def test_the_memory_holds_no_code(remember, tmp_path):
    rig(GENERATE, validate_the_last, programs=[HOSTILE], remember=remember).generate("Write it", code="old = 'code'")

    kept = "".join(path.read_text() for path in (tmp_path / "threads").rglob("*.json"))

    assert "Write it" in kept
    assert "literal" not in kept
    assert "old = " not in kept


def test_a_reference_never_means_another_program_in_a_later_turn(remember):
    rig(GENERATE, validate_the_last, remember=remember).generate()
    later = rig(GENERATE, validate_the_last, remember=remember)

    later.generate(code="x = 1")

    assert "current program is code-2" in later.model.requests[0]["system_prompt"]
    assert "code-3" in later.model.words


def test_a_thread_without_a_store_remembers_nothing():
    remember = memory("", None)
    rig("Hello Ada!", remember=remember).generate("I am Ada")
    later = rig("I do not know.", remember=remember)

    later.generate("Who am I?")

    assert "Ada" not in later.model.words


def test_a_directory_is_a_file_store_and_an_s3_address_a_bucket(tmp_path, monkeypatch):
    built = []
    monkeypatch.setattr(
        "agents.supervisor.memory.S3SessionManager", lambda *args, **kwargs: built.append((args, kwargs))
    )

    memory("s3://bucket/threads/v1/", "eu-west-1")(SESSION)

    assert built == [((SESSION, "bucket", "threads/v1"), {"region_name": "eu-west-1"})]
    assert isinstance(memory(str(tmp_path), None)(SESSION), FileSessionManager)
