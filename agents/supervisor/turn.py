"""One turn of generation: what the tools share with each other, and what the model neither sees nor sets."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from agents.errors import AgentError
from agents.streaming import Announce
from agents.supervisor.codegen import CodeGenerator, Commission
from agents.supervisor.failures import is_same_error
from agents.supervisor.programs import Programs
from agents.supervisor.validation import Validator
from agents.usage import Meter
from agents.wire import Attempt, FileDescription, GeneratedCode, InputFiles, JobReport

STATE_KEY = "raygen_turn"
"""Where the turn lies in Strands' invocation state."""
OVER = "Nothing was done: this request has come to its end."
"""What a tool answers once nothing can change any more."""


@dataclass(frozen=True)
class Tried:
    """A program that was to be run, and how that ended; no report when the gateway gave none."""

    program: GeneratedCode
    report: JobReport | None


@dataclass
class Turn:
    """Made for one request and dropped with it, so that concurrent requests share nothing.

    `written` is the last program that the code-gen agent wrote in this turn, `instructions` what it was last asked;
    `attempts` holds every validation, `tried` the last of them; `validated` is set by the first success. `failure` is
    what no repair can help, such as a gateway that does not answer. `facts` are what is known of the cluster.
    `input_files` go along with every validation, and `file_descriptions` to the writer. `calls` counts the tool calls.
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
    meter: Meter = field(default_factory=Meter)
    facts: str = ""
    input_files: InputFiles | None = None
    file_descriptions: tuple[FileDescription, ...] = ()
    calls: int = 0
    asked: int = 0
    instructions: str = ""
    written: GeneratedCode | None = None
    attempts: list[Attempt] = field(default_factory=list)
    tried: Tried | None = None
    validated: bool = False
    failure: AgentError | None = None

    def commission(self, prompt: str) -> Commission:
        """What the writer is asked with `prompt`, for this turn."""
        return Commission(prompt, self.session_id, self.facts, self.announce, self.cancelled, self.meter)

    @property
    def most_messages(self) -> int:
        """How often the supervising model is asked at most: twice an attempt, and some more to read and to correct."""
        return 2 * self.max_attempts + 3

    @property
    def out_of_calls(self) -> bool:
        """Whether there were more tool calls than can serve the request: one message may hold any number of them."""
        return self.calls > 2 * self.most_messages

    @property
    def out_of_attempts(self) -> bool:
        """Whether the program has been tried as often as it may be."""
        return len(self.attempts) >= self.max_attempts

    @property
    def over(self) -> bool:
        """Whether another answer of the model could change nothing any more."""
        return self.validated or self.failure is not None or self.out_of_attempts

    @property
    def repeats_its_error(self) -> bool:
        """Whether the last two attempts failed in the same way: what was changed in between was not the cause."""
        errors = [attempt.error for attempt in self.attempts[-2:]]
        return len(errors) == 2 and is_same_error(*errors)  # noqa: PLR2004  # two of them make a repetition

    def has_failed(self, code: str) -> bool:
        """Whether exactly this program has been tried in this turn, and failed by its own fault."""
        return self.tried is not None and not self.validated and self.tried.program.code == code
