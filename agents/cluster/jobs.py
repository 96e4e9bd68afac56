"""Ray's Jobs REST API, spoken over HTTP (https://docs.ray.io/en/latest/cluster/running-applications/job-submission/rest.html).

Never imports ray. Every failure becomes one of `agents.cluster.errors`; no redirect is followed.
"""

import re
import ssl
from collections.abc import Iterator, Sequence
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
_PACKAGE_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
"""Ray writes a package into its store before it answers."""
_LOG_BLOCK = 1 << 16
_MOST_LOG_BYTES = 32 << 20
"""Of a log that is read: what a run writes is smaller, and more would not fit into the Lambda's memory."""
_MOST_ANSWER_BYTES = 4 << 20
_MOST_STATES = 100
_OURS = re.compile(r"raygen-[a-z0-9-]{1,57}")
_HEX = re.compile(r"[0-9a-f]{1,64}")
_RELEASE = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})")
_VACANT = "raygen_vacant"
"""In a job's metadata: that it only has the name of a run that was stopped before it came."""
_FINAL = frozenset({"SUCCEEDED", "FAILED", "STOPPED"})
UNSAID = "UNSAID"
"""The status of a job that Ray says nothing of in time."""


@dataclass(frozen=True)
class RayJob:
    """What Ray says of a job: `status` is PENDING, RUNNING, STOPPED, SUCCEEDED or FAILED, or UNSAID.

    `carrier` is the warm driver's job that this run is in, `run` the run that this warm driver's job has taken.
    `driver_job` is the id of the driver's connection to Ray, by which its tasks and actors are found; `submitted` is
    when Ray was given the job (Unix time). One that is `vacant` only has the name of a run that was stopped before it
    came.
    """

    status: str
    node_id: str | None = None
    error_type: str | None = None
    exit_code: int | None = None
    carrier: str | None = None
    run: str | None = None
    driver_job: str | None = None
    submitted: float | None = None
    vacant: bool = False

    @property
    def ended(self) -> bool:
        """Whether Ray has done with it, or there is nothing to be done."""
        return self.vacant or self.status in _FINAL


