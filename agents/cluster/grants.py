"""Whether a run that needs approval has one: a grant that only the bot can have signed, for exactly this run.

Neither the model nor the supervisor, which passes a grant along, has the key. Nothing in a grant says what it is for:
the signature is computed anew over the program, the cluster and the run that the call names, so a grant of another one
does not fit.
"""

import hashlib
import hmac
import time

from agents.wire import APPROVAL_SECONDS, Grant, grant_signature

SKEW_SECONDS = 60
"""How far the Lambda's clock may be from the bot's database's."""


def is_genuine(grant: Grant, key: str, *, program: bytes, cluster: str, run_id: str) -> bool:
    """Whether the holder of `key` has granted this run of this program on this cluster, at whatever time.

    Compared in constant time. Without a key nothing is genuine.
    """
    expected = grant_signature(
        key,
        code_sha256=hashlib.sha256(program).hexdigest(),
        cluster=cluster,
        run_id=run_id,
        approvers=grant.approvers,
        expires_at=grant.expires_at,
    )
    return bool(key) and hmac.compare_digest(expected, grant.signature)


def is_current(grant: Grant, now: float | None = None) -> bool:
    """Whether the grant is of the last half hour, by this machine's clock (`now` in seconds since the epoch)."""
    left = grant.expires_at - (time.time() if now is None else now)
    return -SKEW_SECONDS < left <= APPROVAL_SECONDS + SKEW_SECONDS
