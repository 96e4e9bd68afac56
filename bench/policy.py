"""What the screening of a program costs, over the cookbook's programs."""

import ast
from pathlib import Path
from statistics import median

from agents import cookbook
from agents.cluster.policy import screen
from bench.pairs import cpu_seconds, in_turn, ratio
from bench.result import Result

ROUNDS = 15


def measure() -> Result:
    """Milliseconds of processor time for 100 lines, beside Python's own parser in the same run."""
    programs = [path.read_text(encoding="utf-8") for path in sorted(_programs().glob("*.py"))]
    lines = sum(len(program.splitlines()) for program in programs)
    sides = {
        "screen": lambda: cpu_seconds(lambda: [screen(program) for program in programs]),
        "parse": lambda: cpu_seconds(lambda: [ast.parse(program) for program in programs]),
    }
    times = in_turn(sides, ROUNDS)
    return Result(
        name="policy",
        figure=median(times["screen"]) * 1000 / lines * 100,
        unit="ms of CPU / 100 lines",
        target=5,
        better="lower",
        against=f"ast.parse alone: {median(times['parse']) * 1000 / lines * 100:.2g} ms",
        times=times,
        details={"programs": len(programs), "lines": lines, "ratio_to_parsing": ratio(times, "screen", "parse")},
    )


def _programs() -> Path:
    return Path(cookbook.__path__[0]) / "programs"
