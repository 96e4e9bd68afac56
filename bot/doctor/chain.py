"""The way to a cluster: AgentCore, the gateway with its Lambda, the cluster with its token.

One question goes all the way: what became of a run that never was. A cluster that answers «I do not know it» has been
reached with a token that it accepts; any other answer names the hop that broke.
"""

from uuid import uuid4

from agents.wire import Follow, JobReport
from bot.doctor.finding import Finding
from bot.errors import SupervisorFailed
from bot.sessions import padded
from bot.supervisor import Supervisor

AGENTCORE, GATEWAY = "AgentCore", "Gateway"
UNKNOWN = "It could not be looked at: what stands before it does not work."
CLUSTER_CODES = {"cluster_unreachable", "cluster_refused"}


async def chain(supervisor: Supervisor, cluster: str) -> list[Finding]:
    """What can be said of AgentCore, of the gateway and of the cluster at this address."""
    question = Follow(
        run_id=f"doctor-{uuid4().hex}", session_id=padded("doctor"), ray_cluster_ip=cluster, wait_seconds=0
    )
    try:
        report = await supervisor.job(question)
    except SupervisorFailed as failure:
        return _broken(failure, cluster)
    return [
        Finding(AGENTCORE, "ok", "The supervisor's runtime answers."),
        Finding(GATEWAY, "ok", "The gateway and its Lambda answer."),
        _cluster(cluster, report),
    ]


def _broken(failure: SupervisorFailed, cluster: str) -> list[Finding]:
    beyond = Finding(_name(cluster), "unknown", UNKNOWN)
    if failure.code.startswith("gateway"):
        found = Finding(GATEWAY, "fault", failure.sentence, "See docs/connect-aws.md, 4. The gateway.")
        return [Finding(AGENTCORE, "ok", "The supervisor's runtime answers."), found, beyond]
    found = Finding(AGENTCORE, "fault", failure.sentence, "See docs/connect-aws.md, 5. The runtimes.")
    return [found, Finding(GATEWAY, "unknown", UNKNOWN), beyond]


def _cluster(cluster: str, report: JobReport) -> Finding:
    if report.error is not None and report.error.code in CLUSTER_CODES:
        return Finding(
            _name(cluster), "fault", report.error.message, "See docs/connect-aws.md, 1. The cluster, and 3. The Lambda."
        )
    if report.status == "lost":
        return Finding(_name(cluster), "ok", "It answers, and accepts the Lambda's token.")
    says = report.error.message if report.error else f"It answered in an unexpected way: {report.status}."
    return Finding(_name(cluster), "fault", says, "Update the bot, the agents and the Lambda to one version.")


def _name(cluster: str) -> str:
    return f"Cluster {cluster}"
