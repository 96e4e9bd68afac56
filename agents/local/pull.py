"""Fetching weights: what has arrived is kept and gone on with, and nothing is put in place before its hash is right."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from agents.errors import WeightsNotPulled
from agents.local.weights import Weights

Progress = Callable[[int, int], None]
"""Told how many bytes are there, and of how many."""


class Source(Protocol):
    """A place that has the weights."""

    def read_from(self, offset: int) -> Iterator[bytes]:
        """The file's bytes from `offset` on. Raises WeightsNotPulled."""


def pull(weights: Weights, source: Source, directory: Path, progress: Progress) -> Path:
    """The path of the verified weights in `directory`. Raises WeightsNotPulled, and OSError when it cannot write.

    An interruption leaves a file beside it that ends in `.partial`, with which the next call goes on.
    """
    place = directory / weights.file_name
    if weights.are_at(place):
        return place
    directory.mkdir(parents=True, exist_ok=True)
    partial = place.with_name(f"{place.name}.partial")
    _complete(partial, weights, source, progress)
    if not weights.are_at(partial):
        partial.unlink()
        raise WeightsNotPulled(
            f"What arrived is not {weights.file_name}: its SHA-256 is another one, so it was deleted. Try again, or "
            "from the other source with --from."
        )
    partial.replace(place)
    return place


def _complete(partial: Path, weights: Weights, source: Source, progress: Progress) -> None:
    """Append what is missing, never more than there should be."""
    with partial.open("ab") as file:
        there = file.tell()
        for block in source.read_from(there) if there < weights.size else ():
            file.write(block[: weights.size - there])
            there = min(weights.size, there + len(block))
            progress(there, weights.size)
            if there == weights.size:
                return
    if there < weights.size:
        raise WeightsNotPulled(
            f"The download broke off after {there:,} of {weights.size:,} bytes. Give the same command again: it goes "
            "on where it stopped."
        )
