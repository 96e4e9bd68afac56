"""A supervisor with a scripted model, a scripted writer and a fake cluster."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from threading import Event
from typing import Any

from agents.models import OpenedModel
from agents.supervisor.codegen import Commission
from agents.supervisor.service import Supervisor
from agents.supervisor.validation import Validator
from agents.wire import GENERATION, Generate, GeneratedCode, JobReport
from tests.agents.conftest import SESSION
from tests.fakes.gateway import FakeGateway, Outcome, succeeds
from tests.fakes.scripted_model import Call, ScriptedModel

GOOD = "import ray\nprint('Hello')\n"
BAD = "import ray\nraise NameError('BAD')\n"
CLUSTER = "10.0.0.7"

TRACEBACK = 'Traceback (most recent call last):\n  File "main.py", line 2, in <module>\nNameError: BAD'

GENERATE = Call("generate_code", {"instructions": "Write it."})


def fails_when_bad(code: str) -> Sequence[Outcome]:
    """A program that holds BAD prints a line and fails; every other one succeeds."""
    if "BAD" in code:
        return [JobReport(status="failed", output="before\n", traceback=TRACEBACK, exit_code=1, seconds=2.0)]
    return succeeds(code)


def validate_the_last(messages: list[Any]) -> Call:
    """What an honest model does: it validates the reference that it was given."""
    return Call("validate_ray_code", {"code_ref": json.loads(last_result(messages))["code_ref"]})


def last_result(messages: list[Any]) -> str:
    return str(messages[-1]["content"][0]["toolResult"]["content"][0]["text"])


@dataclass
class FakeWriter:
    """A CodeGenerator that gives these programs in turn; an exception among them is raised."""

    programs: list[str | Exception]
    prompts: list[tuple[str, str]] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)

    def generate(self, commission: Commission) -> GeneratedCode:
        self.prompts.append((commission.prompt, commission.session_id))
        self.facts.append(commission.facts)
        program = self.programs.pop(0)
        if isinstance(program, Exception):
            raise program
        return GeneratedCode(code=program, title="A title", explanation="How.", model="Writer 1", offline=True)


class Clock:
    """A clock that moves by one second each time it is looked at."""

    def __init__(self) -> None:
        self._seconds = count()

    def __call__(self) -> float:
        return float(next(self._seconds))


@dataclass
class Rig:
    """All the parts, and one turn at a time."""

    model: ScriptedModel
    writer: FakeWriter
    gateway: FakeGateway = field(default_factory=FakeGateway)
    max_attempts: int = 3
    limit: float = 1_000
    cluster_facts: str = ""
    events: list[Any] = field(default_factory=list)
    cancelled: Event = field(default_factory=Event)
    opened: OpenedModel | None = None
    """Another model than the scripted one."""

    @property
    def supervisor(self) -> Supervisor:
        return Supervisor(
            gateway=self.gateway,
            codegen=self.writer,
            open_model=lambda: self.opened or OpenedModel(self.model, "Supervising 1"),
            validator=Validator(self.gateway, wait_seconds=5, limit=self.limit, clock=Clock(), pause_seconds=0),
            max_attempts=self.max_attempts,
            cluster_facts=self.cluster_facts,
        )

    def generate(self, prompt: str = "Print Hello", *, session: str = SESSION, **request: Any) -> Any:
        """The Generation, or the failure's code."""
        asked = Generate(prompt=prompt, session_id="not used", ray_cluster_ip=CLUSTER, **request)
        envelope = self.supervisor.generate(asked, session, self.events.append, self.cancelled)
        return GENERATION.validate_python(envelope.result)


def rig(*steps: Any, programs: list[Any] | None = None, loops: bool = False, **parts: Any) -> Rig:
    return Rig(ScriptedModel(*steps, loops=loops), FakeWriter(list(programs or [GOOD])), **parts)
