import pytest
from strands import Agent, tool

from agents.errors import ModelMisconfigured
from agents.file_model import FileModel
from tests.agents.conftest import HOSTILE


def test_the_file_is_submitted_byte_for_byte(tmp_path):
    path = tmp_path / "hostile.py"
    path.write_bytes(HOSTILE.encode())
    submitted = []

    @tool
    def submit_program(code: str, title: str, explanation: str) -> str:
        """Hand it in."""
        submitted.append((code, title, explanation))
        raise KeyboardInterrupt  # enough: without the agent's own hook the file would be submitted for ever

    agent = Agent(model=FileModel.read(str(path)), tools=[submit_program], callback_handler=None)
    with pytest.raises(KeyboardInterrupt):
        agent("anything")

    assert submitted == [(HOSTILE, "hostile.py", "")]


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["no file", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_said_as_a_setting_to_correct(tmp_path, content):
    path = tmp_path / "program.py"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ModelMisconfigured, match="RAYGEN_MODEL"):
        FileModel.read(str(path))
