"""The whole of Raygen on one machine: the real bot, agents, Lambda handler and Ray, around stand-ins for the rest.

What is started here speaks the protocols of what it stands in for, so the programs under test are told nothing but
addresses and credentials, in their environment.
"""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
import uvicorn
import yaml

from agents.cluster.handler import fill_pools
from agents.cluster.settings import ClusterSettings
from agents.settings import ProviderSettings
from bot.api.slack_events import PATH
from sandbox import agentcore
from sandbox.children import Child, start_python
from sandbox.data_directory import DataDirectory
from sandbox.environments import (
    BUCKET,
    CALLS,
    CODEGEN,
    SUPERVISOR,
    Ports,
    agent_environment,
    bot_environment,
    lambda_environment,
)
from sandbox.errors import CannotStart
from sandbox.found_models import look_around
from sandbox.front import Front
from sandbox.invocations import Invocations
from sandbox.model_choice import ModelChoice
from sandbox.ray_head import RayHead, RayHeadError
from sandbox.settings import inherited_environment
from sandbox.slack.delivery import NotAcked
from sandbox.slack.server import SlackServer
from sandbox.web.archive import Archive
from sandbox.web.machine import Machine
from sandbox.web.room import Room

MANIFEST = Path(__file__).parents[1] / "manifest.yml"
START_SECONDS = 60.0

Say = Callable[[str], None]


