"""A Ray head without Ray: the part of the dashboard's HTTP interface that the cluster room speaks, on 127.0.0.1."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

NODE_ID = "f" * 56


@dataclass
class FakeJob:
    """A job as Ray describes it."""

    status: str = "RUNNING"
    entrypoint: str = ""
    working_dir: str = ""
    driver_node_id: str | None = NODE_ID
    error_type: str | None = None
    driver_exit_code: int | None = None
    metadata: dict[str, str] | None = None
    modules: list[str] | None = None


@dataclass
class Failure:
    """What happens to the next matching request but `after`: `answer` with a status, or a lost connection."""

    method: str
    path: str
    answer: int | Literal["lost before", "lost after"]
    after: int = 0


@dataclass
class FakeRayCluster:
    """`with FakeRayCluster() as cluster:` serves until the block ends; everything that it holds can be looked at."""

    token: str = "right-token"
    release: str = "2.60.0"
    jobs: dict[str, FakeJob] = field(default_factory=dict)
    packages: dict[str, bytes] = field(default_factory=dict)
    files: dict[str, bytearray] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    states: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """What the State API lists, by kind: tasks, actors, nodes, jobs, placement_groups."""
    usage: dict[str, list[float]] | None = None
    """What the autoscaler's report says of each resource: how much is in use, and how much there is."""
    on_submit: Callable[["FakeRayCluster", str], None] = lambda _cluster, _submission_id: None
    on_stop: Callable[["FakeRayCluster", str], None] = lambda _cluster, _submission_id: None
    on_package: Callable[["FakeRayCluster", str], None] = lambda _cluster, _name: None

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"cluster": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def fail(
        self, method: str, path: str, answer: int | Literal["lost before", "lost after"], *, after: int = 0
    ) -> None:
        self.failures.append(Failure(method, path, answer, after))

    def write(self, submission_id: str, kind: str, text: str = "", **more: object) -> None:
        """Append a record as the driver's wrapper would."""
        file = self.files.setdefault(f"raygen/{submission_id}/records.jsonl", bytearray())
        record = {"o": len(file), "t": 1.0, "s": 0.0, "k": kind, "x": text, **more}
        file += json.dumps(record).encode() + b"\n"

    def end(self, submission_id: str, status: str = "succeeded", code: int = 0, **more: object) -> None:
        """Have the wrapper write its exit record."""
        told = {"status": status, "code": code, "traceback": None, "sha256": "0" * 64} | more
        self.write(submission_id, "exit", "", **told)


class _Handler(BaseHTTPRequestHandler):
    cluster: FakeRayCluster
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """As Ray's own server: a header that waits for its acknowledgement holds the body back for 40 ms."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.cluster.requests.append((self.command, url.path, dict(self.headers)))
        failure = self._failure(url.path)
        if failure == "lost before":
            self.close_connection = True
            return
        status, answer = self._authorised() or self._route(url.path, parse_qs(url.query), body)
        if failure == "lost after":
            self.close_connection = True
        elif failure is not None:
            self._answer(failure, b"something went wrong")
        else:
            self._answer(status, answer)

    def _failure(self, path: str) -> int | str | None:
        for failure in self.cluster.failures:
            if failure.method == self.command and path.startswith(failure.path):
                if failure.after:
                    failure.after -= 1
                    return None
                self.cluster.failures.remove(failure)
                return failure.answer
        return None

    def _authorised(self) -> tuple[int, bytes] | None:
        given = self.headers.get("Authorization", "")
        if given == f"Bearer {self.cluster.token}" or not self.cluster.token:
            return None
        return (403 if given else 401), b"no"

    def _route(self, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, bytes]:
        if path.startswith("/api/packages/gcs/"):
            return self._package(path.rpartition("/")[2], body)
        if path == "/api/v0/logs/file":
            return self._log(query)
        if path.startswith("/api/v0/"):
            return self._states(path.removeprefix("/api/v0/"), query)
        if path in ("/api/cluster_status", "/api/version"):
            return self._load() if path == "/api/cluster_status" else self._version()
        if path == "/api/jobs/":
            return self._submit(json.loads(body))
        return self._job(path.removeprefix("/api/jobs/"))

    def _package(self, name: str, body: bytes) -> tuple[int, bytes]:
        if self.command == "GET":
            return (200, b"") if name in self.cluster.packages else (404, b"does not exist")
        self.cluster.packages[name] = body
        self.cluster.on_package(self.cluster, name)
        return 200, b""

    def _log(self, query: dict[str, list[str]]) -> tuple[int, bytes]:
        file = self.cluster.files.get(query["filename"][0])
        if file is None or query["node_id"] != [NODE_ID]:
            return 500, b"A file is not found"
        lines = bytes(file).splitlines(keepends=True)
        count = int(query["lines"][0])
        return 200, b"".join(lines if count < 0 else lines[-count:])

    def _states(self, kind: str, query: dict[str, list[str]]) -> tuple[int, bytes]:
        wanted = dict(zip(query.get("filter_keys", ()), query.get("filter_values", ()), strict=True))
        rows = [row for row in self.cluster.states.get(kind, ()) if wanted.items() <= row.items()]
        return 200, json.dumps({"result": True, "data": {"result": {"result": rows}}}).encode()

    def _load(self) -> tuple[int, bytes]:
        """As `ray/dashboard/modules/reporter/reporter_head.py` answers, with an autoscaler's report or without."""
        report = None if self.cluster.usage is None else {"loadMetricsReport": {"usage": self.cluster.usage}}
        data = {"autoscalingStatus": None, "autoscalingError": None, "clusterStatus": report}
        return 200, json.dumps({"result": True, "msg": "Got cluster status.", "data": data}).encode()

    def _version(self) -> tuple[int, bytes]:
        return 200, json.dumps({"version": "4", "ray_version": self.cluster.release, "ray_commit": "0"}).encode()

    def _submit(self, request: dict[str, Any]) -> tuple[int, bytes]:
        name = request["submission_id"]
        if name in self.cluster.jobs:
            return 500, f"ValueError: Job with submission_id {name} already exists.".encode()
        env = request["runtime_env"]
        job = FakeJob(
            entrypoint=request["entrypoint"],
            working_dir=env.get("working_dir", ""),
            modules=env.get("py_modules"),
            metadata=request.get("metadata"),
        )
        self.cluster.jobs[name] = job
        self.cluster.on_submit(self.cluster, name)
        return 200, json.dumps({"submission_id": name}).encode()

    def _job(self, path: str) -> tuple[int, bytes]:
        name, _, action = path.partition("/")
        job = self.cluster.jobs.get(name)
        if job is None:
            return 404, b"does not exist"
        if action == "stop":
            self.cluster.on_stop(self.cluster, name)
            return 200, b'{"stopped": true}'
        return 200, json.dumps(job.__dict__).encode()

    def _answer(self, status: int | str, body: bytes) -> None:
        self.send_response(int(status))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
