"""Ray's Jobs REST API, spoken over HTTP (https://docs.ray.io/en/latest/cluster/running-applications/job-submission/rest.html).

Never imports ray. Every failure becomes one of `agents.cluster.errors`; no redirect is followed.
"""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from agents.cluster.errors import JobExistsError, NoSuchJobError, RefusedError, UnreachableError
from agents.cluster.package import Package

USER_AGENT = "raygen-cluster/1"
"""Ray answers 405 to what looks like a browser."""
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_LOG_BLOCK = 1 << 16
_OURS = re.compile(r"raygen-[a-z0-9-]{1,57}")
_FINAL = frozenset({"SUCCEEDED", "FAILED", "STOPPED"})


@dataclass(frozen=True)
class RayJob:
    """What Ray says of a job: `status` is PENDING, RUNNING, STOPPED, SUCCEEDED or FAILED.

    `carrier` is the warm driver's job that this run is in, `run` the run that this warm driver's job has taken.
    """

    status: str
    node_id: str | None = None
    error_type: str | None = None
    exit_code: int | None = None
    carrier: str | None = None
    run: str | None = None

    @property
    def ended(self) -> bool:
        """Whether Ray has done with it."""
        return self.status in _FINAL


class RayJobs:
    """A client of one cluster, to be used as a context manager; `transport` stands in for the network in tests."""

    def __init__(self, url: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"User-Agent": USER_AGENT} | ({"Authorization": f"Bearer {token}"} if token else {})
        # An empty trust store costs nothing to make; Ray's dashboard speaks plain HTTP.
        self._http = httpx.Client(
            base_url=url,
            headers=headers,
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            transport=transport,
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._http.close()

    def put_package(self, package: Package) -> None:
        """Store the package in the cluster's key-value store; a second one of the same name replaces it."""
        self._ok(self._send("PUT", f"/api/packages/gcs/{package.name}", content=package.data))

    def has_package(self, name: str) -> bool:
        """Whether the cluster's key-value store holds a package of this name; Ray forgets it 10 minutes later."""
        response = self._send("GET", f"/api/packages/gcs/{name}")
        if response.status_code == httpx.codes.NOT_FOUND:
            return False
        return self._ok(response).is_success

    def submit(self, submission_id: str, entrypoint: str, working_dir: str) -> None:
        """Start a job in the package `working_dir`; raises JobExistsError when the id is taken (Ray says so by a 500).

        The entrypoint goes through a shell and is shown to everyone: it holds no text of the user's.
        """
        body = {"submission_id": submission_id, "entrypoint": entrypoint, "runtime_env": {"working_dir": working_dir}}
        response = self._send("POST", "/api/jobs/", json=body)
        if response.status_code >= httpx.codes.BAD_REQUEST and "already exists" in response.text:
            raise JobExistsError("The run was submitted before.")
        self._ok(response)

    def job(self, submission_id: str) -> RayJob:
        """What Ray says of the job; raises NoSuchJobError."""
        value = self._json(self._ok(self._send("GET", f"/api/jobs/{submission_id}")))
        return RayJob(
            status=str(value.get("status")),
            node_id=value.get("driver_node_id"),
            error_type=value.get("error_type"),
            exit_code=value.get("driver_exit_code"),
            carrier=_name(value, "raygen_carrier"),
            run=_name(value, "raygen_run"),
        )

    def stop(self, submission_id: str) -> None:
        """Ask Ray to stop the job; raises NoSuchJobError."""
        self._ok(self._send("POST", f"/api/jobs/{submission_id}/stop"))

    def log(self, node_id: str, filename: str, lines: int) -> bytes:
        """The last `lines` lines of a file below the node's log directory (-1: all); empty when there is none (yet)."""
        query: dict[str, str | int] = {"node_id": node_id, "filename": filename, "lines": lines, "timeout": 10}
        response = self._send("GET", "/api/v0/logs/file", params=query)
        if response.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
            return b""
        return unframed(self._ok(response).content)

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        with _translated():
            return self._http.request(method, path, **more)

    def _ok(self, response: httpx.Response) -> httpx.Response:
        """The response, if it is a good one."""
        if response.status_code == httpx.codes.NOT_FOUND:
            raise NoSuchJobError("The cluster does not know this run.")
        if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise RefusedError("The cluster does not accept the token: ask the operator to renew RAYGEN_RAY_TOKEN.")
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise UnreachableError("The cluster could not do what was asked just now; try again in a moment.")
        if not response.is_success:
            raise RefusedError("What answers at the cluster's address does not accept jobs: check the address.")
        return response

    def _json(self, response: httpx.Response) -> dict[str, Any]:
        try:
            value = response.json()
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise RefusedError("What answers at the cluster's address is no Ray cluster: check the address.")
        return value


def _name(value: dict[str, Any], key: str) -> str | None:
    """A job's name out of the metadata; what no job of ours is called is no name, since it becomes part of a path."""
    name = (value.get("metadata") or {}).get(key)
    return name if isinstance(name, str) and _OURS.fullmatch(name) else None


def unframed(data: bytes) -> bytes:
    """The file's bytes out of an answer of the log API.

    Older releases (2.9 among them) put a "1" in front of each block of 64 KiB, or of the error's text a "0". A record
    starts with a brace, so that the two kinds of answer cannot be taken for each other.
    """
    if data[:1] not in (b"0", b"1"):
        return data
    blocks = [data[start : start + 1 + _LOG_BLOCK] for start in range(0, len(data), 1 + _LOG_BLOCK)]
    return b"".join(block[1:] for block in blocks if block[:1] == b"1")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what httpx raises into errors of ours."""
    try:
        yield
    except httpx.TimeoutException as exc:
        raise UnreachableError("The cluster did not answer in time; try again in a moment.") from exc
    except httpx.TransportError as exc:
        raise UnreachableError("The cluster cannot be reached; check that it is up, then try again.") from exc