class Sandbox:
    """`async with Sandbox(model="cookbook", say=print) as sandbox:` runs everything for the time of the block.

    `port` is where the HTTP API is served (0 chooses one), `data` a directory that outlives the sandbox. `say` gets a
    line for each part that is up. With `approvals` somebody of the group `approvers` has to approve what needs it; else
    it is simply run. With `http` Slack delivers over HTTP instead of Socket Mode. `settings` are those of the bot, the
    agents and the Lambda that are to be other than a sandbox's; they are read whenever a part starts. Raises
    CannotStart with what to do when a part does not start.
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
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.settings = dict(settings or {})
        self.slack = SlackServer(manifest=yaml.safe_load(MANIFEST.read_text(encoding="utf-8")))
        self.ray = RayHead(cpus=4)
        self.port = port
        self.children: dict[str, Child] = {}
        self.model = ModelChoice(model, restart=self.start_agents, changed=self.slack.platform.journal.changed)
        self._approval_key = secrets.token_hex(32) if approvals else ""
        self._tell = say
        self._ports = Ports.free()
        self._http = http
        self._directory = DataDirectory(data)
        self.data = self._directory.path
        self._archive = Archive(self.slack.platform, self.data / "slack.sqlite3") if data else None
        self._said: list[str] = []
        self._invocations = Invocations(self.slack.platform.journal.changed)
        machine = Machine(
            model=self.model,
            is_up=lambda: self._up,
            ray=self.ray,
            children=self.children,
            said=self._said,
            invocations=self._invocations,
            restart=self.start_bot,
            tools=self._tools,
        )
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
        self._directory.open()
        if self._archive:
            self._archive.open()
        await self._listen()
        await _together(self._start_ray(), self._start_around_ray())
        self._up = True
        self.slack.platform.journal.changed()
        # last, since it takes the two cores of a small machine: the first run after it finds a warm driver
        settings = ClusterSettings.read(self._lambda_environment())
        self._filling = asyncio.create_task(asyncio.to_thread(fill_pools, settings))

    async def stop(self) -> None:
        """End every part; nothing of the sandbox runs afterwards."""
        self._up = False
        await self._front.stop()
        await asyncio.gather(*(child.stop() for child in self.children.values()), self.ray.stop())
        await self._stop_data_plane()
        if self._filling:
            await self._filling
        await self.slack.stop()
        if self._archive:
            await self._archive.close()
        self._directory.close()

    async def start_bot(self) -> None:
        """Start the bot, or start it again after its process has ended."""
        await self._start_child("bot", "bot", self._bot_environment(), self._ports.api, "/readyz")
        if self._http:
            await self._set_request_url()
        else:
            await self.slack.wait_for_connection(START_SECONDS)
            self._say("The bot is connected to Slack.")

    async def _set_request_url(self) -> None:
        try:
            await self.slack.set_request_url(f"http://127.0.0.1:{self._ports.api}{PATH}")
        except NotAcked as failure:
            raise CannotStart(
                f"The bot does not answer at its request URL ({failure}). Start the sandbox again."
            ) from None
        self._say("The bot answers at its request URL.")

    async def start_agents(self) -> None:
        """Start both agents, or start them again."""
        await _together(
            self._start_agent("supervisor", self._ports.supervisor), self._start_agent("codegen", self._ports.codegen)
        )
        self._say("The supervisor and the code-generation agent are up.")

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
            agentcore.build_app(routes, seen=self._invocations),
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
        # the head has chosen its address before it first waits, and the gateway's Lambda calls it only when asked
        await _together(self._start_ray(), self.start_gateway())

    async def _start_ray(self) -> None:
        try:
            await self.ray.start()
        except RayHeadError as error:
            raise CannotStart(str(error)) from error
        self._say(f"A Ray head is running; its dashboard is {self.ray.dashboard_url}.")

    async def _start_around_ray(self) -> None:
        """The bot comes last: whoever reaches it finds everybody whom it asks."""
        await _together(self.start_gateway(), self.start_agents(), self._start_store(), self._look_for_models())
        await self.start_bot()

    async def _look_for_models(self) -> None:
        self.model.found = await look_around(ProviderSettings())

    async def start_gateway(self) -> None:
        """Start the gateway with the cluster's Lambda, or start them again."""
        environment = {
            **inherited_environment(),
            **self._lambda_environment(),
            "RAYGEN_GATEWAY_PORT": str(self._ports.gateway),
        }
        await self._start_child("gateway", "sandbox.cluster_lambda", environment, self._ports.gateway, "/mcp")
        self._say("The MCP gateway with the cluster's Lambda is up.")

    async def _start_store(self) -> None:
        environment = {**inherited_environment(), "RAYGEN_S3_PORT": str(self._ports.store)}
        await self._start_child("object store", "sandbox.s3", environment, self._ports.store, "/")
        url = f"{self._ports.store_url}/{BUCKET}"
        async with aiohttp.ClientSession() as session, session.put(url) as answer:
            answer.raise_for_status()
        self._say("The object store for attached files is up.")

    async def _start_agent(self, name: str, port: int) -> None:
        await self._start_child(name, f"agents.{name}", self._agent_environment(port), port, "/ping")

    async def _start_child(self, name: str, module: str, environment: Mapping[str, str], port: int, path: str) -> None:
        if name in self.children:
            await self.children[name].stop()
        self.children[name] = await start_python(name, module, environment, self.data / f"{name}.log")
        await self.children[name].answers(f"http://127.0.0.1:{port}{path}", START_SECONDS)

    async def _tools(self) -> list[dict[str, Any]]:
        """Which tools of the gateway were called, and how it went; none while it does not answer."""
        url = f"http://127.0.0.1:{self._ports.gateway}{CALLS}"
        try:
            async with aiohttp.ClientSession() as session, session.get(url) as answer:
                found: list[dict[str, Any]] = await answer.json()
        except aiohttp.ClientError:
            return []
        return found

    def _lambda_environment(self) -> dict[str, str]:
        return lambda_environment(self._ports, self.ray, self._approval_key) | self.settings

    def _agent_environment(self, port: int) -> dict[str, str]:
        return agent_environment(self._ports, port, self.model.now) | self.settings

    def _bot_environment(self) -> dict[str, str]:
        environment = bot_environment(
            self._ports, self.slack, self.ray, self.data, approval_key=self._approval_key, http=self._http
        )
        return environment | self.settings


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
