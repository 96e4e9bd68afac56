"""Every request's solution passes its checks on a real cluster, and both of its mutants fail them.

A mutant that fails by what it uses, whatever it would print, is not run.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from evals.checks import Avoids, Evidence, Uses, problems
from evals.request import EvalRequest, load_files, load_requests
from sandbox.ray_head import RayHead
from tests.agents.cookbook.driving import Ran, environment_of_driver, run_programs

pytestmark = pytest.mark.timeout(900)  # whoever comes first waits for all the programs


@dataclass(frozen=True)
class Program:
    """One of a request's three programs; the solution has no mutant's number."""

    request: EvalRequest
    mutant: int | None = None

    @property
    def id(self) -> str:
        """The request's name, and which mutant it is."""
        return self.request.name if self.mutant is None else f"{self.request.name}-mutant{self.mutant}"

    def text(self, data: str) -> str:
        """The program, with the directory of the data in it."""
        if self.mutant is None:
            return self.request.solution(data)
        return self.request.mutated(self.request.mutants[self.mutant], data)


SOLUTIONS = [Program(request) for request in load_requests()]
MUTANTS = [Program(request, number) for request in load_requests() for number in (0, 1)]


@pytest.fixture(scope="module")
def runs(ray_head: RayHead, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> dict[str, Ran]:
    """What became of the programs that were chosen, by their ids."""
    workplace = tmp_path_factory.mktemp("evals")
    for name, text in load_files().items():
        (workplace / name).write_text(text)
    callspecs = [item.callspec for item in request.session.items if getattr(item, "callspec", None)]
    chosen = [spec.params["program"] for spec in callspecs if isinstance(spec.params.get("program"), Program)]
    paths = [_written(program, workplace) for program in chosen if not _is_settled(program)]
    return run_programs(paths, workplace, environment_of_driver(ray_head, workplace))


def _written(program: Program, workplace: Path) -> Path:
    path = workplace / f"{program.id}.py"
    path.write_text(program.text(str(workplace)), encoding="utf-8")
    return path


def _is_settled(program: Program) -> bool:
    """Whether the program's text alone fails a check; every solution is run."""
    checks = [check for check in program.request.checks if isinstance(check, (Uses, Avoids))]
    return program.mutant is not None and problems(checks, Evidence(program.text("DATA"), "")) != ()


def _evidence(program: Program, ran: Ran) -> Evidence:
    return Evidence(program.text("DATA"), ran.printed, len(ran.saved))


@pytest.mark.ray
@pytest.mark.parametrize("program", SOLUTIONS, ids=lambda program: program.id)
def test_a_solution_passes(program, runs):
    ran = runs[program.id]

    assert ran.failure is None
    assert problems(program.request.checks, _evidence(program, ran)) == (), ran.printed


@pytest.mark.parametrize("program", list(filter(_is_settled, MUTANTS)), ids=lambda program: program.id)
def test_a_mutant_fails_by_what_it_uses(program):
    assert problems(program.request.checks, Evidence(program.text("DATA"), ""))


@pytest.mark.ray
@pytest.mark.parametrize("program", [m for m in MUTANTS if not _is_settled(m)], ids=lambda program: program.id)
def test_a_mutant_fails(program, runs):
    ran = runs[program.id]

    assert ran.failure or problems(program.request.checks, _evidence(program, ran)), ran.printed
