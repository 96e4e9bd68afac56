"""Whether a bot that is used all the time grows: its memory and its open files (Linux)."""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.result import Result
from bench.stage.agents import ScriptedAgents
from bench.stage.people import Conversation
from bench.stage.replicas import Replica
from bench.stage.theatre import Play, Stage, stage

MINUTES = 30.0
PEOPLE = 4
SAMPLE_SECONDS = 1.0
TARGET_MB = 50.0
PATIENCE = 60.0


@dataclass(frozen=True)
class Sample:
    """What a process holds at a moment: resident memory in MB, open file descriptors by what they lead to."""

    megabytes: float
    files: Mapping[str, int]


def options() -> argparse.ArgumentParser:
    """The options of `python -m bench soak`."""
    parser = argparse.ArgumentParser(prog="python -m bench soak")
    parser.add_argument("--minutes", type=float, default=MINUTES, metavar="N")
    return parser


def measure(minutes: float = MINUTES) -> Result:
    """The growth of resident memory in MB, from the second tenth of the time to the last."""
    return asyncio.run(_measure(minutes * 60))


async def _measure(seconds: float) -> Result:
    with tempfile.TemporaryDirectory(prefix="raygen-soak-") as directory:
        path = Path(directory)
        play = Play(path, f"sqlite+aiosqlite:///{path / 'soak.sqlite3'}")
        async with stage(play, ScriptedAgents(job=(0.1, 1.0))) as set_up:
            samples, talks = await _soaked(set_up, seconds)
    tenth = max(1, len(samples) // 10)
    # The first tenth fills caches and pools.
    first, last = samples[tenth : 2 * tenth] or samples[:tenth], samples[-tenth:]
    growth = median(s.megabytes for s in last) - median(s.megabytes for s in first)
    return Result(
        name="soak",
        figure=round(growth, 1),
        unit="MB",
        target=TARGET_MB,
        better="lower",
        against="the same process earlier",
        times={"minutes": [round(seconds / 60, 2)]},
        details={
            "conversations": len(talks),
            "lost": sum(talk.lost for talk in talks),
            "files_at_first": _files(first),
            "files_at_last": _files(last),
            "megabytes": [round(s.megabytes, 1) for s in samples[:: max(1, len(samples) // 60)]],
        },
    )


async def _soaked(set_up: Stage, seconds: float) -> tuple[list[Sample], list[Conversation]]:
    talks: list[Conversation] = []
    samples: list[Sample] = []
    end = time.monotonic() + seconds

    async def person() -> None:
        while time.monotonic() < end:
            talk = Conversation(set_up.slack, len(talks), stops=False, patience=PATIENCE)
            talks.append(talk)
            await talk.hold()

    people = [asyncio.create_task(person()) for _ in range(PEOPLE)]
    while time.monotonic() < end:
        await asyncio.sleep(SAMPLE_SECONDS)
        samples.append(_sample(set_up.replicas[0]))
    await asyncio.gather(*people)
    return samples, talks


def _sample(replica: Replica) -> Sample:
    """From the kernel's own account (proc(5))."""
    process = Path("/proc", str(replica.pid))
    resident = next(line for line in process.joinpath("status").read_text().splitlines() if line.startswith("VmRSS"))
    return Sample(int(resident.split()[1]) / 1024, Counter(map(_kind, process.joinpath("fd").iterdir())))


def _kind(descriptor: Path) -> str:
    """What it leads to: `socket`, `anon_inode`, `database`, `file`; `closed` when it has just been."""
    try:
        target = str(descriptor.readlink())
    except FileNotFoundError:
        return "closed"
    if not target.startswith("/"):
        return target.partition(":")[0]
    return "database" if ".sqlite3" in target else "file"


def _files(samples: Sequence[Sample]) -> dict[str, float]:
    """How many descriptors, together and of each kind, at the median of the samples."""
    kinds = sorted({kind for sample in samples for kind in sample.files})
    each = {kind: median(sample.files.get(kind, 0) for sample in samples) for kind in kinds}
    return {"all": median(sum(sample.files.values()) for sample in samples), **each}
