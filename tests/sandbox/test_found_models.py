"""What is found on a machine, each with what makes it so; nobody elsewhere is asked."""

from contextlib import contextmanager

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from agents.local.server import RUNTIME
from agents.local.weights import DEFAULT as WEIGHTS
from agents.settings import DEFAULT_MODEL, ProviderSettings
from sandbox.found_models import MOST_NAMES, FoundModel, look_around
from tests.agents.serving import served, unused_address


@pytest.fixture(autouse=True)
def _bare_machine(monkeypatch, tmp_path):
    """No keys, no credentials, no weights, and no Ollama of the machine that runs the tests."""
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "RAYGEN_MODEL_PATH"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OLLAMA_HOST", unused_address())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


async def found():
    return await look_around(ProviderSettings())


@contextmanager
def answering(path, answer):
    """A server on this machine; its address and the requests that it got."""
    requests = []

    async def respond(request):
        requests.append(dict(request.headers))
        return answer

    with served(Starlette(routes=[Route(path, respond)])) as address:
        yield address, requests


async def test_a_machine_with_nothing_has_nothing():
    assert await found() == ()


async def test_ollamas_models_are_found_by_their_names(monkeypatch):
    tags = JSONResponse({"models": [{"name": "qwen2.5-coder:7b"}, {"name": "llama3.2:3b"}]})
    with answering("/api/tags", tags) as (address, _):
        monkeypatch.setenv("OLLAMA_HOST", address.removeprefix("http://"))
        models = await found()

    assert models == (FoundModel("ollama:qwen2.5-coder:7b", "Ollama"), FoundModel("ollama:llama3.2:3b", "Ollama"))


async def test_a_compatible_servers_models_are_found_and_it_is_sent_no_key(monkeypatch):
    with answering("/v1/models", JSONResponse({"data": [{"id": "my-model"}]})) as (address, requests):
        monkeypatch.setenv("OPENAI_BASE_URL", f"{address}/v1/")
        monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
        models = await found()

    assert models == (FoundModel("openai:my-model", "the server at OPENAI_BASE_URL"),)
    assert "sk-secret" not in str(requests)


@pytest.mark.parametrize(
    "answer",
    [
        PlainTextResponse("hello"),
        JSONResponse([]),
        JSONResponse({"models": 3}),
        JSONResponse(
            {"models": [{"name": 3}, {"name": ""}, {"name": "a b"}, {"name": "x" * 500}, {"name": "\x1b[2J"}]}
        ),
    ],
)
async def test_a_server_that_answers_something_else_has_no_models(monkeypatch, answer):
    with answering("/api/tags", answer) as (address, _):
        monkeypatch.setenv("OLLAMA_HOST", address)

        assert await found() == ()


async def test_of_many_models_a_menu_gets_the_first(monkeypatch):
    tags = JSONResponse({"models": [{"name": f"model-{number}"} for number in range(50)]})
    with answering("/api/tags", tags) as (address, _):
        monkeypatch.setenv("OLLAMA_HOST", address)

        assert len(await found()) == MOST_NAMES


@pytest.mark.parametrize(
    "host", ["ollama.example.com", "http://10.0.0.1:11434", "::nonsense::", "http://127.0.0.1.example"]
)
async def test_nobody_on_another_machine_is_asked(monkeypatch, host):
    monkeypatch.setenv("OLLAMA_HOST", host)
    monkeypatch.setenv("OPENAI_BASE_URL", host)

    assert await found() == ()


async def test_a_key_is_an_account_that_is_charged(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "secret")
    monkeypatch.setenv("OPENAI_API_KEY", "secret")

    models = await found()

    assert [(one.spec.partition(":")[0], one.where, one.charged) for one in models] == [
        ("anthropic", "ANTHROPIC_API_KEY", True),
        ("openai", "OPENAI_API_KEY", True),
    ]
    assert "secret" not in str(models)


@pytest.mark.parametrize(
    ("environment", "config"),
    [
        ({"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}, ""),
        ({}, "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n"),
        ({}, "[default]\nsso_session = company\n"),
        ({"AWS_PROFILE": "dev"}, "[profile dev]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = dev\n"),
    ],
    ids=["environment", "keys in a file", "single sign-on", "a role"],
)
async def test_credentials_of_aws_are_bedrock(monkeypatch, tmp_path, environment, config):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "config").write_text(config)

    assert await found() == (FoundModel(DEFAULT_MODEL, "AWS credentials", charged=True),)


@pytest.mark.parametrize(
    ("environment", "config"),
    [
        ({}, "[default]\nregion = eu-west-1\n"),
        ({"AWS_PROFILE": "gone"}, ""),
        ({"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE"}, ""),
    ],
    ids=["a region alone", "a profile that is not there", "half of a key"],
)
async def test_what_leads_to_no_credentials_is_not_bedrock(monkeypatch, tmp_path, environment, config):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "config").write_text(config)

    assert await found() == ()


async def test_weights_that_were_pulled_are_a_model_where_their_package_is(tmp_path, monkeypatch):
    directory = tmp_path / "raygen" / "models"
    directory.mkdir(parents=True)
    (directory / WEIGHTS.file_name).write_bytes(b"GGUF")
    packages = tmp_path / "packages"
    packages.mkdir()
    (packages / f"{RUNTIME}.py").touch()  # an extra, which need not be installed here
    monkeypatch.syspath_prepend(packages)

    (model,) = await found()

    assert (model.spec, model.charged) == ("local", False)
    assert WEIGHTS.file_name in model.where
