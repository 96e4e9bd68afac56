import asyncio
import json

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route

from agents.errors import ModelMisconfigured
from agents.models import open_model, open_models, warm_up
from agents.settings import AgentSettings, ProviderSettings
from agents.usage import FREE
from tests.agents.serving import served

NOTHING_SET = ProviderSettings.model_construct(
    openai_base_url=None,
    openai_api_key=None,
    anthropic_api_key=None,
    ollama_host=None,
    gemini_api_key=None,
    mistral_api_key=None,
)


def test_an_unknown_provider_is_answered_with_the_known_ones():
    with pytest.raises(
        ModelMisconfigured, match=r"«chatgpt» is not .* cookbook, file, bedrock, .*RAYGEN_MODEL|cookbook"
    ):
        open_model("chatgpt:5", NOTHING_SET)


@pytest.mark.parametrize("spec", ["openai", "bedrock:", "file"])
def test_a_provider_without_a_models_name_is_refused(spec):
    with pytest.raises(ModelMisconfigured, match="names no model"):
        open_model(spec, NOTHING_SET)


@pytest.mark.parametrize(
    ("spec", "variable"), [("openai:gpt-5", "OPENAI_API_KEY"), ("anthropic:claude-haiku-4-5", "ANTHROPIC_API_KEY")]
)
def test_a_missing_key_is_said_with_the_name_of_its_variable(spec, variable):
    with pytest.raises(ModelMisconfigured, match=f"Set {variable}"):
        open_model(spec, NOTHING_SET)


@pytest.mark.parametrize("provider", ["litellm", "mistral", "gemini"])
def test_a_missing_package_is_said_with_what_to_install(provider):
    with pytest.raises(ModelMisconfigured, match=rf"pip install 'strands-agents\[{provider}\]'"):
        open_model(f"{provider}:some-model", NOTHING_SET)


def test_bedrock_needs_no_key_of_its_own_and_keeps_the_colons_of_a_models_name(monkeypatch):
    monkeypatch.setenv("AWS_REGION", "us-east-1")

    opened = open_model("bedrock:global.anthropic.claude-haiku-4-5-20251001-v1:0", NOTHING_SET)

    assert opened.model.get_config()["model_id"] == "global.anthropic.claude-haiku-4-5-20251001-v1:0"
    assert opened.display_name == "global.anthropic.claude-haiku-4-5-20251001-v1:0 on Amazon Bedrock"
    assert not opened.offline


def test_bedrock_is_asked_in_the_region_of_the_settings(monkeypatch):
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    opened = open_model("bedrock:some-model", NOTHING_SET, region="eu-west-1")

    assert opened.model.client.meta.region_name == "eu-west-1"


def test_the_cookbook_says_that_it_is_no_language_model():
    opened = open_model("cookbook", NOTHING_SET)

    assert opened.offline
    assert "not a language model" in opened.display_name


def test_a_file_says_that_it_is_no_language_model(tmp_path):
    (tmp_path / "hello.py").write_text("print('hello')")

    opened = open_model(f"file:{tmp_path / 'hello.py'}", NOTHING_SET)

    assert (opened.display_name, opened.offline) == ("a file, not a language model", True)


def test_warming_up_says_what_is_missing_and_lets_the_runtime_start(caplog):
    warm_up(AgentSettings(model="openai:gpt-5", providers=NOTHING_SET))

    assert "Set OPENAI_API_KEY" in caplog.text


class CompatibleServer:
    """The least of OpenAI's chat completions that a streaming client needs."""

    def __init__(self):
        self.requests = []
        self.app = Starlette(routes=[Route("/v1/chat/completions", self.complete, methods=["POST"])])

    async def complete(self, request):
        self.requests.append((request.headers["authorization"], await request.json()))
        chunk = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "qwen",
            "choices": [{"index": 0, "delta": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}],
        }
        body = f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n"
        return StreamingResponse(iter([body]), media_type="text/event-stream")


def test_an_openai_compatible_server_of_ones_own_needs_no_key():
    server = CompatibleServer()

    async def ask(model):
        return [event async for event in model.stream([{"role": "user", "content": [{"text": "hello"}]}])]

    with served(server.app) as address:
        opened = open_model("openai:qwen", NOTHING_SET.model_copy(update={"openai_base_url": f"{address}/v1"}))
        events = asyncio.run(ask(opened.model))

    (authorization, body), *others = server.requests
    assert (authorization, body["model"], others) == ("Bearer none", "qwen", [])
    assert {"contentBlockDelta": {"delta": {"text": "hi"}}} in events


def test_the_models_of_the_settings_stand_in_for_each_other_and_those_that_cannot_be_built_are_left_out(caplog):
    settings = AgentSettings(
        model="cookbook",
        model_fallbacks="openai:gpt-5,ollama:qwen3:8b",
        model_patience_seconds=7,
        providers=NOTHING_SET,
    )

    opened = open_models(settings)

    assert (opened.display_name, opened.patience.budget) == (open_model("cookbook", NOTHING_SET).display_name, 7)
    assert [model.display_name for model in opened.fallbacks] == ["qwen3:8b on Ollama"]
    assert "Set OPENAI_API_KEY" in caplog.text


def test_a_first_model_that_cannot_be_built_is_said():
    with pytest.raises(ModelMisconfigured, match="OPENAI_API_KEY"):
        open_models(AgentSettings(model="openai:gpt-5", model_fallbacks="cookbook", providers=NOTHING_SET))


@pytest.mark.parametrize("model", ["cookbook", "ollama:qwen3:8b"])
def test_what_runs_on_ones_own_machine_costs_nothing(model):
    assert open_models(AgentSettings(model=model, providers=NOTHING_SET)).price == FREE


@pytest.mark.parametrize(
    "spec", ["bedrock:global.anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic:claude-haiku-4-5"]
)
def test_prompts_are_cached_where_the_provider_can(monkeypatch, spec):
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    settings = NOTHING_SET.model_copy(update={"anthropic_api_key": SecretStr("sk-ant")})
    model = open_model(spec, settings).model
    tool = {"name": "t", "description": "T.", "inputSchema": {"json": {"type": "object", "properties": {}}}}
    messages = [{"role": "user", "content": [{"text": "hello"}]}]

    request = model.format_request(messages, [tool], system_prompt_content=[{"text": "You write."}])

    assert "cache" in json.dumps(request.get("toolConfig") or request["tools"])
    assert "cache" in json.dumps(request["system"])
