"""Tokens through the models: this design beside one in which the model relays the code, with the same scripts."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from statistics import median
from threading import Event
from typing import Any

from agents.codegen.agent import write_program
from agents.codegen.dialects import chosen
from agents.models import OpenedModel
from agents.supervisor.codegen import Commission
from agents.supervisor.service import Supervisor
from agents.supervisor.validation import Validator
from agents.wire import Execute, Generate, GeneratedCode, JobReport, sha256_of
from bench.relay import Relay
from bench.result import Result
from tests.fakes.gateway import FakeGateway, succeeds
from tests.fakes.scripted_model import Call, ScriptedModel, Step

CHARACTERS_PER_TOKEN = 4
"""A rule of thumb, and the same for both sides; the ratio hardly depends on it."""
SESSION = "bench-tokens-0000000000000000000000000"
CLUSTER = "10.0.0.7"
PROMPT = "Write a Ray program for this: {}"
OUTPUT = "done: 1,000 items in 4 tasks\n"
TRACEBACK = """\
Traceback (most recent call last):
  File "program.py", line {line}, in <module>
    print(ray.get(task.remote(0)))
ray.exceptions.RayTaskError(ZeroDivisionError): ray::task() (pid=71, ip=10.0.0.7)
  File "program.py", line {line}, in task
    return total / count
