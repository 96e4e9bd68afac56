"""functions.completeSuccess and functions.completeError: the end of a Workflow Builder step.

https://docs.slack.dev/reference/methods/functions.completeSuccess. Not checked: the outputs against the manifest's
output_parameters.
"""

from sandbox.slack.errors import SlackError
from sandbox.slack.model import Execution, Json
from sandbox.slack.platform import Platform


def complete_success(platform: Platform, args: Json) -> Json:
    """functions.completeSuccess."""
    if not isinstance(args["outputs"], dict):
        raise SlackError("parameter_validation_failed")
    _end(platform, args, outputs=args["outputs"])
    return {}


def complete_error(platform: Platform, args: Json) -> Json:
    """functions.completeError."""
    _end(platform, args, error=args["error"])
    return {}


def _end(platform: Platform, args: Json, outputs: Json | None = None, error: str | None = None) -> None:
    execution_id = args["function_execution_id"]
    if execution_id not in platform.executions:
        raise SlackError("function_execution_not_found")
    if platform.executions[execution_id].ended:
        raise SlackError("execution_not_in_running_state")
    platform.executions[execution_id] = Execution(execution_id, outputs=outputs, error=error)
    platform.journal.changed()
