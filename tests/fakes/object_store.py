"""An object store's side of presigned addresses: objects by path, on 127.0.0.1."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from agents.wire import InputFiles


@dataclass
class FakeObjectStore:
    """`with FakeObjectStore() as store:` serves until the block ends. `answers` are statuses to give first."""

    objects: dict[str, bytes] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    location: str = ""
    on_request: Callable[[], object] = lambda: None

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"store": self})
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
    def host(self) -> str:
        """As the operator lists it."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def holds(self, package: bytes, sha256: str, *names: str) -> InputFiles:
        """Put a package there; the reference to it."""
        self.objects[f"/inputs/{sha256}.zip"] = package
        url = f"{self.host}/inputs/{sha256}.zip?X-Amz-Signature=secret"
        return InputFiles(sha256=sha256, size=len(package), names=names, url=url)


class _Handler(BaseHTTPRequestHandler):
    store: FakeObjectStore
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.store.requests.append(self.path)
        self.store.on_request()
        body = self.store.objects.get(self.path.partition("?")[0])
        status = self.store.answers.pop(0) if self.store.answers else (404 if body is None else 200)
        self.send_response(status)
        if status in (301, 302, 307):
            self.send_header("Location", self.store.location)
        content = body if status == 200 and body is not None else b"no"
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
