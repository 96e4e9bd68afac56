"""How clusters are, remembered for a moment: an App Home is opened more often than a cluster changes."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from agents.wire import ClusterHealth, ClusterReport, Describe
from bot.errors import SupervisorFailed
from bot.sessions import padded
from bot.supervisor import Supervisor

REMEMBERED_SECONDS = 15.0
ANSWER_SECONDS = 10.0
"""A session that AgentCore has to start first takes some of them."""
SILENT = f"Nobody could say within {ANSWER_SECONDS:.0f} seconds how it is."
SAID_NOTHING = "It answered, and did not say how it is."

Health = ClusterHealth | str
"""How a cluster is, or a sentence that says why that is not known."""


@dataclass(frozen=True)
class _Known:
    health: Health
    until: float


class Clusters:
    """Asks the supervisor, about one cluster once at a time; there are as many clusters as the settings name."""

    def __init__(self, supervisor: Supervisor, clock: Callable[[], float] = time.monotonic) -> None:
        self._supervisor = supervisor
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._asking: dict[str, asyncio.Task[Health]] = {}

    def known(self, cluster: str) -> Health | None:
        """How the cluster was a moment ago; None when nobody has asked."""
        known = self._known.get(cluster)
        return known.health if known and known.until > self._clock() else None

    async def health(self, cluster: str) -> Health:
        """How the cluster is, at the latest after ANSWER_SECONDS."""
        known = self.known(cluster)
        if known is not None:
            return known
        # One question for all who ask the same at one moment; none of them may cancel it for the others.
        asking = self._asking.get(cluster) or asyncio.create_task(self._asked(cluster))
        self._asking[cluster] = asking
        asking.add_done_callback(lambda _: self._asking.pop(cluster, None))
        return await asyncio.shield(asking)

    async def _asked(self, cluster: str) -> Health:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                request = Describe(session_id=padded(f"health-{cluster}"), ray_cluster_ip=cluster)
                health = _told(await self._supervisor.describe(request))
        except TimeoutError:
            health = SILENT
        except SupervisorFailed as failure:
            health = failure.sentence
        self._known[cluster] = _Known(health, self._clock() + REMEMBERED_SECONDS)
        return health


def _told(report: ClusterReport) -> Health:
    if report.health is not None:
        return report.health
    return report.error.message if report.error else SAID_NOTHING
