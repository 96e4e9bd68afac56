"""A real Ray head on this machine, with a token of its own.

Ray's GCS and raylet listen on every interface whatever address they are told, so a head on somebody's machine always
demands a token: it is generated here and travels in the environment, never on a command line.
"""

import asyncio
import contextlib
import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

START_SECONDS = 120.0
_POLL_SECONDS = 0.05
_OBJECT_STORE_BYTES = 128 * 1024 * 1024
_SHORT_DIRECTORY = "/tmp"  # noqa: S108  # a Unix socket's path has at most 107 characters, and Ray's are long
_PORTS = ("dashboard", "gcs", "client", "agent", "agent_grpc", "runtime_env_agent", "metrics", "objects", "nodes")
_PORT_RANGE = range(20_000, 32_000)
"""Above the worker range of other heads (10002 to 19999), below what Linux hands out to outgoing connections."""


class RayHeadError(Exception):
    """The head could not be started; the message is a sentence for a person."""


class RayHead:
    """`async with RayHead(cpus=2) as head:` runs a head for the time of the block.

    `environment` is what the head and the programs on it see, beside what Ray needs; the token is not part of it.
    `python` is the interpreter whose release of Ray it is; older releases of Ray know no token and ask for none.
    Raises RayHeadError when Ray is not installed or does not answer within two minutes.
    """

    def __init__(
        self, *, cpus: int = 4, environment: Mapping[str, str] | None = None, python: str = sys.executable
    ) -> None:
        self.token = secrets.token_hex(32)
        self.address = ""
        self._cpus = cpus
        self._python = python
        self._ports: dict[str, int] = {}
        self._environment = dict(environment or {})
        self._directory: Path | None = None
        self._keeper: asyncio.subprocess.Process | None = None

    def __repr__(self) -> str:
        """Without the token."""
        return f"RayHead(address={self.address!r}, token=…)"

    @property
    def home(self) -> Path:
        """The home directory of the head and of the programs on it, as long as it runs."""
        return self._directory or Path(_SHORT_DIRECTORY)

    @property
    def dashboard_url(self) -> str:
        """Where a browser finds Ray's dashboard; it asks for the token."""
        return f"http://{self.address}"

    async def __aenter__(self) -> Self:
        """Start the head."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop the head."""
        await self.stop()

    async def start(self) -> None:
        """Start the head and wait until its dashboard accepts the token."""
        if not self._ray_command.exists():
            raise RayHeadError("Ray is not installed here: run `make setup`, then try again.")
        self._directory = Path(tempfile.mkdtemp(prefix="rg-", dir=_SHORT_DIRECTORY))
        self._ports = self._ports or free_ports()
        self.address = f"127.0.0.1:{self._ports['dashboard']}"
        try:
            await self._start_keeper()
            await asyncio.wait_for(self._until_ready(), START_SECONDS)
        except TimeoutError as exc:
            raise await self._given_up("did not answer within two minutes") from exc
        except BaseException:
            await self.stop()
            raise

    async def restart(self) -> None:
        """End the head and start another at its address with its token, which knows nothing of the jobs before."""
        await self.stop()
        await self.start()

    async def stop(self) -> None:
        """End every process of the head and remove its files; does nothing the second time."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None and keeper.stdin is not None:
            keeper.stdin.close()
            await keeper.wait()
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)
            self._directory = None

    @property
    def _ray_command(self) -> Path:
        return Path(self._python).with_name("ray")

    async def _start_keeper(self) -> None:
        assert self._directory is not None  # noqa: S101  # start() has made it
        with (self._directory / "start.log").open("wb") as log:
            self._keeper = await asyncio.create_subprocess_exec(
                sys.executable,
                str(Path(__file__).with_name("ray_keeper.py")),
                str(self._directory),
                *self._head_command(self._directory),
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self._head_environment(),
                start_new_session=True,
            )

    def _head_command(self, directory: Path) -> list[str]:
        """`ray start` with every port given, since two heads with default ones get in each other's way."""
        return [
            self._python,
            str(self._ray_command),
            "start",
            "--head",
            "--block",
            "--no-monitor",
            "--disable-usage-stats",
            "--node-ip-address=127.0.0.1",
            "--dashboard-host=127.0.0.1",
            f"--temp-dir={directory}",
            f"--num-cpus={self._cpus}",
            f"--object-store-memory={_OBJECT_STORE_BYTES}",
            f"--port={self._ports['gcs']}",
            f"--dashboard-port={self._ports['dashboard']}",
            f"--ray-client-server-port={self._ports['client']}",
            f"--dashboard-agent-listen-port={self._ports['agent']}",
            f"--dashboard-agent-grpc-port={self._ports['agent_grpc']}",
            f"--runtime-env-agent-port={self._ports['runtime_env_agent']}",
            f"--metrics-export-port={self._ports['metrics']}",
            f"--object-manager-port={self._ports['objects']}",
            f"--node-manager-port={self._ports['nodes']}",
            "--min-worker-port=0",
            "--max-worker-port=0",
        ]

    def _head_environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self._ray_command.parent}:{os.defpath}",
            "HOME": str(self._directory),
            "LANG": "C.UTF-8",
            **self._environment,
            "RAY_AUTH_MODE": "token",
            "RAY_AUTH_TOKEN": self.token,
            "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_enable_metrics_collection": "false",
            "RAY_DISABLE_IMPORT_WARNING": "1",
        }

    async def _until_ready(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(base_url=self.dashboard_url, headers=headers, trust_env=False) as client:
            while not await self._answers(client):  # what is waited for is in another process
                await asyncio.sleep(_POLL_SECONDS)

    async def _answers(self, client: httpx.AsyncClient) -> bool:
        """Whether jobs can be submitted: the list of jobs is empty and comes from the part that accepts them."""
        if self._keeper is None or self._keeper.returncode is not None:
            raise await self._given_up("ended while it was starting")
        with contextlib.suppress(httpx.HTTPError):
            return (await client.get("/api/jobs/")).status_code == httpx.codes.OK
        return False

    async def _given_up(self, what: str) -> RayHeadError:
        log = self._directory / "start.log" if self._directory else None
        tail = log.read_text(errors="replace").strip().splitlines()[-3:] if log and log.exists() else []
        await self.stop()
        return RayHeadError(f"The Ray head {what}; its last words: {' / '.join(tail) or 'none'}.")


def free_ports() -> dict[str, int]:
    """A free port for each listener of a head, drawn at random so that two heads that start at once differ."""
    drawn = iter(secrets.SystemRandom().sample(_PORT_RANGE, k=len(_PORT_RANGE)))
    return {name: next(port for port in drawn if _is_free(port)) for name in _PORTS}


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True
