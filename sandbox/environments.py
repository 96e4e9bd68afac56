"""What each process of a sandbox is told: nothing but addresses and credentials, as in production."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from agents.cluster.policy.rules import APPROVALS
from sandbox.children import free_port
from sandbox.settings import SandboxSettings, aws_region, inherited_environment, with_made_up_credentials
from sandbox.slack.server import SlackServer

REGION = "us-east-1"
ARN = f"arn:aws:bedrock-agentcore:{REGION}:000000000000:runtime/"
SUPERVISOR = "raygen_supervisor"
CODEGEN = "raygen_codegen"
APPROVERS = "approvers"
"""The user group that approves, by its handle."""
WARM_IDLE_SECONDS = 30 * 24 * 3600
BEDROCK = "bedrock:"
BUCKET = "raygen-files"
"""Where the object store keeps attached files."""
CALLS = "/calls"
"""Where the gateway tells the sandbox, and nobody in AWS, which tools were called: names, run ids, how it went."""


class Head(Protocol):
    """A Ray head: where it takes jobs, and the token that it asks for."""

    @property
    def address(self) -> str:
        """Host and port of its dashboard."""

    @property
    def token(self) -> str:
        """What callers show."""


@dataclass(frozen=True)
class Ports:
    """One loopback port for each process."""

    data_plane: int
    gateway: int
    supervisor: int
    codegen: int
    api: int
    store: int

    @classmethod
    def free(cls) -> Self:
        """Ports that nobody listens on now."""
        return cls(*(free_port() for _ in range(6)))

    @property
    def store_url(self) -> str:
        """The object store's address."""
        return f"http://127.0.0.1:{self.store}"


def lambda_environment(ports: Ports, ray: Head, approval_key: str) -> dict[str, str]:
    """For the cluster's Lambda."""
    return {
        "RAYGEN_CLUSTER_HOSTS": ray.address,
        "RAYGEN_RAY_TOKEN": ray.token,
        "RAYGEN_FILES_HOSTS": ports.store_url,
        # The head is this sandbox's own: the driver waits as long as the sandbox runs.
        "RAYGEN_WARM_DRIVERS": str(SandboxSettings().warm_drivers),
        "RAYGEN_WARM_IDLE_SECONDS": str(WARM_IDLE_SECONDS),
        "RAYGEN_APPROVAL_KEY": approval_key,
        # A person's own machine has no second person to approve; what the policy denies stays denied.
        "RAYGEN_POLICY_ALLOW_RULES": "" if approval_key else ",".join(APPROVALS),
    }


def agent_environment(ports: Ports, port: int, model: str) -> dict[str, str]:
    """For one of the agents, which listens on `port`; AWS's own credentials and region only for a model of Bedrock."""
    inherited = inherited_environment()
    bedrock = model.startswith(BEDROCK)
    return {
        **(inherited if bedrock else with_made_up_credentials(inherited)),
        **_runtimes(ports),
        "RAYGEN_REGION": (aws_region() if bedrock else None) or REGION,
        "RAYGEN_MODEL": model,
        **({"RAYGEN_MODEL_PATH": path} if (path := SandboxSettings().model_path) else {}),
        "RAYGEN_PORT": str(port),
        "RAYGEN_HOST": "127.0.0.1",
        "RAYGEN_GATEWAY_URL": f"http://127.0.0.1:{ports.gateway}/mcp",
    }


def bot_environment(
    ports: Ports, slack: SlackServer, ray: Head, data: Path, *, approval_key: str, http: bool
) -> dict[str, str]:
    """For the bot."""
    return {
        **with_made_up_credentials(inherited_environment()),
        **_runtimes(ports),
        "RAYGEN_REGION": REGION,
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        **({"SLACK_SIGNING_SECRET": slack.signing_secret} if http else {"SLACK_APP_TOKEN": slack.app_token}),
        "RAYGEN_DATABASE_URL": f"sqlite+aiosqlite:///{data / 'raygen.sqlite3'}",
        "RAYGEN_CLUSTER": ray.address,
        "RAYGEN_API_PORT": str(ports.api),
        "RAYGEN_FILES_STORE": f"s3://{BUCKET}/inputs",
        "AWS_ENDPOINT_URL_S3": ports.store_url,
        **(_approvals(slack, approval_key) if approval_key else {}),
    }


def _runtimes(ports: Ports) -> Mapping[str, str]:
    return {
        "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE": f"http://127.0.0.1:{ports.data_plane}",
        "RAYGEN_SUPERVISOR_RUNTIME_ARN": ARN + SUPERVISOR,
        "RAYGEN_CODEGEN_RUNTIME_ARN": ARN + CODEGEN,
    }


def _approvals(slack: SlackServer, approval_key: str) -> Mapping[str, str]:
    """The bot's settings for approvals by the group of that name."""
    groups = slack.platform.workspace.groups
    group = next(group for group, (handle, _) in groups.items() if handle == APPROVERS)
    rule = {"*": {"by": "group", "group": group}}
    return {"RAYGEN_APPROVALS": json.dumps(rule), "RAYGEN_APPROVAL_KEY": approval_key}
