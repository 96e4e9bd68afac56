"""How long the Lambda takes to import its handler in a fresh interpreter, and how large its package is.

The package is put together from the libraries as they are installed here, so that no network is needed, and imported
without this machine's own site-packages: what httpx or pydantic would import besides, if it were there, is not there.
"""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.metadata import distribution
from pathlib import Path
from statistics import median

from bench.pairs import in_turn, ratio
from bench.result import Result
from deploy.lambda_package import LIBRARIES, write_zip

ROUNDS = 15
HANDLER, ALONE = "agents.cluster.handler", "httpx, pydantic"
_TIMED = """
import sys, time
sys.path.insert(0, sys.argv[1])
began = time.perf_counter()
import {}
print(time.perf_counter() - began)
"""


def measure() -> Result:
    """Seconds for the import from the package as it is, beside the two libraries that it needs, alone.

    Both once more without the bytecode that lies in the package.
    """
    with tempfile.TemporaryDirectory() as directory:
        package, task, sources = (Path(directory) / name for name in ("package.zip", "task", "sources"))
        _build(package, task)
        shutil.copytree(task, sources, ignore=shutil.ignore_patterns("*.pyc"))
        sides = {
            "handler": lambda: _import_seconds(HANDLER, task),
            "libraries": lambda: _import_seconds(ALONE, task),
            "handler_without_bytecode": lambda: _import_seconds(HANDLER, sources),
            "libraries_without_bytecode": lambda: _import_seconds(ALONE, sources),
        }
        in_turn(sides, 1)  # so that no side pays for a cold disk
        return _result(in_turn(sides, ROUNDS), package.stat().st_size / 1e6)


def _result(times: dict[str, list[float]], megabytes: float) -> Result:
    return Result(
        name="lambda_import",
        figure=median(times["handler"]),
        unit="s",
        target=0.3,
        better="lower",
        against=f"httpx and pydantic alone: {median(times['libraries']):.3f} s",
        times=times,
        details={
            "ratio_to_libraries": ratio(times, "handler", "libraries"),
            "seconds_without_bytecode": median(times["handler_without_bytecode"]),
            "package_megabytes": megabytes,
            "package_megabytes_target": 10,
        },
    )


def _import_seconds(modules: str, task: Path) -> float:
    # isolated, without site-packages, and without writing bytecode: as in a Lambda, whose task directory is read-only
    program = [sys.executable, "-I", "-S", "-B", "-c", _TIMED.format(modules), str(task)]
    return float(subprocess.run(program, capture_output=True, check=True, text=True).stdout)


def _build(package: Path, task: Path) -> None:
    libraries = package.parent / "libraries"
    for name in LIBRARIES:
        for file in distribution(name).files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                (libraries / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(file.locate()), libraries / file)
    write_zip(package, libraries)
    with zipfile.ZipFile(package) as archive:
        archive.extractall(task)
