"""The whole of Raygen on one machine: the real bot, agents, Lambda handler and Ray, around stand-ins for the rest.

What is started here speaks the protocols of what it stands in for, so the programs under test are told nothing but
addresses and credentials, in their environment.
"""

import asyncio
import json
import secrets
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
import uvicorn
import yaml

from agents.cluster.handler import fill_pools
from agents.cluster.policy.rules import APPROVALS
from agents.cluster.settings import ClusterSettings
from bot.api.slack_events import PATH
from sandbox import agentcore, s3
from sandbox.children import Child, free_port, start_python
from sandbox.errors import CannotStart
from sandbox.front import Front
from sandbox.ray_head import RayHead, RayHeadError
from sandbox.settings import SandboxSettings, inherited_environment, with_aws_credentials
from sandbox.slack.server import SlackServer
from sandbox.web.archive import Archive
from sandbox.web.machine import Machine
from sandbox.web.room import Room

MANIFEST = Path(__file__).parents[1] / "manifest.yml"
REGION = "us-east-1"
ARN = f"arn:aws:bedrock-agentcore:{REGION}:000000000000:runtime/"
SUPERVISOR = "raygen_supervisor"
CODEGEN = "raygen_codegen"
START_SECONDS = 60.0
APPROVERS = "approvers"
"""The user group that approves, by its handle."""
WARM_IDLE_SECONDS = 30 * 24 * 3600

Say = Callable[[str], None]


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


