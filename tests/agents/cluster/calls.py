"""How the tests call the Lambda: through its entry, with a context such as the gateway makes."""

from types import SimpleNamespace
from typing import Any

from agents.cluster.handler import answer, tool_name
from agents.cluster.settings import ClusterSettings
from agents.wire import JobReport

RUN_ID = "run-1"
JOB = "raygen-run-1"


def context(tool: str) -> SimpleNamespace:
    name = f"ray-code-validation-inline___{tool}"
    return SimpleNamespace(client_context=SimpleNamespace(custom={"bedrockAgentCoreToolName": name}))


def call(settings: ClusterSettings, tool: str = "validate_ray_code", **event: Any) -> JobReport:
    return answer(event, tool_name(context(tool)), settings)


def follow_to_the_end(settings: ClusterSettings, cluster: str, code: str, run_id: str) -> tuple[JobReport, str]:
    """Submit, then follow as the supervisor does, until the report is final; the last report and all the output."""
    report = call(settings, code=code, ray_cluster_ip=cluster, run_id=run_id, wait_seconds=5)
    output = report.output
    while not report.final:
        offset = report.log_offset
        report = call(settings, code="", ray_cluster_ip=cluster, run_id=run_id, wait_seconds=5, log_offset=offset)
        output += report.output
    return report, output
