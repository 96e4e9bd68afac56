"""The only place in the cluster room that reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from agents.cluster.policy import Allowances
from agents.wire import MIN_APPROVAL_KEY_BYTES

DEFAULT_PORT = 8265
"""Where Ray's dashboard, and with it the Jobs API, listens unless told otherwise."""


@dataclass(frozen=True)
class ClusterSettings:
    """What the operator decides about clusters.

    `hosts` are entries `host` or `host:port`; nothing else is ever connected to. Without a `token` a cluster executes
    code for everyone who reaches it, so that has to be allowed in so many words. `max_wait_seconds` stays below the
    Lambda's own timeout. `files_hosts` is where files may be fetched from: `host`, `host:port`, or with `http://` in
    front a store without encryption. `warm_drivers` is how many drivers wait on each cluster for a run,
    `warm_idle_seconds` how long one waits before it ends. What begins with `policy_` widens what programs may do; see
    `Allowances`. With `approval_key`, which the bot has too, programs that need approval can be approved.
    """

    hosts: tuple[str, ...] = ()
    token: str = field(default="", repr=False)
    max_wait_seconds: float = 20.0
    run_timeout_seconds: float = 3600.0
    output_limit_bytes: int = 1024 * 1024
    allow_open_cluster: bool = False
    files_hosts: tuple[str, ...] = ()
    warm_drivers: int = 0
    warm_idle_seconds: float = 600.0
    policy_allow_imports: tuple[str, ...] = ()
    policy_allow_rules: tuple[str, ...] = ()
    policy_data_sources: tuple[str, ...] = ()
    policy_max_cpus: float = 64.0
    policy_max_gpus: float = 8.0
    policy_max_memory_gib: float = 256.0
    approval_key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse a policy that would lift a denial, and a key that could be guessed; raises ValueError."""
        _ = self.allowances
        if 0 < len(self.approval_key.encode()) < MIN_APPROVAL_KEY_BYTES:
            raise ValueError(f"RAYGEN_APPROVAL_KEY has fewer than {MIN_APPROVAL_KEY_BYTES} bytes: make a longer one")

    @property
    def allowances(self) -> Allowances:
        """What the operator allows programs beyond the floor."""
        return Allowances(
            imports=frozenset(self.policy_allow_imports),
            rules=frozenset(self.policy_allow_rules),
            sources=self.policy_data_sources,
            max_cpus=self.policy_max_cpus,
            max_gpus=self.policy_max_gpus,
            max_memory_bytes=self.policy_max_memory_gib * 2**30,
        )

    @classmethod
    def read(cls, environment: Mapping[str, str] | None = None) -> Self:
        """The settings from `environment`, by default the process's own; raises ValueError for what makes no sense."""
        env = os.environ if environment is None else environment  # noqa: TID251  # this is the settings module
        return cls(
            hosts=_entries(env.get("RAYGEN_CLUSTER_HOSTS", "")),
            token=env.get("RAYGEN_RAY_TOKEN", "").strip(),
            max_wait_seconds=float(env.get("RAYGEN_MAX_WAIT_SECONDS", cls.max_wait_seconds)),
            run_timeout_seconds=float(env.get("RAYGEN_RUN_TIMEOUT_SECONDS", cls.run_timeout_seconds)),
            output_limit_bytes=int(env.get("RAYGEN_OUTPUT_LIMIT_BYTES", cls.output_limit_bytes)),
            allow_open_cluster=env.get("RAYGEN_ALLOW_OPEN_CLUSTER", "").strip().lower() in {"1", "true", "yes"},
            files_hosts=_entries(env.get("RAYGEN_FILES_HOSTS", "")),
            warm_drivers=int(env.get("RAYGEN_WARM_DRIVERS", cls.warm_drivers)),
            warm_idle_seconds=float(env.get("RAYGEN_WARM_IDLE_SECONDS", cls.warm_idle_seconds)),
            policy_allow_imports=_entries(env.get("RAYGEN_POLICY_ALLOW_IMPORTS", "")),
            policy_allow_rules=_entries(env.get("RAYGEN_POLICY_ALLOW_RULES", "")),
            policy_data_sources=_entries(env.get("RAYGEN_POLICY_DATA_SOURCES", "")),
            policy_max_cpus=float(env.get("RAYGEN_POLICY_MAX_CPUS", cls.policy_max_cpus)),
            policy_max_gpus=float(env.get("RAYGEN_POLICY_MAX_GPUS", cls.policy_max_gpus)),
            policy_max_memory_gib=float(env.get("RAYGEN_POLICY_MAX_MEMORY_GIB", cls.policy_max_memory_gib)),
            approval_key=env.get("RAYGEN_APPROVAL_KEY", "").strip(),
        )


def _entries(text: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in text.split(",") if entry.strip())
