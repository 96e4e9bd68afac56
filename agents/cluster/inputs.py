"""The files that a run brings along: fetched from the operator's object store and handed to the cluster as a package.

The address is a presigned one, so the cluster gets no credentials. It is believed only as far as the operator's list of
hosts goes, no redirect is followed, and what comes counts only if it is what the reference says, byte for byte.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from agents.cluster.errors import RejectedError
from agents.cluster.jobs import RayJobs
from agents.cluster.package import Package, inputs_package
from agents.wire import InputFiles

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_FETCH_SECONDS = 25.0
"""For the whole of it; with Ray's 30 s for the package and the wait for news it stays below the Lambda's timeout."""
_PORTS = {"http": 80, "https": 443}

Origin = tuple[str, str, int]
"""Scheme, host, port."""


@dataclass(frozen=True)
class Inputs:
    """The files of a run, and where the object store may be; `transport` stands in for the network in tests."""

    files: InputFiles
    hosts: tuple[str, ...]
    transport: httpx.BaseTransport | None = None
    clock: Callable[[], float] = field(default=time.monotonic)

    def deliver(self, jobs: RayJobs) -> str:
        """The package's URI on the cluster, after fetching it unless the cluster has it.

        Raises RejectedError: `files_unavailable` when trying again would not help, `files_unreachable` when it may.
        """
        url = self._allowed_url()
        package = inputs_package(self.files.sha256)
        if not jobs.has_package(package.name):  # asking also has Ray keep it for ten minutes more
            jobs.put_package(Package(package.name, self._fetched(url)))
        return package.uri

    def _allowed_url(self) -> httpx.URL:
        url = _parsed(self.files.url)
        allowed = {_origin(_parsed(host if "://" in host else f"https://{host}")) for host in self.hosts}
        if url is None or url.userinfo or _origin(url) is None or _origin(url) not in allowed:
            raise RejectedError(
                "files_unavailable",
                "The files are not where this cluster's gateway may fetch them: have the operator set "
                "RAYGEN_FILES_HOSTS to the object store's host.",
            )
        return url

    def _fetched(self, url: httpx.URL) -> bytes:
        with _named(), self._http() as http, http.stream("GET", url) as response:
            _check(response.status_code)
            data = self._bounded(response)
        if hashlib.sha256(data).hexdigest() != self.files.sha256:
            raise _changed()
        return data

    def _http(self) -> httpx.Client:
        return httpx.Client(
            timeout=_TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            transport=self.transport,
            headers={"Accept-Encoding": "identity"},
        )

    def _bounded(self, response: httpx.Response) -> bytes:
        """The body as it comes over the wire: never more than was announced, and not for ever."""
        until = self.clock() + _FETCH_SECONDS
        chunks, size = [], 0
        for chunk in response.iter_raw():
            chunks.append(chunk)
            size += len(chunk)
            if size > self.files.size:
                raise _changed()
            if self.clock() > until:
                raise _unreachable()
        return b"".join(chunks)


def _parsed(text: str) -> httpx.URL | None:
    """The address, by the very parser whose result is connected to."""
    try:
        return httpx.URL(text)
    except httpx.InvalidURL:
        return None


def _origin(url: httpx.URL | None) -> Origin | None:
    """Whom an address connects to; None for one that is no web address."""
    if url is None or url.scheme not in _PORTS or not url.raw_host:
        return None
    return url.scheme, url.raw_host.decode("ascii").lower(), url.port or _PORTS[url.scheme]


def _check(status: int) -> None:
    """Raise RejectedError unless the store gives the package."""
    if status == httpx.codes.OK:
        return
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.TOO_MANY_REQUESTS:
        raise _unreachable()
    if status == httpx.codes.NOT_FOUND:
        raise RejectedError(
            "files_unavailable",
            "The files that belong to this program are no longer kept. Attach them again and ask in the thread.",
        )
    raise RejectedError(
        "files_unavailable",
        "The object store does not give the files out: their address has expired, or the bot may not read them. "
        "Try again; if it persists, have the operator check the bot's permissions.",
    )


def _changed() -> RejectedError:
    return RejectedError(
        "files_unavailable",
        "What the object store holds is not what was attached, so nothing was run. Attach the files again.",
    )


def _unreachable() -> RejectedError:
    return RejectedError(
        "files_unreachable", "The object store with the files did not answer in time; try again in a moment."
    )


@contextmanager
def _named() -> Iterator[None]:
    """Turn what httpx raises into an error of ours."""
    try:
        yield
    except httpx.TransportError as exc:
        raise _unreachable() from exc
