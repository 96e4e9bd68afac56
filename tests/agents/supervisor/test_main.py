import subprocess
import sys

import pytest

from agents.errors import Misconfigured
from agents.settings import AgentSettings
from agents.sigv4 import region_of
from agents.supervisor.__main__ import build_supervisor
from agents.wire import Stop
from tests.agents.lambda_stub import gateway_with
from tests.agents.serving import BOUND

CODEGEN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/codegen-AbCdEf1234"
MANAGED = "https://raygen-abc.gateway.bedrock-agentcore.eu-west-1.amazonaws.com/mcp"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in ("RAYGEN_GATEWAY_URL", "RAYGEN_CODEGEN_RUNTIME_ARN", "RAYGEN_GATEWAY_REGION"):
        monkeypatch.delenv(name, raising=False)
    for name in ("RAYGEN_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


def test_the_settings_lead_to_the_cluster(tmp_path):
    with gateway_with(lambda event, _context: {"status": "stopped", "job_id": event["run_id"]}, tmp_path) as gateway:
        settings = AgentSettings(
            gateway_url=gateway._url,
            gateway_region="us-east-1",
            codegen_runtime_arn=CODEGEN,
        )
        report = build_supervisor(settings).stop(Stop(run_id="r-1", session_id="", ray_cluster_ip="10.0.0.7"))

    assert (report.status, report.job_id) == ("stopped", "r-1")


def test_a_managed_gateway_is_signed_for_its_own_region():
    assert region_of(MANAGED) == "eu-west-1"
    assert region_of("http://127.0.0.1:8000/mcp") is None
    assert build_supervisor(AgentSettings(gateway_url=MANAGED, codegen_runtime_arn=CODEGEN))


@pytest.mark.parametrize(
    ("settings", "variable"),
    [
        ({"codegen_runtime_arn": CODEGEN, "region": "us-east-1"}, "RAYGEN_GATEWAY_URL"),
        ({"gateway_url": MANAGED}, "RAYGEN_CODEGEN_RUNTIME_ARN"),
        ({"gateway_url": "http://127.0.0.1:1/mcp", "codegen_runtime_arn": CODEGEN}, "RAYGEN_GATEWAY_REGION"),
        ({"gateway_url": MANAGED, "codegen_runtime_arn": "codegen"}, "AWS_REGION"),
    ],
)
def test_a_setting_that_is_missing_is_named(settings, variable):
    with pytest.raises(Misconfigured, match=variable):
        build_supervisor(AgentSettings(**settings))


def test_all_that_is_missing_is_named_at_once():
    with pytest.raises(Misconfigured, match="Set RAYGEN_GATEWAY_URL and RAYGEN_CODEGEN_RUNTIME_ARN"):
        build_supervisor(AgentSettings())


def test_the_model_is_asked_in_the_region_of_the_settings():
    settings = AgentSettings(
        gateway_url=MANAGED, codegen_runtime_arn=CODEGEN, model="bedrock:some-model", region="eu-west-1"
    )

    opened = build_supervisor(settings).open_model()

    assert opened.model.client.meta.region_name == "eu-west-1"


def test_a_runtime_that_cannot_work_does_not_start_and_says_why_in_a_sentence():
    ended = subprocess.run(
        [sys.executable, "-m", "agents.supervisor"], env={}, capture_output=True, text=True, timeout=BOUND, check=False
    )

    assert ended.returncode == 2
    assert ended.stderr == (
        "The supervisor cannot start without a setting. Set RAYGEN_GATEWAY_URL and RAYGEN_CODEGEN_RUNTIME_ARN.\n"
    )
