"""The supervising agent: two tools, one turn, and an answer that is assembled from what happened."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

from strands import Agent
from strands.agent.conversation_manager import SlidingWindowConversationManager
from strands.session.session_manager import SessionManager
from strands.tools.executors import SequentialToolExecutor

from agents.model_failures import ModelFailures, model_failures_named, retry_strategy
from agents.models import OpenedModel
from agents.supervisor.hooks import COUNTED_KEY, TurnHooks
from agents.supervisor.outcome import assembled
from agents.supervisor.tools import generate_code, validate_ray_code
from agents.supervisor.turn import STATE_KEY, Turn
from agents.text import readable, said
from agents.wire import Envelope, Generate, GeneratedCode

AGENT_ID = "supervisor"
WINDOW = 40
"""Messages that the model still sees of a long thread."""


@dataclass(frozen=True)
class SupervisingAgent:
    """Answers one request for code with the help of `model`; `remember` gives the thread's memory, if it has one."""

    model: OpenedModel
    remember: Callable[[str], SessionManager | None]

    def answer(self, request: Generate, turn: Turn) -> Envelope:
        """The envelope with a Generation. Raises AgentError for what no Generation can say."""
        agent = self._agent(self.remember(turn.session_id))
        turn.programs.counted = int(agent.state.get(COUNTED_KEY) or 0)
        agent.system_prompt = _system_prompt(_registered(request, turn))
        with model_failures_named():
            result = agent(
                request.prompt,
                invocation_state={STATE_KEY: turn},
                limits={"turns": 2 * turn.max_attempts + 3},
                cancel_signal=turn.cancelled,
            )
        return assembled(turn, self.model, result.stop_reason, readable(said(result.message)).strip())

    def _agent(self, memory: SessionManager | None) -> Agent:
        return Agent(
            model=self.model.model,
            agent_id=AGENT_ID,
            tools=[generate_code, validate_ray_code],
            callback_handler=None,
            hooks=[TurnHooks(), ModelFailures()],
            conversation_manager=SlidingWindowConversationManager(window_size=WINDOW),
            session_manager=memory,
            retry_strategy=retry_strategy(),
            # one after the other: a program is validated after it was written, whatever the model sends together
            tool_executor=SequentialToolExecutor(),
        )


def _registered(request: Generate, turn: Turn) -> str | None:
    """The reference of the thread's current program, which the bot sent along from its own store."""
    if request.code is None:
        return None
    current = GeneratedCode(code=request.code, title="The thread's current program", model="")
    return turn.programs.add(current)


def _system_prompt(current: str | None) -> str:
    prompt = files("agents.supervisor").joinpath("prompt.md").read_text(encoding="utf-8")
    if current is None:
        return prompt
    # in the system prompt, which is not remembered: the next turn has another current program
    return f"{prompt}\nThe thread's current program is {current}. The writer is given it with the next instructions.\n"