ZeroDivisionError: division by zero
"""
BROKEN = "print(1 / 0)"
REPAIR = "It divides by zero: handle an empty part, and keep the rest as it is."
WORDS = "The program spreads the work over tasks of equal size and adds up what they return."


class Counting(ScriptedModel):
    """A scripted model that counts what it is sent and what it says, in characters."""

    def __init__(self, *steps: Step) -> None:
        super().__init__(*steps)
        self.read = self.written = 0

    async def stream(
        self, messages: Any, tool_specs: Any = None, system_prompt: str | None = None, **more: Any
    ) -> AsyncIterator[Any]:
        """The script's next step; all that a provider would charge for is counted."""
        self.read += len(system_prompt or "") + _characters(messages) + _characters(tool_specs or [])
        async for event in super().stream(messages, tool_specs, system_prompt, **more):
            self.written += _said(event)
            yield event

    @property
    def tokens(self) -> dict[str, int]:
        """What went in and came out."""
        return {"in": self.read // CHARACTERS_PER_TOKEN, "out": self.written // CHARACTERS_PER_TOKEN}


@dataclass(frozen=True)
class Case:
    """A program to be written, and perhaps one before it that fails."""

    task: str
    programs: Sequence[str]


def measure() -> Result:
    """Tokens in and out for one generation, over what the relaying design takes for the same, at the median."""
    programs = sorted(_programs(), key=lambda program: len(program[1]))
    middle = programs[len(programs) // 2]
    plain = {name: _both(Case(name, [code])) for name, code in programs}
    repaired = _both(Case(middle[0], [_broken(middle[1]), middle[1]]))
    return Result(
        name="tokens",
        figure=round(median(_ratio(sides) for sides in plain.values()), 3),
        unit="of the tokens",
        target=0.4,
        better="lower",
        against="a supervisor whose model relays the code, with the same scripts",
        times={},
        details={
            "generation": plain[middle[0]],
            "generation_with_a_repair": {**repaired, "ratio": round(_ratio(repaired), 3)},
            "run": _run(middle[1]),
            "ratios": {name: round(_ratio(sides), 3) for name, sides in plain.items()},
            "characters_per_token": CHARACTERS_PER_TOKEN,
        },
    )


def _both(case: Case) -> dict[str, dict[str, int]]:
    return {"raygen": _raygen(case), "relay": _relay(case)}


def _raygen(case: Case) -> dict[str, int]:
    """The real supervisor and the real code-gen agent, around a cluster in memory."""
    steps: list[Step] = []
    for number in range(len(case.programs)):
        write = Call("generate_code", {"instructions": _instructions(case, number)})
        steps.append([write, Call("validate_ray_code", {"code_ref": "new"})])
    supervising = Counting(*steps)
    writing = Counting(*(_submission(program) for program in case.programs))
    supervisor = _supervisor(supervising, writing)
    request = Generate(prompt=PROMPT.format(case.task), session_id=SESSION, ray_cluster_ip=CLUSTER)
    envelope = supervisor.generate(request, SESSION, lambda _step: None, Event())
    if (envelope.result or {}).get("kind") != "validated":
        raise AssertionError(envelope)
    return _sum(supervising, writing)


def _relay(case: Case) -> dict[str, int]:
    steps: list[Step] = []
    for number, program in enumerate(case.programs):
        said = _instructions(case, number)
        if number:
            broken = case.programs[number - 1]
            said = f"{said}\n\n```python\n{broken}\n```\n\n{_traceback(broken)}"
        steps.append(Call("generate_code", {"instructions": said}))
        steps.append(Call("validate_ray_code", {"code": program, "ray_cluster_ip": CLUSTER}))
    steps.append(f"{WORDS}\n\n```python\n{case.programs[-1]}\n```\n\nIt printed:\n\n{OUTPUT}")
    supervising = Counting(*steps)
    writing = Counting(*(f"{WORDS}\n\n```python\n{program}\n```\n" for program in case.programs))
    outcomes = [*map(_traceback, case.programs[:-1]), OUTPUT]
    answer = Relay(supervising, writing, outcomes).answer(PROMPT.format(case.task))
    if case.programs[-1] not in answer:
        raise AssertionError(answer)
    return _sum(supervising, writing)


def _run(code: str) -> dict[str, int]:
    """A click on Run: no model is there to be called."""
    supervising, writing = Counting(), Counting()
    request = Execute(
        code=code, code_sha256=sha256_of(code), run_id="bench", session_id=SESSION, ray_cluster_ip=CLUSTER
    )
    report = _supervisor(supervising, writing).execute(request)
    if report.status != "succeeded":
        raise AssertionError(report)
    return _sum(supervising, writing)


class LocalWriter:
    """The code-gen agent without the runtime around it."""

    def __init__(self, model: Counting) -> None:
        self._model = OpenedModel(model, "scripted")

    def generate(self, commission: Commission) -> GeneratedCode:
        """See agents.supervisor.codegen.CodeGenerator."""
        return write_program(self._model, commission.prompt, chosen(None, "", commission.prompt))


def _supervisor(supervising: Counting, writing: Counting) -> Supervisor:
    gateway = FakeGateway(_outcome)
    return Supervisor(
        gateway=gateway,
        codegen=LocalWriter(writing),
        open_model=lambda: OpenedModel(supervising, "scripted"),
        validator=Validator(gateway, wait_seconds=0, limit=60),
        max_attempts=3,
    )


def _outcome(code: str) -> Sequence[JobReport]:
    if BROKEN in code:
        return [JobReport(status="failed", traceback=_traceback(code), exit_code=1, seconds=1.0)]
    return [report.model_copy(update={"output": OUTPUT}) for report in succeeds(code) if isinstance(report, JobReport)]


def _instructions(case: Case, number: int) -> str:
    return REPAIR if number else f"{case.task}, as a Ray program that prints its result."


def _submission(program: str) -> Call:
    said = {"title": "Spread work over tasks", "explanation": WORDS, "assumptions": [], "packages": []}
    return Call("submit_program", {"code": program, **said, "prints": "A line with the result."})


def _broken(program: str) -> str:
    return f"{program}\n\n{BROKEN}\n"


def _traceback(program: str) -> str:
    return TRACEBACK.format(line=len(program.splitlines()))


def _programs() -> Iterator[tuple[str, str]]:
    for path in files("agents.cookbook").joinpath("programs").iterdir():
        if path.name.endswith(".py"):
            yield path.name.removesuffix(".py").replace("_", " "), path.read_text(encoding="utf-8")


def _characters(value: Any) -> int:
    """The text of messages and tools; structure that a provider does not charge for is left out."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(map(_characters, value.values())) + sum(map(len, value))
    return sum(map(_characters, value)) if isinstance(value, Sequence) else 0


def _said(event: Mapping[str, Any]) -> int:
    delta = event.get("contentBlockDelta", {}).get("delta", {})
    return len(delta.get("text", "")) + len(delta.get("toolUse", {}).get("input", ""))


def _sum(*models: Counting) -> dict[str, int]:
    return {side: sum(model.tokens[side] for model in models) for side in ("in", "out")}


def _ratio(sides: Mapping[str, Mapping[str, int]]) -> float:
    return sum(sides["raygen"].values()) / sum(sides["relay"].values())
