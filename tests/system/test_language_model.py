"""The same way with a language model behind an OpenAI-compatible address, as one finds on a developer's machine."""

import pytest

from sandbox.system import Sandbox
from tests.fakes.openai_server import PROGRAM, OpenAIServer
from tests.system.conftest import Desk
from tests.system.test_the_way_of_a_request import rows


@pytest.mark.parametrize("prose", [False, True], ids=["by tool call", "in prose around a fence"])
async def test_a_language_models_program_is_validated_shown_and_run(tmp_path, monkeypatch, prose):
    async with OpenAIServer(prose=prose) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        async with Sandbox(model="openai:small-model", say=lambda _: None, data=tmp_path) as sandbox:
            thread = await Desk(sandbox).ask("Greet me")
            card = await thread.card()
            await thread.click(card, "run_code")
            ended = await thread.card("ended_run")

            ((code,),) = rows(sandbox, "select code from code_versions")
            assert code.strip() == PROGRAM.strip()
            assert "small-model" in str(card.blocks)
            assert "Hello from a language model" in str(ended.blocks)
            assert {r["model"] for r in server.requests} == {"small-model"}
            assert not any(sandbox.ray.address in str(r) for r in server.requests)
