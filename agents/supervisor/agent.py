"""The supervising agent: its tools, one turn, and an answer that is assembled from what happened."""

from dataclasses import dataclass
from importlib.resources import files

from strands import Agent
from strands.agent.conversation_manager import SlidingWindowConversationManager
from strands.tools.executors import SequentialToolExecutor

from agents.failover import Failover, FailoverModel
from agents.model_failures import model_failures_named
from agents.models import OpenedModel
from agents.supervisor.commands import GoBack, command_of
from agents.supervisor.files import announced
from agents.supervisor.history import in_words, messages_of, registered
from agents.supervisor.hooks import TurnHooks
from agents.supervisor.lookups import looked_up
from agents.supervisor.outcome import assembled
from agents.supervisor.tools import generate_code, read_program, validate_ray_code
from agents.supervisor.turn import STATE_KEY, Turn
from agents.supervisor.versions import went_back
from agents.text import readable, said
from agents.usage import Metering
from agents.wire import Envelope, Generate, Reply

AGENT_ID = "supervisor"
WINDOW = 60
"""Messages that the model sees at most; a thread's history is bounded before."""


@dataclass(frozen=True)
class SupervisingAgent:
    """Answers one request for code with the help of `model`."""

    model: OpenedModel

    def answer(self, request: Generate, turn: Turn) -> Envelope:
        """The envelope with a Generation. Raises AgentError for what no Generation can say."""
        registered(request, turn.programs)
        command = command_of(request.prompt)
        if isinstance(command, GoBack) and request.versions:
            return Envelope.success(went_back(command, turn))
        is_asked = not (self.model.offline or self.model.small)
        if not is_asked and (text := looked_up(command, turn.programs)) is not None:
            return Envelope.success(Reply(text=text, model=self.model.display_name, offline=self.model.offline))
        return self._asked(request, turn)

    def _asked(self, request: Generate, turn: Turn) -> Envelope:
        model = FailoverModel(self.model)
        with model_failures_named():
            result = self._agent(model, request, turn)(
                request.prompt,
                invocation_state={STATE_KEY: turn},
                limits={"turns": turn.most_messages},
                cancel_signal=turn.cancelled,
            )
        return assembled(turn, model.current, result.stop_reason, readable(said(result.message)).strip())

    def _agent(self, model: FailoverModel, request: Generate, turn: Turn) -> Agent:
        return Agent(
            model=model,
            agent_id=AGENT_ID,
            # what nobody has written yet cannot be read
            tools=[generate_code, validate_ray_code, *([read_program] if turn.programs.references else [])],
            system_prompt="\n\n".join(part for part in _known(request, turn) if part),
            messages=messages_of(request.history, turn.programs),
            callback_handler=None,
            hooks=[TurnHooks(), Failover(model, turn.announce), Metering(turn.meter, lambda: model.current.price)],
            conversation_manager=SlidingWindowConversationManager(window_size=WINDOW),
            retry_strategy=None,
            # one after the other: a program is validated after it was written, whatever the model sends together
            tool_executor=SequentialToolExecutor(),
        )


def _known(request: Generate, turn: Turn) -> tuple[str, ...]:
    """What the model is told of its work, of the thread's programs and of its files."""
    return system_prompt(), in_words(turn.programs), announced(request.file_descriptions)


def system_prompt() -> str:
    """What the supervising model is told, whatever the thread."""
    return files("agents.supervisor").joinpath("prompt.md").read_text(encoding="utf-8")
