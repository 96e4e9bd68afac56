"""Files in a directory -> the zip that travels to the cluster, and what is said of them."""

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from agents.wire import MAX_INPUT_BYTES, FileDescription, InputFiles
from bot.attachments.description import SAMPLE_BYTES, bounded, description
from bot.attachments.shared import too_large

DIRECTORY = "raygen-inputs"
"""Where the cluster's wrapper looks for the files in the package (`agents/cluster/driver/inputs.py`)."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""A fixed time in every entry, so that the same files make the same package."""
_FAST = 1
_BLOCK = 1 << 20


class Package(BaseModel):
    """A package in the object store; `sha256` and `size` are the zip's, `names` those of the files in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    size: int
    names: tuple[str, ...]

    def at(self, url: str) -> InputFiles:
        """The reference that crosses to the cluster; `url` is an address to fetch it from."""
        return InputFiles(sha256=self.sha256, size=self.size, names=self.names, url=url)


@dataclass(frozen=True)
class Packed:
    """A package on this machine's disk, and its files in words."""

    package: Package
    path: Path
    descriptions: tuple[FileDescription, ...]


def pack(directory: Path, names: Sequence[str], path: Path) -> Packed:
    """Zip the files `names` of `directory` into `path`. Raises BadRequest when that is more than Ray takes."""
    ordered = sorted(names)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_FAST) as archive:
        for name in ordered:
            _add(archive, name, directory / name)
    size = path.stat().st_size
    if size > MAX_INPUT_BYTES:
        raise too_large(size)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    described = bounded([_described(name, directory / name) for name in ordered])
    return Packed(Package(sha256=digest, size=size, names=tuple(ordered)), path, described)


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    entry = zipfile.ZipInfo(f"{DIRECTORY}/{name}", _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(entry, "w") as target:
        while block := source.read(_BLOCK):
            target.write(block)


def _described(name: str, path: Path) -> FileDescription:
    with path.open("rb") as file:
        sample = file.read(SAMPLE_BYTES)
        lines = sample.count(b"\n")
        while block := file.read(_BLOCK):
            lines += block.count(b"\n")
    return description(name, path.stat().st_size, lines, sample)
