"""How a cluster is, and what applies to whoever uses it. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.wire import ClusterHealth
from bot.blocks import text as t

ASKING = "I am asking it how it is."
NO_CLUSTER = "No cluster is set for every channel, so none was asked."
SENTENCE_CHARACTERS = 500
MOST_CHOICES = 10
REPLIES = {
    "always": "I answer every reply in a thread in which I am engaged.",
    "owner": "In a thread I answer whoever opened it; others mention me.",
    "mention": "In a thread I answer only those who mention me.",
}


@dataclass(frozen=True)
class Cluster:
    """A cluster and Raygen's queue for it: how many runs wait, and how many are under way.

    `health` is how it is, a sentence that says why that is not known, or None as long as it is being asked.
    """

    address: str
    waiting: int
    under_way: int
    health: ClusterHealth | str | None = None


@dataclass(frozen=True)
class Defaults:
    """What applies to whoever has no settings of their own. 0 runs at a time: as many as come; None: kept for ever."""

    run_seconds: float
    runs_at_a_time: int
    replies: str
    files: bool
    keep_code_days: float | None
    keep_output_days: float | None
    keep_audit_days: float | None


def cluster(shown: Cluster | None, other_clusters: int) -> tuple[t.Block, ...]:
    """Where code runs, and how it is there; channels with a cluster of their own are counted."""
    others = (t.context(f"Channels with a cluster of their own: {other_clusters:,}."),) if other_clusters else ()
    if shown is None:
        return (t.section(NO_CLUSTER), *others)
    words = t.rich_text(t.words(shown.address, bold=True), t.words(f"\n{_health(shown.health)}"))
    queue = f"Raygen's runs there: {shown.under_way:,} under way, {shown.waiting:,} in the queue."
    return (words, t.context(queue), *others)


def or_choose(own: str | None, choices: Sequence[str]) -> str:
    """What follows a channel's `own` cluster where there are others to choose."""
    others = [each for each in choices if each != own]
    shown = ", ".join(f"`{t.escape(each)}`" for each in others[:MOST_CHOICES])
    more = f" and {len(others) - MOST_CHOICES:,} more" if len(others) > MOST_CHOICES else ""
    return f"; «Ask for Ray code» lets you choose {shown}{more}" if others else ""


def defaults(applies: Defaults) -> t.Block:
    """What applies to the person, as a list."""
    runs = f"up to {applies.runs_at_a_time:,}; more wait in the queue" if applies.runs_at_a_time else "as many as come"
    lines = (
        f"• Your runs at a time: {runs}",
        f"• A run is stopped after {applies.run_seconds / 60:,.0f} min",
        f"• Replies: {REPLIES.get(applies.replies, 'see `/raygen settings` in the channel.')}",
        f"• Attached files: {'taken' if applies.files else 'not taken'}",
        *_keeping(applies),
    )
    return t.section("\n".join(lines))


def _keeping(applies: Defaults) -> tuple[str, ...]:
    days = applies.keep_code_days, applies.keep_output_days, applies.keep_audit_days
    if days == (None, None, None):
        return ("• Threads with their code, what runs printed and who did what are kept for ever",)
    return (
        f"• Threads with their code: {_kept(applies.keep_code_days, 'deleted after {} without anything new')}",
        f"• What runs printed: {_kept(applies.keep_output_days, 'deleted after {}')}",
        f"• Who did what: {_kept(applies.keep_audit_days, 'deleted after {}')}",
    )


def _health(health: ClusterHealth | str | None) -> str:
    if health is None:
        return ASKING
    if isinstance(health, str):
        return f"⚠️ {t.clip(health, SENTENCE_CHARACTERS)}"
    machines = "1 machine" if health.nodes == 1 else f"{health.nodes:,} machines"
    jobs = "1 job running" if health.jobs == 1 else f"{health.jobs:,} jobs running"
    parts = (machines, _amount("CPU", health.cpus, health.cpus_used), _gpus(health), jobs)
    return f"✅ It answers: {', '.join(parts)}."


def _gpus(health: ClusterHealth) -> str:
    return _amount("GPU", health.gpus, health.gpus_used) if health.gpus else "no GPUs"


def _amount(name: str, total: float, used: float | None) -> str:
    there = f"{total:,.6g} {name}{'' if total == 1 else 's'}"
    return there if used is None else f"{there} ({used:,.3g} in use)"


def _kept(days: float | None, until: str) -> str:
    return "kept for ever" if days is None else until.format("1 day" if days == 1 else f"{days:,.6g} days")
