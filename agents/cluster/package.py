"""What travels to the cluster, as zips."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

PROGRAM = "program.py"
DRIVER = "raygen_driver"
"""The name of the wrapper on the cluster: `python -m raygen_driver`."""
INPUTS = "raygen-inputs"
"""The directory of a program's files in their package; no module can have that name, so nothing in it is imported."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""A fixed time in every entry, so that the same contents make the same bytes and with them the same name."""


@dataclass(frozen=True)
class Package:
    """A zip for `PUT /api/packages/gcs/NAME`; named by the hash of its contents, so a repeated PUT changes nothing."""

    name: str
    data: bytes

    @property
    def uri(self) -> str:
        """How a runtime_env refers to it."""
        return f"gcs://{self.name}"


def driver_package(program: bytes) -> Package:
    """The driver's wrapper and, byte for byte, the program."""
    return _package((*_driver_files(), (PROGRAM, program)))


def inputs_package(sha256: str, data: bytes = b"") -> Package:
    """The files of a program, zipped by whoever took them; `sha256` is that of the zip."""
    return Package(f"{INPUTS}-{sha256[:32]}.zip", data)


def stopper_package() -> Package:
    """The wrapper alone, which can also end a job that has not started."""
    return _package(_driver_files())


def _package(entries: Iterable[tuple[str, bytes]]) -> Package:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in sorted(entries):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    data = buffer.getvalue()
    return Package(f"raygen-{hashlib.sha256(data).hexdigest()[:32]}.zip", data)


def _driver_files() -> Iterator[tuple[str, bytes]]:
    yield from _walk(files("agents.cluster") / "driver", f"{DRIVER}/")


def _walk(directory: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in directory.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _walk(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".py"):
            yield prefix + entry.name, entry.read_bytes()
