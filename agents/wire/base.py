"""The base of what crosses a process, and how a failure crosses it."""

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict

ErrorCode = Literal[
    "bad_request",
    "cancelled",
    "cluster_refused",
    "cluster_unreachable",
    "code_not_utf8",
    "code_too_large",
    "empty_code",
    "files_unavailable",
    "files_unreachable",
    "gateway_timeout",
    "gateway_unavailable",
    "hash_mismatch",
    "internal",
    "job_failed",
    "model_throttled",
    "model_unavailable",
    "needs_approval",
    "no_code",
    "not_validated",
    "policy",
    "runtime_unavailable",
    "syntax",
]


class Wire(BaseModel):
    """The base of everything that crosses a process."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WireError(Wire):
    """A failure that was anticipated.

    `message` is a whole sentence of ours for a person, says what to do, and never holds an exception's text.
    """

    code: ErrorCode
    message: str


def sha256_of(code: str) -> str:
    """The identity of a program: the SHA-256, in hex, of its UTF-8 bytes."""
    return hashlib.sha256(code.encode()).hexdigest()
