"""`python -m deploy.lambda_package raygen-cluster.zip`: what the gateway's Lambda holds, as one zip.

The Lambda's handler is `agents.cluster.handler.handler`. The libraries come from the lock, by hash, as wheels for
Lambda's own machines, so the zip can be built on any machine that has pip.

A Lambda cannot write bytecode into its own directory and would compile every module at every cold start, so bytecode
lies beside each source. Python reads it without looking at the source again (PEP 552, unchecked).
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements" / "runtime.lock"
PYTHON = "3.11"
PLATFORMS = {"x86_64": "manylinux2014_x86_64", "arm64": "manylinux2014_aarch64"}
"""Lambda's names of its architectures, and the wheels that run on them."""

FIRST_PARTY = ("agents/__init__.py", "agents/tracing.py", "agents/wire", "agents/cluster")
LIBRARIES = (
    "annotated-types",
    "anyio",
    "certifi",
    "h11",
    "httpcore",
    "httpx",
    "idna",
    "pydantic",
    "pydantic-core",
    "typing-extensions",
    "typing-inspection",
)
"""httpx and pydantic, with all that they need."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""A fixed time in every entry, so that the same contents make the same bytes."""
_READABLE = 0o644 << 16
_TASK = "/var/task"
"""Where Lambda unpacks the zip: what a traceback names."""
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==(?:[^\n]*\\\n)*[^\n]*$", re.MULTILINE)


def first_party_files(root: Path = ROOT) -> tuple[Path, ...]:
    """The project's own files that go along, relative to `root` and sorted."""
    return tuple(sorted(path.relative_to(root) for name in FIRST_PARTY for path in _files(root / name)))


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for inner in path.rglob("*"):
        if inner.is_file() and "__pycache__" not in inner.parts:
            yield inner


def locked(libraries: Sequence[str], lock: str) -> str:
    """The lock's entries for `libraries`, hashes and all. Raises ValueError for one that it does not have."""
    entries = {match[1]: match[0] for match in _LOCKED.finditer(lock)}
    missing = sorted(set(libraries) - set(entries))
    if missing:
        raise ValueError(f"{', '.join(missing)} is not in the lock; run `make lock` and look at LIBRARIES.")
    return "\n".join(entries[name] for name in libraries) + "\n"


def install(libraries: Path, architecture: str) -> None:
    """Put the locked libraries for `architecture` into the directory. Raises CalledProcessError as pip fails."""
    requirements = libraries.with_suffix(".lock")
    requirements.write_text(locked(LIBRARIES, LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    chosen = ["--python-version", PYTHON, "--platform", PLATFORMS[architecture], "--only-binary", ":all:"]
    source = ["--no-deps", "--require-hashes", "-r", str(requirements)]
    subprocess.run([*pip, *chosen, *source, "--target", str(libraries)], check=True)


def write_zip(target: Path, libraries: Path, root: Path = ROOT) -> None:
    """Write the zip: first-party files and libraries side by side with their bytecode, in a fixed order.

    Without bytecode when this is not Lambda's Python, which could not read it.
    """
    installed = {path.relative_to(libraries): path for path in _files(libraries)}
    files = {path: root / path for path in first_party_files(root)}
    files |= {name: path for name, path in installed.items() if name.parts[0] != "bin"}
    with tempfile.TemporaryDirectory() as directory:
        task = Path(directory)
        for name, path in files.items():
            (task / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, task / name)
        if is_lambdas_python():
            _compile(task)
        _pack(target, task)


def is_lambdas_python() -> bool:
    """Whether the bytecode of the Python that runs here is the one that Lambda's Python reads."""
    return "{}.{}".format(*sys.version_info) == PYTHON


def _compile(task: Path) -> None:
    """Write bytecode in a process of its own and in one order, since what was compiled before shows in the bytes."""
    how = ["-q", "-j", "1", "--invalidation-mode", "unchecked-hash", "-s", ".", "-p", _TASK, "."]
    subprocess.run([sys.executable, "-S", "-m", "compileall", *how], cwd=task, env={"PYTHONHASHSEED": "0"}, check=True)


def _pack(target: Path, task: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in task.rglob("*") if path.is_file()):
            info = zipfile.ZipInfo(str(path.relative_to(task)), _EPOCH)
            info.external_attr = _READABLE
            archive.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the zip; its size on standard output."""
    parser = argparse.ArgumentParser(prog="python -m deploy.lambda_package", description=__doc__.splitlines()[0])
    parser.add_argument("target", type=Path, help="the zip to write")
    parser.add_argument("--architecture", choices=sorted(PLATFORMS), default="arm64")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as directory:
        libraries = Path(directory) / "libraries"
        libraries.mkdir()
        install(libraries, wanted.architecture)
        write_zip(wanted.target, libraries)
    sys.stdout.write(f"{wanted.target}: {wanted.target.stat().st_size:,} bytes for {wanted.architecture}\n")
    if not is_lambdas_python():
        sys.stdout.write(f"Without bytecode: it starts faster when Python {PYTHON} builds it.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
