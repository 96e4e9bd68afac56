"""Server-sent events, read: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation."""

from collections.abc import Iterable, Iterator


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