class RayJobs:
    """A client of one cluster, to be used as a context manager; `transport` stands in for the network in tests."""

    def __init__(self, url: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"} | (
            {"Authorization": f"Bearer {token}"} if token else {}
        )
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
        self._ok(self._send("PUT", f"/api/packages/gcs/{package.name}", content=package.data, timeout=_PACKAGE_TIMEOUT))

    def has_package(self, name: str) -> bool:
        """Whether the cluster's key-value store holds a package of this name; Ray forgets it 10 minutes later."""
        response = self._send("GET", f"/api/packages/gcs/{name}")
        if response.status_code == httpx.codes.NOT_FOUND:
            return False
        return self._ok(response).is_success

    def submit(self, submission_id: str, entrypoint: str, working_dir: str, modules: Sequence[str] = ()) -> None:
        """Start a job in the package `working_dir`; raises JobExistsError when the id is taken (Ray says so by a 500).

        The packages `modules` are unpacked on each node that works for the job.

        The entrypoint goes through a shell and is shown to everyone: it holds no text of the user's.
        """
        runtime_env = {"working_dir": working_dir} | ({"py_modules": list(modules)} if modules else {})
        self._submit({"submission_id": submission_id, "entrypoint": entrypoint, "runtime_env": runtime_env})

    def reserve(self, submission_id: str) -> None:
        """Take a name with a job that does nothing, so that no other can have it; raises JobExistsError."""
        body = {"submission_id": submission_id, "entrypoint": "true", "runtime_env": {}}
        self._submit({**body, "metadata": {_VACANT: submission_id}})

    def _submit(self, body: dict[str, object]) -> None:
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
            driver_job=_driver_job(value),
            submitted=_seconds(value.get("start_time")),
            vacant=_name(value, _VACANT) is not None,
        )

    def stop(self, submission_id: str) -> None:
        """Ask Ray to stop the job; raises NoSuchJobError."""
        self._ok(self._send("POST", f"/api/jobs/{submission_id}/stop"))

    def log(self, node_id: str, filename: str, lines: int) -> bytes:
        """The last `lines` lines of a file below the node's log directory (-1: all); empty when there is none (yet).

        Of more than 32 MiB the first are returned.
        """
        query: dict[str, str | int] = {"node_id": node_id, "filename": filename, "lines": lines, "timeout": 10}
        response = self._send("GET", "/api/v0/logs/file", most=_MOST_LOG_BYTES, params=query)
        if response.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
            return b""
        return unframed(self._ok(response).content)

    def state(self, kind: str, *, limit: int = _MOST_STATES, **filters: str) -> list[dict[str, Any]]:
        """The first `limit` of `kind` (tasks, actors, nodes, jobs, placement_groups) whose fields have these values."""
        query: list[tuple[str, str | int]] = [("detail", 1), ("limit", limit), ("timeout", 5)]
        for key, value in filters.items():
            query += [("filter_keys", key), ("filter_predicates", "="), ("filter_values", value)]
        answer = self._json(self._ok(self._send("GET", f"/api/v0/{kind}", params=query)))
        found: object = answer
        for key in ("data", "result", "result"):
            found = found.get(key) if isinstance(found, dict) else None
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []

    def release(self) -> tuple[int, int]:
        """Ray's release, as in `(2, 60)`; `(0, 0)` when the head does not say."""
        told = self._json(self._ok(self._send("GET", "/api/version"))).get("ray_version")
        found = _RELEASE.match(str(told))
        return (int(found[1]), int(found[2])) if found else (0, 0)

    def nodes(self) -> list[str]:
        """The ids of the nodes that are alive."""
        found = (node.get("node_id") for node in self.state("nodes", state="ALIVE"))
        return [node_id for node_id in found if isinstance(node_id, str) and _HEX.fullmatch(node_id)]

    def load(self) -> dict[str, Any]:
        """What Ray's autoscaler last reported of the cluster's load, by its own names; empty when it reports nothing.

        No page of Ray's documents it: the form is that of `ray/dashboard/modules/reporter/reporter_head.py`, of whose
        keys the dashboard makes camel case.
        """
        found: object = self._json(self._ok(self._send("GET", "/api/cluster_status")))
        for key in ("data", "clusterStatus", "loadMetricsReport"):
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    def _send(self, method: str, path: str, *, most: int = _MOST_ANSWER_BYTES, **more: Any) -> httpx.Response:
        """The response with the first `most` bytes of its body: memory is bounded whatever the cluster answers."""
        with _translated(), self._http.stream(method, path, **more) as response:
            body = bytearray()
            for chunk in response.iter_raw(_LOG_BLOCK):
                body += chunk[: most - len(body)]
                if len(body) == most:
                    break
            return httpx.Response(response.status_code, content=bytes(body))

    def _ok(self, response: httpx.Response) -> httpx.Response:
        """The response, if it is a good one."""
        if response.status_code == httpx.codes.NOT_FOUND:
            raise NoSuchJobError("The cluster does not know this run.")
        if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise RefusedError("The cluster does not accept the token: ask the operator to renew RAYGEN_RAY_TOKEN.")
        if response.is_server_error or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise UnreachableError("The cluster could not do what was asked just now; try again in a moment.")
        if not response.is_success:
            raise RefusedError("What answers at the cluster's address does not accept jobs: check the address.")
        return response

    def _json(self, response: httpx.Response) -> dict[str, Any]:
        try:
            value = response.json()
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise RefusedError("What answers at the cluster's address is no Ray cluster: check the address.")
        return value


def _name(value: dict[str, Any], key: str) -> str | None:
    """A job's name out of the metadata; what no job of ours is called is no name, since it becomes part of a path."""
    name = (value.get("metadata") or {}).get(key)
    return name if isinstance(name, str) and _OURS.fullmatch(name) else None


def _driver_job(value: dict[str, Any]) -> str | None:
    info = value.get("driver_info")
    found = value.get("job_id") or (info.get("id") if isinstance(info, dict) else None)
    return found if isinstance(found, str) and _HEX.fullmatch(found) else None


def _seconds(milliseconds: object) -> float | None:
    return milliseconds / 1000 if isinstance(milliseconds, int | float) else None


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
