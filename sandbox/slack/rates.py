"""How often Slack lets an app call, https://docs.slack.dev/apis/web-api/rate-limits.

Off unless asked for: a demo is not slowed, and a test that means rate limits says so.
"""

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.clock import Clock
from sandbox.slack.reference import MethodReference

WINDOW_SECONDS = 60.0
PER_MINUTE = {"t1": 1, "t2": 20, "t3": 50, "t4": 100}
SPECIAL = 600
"""The methods with special rules of their own allow hundreds a minute; only chat.postMessage is counted finer."""
BURST = 5
"""How many messages a channel takes at once; after that one a second."""


@dataclass(frozen=True)
class RateLimits:
    """`enabled` turns them on; `scale` multiplies what is allowed; `burst` is what a channel takes at once."""

    enabled: bool = False
    scale: float = 1.0
    burst: int = BURST

    @classmethod
    def real(cls) -> "RateLimits":
        """Slack's own figures."""
        return cls(enabled=True)


@dataclass
class RateMeter:
    """Counts calls against `limits`, in the clock's time."""

    limits: RateLimits
    clock: Clock
    _calls: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def admit(self, method: MethodReference, raw: dict[str, Any]) -> int | None:
        """None if the call may pass (and is counted), otherwise the whole seconds for Retry-After."""
        if not self.limits.enabled:
            return None
        if method.name == "chat.postMessage":
            return self._take(f"post/{raw.get('channel')}", self.limits.burst, self.limits.burst / self.limits.scale)
        allowed = PER_MINUTE.get(method.tier, SPECIAL)
        return self._take(method.name, max(1, int(allowed * self.limits.scale)), WINDOW_SECONDS)

    def _take(self, key: str, allowed: int, window: float) -> int | None:
        now, calls = self.clock.now(), self._calls[key]
        while calls and calls[0] <= now - window:
            calls.popleft()
        if len(calls) >= allowed:
            return max(1, math.ceil(calls[0] + window - now))
        calls.append(now)
        return None
