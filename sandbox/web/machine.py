"""The rest of the sandbox as the page sees it: which model answers, whether all is up, the agents, the processes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.children import Child
from sandbox.invocations import Invocations
from sandbox.model_choice import ModelChoice
from sandbox.slack.model import Json


class Head(Protocol):
    """A Ray head: where its dashboard is (empty until it is known), and the token that it asks for."""

    address: str
    token: str


async def _nothing() -> None:
    """Start nothing again."""


async def _no_tools() -> list[dict[str, Any]]:
    """Nobody has called any."""
    return []


@dataclass
class Machine:
    """`said` is what the start has told so far; `restart` starts the bot's process again.

    `invocations` are the calls of the agents, `tools` asks the gateway which tools they have called.
    """

    model: ModelChoice
    is_up: Callable[[], bool]
    ray: Head
    children: Mapping[str, Child]
    said: list[str]
    invocations: Invocations = field(default_factory=lambda: Invocations(lambda: None))
    restart: Callable[[], Awaitable[None]] = _nothing
    tools: Callable[[], Awaitable[list[dict[str, Any]]]] = _no_tools

    def as_json(self) -> Json:
        """What the page shows all the time."""
        return {
            **self.model.as_json(),
            "up": self.is_up(),
            "said": self.said[-1] if self.said else "",
            "ray": f"http://{self.ray.address}" if self.ray.address else None,
        }

    def processes(self) -> Json:
        """For the developer's drawer: every process with the end of its log, and the way into Ray's dashboard."""
        listed = [
            {"name": one.name, "running": one.process.returncode is None, "log": one.log_tail()}
            for one in self.children.values()
        ]
        return {"processes": listed, "ray": self.as_json()["ray"], "token": self.ray.token}
