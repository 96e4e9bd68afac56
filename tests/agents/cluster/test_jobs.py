"""What differs between Ray's releases on the wire."""

from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.jobs import unframed


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
