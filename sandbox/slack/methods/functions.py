"""functions.completeSuccess and functions.completeError: the end of a Workflow Builder step.

https://docs.slack.dev/reference/methods/functions.completeSuccess. Both take the app's own token and the one that came
with the event, which is taken back when the step has ended (https://github.com/slackapi/bolt-python/issues/1075).
"""

from collections.abc import Mapping
from typing import Any

from sandbox.slack.errors import SlackError
from sandbox.slack.manifest import Parameter
from sandbox.slack.model import Execution, Json
from sandbox.slack.platform import Platform

KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
}
"""What a parameter's type is in JSON; those of Slack's own that are not here are texts."""


def complete_success(platform: Platform, args: Json) -> Json:
    """functions.completeSuccess: the outputs have to be what the manifest says."""
    execution, outputs = _running(platform, args), args["outputs"]
    function = platform.manifest.functions.get(execution.callback_id)
    if not isinstance(outputs, dict):
        raise SlackError("parameter_validation_failed")
    if function is not None and (faults := _faults(function.outputs, outputs)):
        raise SlackError("parameter_validation_failed", faults)
    _end(platform, execution, outputs=outputs)
    return {}


def complete_error(platform: Platform, args: Json) -> Json:
    """functions.completeError."""
    _end(platform, _running(platform, args), error=args["error"])
    return {}


def _running(platform: Platform, args: Json) -> Execution:
    """The execution that is meant; raises what Slack says of one that is unknown, another app's or over."""
    execution_id = args["function_execution_id"]
    if any(execution_id in one.executions for one in platform.neighbours.values() if one is not platform):
        raise SlackError("access_denied")
    if execution_id not in platform.executions:
        raise SlackError("function_execution_not_found")
    execution = platform.executions[execution_id]
    if execution.ended:
        raise SlackError("execution_not_in_running_state")
    return execution


def _end(platform: Platform, execution: Execution, outputs: Json | None = None, error: str | None = None) -> None:
    platform.executions[execution.id] = Execution(
        execution.id, execution.callback_id, execution.token, outputs=outputs, error=error
    )
    platform.tokens.workflow.discard(execution.token)
    platform.tokens.revoked[execution.token] = "token_revoked"
    platform.journal.changed()


def _faults(declared: Mapping[str, Parameter], outputs: Json) -> list[str]:
    """What is wrong with the outputs of a step, by their declaration."""
    missing = [f"missing output: {name}" for name, one in declared.items() if one.required and name not in outputs]
    unknown = [f"unknown output: {name}" for name in outputs if name not in declared]
    wrong = [f"wrong type: {name}" for name in outputs if name in declared and not _fits(declared[name], outputs[name])]
    return missing + unknown + wrong


def _fits(parameter: Parameter, value: Any) -> bool:
    return isinstance(value, KINDS.get(parameter.type, str))
