"""What Ray answers: bounded whatever it is, and what differs between releases."""

from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cluster import jobs as module
from agents.cluster.errors import RefusedError
from agents.cluster.jobs import RayJobs, unframed


def _framed(data: bytes) -> bytes:
    return b"".join(b"1" + data[start : start + 65536] for start in range(0, len(data), 65536))


@given(st.integers(0, 200_000), st.sampled_from([b"{}\n", b"{1111}\n"]))
def test_the_blocks_of_older_releases_are_put_together(size, unit):
    data = (unit * (size // len(unit) + 1))[:size]

    assert unframed(_framed(data)) == data


@given(st.binary())
def test_what_newer_releases_send_stays(data):
    assert unframed(b"{" + data) == b"{" + data


def test_an_error_of_older_releases_is_no_content():
    assert unframed(b"0Could not find a log file.") == b""


class Endless(httpx.SyncByteStream):
    """A body without an end; `sent` is how much of it was taken."""

    def __init__(self, chunk: bytes) -> None:
        self.chunk = chunk
        self.sent = 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.sent += len(self.chunk)
            yield self.chunk


def _answering(body: httpx.SyncByteStream, **headers: str) -> RayJobs:
    answer = httpx.Response(200, stream=body, headers=headers)
    return RayJobs("http://head", "", httpx.MockTransport(lambda _: answer))


def test_of_a_log_without_end_the_first_part_is_read(monkeypatch):
    monkeypatch.setattr(module, "_MOST_LOG_BYTES", 1_000_000)
    body = Endless(b"x" * 70_000)

    data = _answering(body).log("n", "f", -1)

    assert len(data) == 1_000_000
    assert body.sent < 1_200_000


def test_any_other_answer_without_end_is_refused():
    body = Endless(b"[" * 70_000)

    with pytest.raises(RefusedError):
        _answering(body).job("raygen-1")

    assert body.sent < 5_000_000


def test_an_answer_is_not_unpacked_beyond_what_is_read():
    jobs = _answering(httpx.ByteStream(b"\x1f\x8b no archive"), **{"Content-Encoding": "gzip"})

    with pytest.raises(RefusedError):
        jobs.job("raygen-1")


@pytest.mark.parametrize("answer", [b"[]", b'{"data": 7}', b'{"data": {"result": {"result": [1, {"a": 2}]}}}'])
def test_states_are_taken_as_far_as_they_are_some(answer):
    jobs = RayJobs(
        "http://head", "", httpx.MockTransport(lambda _: httpx.Response(200, stream=httpx.ByteStream(answer)))
    )

    if answer == b"[]":
        with pytest.raises(RefusedError):
            jobs.state("tasks")
    else:
        assert jobs.state("tasks") in ([], [{"a": 2}])
