"""`python -m bench`: every benchmark; `python -m bench NAME`: one; with `--json`: one JSON object."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType

from bench.result import Result

BENCHMARKS = {
    "filter_speed": "bench.filter_speed",
    "policy": "bench.policy",
    "lambda_import": "bench.lambda_import",
    "run_latency": "bench.run_latency",
    "first_line": "bench.first_line",
    "separation": "bench.separation",
    "tokens": "bench.tokens",
    "turn_overhead": "bench.turn_overhead",
    "acks": "bench.acks",
    "event_cost": "bench.event_cost",
    "throughput": "bench.throughput",
    "soak": "bench.soak",
    "http_requests": "bench.http_requests",
    "chaos": "bench.chaos",
    "faults": "bench.faults",
}
"""Name -> module, whose function `measure() -> Result` takes the measurement. Imported only when it is run.

A module with a function `options() -> ArgumentParser` takes options, and `measure` what they say by name.
"""

UNKNOWN = 2


def main(arguments: Sequence[str] | None = None, benchmarks: Mapping[str, str] = BENCHMARKS) -> int:
    """Print what was asked for; 0 whether or not a target was met, 2 for a name that is none."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures Raygen against its targets.")
    parser.add_argument("name", nargs="?", metavar="NAME", help=f"one of: {', '.join(benchmarks)}; all without it")
    parser.add_argument("--json", action="store_true", help="one JSON object with the raw times; needs a NAME")
    asked, rest = parser.parse_known_args(arguments)
    if asked.json and asked.name is None:
        return _refuse("--json is for one benchmark: give its name too.")
    if asked.name is not None and asked.name not in benchmarks:
        return _refuse(f"There is no benchmark {asked.name!r}. There are: {', '.join(benchmarks)}.")
    if rest and asked.name is None:
        return _refuse("Options are for one benchmark: give its name too.")
    if asked.json:
        print(json.dumps(_measured(benchmarks[asked.name], rest).as_json()))
    else:
        _print_table([asked.name] if asked.name else list(benchmarks), benchmarks, rest)
    return 0


def _measured(name: str, rest: Sequence[str] = ()) -> Result:
    module = import_module(name)
    result = module.measure(**_chosen(module, rest))
    if not isinstance(result, Result):
        raise TypeError(f"{name}.measure() returns a bench.result.Result.")
    return result


def _chosen(module: ModuleType, rest: Sequence[str]) -> dict[str, object]:
    """What the options in `rest` say; a benchmark without options takes none."""
    options = getattr(module, "options", argparse.ArgumentParser)
    return vars(options().parse_args(rest))


def _print_table(names: Sequence[str], benchmarks: Mapping[str, str], rest: Sequence[str]) -> None:
    for name in names:
        shown, figure, target, met, against = _measured(benchmarks[name], rest).row()
        print(f"{shown:<16} {figure:<22} {target:<16} {met:<8} {against}", flush=True)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return UNKNOWN


if __name__ == "__main__":
    sys.exit(main())
