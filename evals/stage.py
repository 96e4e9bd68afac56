"""Where requests are asked: the agents, the gateway, the Lambda and Ray of a sandbox, without Slack and the bot."""

import hashlib
from importlib.metadata import version
from importlib.resources import files

from sandbox.system import Sandbox


class Stage(Sandbox):
    """`async with Stage(model=..., say=...) as stage:`; raises CannotStart with what to do."""

    async def start(self) -> None:
        """Start what a request for code passes through."""
        self.data.mkdir(parents=True, exist_ok=True)
        await self._listen()
        await self._start_ray_and_gateway()
        await self.start_agents()

    @property
    def supervisor_url(self) -> str:
        """Where the supervisor's runtime answers."""
        return f"http://127.0.0.1:{self._ports.supervisor}"


def ray_version() -> str:
    """The version of Ray that programs run on here."""
    return version("ray")


def prompts_version() -> str:
    """Eight hexadecimal digits that change with any of the code-generation agent's prompts."""
    prompts = files("agents.codegen") / "prompts"
    texts = [entry.read_bytes() for entry in sorted(prompts.iterdir(), key=lambda e: e.name) if entry.is_file()]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:8]
