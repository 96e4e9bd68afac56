"""Why a program needs an approval, and the approval that it was given."""

import hashlib
import hmac
import json

from pydantic import Field

from agents.wire.base import Wire

MAX_APPROVERS = 10
APPROVAL_SECONDS = 1800
"""How long an approval lasts, and the longest that a grant may have to go."""
MIN_APPROVAL_KEY_BYTES = 32
"""As many as SHA-256 gives out: a shorter key would be the weakest part (RFC 2104, section 3)."""


class PolicyFinding(Wire):
    """Why a program is not simply run: the line (0 for the whole program), the rule's name, a sentence for a person."""

    line: int = Field(ge=0)
    rule: str
    sentence: str


class Grant(Wire):
    """That the `approvers`, Slack user ids, allow one run of one program on one cluster.

    `expires_at` is in seconds since the epoch. `signature` binds it to the code, the cluster and the run that it comes
    with, which are therefore not repeated here: see `grant_signature`.
    """

    approvers: tuple[str, ...] = Field(min_length=1, max_length=MAX_APPROVERS)
    expires_at: int
    signature: str = Field(pattern=r"^[0-9a-f]{64}$", repr=False)


def grant_signature(
    key: str, *, code_sha256: str, cluster: str, run_id: str, approvers: tuple[str, ...], expires_at: int
) -> str:
    """What only the bot and the cluster's Lambda, who share `key`, can compute: an HMAC-SHA256 in hex.

    Over the canonical form of what was approved: a JSON array, so that no two different approvals read the same.
    """
    approved = ["raygen-grant-1", code_sha256, cluster, run_id, list(approvers), expires_at]
    canonical = json.dumps(approved, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key.encode(), canonical.encode(), hashlib.sha256).hexdigest()
