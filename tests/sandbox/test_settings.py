import pytest

from sandbox.environments import REGION
from sandbox.settings import CREDENTIALS
from sandbox.slack import SlackServer
from sandbox.system import Sandbox
from tests.sandbox.slack.conftest import manifest


def test_the_agents_are_told_where_a_models_weights_are(monkeypatch, tmp_path):
    monkeypatch.setenv("RAYGEN_MODEL_PATH", "/models/tiny.gguf")

    environment = Sandbox(model="local", say=print, data=tmp_path)._agent_environment(8080)

    assert environment["RAYGEN_MODEL_PATH"] == "/models/tiny.gguf"


def test_the_agents_look_for_weights_themselves_when_nothing_is_set(monkeypatch, tmp_path):
    monkeypatch.delenv("RAYGEN_MODEL_PATH", raising=False)

    assert "RAYGEN_MODEL_PATH" not in Sandbox(model="local", say=print, data=tmp_path)._agent_environment(8080)


@pytest.fixture
def own_credentials(monkeypatch):
    """Credentials and a region of the shell, as somebody has them who works with AWS."""
    own = {"AWS_ACCESS_KEY_ID": "AKIDOWN", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "token"}
    for name, value in {**own, "AWS_DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(name, value)
    return own


def credentials(environment):
    return {name: value for name, value in environment.items() if name in CREDENTIALS}


MADE_UP = {"AWS_ACCESS_KEY_ID": "sandbox", "AWS_SECRET_ACCESS_KEY": "sandbox"}


@pytest.mark.parametrize("model", ["cookbook", "ollama:llama3.2:3b", "anthropic:claude-haiku-4-5"])
def test_nobodys_aws_credentials_are_used_for_another_model_than_bedrocks(own_credentials, tmp_path, model):
    sandbox = Sandbox(model=model, say=print, data=tmp_path)

    assert credentials(sandbox._agent_environment(8080)) == MADE_UP


async def test_the_agents_of_a_bedrock_model_get_the_shells_credentials_and_region_and_the_bot_does_not(
    own_credentials, tmp_path
):
    async with SlackServer(manifest()) as slack:
        sandbox = Sandbox(model="bedrock:some-model", say=print, data=tmp_path)
        sandbox.slack = slack

        agents, bot = sandbox._agent_environment(8080), sandbox._bot_environment()

    assert credentials(agents) == own_credentials
    assert agents["RAYGEN_REGION"] == "eu-west-1"
    assert credentials(bot) == MADE_UP


def test_a_profile_that_is_not_there_keeps_no_sandbox_from_starting(monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_PROFILE", "gone")

    environment = Sandbox(model="bedrock:some-model", say=print, data=tmp_path)._agent_environment(8080)

    assert environment["RAYGEN_REGION"] == REGION
