"""The arguments of the tools, checked here since the gateway's schema knows neither patterns nor ranges."""

import math
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from agents.cluster.errors import RejectedError
from agents.wire import Grant, InputFiles

_RUN_ID = re.compile(r"[a-z0-9-]{1,57}")
"""With "raygen-" in front 64 characters: of more, or of others, Ray makes a job that nobody can stop or delete."""
_MOST_SECONDS = 3600.0


@dataclass(frozen=True)
class ValidateCall:
    """`validate_ray_code`: run `code`, or with an empty `code` follow the run `run_id`, which was started before.

    `input_files` are for the program's working directory. With `sources` the answer tells where each line comes from.
    `grant` is what a program needs that somebody has to approve; whether it fits is not decided here.
    """

    code: str
    cluster: str
    run_id: str
    wait_seconds: float
    log_offset: int
    input_files: InputFiles | None = None
    sources: bool = False
    grant: Grant | None = None

    @property
    def follows(self) -> bool:
        """Whether this call must never start anything."""
        return not self.code


@dataclass(frozen=True)
class StopCall:
    """`stop_ray_job`: end the run `run_id`."""

    run_id: str
    cluster: str


def validate_call(event: Mapping[str, object]) -> ValidateCall:
    """The arguments of `validate_ray_code`; raises RejectedError for one that is missing, unknown or malformed."""
    _only(event, {"code", "ray_cluster_ip", "run_id", "wait_seconds", "log_offset", "input_files", "sources", "grant"})
    code = _text(event, "code")
    run_id = event.get("run_id")
    if not code and not run_id:
        raise RejectedError("empty_code", "There is no code to run; send a program, or the run_id of a run to follow.")
    return ValidateCall(
        code=code,
        cluster=_text(event, "ray_cluster_ip"),
        run_id=_run_id(run_id) if run_id not in (None, "") else uuid.uuid4().hex,
        wait_seconds=_number(event, "wait_seconds", 10.0),
        log_offset=int(_number(event, "log_offset", 0.0)),
        input_files=_input_files(event.get("input_files")),
        sources=_flag(event, "sources"),
        grant=_grant(event.get("grant")),
    )


def stop_call(event: Mapping[str, object]) -> StopCall:
    """The arguments of `stop_ray_job`; raises RejectedError for one that is missing, unknown or malformed."""
    _only(event, {"run_id", "ray_cluster_ip"})
    return StopCall(run_id=_run_id(event.get("run_id")), cluster=_text(event, "ray_cluster_ip"))


def describe_call(event: Mapping[str, object]) -> str:
    """The cluster that `describe_ray_cluster` is about; raises RejectedError for arguments that are not right."""
    _only(event, {"ray_cluster_ip"})
    return _text(event, "ray_cluster_ip")


def _only(event: Mapping[str, object], known: set[str]) -> None:
    if not set(event) <= known:
        raise RejectedError("bad_request", f"The tool takes only these arguments: {', '.join(sorted(known))}.")


def _text(event: Mapping[str, object], name: str) -> str:
    value = event.get(name)
    if not isinstance(value, str):
        raise RejectedError("bad_request", f"The argument {name} is missing or no text; send it as a string.")
    return value


def _run_id(value: object) -> str:
    if not isinstance(value, str) or not _RUN_ID.fullmatch(value):
        raise RejectedError(
            "bad_request", "A run_id has 1 to 57 characters of a-z, 0-9 and the hyphen; send such a one."
        )
    return value


def _input_files(value: object) -> InputFiles | None:
    if value is None:
        return None
    try:
        return InputFiles.model_validate(value)
    except ValidationError as exc:
        raise RejectedError(
            "bad_request",
            "The argument input_files is no reference to a package; send its url, sha256, size and names.",
        ) from exc


def _grant(value: object) -> Grant | None:
    if value is None:
        return None
    try:
        return Grant.model_validate(value)
    except ValidationError as exc:
        raise RejectedError(
            "bad_request", "The argument grant is none that could be checked; send approvers, expires_at and signature."
        ) from exc


def _flag(event: Mapping[str, object], name: str) -> bool:
    value = event.get(name)
    if value is not None and not isinstance(value, bool):
        raise RejectedError("bad_request", f"The argument {name} is true or false; correct it or leave it out.")
    return bool(value)


def _number(event: Mapping[str, object], name: str, default: float) -> float:
    value = event.get(name)
    if value is None:
        return default
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if not 0 <= number <= (_MOST_SECONDS if name == "wait_seconds" else 2**53):
        raise RejectedError("bad_request", f"The argument {name} is no number from 0 up; correct it or leave it out.")
    return number
