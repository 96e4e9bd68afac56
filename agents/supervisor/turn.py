"""One turn of generation: what the tools share with each other, and what the model neither sees nor sets."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from agents.errors import AgentError
from agents.supervisor.codegen import CodeGenerator
from agents.supervisor.programs import Programs
from agents.supervisor.validation import Validator
from agents.wire import Attempt, GeneratedCode, JobReport, Repairing, Validating, Writing

Announce = Callable[[Writing | Validating | Repairing], None]

STATE_KEY = "raygen_turn"
"""Where the turn lies in Strands' invocation state."""


@dataclass(frozen=True)
class Tried:
    """A program that was to be run, and how that ended; no report when the gateway gave none."""

    program: GeneratedCode
    report: JobReport | None


@dataclass
class Turn:
    """Made for one request and dropped with it, so that concurrent requests share nothing.

    `written` is the last program that the code-gen agent wrote in this turn; `attempts` holds every validation,
    `tried` the last of them; `validated` is set by the first success. `failure` is what no repair can help, such as
    a gateway that does not answer.
    """

    session_id: str
    ray_cluster_ip: str
    user_id: str
    codegen: CodeGenerator
    validator: Validator
    max_attempts: int
    announce: Announce
    new_run_id: Callable[[], str]
    programs: Programs = field(default_factory=Programs)
    cancelled: Event = field(default_factory=Event)
    asked: int = 0
    written: GeneratedCode | None = None
    attempts: list[Attempt] = field(default_factory=list)
    tried: Tried | None = None
    validated: bool = False
    failure: AgentError | None = None

    @property
    def out_of_attempts(self) -> bool:
        """Whether the program has been tried as often as it may be."""
        return len(self.attempts) >= self.max_attempts

    @property
    def over(self) -> bool:
        """Whether another answer of the model could change nothing any more."""
        return self.validated or self.failure is not None or self.out_of_attempts
