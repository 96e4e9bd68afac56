"""What an operator may widen: never more than lowering what needs approval."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from agents.cluster.policy.members import denial_of
from agents.cluster.policy.rules import APPROVALS

_LIFTED_BY_IMPORTS = frozenset({"unknown-import", "network"})
_READABLE = frozenset({"https", "s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "hf"})
"""Schemes that an entry without one stands for; plain http has to be named."""

_EXAMPLES = ("s3://ray-example-data", "s3://air-example-data", "s3://air-example-data-2")
"""Ray's own public buckets, which its documentation reads everywhere."""


@dataclass(frozen=True)
class Allowances:
    """The floor's widenings; a rule that denies can be named nowhere in here.

    `imports` are modules (with everything below them) that need no approval, `rules` names of rules that need none,
    `sources` places that data may be read from: `s3://bucket/prefix`, `https://host`, or a bare host or bucket. The
    caps are for one task or actor, memory in bytes. Raises ValueError for what
    would lift a denial, and for a rule that does not exist.
    """

    imports: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    sources: tuple[str, ...] = ()
    max_cpus: float = 64.0
    max_gpus: float = 8.0
    max_memory_bytes: float = 256.0 * 2**30

    def __post_init__(self) -> None:
        """Refuse to be told to lift a denial."""
        if denied := sorted(each for each in self.imports if denial_of(each)):
            raise ValueError(f"no setting can allow {', '.join(denied)}: see docs/security.md")
        if wrong := sorted(self.rules.difference(APPROVALS)):
            raise ValueError(f"no rule that needs approval is called {', '.join(wrong)}: see docs/security.md")

    def lift(self, rule: str, name: str) -> bool:
        """Whether the operator allows what a rule found; `name` is the module or the member that it found."""
        if rule in self.rules:
            return True
        return rule in _LIFTED_BY_IMPORTS and any(name == each or name.startswith(f"{each}.") for each in self.imports)

    def readable(self, url: str, hole: str) -> bool:
        """Whether data may be read from `url`, in which `hole` stands for what is not known of it."""
        found = _split(url)
        if found is None or not found.hostname or hole in found.netloc or "\\" in url:
            return False
        return any(_covers(entry, found, hole) for entry in (*_EXAMPLES, *self.sources))


def _covers(entry: str, found: SplitResult, hole: str) -> bool:
    allowed = _split(entry if "://" in entry else f"//{entry}")
    if allowed is None or allowed.hostname != found.hostname or allowed.port != found.port:
        return False
    if found.scheme != allowed.scheme and (allowed.scheme or found.scheme not in _READABLE):
        return False
    prefix = allowed.path.rstrip("/")
    if not prefix:
        return True
    climbs = ".." in found.path or "%" in found.path or hole in found.path
    return not climbs and (found.path == prefix or found.path.startswith(f"{prefix}/"))


def _split(url: str) -> SplitResult | None:
    """The parts of a URL, or None for what is none."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # raises ValueError for a port that is no number
    except ValueError:
        return None
    return parts
