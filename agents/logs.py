"""Where a runtime's log goes."""

import logging


def log_to_stderr() -> None:
    """Send what `agents` logs to standard error, which AgentCore keeps.

    The root logger stays as it is: AgentCore's server has a handler of its own, and would log everything twice.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s | %(message)s"))
    ours = logging.getLogger("agents")
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
