"""What a replica counts, in Prometheus' terms, and the page on which it says so."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

ACK_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Seconds. Slack gives up after three."""


class Metrics:
    """The counters of one replica, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.ended = self._counter("raygen_ended", "Turns and runs brought to their end here.", "kind state")
        self.crashes = self._counter("raygen_crashes", "Rows whose handling crashed.", "kind")
        self.taken_over = self._counter("raygen_taken_over", "Rows that another replica left behind.", "kind")
        self.leases_lost = self._counter("raygen_leases_lost", "Rows that another replica took over.", "kind")
        self.slack_calls = self._counter("raygen_slack_calls", "Calls of Slack's Web API.", "method outcome")
        self.agent_calls = self._counter("raygen_agent_calls", "Calls of the supervisor.", "action outcome")
        self._rows = Gauge("raygen_rows", "Rows in the store.", ["what"], registry=self._registry)
        self._leases = Gauge("raygen_leases", "Rows this replica works on.", ["kind"], registry=self._registry)
        self.acks = Histogram(
            "raygen_ack_seconds",
            "From a delivery of Slack's to its acknowledgement.",
            buckets=ACK_BUCKETS,
            registry=self._registry,
        )

    def holds(self, kind: str, leases: int) -> None:
        """How many rows this replica works on now."""
        self._leases.labels(kind).set(leases)

    def page(self, rows: Mapping[str, int]) -> bytes:
        """The exposition; `rows` are the store's counts at this moment."""
        for what, count in rows.items():
            self._rows.labels(what).set(count)
        return generate_latest(self._registry)

    def _counter(self, name: str, about: str, labels: str) -> Counter:
        return Counter(name, about, labels.split(), registry=self._registry)
