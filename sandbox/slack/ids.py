"""Names for things, in Slack's shapes: `C0000000001`, `1790000000.000001`, `12.34.0a1b…`.

They are counted, not drawn, so that a run can be repeated to the letter.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping

from sandbox.slack.clock import Clock

ID_DIGITS = 10
MICROSECONDS = 1_000_000


class Ids:
    """Hands out identifiers and timestamps for one workspace."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: Counter[str] = Counter()
        self._last = 0

    def new(self, prefix: str) -> str:
        """The next identifier with Slack's `prefix` (C, U, F, Ev, ...)."""
        return f"{prefix}{self._next(prefix):0{ID_DIGITS}d}"

    def secret(self, purpose: str) -> str:
        """Thirty-two hex digits that nobody guesses from the ones before; not secret in a sandbox."""
        return hashlib.sha256(f"{purpose}/{self._next(purpose)}".encode()).hexdigest()[:32]

    def trigger(self) -> str:
        """A trigger_id: three parts with dots between them."""
        return f"{self._next('trigger')}.{ID_DIGITS}.{self.secret('trigger-tail')}"

    def ts(self) -> str:
        """The clock's time as a message timestamp; strictly increasing over the whole workspace.

        https://docs.slack.dev/messaging#message-ts promises uniqueness for a channel; one counter for all of them
        keeps a person's "what happened first" answerable.
        """
        self._last = max(self._last + 1, int(self._clock.now() * MICROSECONDS))
        return f"{self._last // MICROSECONDS}.{self._last % MICROSECONDS:06d}"

    @property
    def counted(self) -> dict[str, int]:
        """How many of each kind have been handed out."""
        return dict(self._counts)

    def resume(self, counted: Mapping[str, int], last_ts: str) -> None:
        """Go on after identifiers and timestamps that were handed out before."""
        self._counts = Counter(counted)
        seconds, _, micros = last_ts.partition(".")
        self._last = max(self._last, int(seconds) * MICROSECONDS + int(micros))

    def _next(self, kind: str) -> int:
        self._counts[kind] += 1
        return self._counts[kind]
