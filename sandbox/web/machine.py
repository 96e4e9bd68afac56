"""The rest of the sandbox as the page sees it: which model answers, whether all is up, and the processes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sandbox.children import Child
from sandbox.slack.model import Json

COOKBOOK = "cookbook"


class Head(Protocol):
    """A Ray head: where its dashboard is (empty until it runs), and the token that it asks for."""

    address: str
    token: str


async def _nothing() -> None:
    """Start nothing again."""


@dataclass
class Machine:
    """`said` is what the start has told so far; `restart` starts the bot's process again."""

    model: str
    is_up: Callable[[], bool]
    ray: Head
    children: Mapping[str, Child]
    said: list[str]
    restart: Callable[[], Awaitable[None]] = _nothing

    def as_json(self) -> Json:
        """What the page shows all the time."""
        return {
            "model": self.model,
            "offline": self.model == COOKBOOK,
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
