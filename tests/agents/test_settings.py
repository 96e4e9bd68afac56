import pytest
from pydantic import ValidationError

from agents.settings import DEFAULT_MODEL, AgentSettings, Timeouts


@pytest.fixture(autouse=True)
def no_region(monkeypatch):
    for name in ("RAYGEN_REGION", "AWS_REGION", "AWS_DEFAULT_REGION", "RAYGEN_MODEL"):
        monkeypatch.delenv(name, raising=False)


def test_the_default_model_is_haiku_on_bedrock():
    assert AgentSettings().model == DEFAULT_MODEL == "bedrock:global.anthropic.claude-haiku-4-5-20251001-v1:0"


def test_each_name_of_the_environment_reaches_its_field(monkeypatch):
    monkeypatch.setenv("RAYGEN_MODEL", "cookbook")
    monkeypatch.setenv("RAYGEN_CODEGEN_RUNTIME_ARN", "arn:codegen")
    monkeypatch.setenv("RAYGEN_SUPERVISOR_RUNTIME_ARN", "arn:supervisor")
    monkeypatch.setenv("RAYGEN_MODEL_FALLBACKS", "openai:gpt-5, ollama:qwen3:8b,")
    monkeypatch.setenv("RAYGEN_MODEL_PRICES", '{"gpt-5": [1.25, 10]}')
    monkeypatch.setenv("RAYGEN_GATEWAY_URL", "https://gateway/mcp")
    monkeypatch.setenv("RAYGEN_MAX_WAIT_SECONDS", "20")

    settings = AgentSettings()

    assert settings.model == "cookbook"
    assert (settings.codegen_runtime_arn, settings.supervisor_runtime_arn) == ("arn:codegen", "arn:supervisor")
    assert settings.model_fallbacks == ("openai:gpt-5", "ollama:qwen3:8b")
    assert settings.model_prices == {"gpt-5": (1.25, 10.0)}
    assert settings.gateway_url == "https://gateway/mcp"
    assert settings.timeouts.max_wait_seconds == 20


def test_the_region_of_the_aws_tools_is_honoured_and_ours_goes_before_it(monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert AgentSettings().region == "eu-west-1"

    monkeypatch.setenv("RAYGEN_REGION", "eu-central-1")
    assert AgentSettings().region == "eu-central-1"


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ("max_wait_seconds", "lambda_timeout_seconds"),
        ("lambda_timeout_seconds", "gateway_read_timeout_seconds"),
        ("gateway_read_timeout_seconds", "runtime_read_timeout_seconds"),
    ],
)
def test_a_hop_that_does_not_outlast_the_one_below_it_is_refused_by_name(inner, outer):
    equal = getattr(Timeouts(), outer)

    with pytest.raises(ValidationError, match=f"RAYGEN_{inner.upper()} must be less than RAYGEN_{outer.upper()}"):
        Timeouts(**{inner: equal})


def test_a_target_name_that_a_gateway_could_not_have_is_refused():
    with pytest.raises(ValidationError):
        AgentSettings(gateway_target="ray_code")


def test_keys_do_not_show_in_a_repr(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")

    settings = AgentSettings()

    assert settings.providers.openai_api_key.get_secret_value() == "sk-very-secret"
    assert "sk-very-secret" not in repr(settings)