class Sandbox:
    """`async with Sandbox(model="cookbook", say=print) as sandbox:` runs everything for the time of the block.

    `port` is where the HTTP API is served (0 chooses one), `data` a directory that outlives the sandbox. `say` gets a
    line for each part that is up. With `approvals` somebody of the group `approvers` has to approve what needs it; else
    it is simply run. With `http` Slack delivers over HTTP instead of Socket Mode. Raises CannotStart with what to do
    when a part does not start.
    """

    def __init__(
        self,
        *,
        model: str,
        say: Say,
        port: int = 0,
        data: Path | None = None,
        approvals: bool = False,
        http: bool = False,
    ) -> None:
        self.slack = SlackServer(manifest=yaml.safe_load(MANIFEST.read_text(encoding="utf-8")))
        self.ray = RayHead(cpus=4)
        self.port = port
        self.children: dict[str, Child] = {}
        self._model = model
        self._approval_key = secrets.token_hex(32) if approvals else ""
        self._tell = say
        self._ports = Ports.free()
        self._http = http
        self._keep = data is not None
        self.data = data or Path(tempfile.mkdtemp(prefix="raygen-"))
        self._archive = Archive(self.slack.platform, self.data / "slack.sqlite3") if self._keep else None
        self._said: list[str] = []
        machine = Machine(model, lambda: self._up, self.ray, self.children, self._said, self.start_bot)
        self.room = Room(self.slack, machine)
        self._front = Front(f"http://127.0.0.1:{self._ports.api}", lambda: self._up, self.room)
        self._data_plane: asyncio.Task[None] | None = None
        self._plane_server: uvicorn.Server | None = None
        self._filling: asyncio.Task[None] | None = None
        self._up = False

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start every part, those that do not need each other at the same time."""
        self.data.mkdir(parents=True, exist_ok=True)
        if self._archive:
            self._archive.open()
        await self._listen()
        await _together(self._start_ray_and_gateway(), self.start_agents(), self._start_store())
        await self.start_bot()
        self._up = True
        self.slack.platform.journal.changed()
        # last, since it takes the two cores of a small machine: the first run after it finds a warm driver
        settings = ClusterSettings.read(self._lambda_environment())
        self._filling = asyncio.create_task(asyncio.to_thread(fill_pools, settings))

    async def stop(self) -> None:
        """End every part; nothing of the sandbox runs afterwards."""
        self._up = False
        await self._front.stop()
        await asyncio.gather(*(child.stop() for child in self.children.values()))
        await asyncio.gather(self.ray.stop(), self._stop_data_plane())
        if self._filling:
            await self._filling
        await self.slack.stop()
        if self._archive:
            await self._archive.close()
        if not self._keep:
            shutil.rmtree(self.data, ignore_errors=True)

    async def start_bot(self) -> None:
        """Start the bot, or start it again after its process has ended."""
        await self._start_child("bot", "bot", self._bot_environment(), self._ports.api, "/readyz")
        if self._http:
            await self.slack.set_request_url(f"http://127.0.0.1:{self._ports.api}{PATH}")
            self._say("The bot answers at its request URL.")
        else:
            await self.slack.wait_for_connection(START_SECONDS)
            self._say("The bot is connected to Slack.")

    def _say(self, line: str) -> None:
        self._said.append(line)
        self._tell(line)
        self.slack.platform.journal.changed()

    async def _listen(self) -> None:
        try:
            self.port = await self._front.start(self.port)
        except OSError as error:
            raise CannotStart(
                f"Port {self.port} is in use. Choose another one with --port, or stop what listens there."
            ) from error
        await self.slack.start(port=0)
        routes = {
            SUPERVISOR: f"http://127.0.0.1:{self._ports.supervisor}",
            CODEGEN: f"http://127.0.0.1:{self._ports.codegen}",
        }
        config = uvicorn.Config(
            agentcore.build_app(routes),
            host="127.0.0.1",
            port=self._ports.data_plane,
            log_level="warning",
            timeout_graceful_shutdown=1,
        )
        self._plane_server = _QuietServer(config)
        self._data_plane = asyncio.create_task(self._plane_server.serve())
        self._say("Slack's and AgentCore's stand-ins are listening.")

    async def _stop_data_plane(self) -> None:
        if self._plane_server and self._data_plane:
            self._plane_server.should_exit = True
            await self._data_plane

    async def _start_ray_and_gateway(self) -> None:
        try:
            await self.ray.start()
        except RayHeadError as error:
            raise CannotStart(str(error)) from error
        self._say(f"A Ray head is running; its dashboard is {self.ray.dashboard_url}.")
        environment = {
            **inherited_environment(),
            **self._lambda_environment(),
            "RAYGEN_GATEWAY_PORT": str(self._ports.gateway),
        }
        await self._start_child("gateway", "sandbox.cluster_lambda", environment, self._ports.gateway, "/mcp")
        self._say("The MCP gateway with the cluster's Lambda is up.")

    def _lambda_environment(self) -> dict[str, str]:
        return {
            "RAYGEN_CLUSTER_HOSTS": self.ray.address,
            "RAYGEN_RAY_TOKEN": self.ray.token,
            "RAYGEN_FILES_HOSTS": self._store_url,
            # The head is this sandbox's own: the driver waits as long as the sandbox runs.
            "RAYGEN_WARM_DRIVERS": str(SandboxSettings().warm_drivers),
            "RAYGEN_WARM_IDLE_SECONDS": str(WARM_IDLE_SECONDS),
            "RAYGEN_APPROVAL_KEY": self._approval_key,
            # A person's own machine has no second person to approve; what the policy denies stays denied.
            "RAYGEN_POLICY_ALLOW_RULES": "" if self._approval_key else ",".join(APPROVALS),
        }

    def _approvers(self) -> dict[str, str]:
        """The bot's settings for approvals by the group of that name."""
        if not self._approval_key:
            return {}
        groups = self.slack.platform.workspace.groups
        group = next(group for group, (handle, _) in groups.items() if handle == APPROVERS)
        rule = {"*": {"by": "group", "group": group}}
        return {"RAYGEN_APPROVALS": json.dumps(rule), "RAYGEN_APPROVAL_KEY": self._approval_key}

    @property
    def _store_url(self) -> str:
        return f"http://127.0.0.1:{self._ports.store}"

    async def _start_store(self) -> None:
        environment = {**inherited_environment(), "RAYGEN_S3_PORT": str(self._ports.store)}
        await self._start_child("object store", "sandbox.s3", environment, self._ports.store, "/")
        async with aiohttp.ClientSession() as session, session.put(f"{self._store_url}/{s3.BUCKET}") as answer:
            answer.raise_for_status()
        self._say("The object store for attached files is up.")

    async def start_agents(self) -> None:
        """Start both agents, or start them again."""
        await _together(
            self._start_child(
                "supervisor",
                "agents.supervisor",
                self._agent_environment(self._ports.supervisor),
                self._ports.supervisor,
                "/ping",
            ),
            self._start_child(
                "codegen", "agents.codegen", self._agent_environment(self._ports.codegen), self._ports.codegen, "/ping"
            ),
        )
        self._say("The supervisor and the code-generation agent are up.")

    async def _start_child(self, name: str, module: str, environment: Mapping[str, str], port: int, path: str) -> None:
        if name in self.children:
            await self.children[name].stop()
        self.children[name] = await start_python(name, module, environment, self.data / f"{name}.log")
        await self.children[name].answers(f"http://127.0.0.1:{port}{path}", START_SECONDS)

    def _agent_environment(self, port: int) -> dict[str, str]:
        return {
            **self._aws_environment(),
            "RAYGEN_MODEL": self._model,
            **({"RAYGEN_MODEL_PATH": path} if (path := SandboxSettings().model_path) else {}),
            "RAYGEN_PORT": str(port),
            "RAYGEN_HOST": "127.0.0.1",
            "RAYGEN_GATEWAY_URL": f"http://127.0.0.1:{self._ports.gateway}/mcp",
        }

    def _aws_environment(self) -> dict[str, str]:
        return {
            **with_aws_credentials(inherited_environment()),
            "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE": f"http://127.0.0.1:{self._ports.data_plane}",
            "RAYGEN_REGION": REGION,
            "RAYGEN_SUPERVISOR_RUNTIME_ARN": ARN + SUPERVISOR,
            "RAYGEN_CODEGEN_RUNTIME_ARN": ARN + CODEGEN,
        }

    def _bot_environment(self) -> dict[str, str]:
        return {
            **self._aws_environment(),
            "SLACK_API_URL": self.slack.api_url,
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            **self._way_in(),
            "RAYGEN_DATABASE_URL": f"sqlite+aiosqlite:///{self.data / 'raygen.sqlite3'}",
            "RAYGEN_CLUSTER": self.ray.address,
            "RAYGEN_API_PORT": str(self._ports.api),
            "RAYGEN_FILES_STORE": f"s3://{s3.BUCKET}/inputs",
            "AWS_ENDPOINT_URL_S3": self._store_url,
            **self._approvers(),
        }

    def _way_in(self) -> dict[str, str]:
        return (
            {"SLACK_SIGNING_SECRET": self.slack.signing_secret}
            if self._http
            else {"SLACK_APP_TOKEN": self.slack.app_token}
        )


async def _together(*works: Coroutine[Any, Any, None]) -> None:
    """All of them at once; when one fails, the others are cancelled before its error goes on."""
    try:
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)
    except* CannotStart as failures:
        raise failures.exceptions[0] from None


class _QuietServer(uvicorn.Server):
    """A server among others in one loop: signals are the sandbox's business."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals."""
        yield
