"""Slack's side as one value: the workspace, and everything that acts on it."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.clock import Clock
from sandbox.slack.consents import Consents
from sandbox.slack.delivery import Delivery
from sandbox.slack.faults import Faults
from sandbox.slack.ids import Ids
from sandbox.slack.journal import Journal
from sandbox.slack.manifest import Manifest
from sandbox.slack.model import Execution, Json
from sandbox.slack.rates import RateMeter
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.sockets import Sockets
from sandbox.slack.streaming import Stream
from sandbox.slack.timing import Timing
from sandbox.slack.tokens import Tokens
from sandbox.slack.triggers import Triggers
from sandbox.slack.workspace import Workspace


@dataclass
class Platform:
    """What every method and every act of a person works on; `base_url` is known once the server listens.

    `neighbours` are the workspaces on the same server, by their ids, this one among them. `looked_at` is what people
    have open beside the agent's conversation, and `beside` who has that open, by their ids.
    """

    clock: Clock
    ids: Ids
    timing: Timing
    manifest: Manifest
    workspace: Workspace
    tokens: Tokens
    journal: Journal
    faults: Faults
    meter: RateMeter
    sockets: Sockets
    delivery: Delivery
    triggers: Triggers
    response_urls: ResponseUrls
    consents: Consents
    base_url: str = ""
    neighbours: "dict[str, Platform]" = field(default_factory=dict)
    executions: dict[str, Execution] = field(default_factory=dict)
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)
    prompts: dict[str, list[Any]] = field(default_factory=dict)
    looked_at: dict[str, Json] = field(default_factory=dict)
    beside: set[str] = field(default_factory=set)
    streams: dict[str, Stream] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let `work` go on in the background until it ends or the server stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """End everything that goes on in the background."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
