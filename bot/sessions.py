"""Where a Slack thread meets an AgentCore session: pure functions from one name to the other.

AgentCore takes 33 to 256 characters in a request and answers with 1 to 100 of `[a-zA-Z0-9][a-zA-Z0-9-_]*`
(botocore's service model of `InvokeAgentRuntime`), so an id stays within 33 to 100 of those.
"""

import hashlib
import json
import re

MIN_CHARACTERS = 33
MAX_CHARACTERS = 100
LEGAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{32,99}", re.ASCII)
THREADS = "raygen"
"""What the ids of threads begin with, and no caller's."""
DIGEST_CHARACTERS = 32
"""128 bits of SHA-256: no two threads meet by accident or by effort."""


def session_id(team: str, channel: str, thread_ts: str) -> str:
    """The session of a thread: readable, the same on every replica and after every restart."""
    return _readable_and_unique(THREADS, team, channel, thread_ts)


def padded(caller_id: str) -> str:
    """A legal session id for an id that a caller chose; a legal one is left as it is, unless it is a thread's.

    Threads' ids can be derived, so a caller that knew a thread would otherwise enter its session.
    """
    if caller_id.startswith(THREADS):
        return _readable_and_unique("api", caller_id)
    return caller_id if LEGAL.fullmatch(caller_id) else _readable_and_unique(caller_id)


def _readable_and_unique(*parts: str) -> str:
    # JSON keeps the borders between the parts, so that ("a", "bc") and ("ab", "c") differ.
    digest = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:DIGEST_CHARACTERS]
    readable = re.sub(r"[^A-Za-z0-9_]+", "-", "-".join(parts), flags=re.ASCII).lstrip("-_")
    kept = readable[: MAX_CHARACTERS - DIGEST_CHARACTERS - 1].rstrip("-")
    return f"{kept or 'session'}-{digest}"
