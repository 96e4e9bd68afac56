"""Where the turn meets the agent's loop: how many calls there may be, when the model's part is over, and crashes."""

import logging
from typing import Any

from pydantic import ValidationError
from strands.hooks import AfterToolCallEvent, AfterToolsEvent, BeforeToolCallEvent, HookProvider, HookRegistry

from agents.errors import AgentError
from agents.supervisor.turn import OVER, STATE_KEY, Turn

logger = logging.getLogger(__name__)


class TurnHooks(HookProvider):
    """Ends the model's part when the turn is over, and serves a bounded number of its calls."""

    def register_hooks(self, registry: HookRegistry, **_kwargs: Any) -> None:
        """Strands' hook registration."""
        registry.add_callback(BeforeToolCallEvent, self._before_tool_call)
        registry.add_callback(AfterToolCallEvent, self._after_tool_call)
        registry.add_callback(AfterToolsEvent, self._after_tools)

    def _before_tool_call(self, event: BeforeToolCallEvent[Any]) -> None:
        turn: Turn = event.invocation_state[STATE_KEY]
        turn.calls += 1
        if turn.out_of_calls:
            event.cancel_tool = OVER

    def _after_tool_call(self, event: AfterToolCallEvent[Any]) -> None:
        if event.exception is None or _is_the_models(event):
            return
        # Strands would tell the model the exception's text, and go on
        logger.error("tool=<%s> | tool crashed", event.tool_use["name"], exc_info=event.exception)
        failure = AgentError()
        turn: Turn = event.invocation_state[STATE_KEY]
        turn.failure = failure
        event.result = {**event.result, "content": [{"text": failure.sentence}]}

    def _after_tools(self, event: AfterToolsEvent) -> None:
        turn: Turn = event.invocation_state[STATE_KEY]
        if turn.over:
            event.end_turn = "Validated." if turn.validated else "Not validated."


def _is_the_models(event: AfterToolCallEvent[Any]) -> bool:
    """Whether there is no such tool, or it does not take such arguments: the model is told, and may correct it."""
    return event.selected_tool is None or isinstance(getattr(event.exception, "__cause__", None), ValidationError)
