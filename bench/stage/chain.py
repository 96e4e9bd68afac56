"""The whole chain on one machine, each link with a way that can be broken: bot to Slack and AgentCore, Lambda to Ray.

The bot, the supervisor and the gateway with the Lambda are the real programs, each a process of its own. Slack,
AgentCore's data plane and Ray's Jobs API are stand-ins that speak the real protocols; the programs are written by a
script, and a supervising model has them validated.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from bench.stage.cluster import Cluster, cluster
from bench.stage.plan import RAY, Lane, Planned
from bench.stage.proxy import Proxy
from bench.stage.replicas import BOT, Backdrop, Replica
from bench.stage.theatre import served
from bench.stage.writer import Writer
from bot.api.slack_events import PATH
from bot.store.database import Database
from sandbox import agentcore
from sandbox.children import start_python
from sandbox.environments import (
    ARN,
    CODEGEN,
    SUPERVISOR,
    Ports,
    agent_environment,
    lambda_environment,
)
from sandbox.settings import inherited_environment
from sandbox.slack import SlackServer, Timing
from sandbox.system import MANIFEST

START_SECONDS = 60.0
FOLLOW_SECONDS = 1.0
ACK_SECONDS = 30.0
"""What acknowledgements take is measured elsewhere; here a machine that is busy must not look like a fault."""
MODEL = "print('the supervising model has what the writer writes validated, and this file is never read')\n"


@dataclass(frozen=True)
class Chain:
    """What a conversation needs of it while it lasts."""

    slack: SlackServer
    store: Database
    cluster: Cluster
    writer: Writer
    trouble: Planned


@dataclass(frozen=True)
class RayWays:
    """The ways to the Jobs API, as the settings of a Lambda name the heads that it may call."""

    ways: Mapping[str, Proxy]
    token: str

    @property
    def address(self) -> str:
        """All of them."""
        return ",".join(map(self.of, self.ways))

    def of(self, channel: str) -> str:
        """The one of a channel."""
        return f"127.0.0.1:{self.ways[channel].port}"


@asynccontextmanager
async def chain(directory: Path, lanes: int, module: str = BOT) -> AsyncIterator[Chain]:
    """Set everything up for so many conversations at a time, and leave nothing behind. `module` is the bot's."""
    async with AsyncExitStack() as stack:
        manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
        slack = await stack.enter_async_context(SlackServer(manifest, timing=Timing(ack=ACK_SECONDS)))
        trouble = Planned(tuple(_lane(slack, number) for number in range(lanes)))
        ray = stack.enter_context(cluster())
        ways = RayWays(
            {lane.channel: await _way_to_ray(stack, ray, lane, trouble) for lane in trouble.lanes}, ray.token
        )
        ports, writer = Ports.free(), Writer()
        await _serve_agents(stack, directory, ports, ways, writer)
        database_url = f"sqlite+aiosqlite:///{directory / 'faults.sqlite3'}"
        settings = _settings(slack, database_url, ways)
        backdrop = Backdrop(urlsplit(slack.api_url).port or 0, ports.data_plane, settings, directory, module)
        await _start_bot(stack, slack, Replica("bot", backdrop, trouble))
        store = Database(database_url)
        stack.push_async_callback(store.close)
        yield Chain(slack, store, ray, writer, trouble)


def _lane(slack: SlackServer, number: int) -> Lane:
    name = f"lane{number}"
    return Lane(name, slack.add_channel(name, [slack.bot.id]))


async def _way_to_ray(stack: AsyncExitStack, ray: Cluster, lane: Lane, trouble: Planned) -> Proxy:
    return await stack.enter_async_context(Proxy(RAY + lane.name, "127.0.0.1", ray.port, trouble))


async def _serve_agents(stack: AsyncExitStack, directory: Path, ports: Ports, ways: RayWays, writer: Writer) -> None:
    """AgentCore's data plane, the supervisor and the writer behind it, and the gateway with the Lambda."""
    model = directory / "model.py"
    model.write_text(MODEL, encoding="utf-8")
    gateway = {
        **inherited_environment(),
        **lambda_environment(ports, ways, ""),
        "RAYGEN_WARM_DRIVERS": "0",
        "RAYGEN_GATEWAY_PORT": str(ports.gateway),
    }
    supervisor = agent_environment(ports, ports.supervisor, f"file:{model}")
    await stack.enter_async_context(served(writer.app(), ports.codegen))
    routes = {SUPERVISOR: f"http://127.0.0.1:{ports.supervisor}", CODEGEN: f"http://127.0.0.1:{ports.codegen}"}
    await stack.enter_async_context(served(agentcore.build_app(routes), ports.data_plane))
    await asyncio.gather(
        _start(stack, "gateway", "sandbox.cluster_lambda", gateway, directory, f"{ports.gateway}/mcp"),
        _start(stack, "supervisor", "agents.supervisor", supervisor, directory, f"{ports.supervisor}/ping"),
    )


async def _start(
    stack: AsyncExitStack, name: str, module: str, environment: Mapping[str, str], directory: Path, url: str
) -> None:
    child = await start_python(name, module, environment, directory / f"{name}.log")
    stack.push_async_callback(child.stop)
    await child.answers(f"http://127.0.0.1:{url}", START_SECONDS)


async def _start_bot(stack: AsyncExitStack, slack: SlackServer, bot: Replica) -> None:
    """Slack's files and answers go the bot's way too: what Slack says of its own address is the way's."""
    await bot.open()
    stack.push_async_callback(bot.close)
    if bot.slack is not None:
        slack.platform.base_url = f"http://127.0.0.1:{bot.slack.port}"
    await bot.start()
    slack.deliver_to(f"{bot.api}{PATH}")


def _settings(slack: SlackServer, database_url: str, ways: RayWays) -> dict[str, str]:
    many = str(2 * len(ways.ways))
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "RAYGEN_DATABASE_URL": database_url,
        "RAYGEN_CHANNEL_CLUSTERS": json.dumps({channel: ways.of(channel) for channel in ways.ways}),
        "RAYGEN_SUPERVISOR_RUNTIME_ARN": ARN + SUPERVISOR,
        "RAYGEN_FOLLOW_WAIT_SECONDS": str(FOLLOW_SECONDS),
        "RAYGEN_CONCURRENT_TURNS": many,
        "RAYGEN_CONCURRENT_RUNS": many,
        "RAYGEN_RUNS_PER_CLUSTER": "0",
    }
