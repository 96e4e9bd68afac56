"""Server-sent events, read: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation."""

from collections.abc import Iterable, Iterator
from typing import Protocol

READ_AT_MOST = 65_536


class RawStream(Protocol):
    """The part of urllib3's response that is used here."""

    def read1(self, amt: int) -> bytes:
        """What has arrived, at most `amt` bytes; waits for the first of them, and is empty at the end."""


def arriving(raw: RawStream) -> Iterator[bytes]:
    """A stream in chunks, each as soon as it is there.

    Not botocore's `iter_lines`: it holds an event back until its chunk is full, or with chunks of one byte takes 8 s
    of CPU for an event of 200 KB. botocore does not wrap `read1`, but hands out urllib3's response, which has it.
    """
    while chunk := raw.read1(READ_AT_MOST):
        yield chunk


def lines_of(chunks: Iterable[bytes]) -> Iterator[bytes]:
    r"""The lines of a stream, each as soon as its `\n` is there, without it and without a `\r` before it.

    Costs time in proportion to the stream, however it is cut into chunks. (A lone `\r` is no line end here.)
    """
    parts: list[bytes] = []
    for chunk in chunks:
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            yield b"".join((*parts, end)).removesuffix(b"\r")
            parts = []
        parts.append(rest)


def event_data(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The data of each event, its `data:` lines joined by a newline.

    `lines` come without their line ends. Comments, other fields, and an event that the stream's end cut off are
    dropped, as the standard says.
    """
    data: list[bytes] = []
    for line in lines:
        if not line:
            if data:
                yield b"\n".join(data)
            data = []
        elif line == b"data" or line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))
