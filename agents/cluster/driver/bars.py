"""Progress bars: each is one line that moves while the program runs, and one line of its output afterwards.

A bar overwrites its line with a carriage return; one below another goes down a line and back up with an escape
sequence (tqdm writes both). What was overwritten is dropped here, at the source, so that it takes no room in the
output. A bar in a worker arrives as one line for each of its states, since Ray's log monitor cuts at every read.
Ray's own bars (`tqdm_ray`, Ray Data, Tune) are no output: they only move.

What moves is written as records of the kind `bar`: the present state of at most three bars, a line each, empty when
there is none. They come at most every second, and ever more rarely, so that their number stays small for any run.
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from .records import Output

UP = "\x1b[A"
MOST_SHOWN = 3
MOST_KEPT = 8
MOST_HELD = 64
LONGEST = 200
SECONDS = 1.0
RARER = 100  # a bar is written as often as the run's time grows by a hundredth of itself
DATA = re.compile(r"logging_progress: (\S[^:\n]{0,120}): (\d+/\d\S*)")
DATA_ENDED = re.compile(r"Dataset \S+ execution (finished|failed)")
TUNE = "Trial status: "
_SHARE = re.compile(r"(\d{1,20})%|(\d{1,20})/(\d{1,20})")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]{0,16}[A-Za-z]")


class Bars:
    """Stands between whoever reads the program's lines and `output`; `now` is the time in seconds."""

    def __init__(self, output: Output, now: Callable[[], float] = time.monotonic) -> None:
        self.output = output
        self.now = now
        self.started = self.due = now()
        self.held: dict[tuple[str, object], tuple[str, dict[str, object]]] = {}
        self.nested: set[tuple[str, object]] = set()
        self.moving: dict[Hashable, str] = {}
        self.written = ""

    def take(self, kind: str, text: str, more: dict[str, object]) -> None:
        """Take text of any kind, and hand on what is not a bar's earlier state."""
        if kind == "progress":
            self.note_progress(text)
        elif kind == "ray":
            self.note_data(text)
        elif "\r" in text or UP in text or self.held:
            self.release_others(kind)
            self.settle(kind, text, more)
            return
        self.output.take(kind, text, more)

    def release_others(self, kind: str) -> None:
        """A finished bar on the program's other stream comes first, unless there is another below it."""
        for origin in [origin for origin in self.held if origin[1] is None and origin[0] != kind]:
            if origin not in self.nested:
                self.release(origin)

    def settle(self, kind: str, text: str, more: dict[str, object]) -> None:
        """Take the user's lines, some of which may be bars."""
        origin = (kind, more.get("pid"))
        for line in lines_of(text):
            state = last_state(line)
            if line == "\n" and origin in self.held and origin[1] is not None:  # the end of the bar, read by itself
                self.release(origin)
                continue
            if not is_bar(line):
                self.release(origin)
                self.output.take(kind, state, more)
                continue
            if not self.redraws(origin, line):
                self.release(origin)
            self.held[origin] = (state, more)
            self.move(origin, state)
        while len(self.held) > MOST_HELD:
            self.release(next(iter(self.held)))

    def redraws(self, origin: tuple[str, object], line: str) -> bool:
        """Whether the line takes the place of the one that is held: in a worker by its words, else by the cursor."""
        if origin not in self.held:
            return True
        held = self.held[origin][0]
        if origin[1] is not None:
            return words(held) == words(line) and (not is_full(held) or is_full(first_state(line)))
        return UP in held or UP in line

    def release(self, origin: tuple[str, object]) -> None:
        """What is held will change no more: it is output."""
        text, more = self.held.pop(origin, ("", {}))
        if text:
            for key in [key for key in self.moving if key[:2] == origin]:  # type: ignore[index]  # all keys are tuples
                del self.moving[key]
            self.output.take(origin[0], without_moves(text), more)

    def move(self, origin: tuple[str, object], text: str) -> None:
        """Note a bar's present state; an unfinished line's comes from whoever holds it."""
        (self.nested.add if UP in text else self.nested.discard)(origin)
        shown = _ESCAPES.sub("", last_state(text)).strip()[:LONGEST]
        if shown:
            self.note((*origin, words(shown)), shown)

    def note(self, key: Hashable, shown: str | None) -> None:
        """Note a state, or with None that there is no such bar any more."""
        if shown is None:
            self.moving.pop(key, None)
            return
        self.moving[key] = shown
        while len(self.moving) > MOST_KEPT:
            del self.moving[next(iter(self.moving))]

    def note_progress(self, text: str) -> None:
        """Ray's bars in workers, as JSON objects, and Tune's tables."""
        if text.startswith(TUNE):
            self.note(("tune", None, ""), text.strip()[:LONGEST])
        for line in text.splitlines():
            bar = ray_bar(line)
            if bar is not None:
                self.note(("ray", None, bar[0]), bar[1])

    def note_data(self, text: str) -> None:
        """Ray Data's log, which counts the blocks of each operator."""
        for name, count in DATA.findall(text):
            self.note(("data", None, name), f"{name}: {count}")
        if DATA_ENDED.search(text):
            for key in [key for key in self.moving if key[0] == "data"]:  # type: ignore[index]  # all keys are tuples
                del self.moving[key]

    def tick(self) -> None:
        """Write what moves, if that has changed and it is time."""
        if self.now() < self.due:
            return
        shown = "\n".join(list(self.moving.values())[-MOST_SHOWN:])
        if shown != self.written:
            self.written = shown
            self.output.note("bar", shown)
            self.due = self.now() + max(SECONDS, (self.now() - self.started) / RARER)

    def finish(self) -> None:
        """The program has ended: every bar stands still."""
        for origin in list(self.held):
            self.release(origin)


def lines_of(text: str) -> list[str]:
    """The text's lines with their ends; a carriage return ends none."""
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def is_bar(line: str) -> bool:
    """Whether the line overwrites itself, or another."""
    return UP in line or (line.startswith("\r") and line.strip("\r\n") != "")


def last_state(line: str) -> str:
    """The line as a terminal leaves it standing: what follows its last carriage return that something follows."""
    if "\r" not in line:
        return line
    body = line.rstrip("\r\n")
    start = body.rfind("\r")
    return line if start < 0 else body[start + 1 :] + ("\n" if line.endswith("\n") else "")


def first_state(line: str) -> str:
    """The first of the states that a line holds."""
    return line.strip("\r\n").partition("\r")[0]


def is_full(bar: str) -> bool:
    """Whether a bar has come to its end: the next one that begins in that worker is another, whatever it is called."""
    found = _SHARE.search(bar[:LONGEST])
    return found is not None and (found[1] == "100" or found[2] == (found[3] or ""))


def without_moves(line: str) -> str:
    """The line without going up one."""
    return line.replace(UP, "")


def words(bar: str) -> str:
    """What a bar is called: what stands before its first figure."""
    return re.split(r"\d", last_state(bar)[:LONGEST], maxsplit=1)[0].strip()


def ray_bar(line: str) -> tuple[str, str | None] | None:
    """The name and the state of a bar that `tqdm_ray` describes; no state when it is closed, None for what is none."""
    try:
        bar = json.loads(line)
        name, total = str(bar["uuid"]), bar.get("total")
        shown = f"{bar['desc'] or 'progress'}: {bar['x']}/{'?' if total is None else total}"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return name, None if bar.get("closed") else shown.replace("\n", " ")[:LONGEST]
