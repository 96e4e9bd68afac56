"""The whole examination, from the settings to the last cluster."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from agents.errors import AgentError
from agents.runtime import connect
from agents.settings import AgentSettings
from bot.app.own_settings import named_elsewhere, named_without_workspace
from bot.app.settings import OAuthSettings, SlackMode
from bot.doctor.chain import AGENTCORE, chain
from bot.doctor.database import database
from bot.doctor.finding import Finding
from bot.doctor.installations import installations
from bot.doctor.workspace import workspace
from bot.settings import Settings, SlackSettings, faults_of
from bot.supervisor import AgentCoreSupervisor

S = TypeVar("S", bound=BaseSettings)

SET = "docs/settings.md lists every setting."


async def examine() -> list[Finding]:
    """Every finding, in the order in which an installation is set up. Reads the settings as the bot does."""
    faults: list[Finding] = []
    mode = _read(SlackMode, faults)
    slack = _read(mode.kind, faults) if mode else None
    settings, agents = _read(Settings, faults), _read(AgentSettings, faults)
    parts: list[Coroutine[Any, Any, list[Finding]]] = []
    if isinstance(slack, SlackSettings):
        parts.append(workspace(slack))
    if isinstance(slack, OAuthSettings) and settings:
        nowhere = [*named_without_workspace(settings), *named_elsewhere(settings, slack.allowed_workspaces)]
        faults += [Finding("Settings", "fault", said, SET) for said in nowhere]
        parts.append(installations(slack, settings.database_url))
    if settings:
        parts.append(database(settings.database_url))
    if settings and agents:
        parts.append(_chains(settings, agents))
    found = faults or [Finding("Settings", "ok", "They can be read.")]
    return [*found, *(finding for part in await asyncio.gather(*parts) for finding in part)]


def _read(kind: type[S], faults: list[Finding]) -> S | None:
    """The settings of a kind; or None, and one more finding."""
    try:
        return kind()
    except ValidationError as error:
        faults.append(Finding("Settings", "fault", " ".join(faults_of(kind, error)), SET))
        return None


async def _chains(settings: Settings, agents: AgentSettings) -> list[Finding]:
    """AgentCore and the gateway once, and every cluster that a channel may have."""
    clusters = settings.every_cluster
    if not agents.supervisor_runtime_arn:
        do = "Set RAYGEN_SUPERVISOR_RUNTIME_ARN to the supervisor's AgentCore runtime."
        return [Finding(AGENTCORE, "fault", "No runtime is named.", do)]
    if not clusters:
        return [Finding("Cluster", "fault", "No channel has one.", "Set RAYGEN_CLUSTER, or RAYGEN_CHANNEL_CLUSTERS.")]
    try:
        runtime = connect(agents.supervisor_runtime_arn, agents.timeouts, region=agents.region)
    except AgentError as error:
        return [Finding(AGENTCORE, "fault", error.sentence)]
    supervisor = AgentCoreSupervisor(runtime, turns=1, runs=len(clusters))
    try:
        ways = await asyncio.gather(*(chain(supervisor, cluster) for cluster in clusters))
    finally:
        supervisor.close()
    return list(dict.fromkeys(finding for way in ways for finding in way))
