"""Bots as processes of their own, to be killed, frozen and started again."""

import asyncio
import signal
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.stage.proxy import NoTrouble, Proxy, Trouble
from sandbox.children import Child, free_port, start_python
from sandbox.settings import inherited_environment

BOT = "bot"
START_SECONDS = 60.0
REGION = "us-east-1"


@dataclass(frozen=True)
class Backdrop:
    """What every replica is told: the stand-ins' ports, and settings as their environment variables."""

    slack_port: int
    agents_port: int
    settings: Mapping[str, str]
    directory: Path
    module: str = BOT


@dataclass
class Replica:
    """One bot, behind ways of its own to Slack and to AgentCore."""

    name: str
    backdrop: Backdrop
    trouble: Trouble = field(default_factory=NoTrouble)
    api_port: int = field(default_factory=free_port)
    starts: int = 0
    slack: Proxy | None = None
    """The way to Slack, once it is open."""
    _child: Child | None = None
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    _ways: AsyncExitStack = field(default_factory=AsyncExitStack)
    _environment: dict[str, str] = field(default_factory=dict)

    async def open(self) -> None:
        """Open its ways, so that it can be started."""
        slack = self.slack = await self._way(self.backdrop.slack_port)
        agents = await self._way(self.backdrop.agents_port)
        self._environment = {
            **inherited_environment(),
            **self.backdrop.settings,
            "AWS_ACCESS_KEY_ID": "stage",
            "AWS_SECRET_ACCESS_KEY": "stage",
            "AWS_ENDPOINT_URL_BEDROCK_AGENTCORE": f"http://127.0.0.1:{agents.port}",
            "RAYGEN_REGION": REGION,
            "RAYGEN_API_PORT": str(self.api_port),
            "SLACK_API_URL": f"http://127.0.0.1:{slack.port}/api/",
        }

    async def close(self) -> None:
        """End the process and close its ways."""
        if self._child is not None:
            self.thaw()
            await self._child.stop()
        await self._ways.aclose()

    async def start(self) -> None:
        """Start the process and wait until it serves."""
        await self.launch()
        await self.ready()

    async def launch(self) -> None:
        """Start the process, unless it runs."""
        async with self._starting:
            if not self.running:
                await self._launch()

    async def _launch(self) -> None:
        self.starts += 1
        self._child = await start_python(self.name, self.backdrop.module, self._environment, self.log)

    async def ready(self) -> None:
        """Wait until the process serves."""
        if self._child is not None:
            await self._child.answers(f"{self.api}/readyz", START_SECONDS)

    async def kill(self) -> None:
        """End the process as a power cut would."""
        if self._child is not None and self._child.process.returncode is None:
            self._child.process.kill()
            await self._child.process.wait()

    async def terminate(self, seconds: float) -> int:
        """Ask the process to end; its exit code. Raises TimeoutError when it takes longer."""
        if self._child is None:
            return 0
        self._child.process.terminate()
        return await asyncio.wait_for(self._child.process.wait(), seconds)

    def freeze(self) -> None:
        """Stop the process where it is; it does not know."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the process go on."""
        self._signal(signal.SIGCONT)

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._child is not None and self._child.process.returncode is None

    @property
    def api(self) -> str:
        """The base URL of its HTTP API."""
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def pid(self) -> int:
        """The process's id; 0 before the first start."""
        return self._child.process.pid if self._child else 0

    @property
    def log(self) -> Path:
        """What it has written, over all its lives."""
        return self.backdrop.directory / f"{self.name}.log"

    def _signal(self, number: signal.Signals) -> None:
        if self._child is not None and self._child.process.returncode is None:
            self._child.process.send_signal(number)

    async def _way(self, service: int) -> Proxy:
        return await self._ways.enter_async_context(Proxy(self.name, "127.0.0.1", service, self.trouble))
