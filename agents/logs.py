"""What a runtime writes to its log: no secret, no program and no prompt, whoever writes the line."""

import logging
import traceback
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TextIO

from pydantic import BaseModel, SecretStr

from agents.errors import AgentError
from agents.redaction import Redaction

LINE = "%(asctime)s %(levelname)s %(name)s | %(message)s"
OURS = "agents"
SERVER = "bedrock_agentcore.app"
PLAIN = (int, float, type(None))
"""What may stand in a library's line: anything else may be part of a prompt, a program or an answer."""
TOLD = ("botocore", "httpx2", "httpcore2", "urllib3")
"""Whose exceptions say what is wrong with a connection or a permission; others may quote what they were given."""
MAX_TOLD = 300

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class SafeLines(logging.Formatter):
    """Formats a record without what it was about.

    Our own messages are written as they are; of a library's message only its template and numbers are. Of an exception
    its type and where it was raised are written, and what it says only where that cannot quote a program or a prompt:
    pydantic's errors show what they were given. The finished line goes through `redact`.
    """

    def __init__(self, redact: Callable[[str], str]) -> None:
        super().__init__(LINE)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The line. The record stays as it is, for other handlers."""
        safe = logging.makeLogRecord(record.__dict__ | {"exc_text": None})
        safe.msg, safe.args = _message(record), ()
        return self._redact(super().format(safe))

    def formatException(self, ei: Raised) -> str:  # noqa: N802 - logging's name
        """The chain of exceptions, innermost last."""
        lines, error = [], ei[1]
        while error is not None:
            lines += [*traceback.format_tb(error.__traceback__), f"{type(error).__name__}{_told(error)}\n"]
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "".join(lines).rstrip()


def log_to_stderr(secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send every line to standard error, which AgentCore keeps: ours from INFO on, libraries' from WARNING on.

    `secrets` are this process's own. AgentCore's server adds a handler of its own to a logger that has none; it gets
    one that writes nothing, so that its lines take this way too. `stream` takes the place of standard error.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(SafeLines(Redaction(secrets)))
    logging.getLogger().addHandler(handler)
    logging.getLogger(OURS).setLevel(logging.INFO)
    logging.getLogger(SERVER).addHandler(logging.NullHandler())


def secrets_in(settings: BaseModel) -> list[str]:
    """The values of every setting that is declared a secret, also in settings within settings."""
    found: list[str] = []
    for _, value in settings:
        if isinstance(value, SecretStr):
            found.append(value.get_secret_value())
        elif isinstance(value, BaseModel):
            found += secrets_in(value)
    return found


def _message(record: logging.LogRecord) -> str:
    ours = record.name == OURS or record.name.startswith(f"{OURS}.")
    numbers = isinstance(record.args, tuple) and all(isinstance(value, PLAIN) for value in record.args)
    if not (ours or (numbers and record.args)):
        return str(record.msg).partition("\n")[0][:MAX_TOLD] if isinstance(record.msg, str) else record.levelname
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg!r} does not fit its arguments"


def _told(error: BaseException) -> str:
    if isinstance(error, AgentError):
        return f": {error.sentence}"
    if isinstance(error, OSError) or type(error).__module__.partition(".")[0] in TOLD:
        return f": {str(error)[:MAX_TOLD]}"
    return ""
