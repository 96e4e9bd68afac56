"""`raygen eval`: how often a model's programs do what was asked for, printed as a table or as JSON."""

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.report import document, markdown
from evals.request import FAMILIES, SPLITS, EvalRequest, load_requests
from evals.run import Plan, evaluate
from sandbox.errors import CannotStart

DATA = Path(tempfile.gettempdir()) / "raygen-evals"
"""Where the data files lie: a place that programs may read, and the same each time, since prompts name it."""


@dataclass(frozen=True)
class Eval:
    """What was asked for on the command line; `only` holds names of requests, families or splits, or nothing."""

    model: str
    answers: Path
    as_json: bool = False
    only: tuple[str, ...] = ()
    fresh: bool = False
    rerun: bool = False
    at_once: int = 2


async def run_eval(wanted: Eval) -> int:
    """Print the table; 0 when every request has an answer, else 1. Raises CannotStart."""
    requests = chosen(load_requests(), wanted.only)
    plan = Plan(
        wanted.model,
        requests,
        wanted.answers,
        DATA,
        fresh=wanted.fresh,
        rerun=wanted.rerun,
        at_once=wanted.at_once,
    )
    verdicts = await evaluate(plan, _say)
    if wanted.as_json:
        print(json.dumps(document(wanted.model, verdicts), indent=2), flush=True)
    else:
        print(markdown(wanted.model, verdicts), flush=True)
    return 0 if len(verdicts) == len(requests) and all(v.grade != "lost" for v in verdicts) else 1


def chosen(requests: Sequence[EvalRequest], only: Sequence[str]) -> list[EvalRequest]:
    """The requests of these names, families or splits; all without any. Raises CannotStart for one that is none."""
    known = {request.name for request in requests} | set(FAMILIES) | set(SPLITS)
    if unknown := sorted(set(only) - known):
        raise CannotStart(
            f"There is no request, family or split {', '.join(unknown)}. The families are {', '.join(FAMILIES)}; the "
            f"splits are {', '.join(SPLITS)}."
        )
    wanted = set(only)
    return [r for r in requests if not wanted or wanted & {r.name, r.family, r.split}]


def _say(line: str) -> None:
    print(f"· {line}", file=sys.stderr, flush=True)
