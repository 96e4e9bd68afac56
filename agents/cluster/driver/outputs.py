"""What the program has saved, picked up when it has ended and written where the dashboard's log API serves it.

The log API follows symbolic links, so the program's own directory is never read through it: the wrapper copies what is
a regular file there. One line of JSON for each file: `name`, `size` in bytes, and `data`, base64 or null for a file
that is too large, beyond the tenth, or of no kind that comes back.
"""
# ruff: noqa: PTH105, PTH108, PTH118, PTH120, PTH123  # as in __main__.py

from __future__ import annotations

import binascii
import contextlib
import itertools
import json
import os
import stat
from typing import TYPE_CHECKING

from .media import media_type

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = "files.jsonl"
DIRECTORY = "out"
MOST_FILES = 10
MOST_CHARACTERS = 4_000_000  # of base64, altogether: a gateway carries 6 MB, and the output is in the same answer
MOST_NAMED = 50
_MOST_ENTRIES = 10_000  # of a directory that are looked at


def directory_of_files(work: str) -> str:
    """Where the program saves what should come back, beside its working directory."""
    return os.path.join(os.path.dirname(work), DIRECTORY)


def collect(base: str) -> int:
    """Copy what the run in `base` has saved; how many files there are. Whatever fails in here only loses files."""
    with contextlib.suppress(OSError):
        fd = os.open(os.path.join(base, DIRECTORY), os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            found = regular_files(fd)
            with contextlib.suppress(OSError):
                if found:
                    write(os.path.join(base, FILE), records(fd, found))
            return len(found)
        finally:
            os.close(fd)
    return 0


def regular_files(directory: int) -> list[tuple[int, str, int]]:
    """Time of change, name and size of each regular file, in the order in which they were saved."""
    found = []
    with os.scandir(directory) as entries:
        for entry in itertools.islice(entries, _MOST_ENTRIES):
            with contextlib.suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    found.append((status.st_mtime_ns, entry.name, status.st_size))
    return sorted(found)


def records(directory: int, found: list[tuple[int, str, int]]) -> Iterator[dict[str, object]]:
    """A record for each of the first files, as long as there is room with its content."""
    room, carried = MOST_CHARACTERS, 0
    for _, name, size in found[:MOST_NAMED]:
        data = content(directory, name, room // 4 * 3) if carried < MOST_FILES else None
        if data is None:
            yield {"name": name, "size": size, "data": None}
            continue
        text = binascii.b2a_base64(data, newline=False).decode("ascii")
        room -= len(text)
        carried += 1
        yield {"name": name, "size": len(data), "data": text}


def content(directory: int, name: str, room: int) -> bytes | None:
    """The file's bytes, if it is still a regular file, of a kind that comes back, and at most `room` bytes large."""
    try:
        # a name may have become a link or a pipe since it was listed: neither is followed or waited for
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
    except OSError:
        return None
    try:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode) or status.st_size > room:
            return None
        data = read(fd, room + 1)
    except OSError:
        return None
    finally:
        os.close(fd)
    return data if len(data) <= room and media_type(name, data) else None


def read(fd: int, most: int) -> bytes:
    """At most `most` bytes: the file may grow while it is read."""
    parts = []
    while most > 0:
        part = os.read(fd, min(most, 1 << 20))
        if not part:
            break
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def write(path: str, found: Iterator[dict[str, object]]) -> None:
    """Write a fresh file and put it in the place of whatever the program may have put there."""
    fresh = path + ".new"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(fresh)
    with open(fresh, "x", encoding="ascii") as file:
        file.writelines(json.dumps(record) + "\n" for record in found)
    os.replace(fresh, path)
