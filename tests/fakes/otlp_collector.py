"""An OpenTelemetry collector that keeps the spans it is sent (https://opentelemetry.io/docs/specs/otlp)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

PATH = "/v1/traces"
PROTOBUF = "application/x-protobuf"


@dataclass
class Collector:
    """`spans` are pairs of a service's name and the name of a span of its."""

    address: str
    spans: list[tuple[str, str]] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        """Keep what an export holds. Raises DecodeError when it is none."""
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            names = {one.key: one.value.string_value for one in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans += [(names["service.name"], span.name) for span in scope.spans]


@contextmanager
def collector() -> Iterator[Collector]:
    """A collector on a port of its own."""

    class Exports(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known = (self.path, self.headers["Content-Type"]) == (PATH, PROTOBUF)
            if known:
                here.take(body)
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", PROTOBUF)
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Exports) as server:
        here = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield here
        finally:
            server.shutdown()
            thread.join()
