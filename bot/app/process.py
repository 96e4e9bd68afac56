"""What a replica has, whichever workspaces it serves."""

import socket
from dataclasses import dataclass, field
from uuid import uuid4

from bot.deliveries import Deliveries
from bot.home.clusters import Clusters
from bot.measured import MeasuredSupervisor
from bot.metrics import Metrics
from bot.redaction import Redaction
from bot.settings import Settings
from bot.store.database import Database
from bot.store.full_logs import FullLogStore
from bot.store.runs import RunStore
from bot.store.steps import StepStore
from bot.store.turns import TurnStore
from bot.supervisor import Supervisor

OWNER_CHARACTERS = 50
"""What the store has room for of a host's name, which may have 63."""


@dataclass(frozen=True)
class Process:
    """The parts that know no workspace; `owner` is the name of this replica's leases."""

    settings: Settings
    database: Database
    supervisor: Supervisor
    metrics: Metrics
    redact: Redaction
    owner: str
    turns: TurnStore
    runs: RunStore
    full_logs: FullLogStore
    clusters: Clusters
    steps: StepStore
    deliveries: Deliveries = field(default_factory=Deliveries)


def process_of(
    settings: Settings, database: Database, supervisor: Supervisor, redact: Redaction, metrics: Metrics
) -> Process:
    """The parts, under a name of their own."""
    measured = MeasuredSupervisor(supervisor, metrics)
    owner = f"{socket.gethostname()[:OWNER_CHARACTERS]}-{uuid4().hex[:8]}"
    return Process(
        settings,
        database,
        measured,
        metrics,
        redact,
        owner,
        TurnStore(database, owner, settings.waiting_turns),
        RunStore(database, owner, settings.caps),
        FullLogStore(database, owner),
        Clusters(measured),
        StepStore(database, owner),
    )
