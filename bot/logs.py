"""The bot's log lines: everything that is written goes through the redaction, tracebacks included."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s | %(about)s%(message)s"

_ABOUT: ContextVar[dict[str, str] | None] = ContextVar("about", default=None)


@contextmanager
def about(**ids: str | None) -> Iterator[None]:
    """Every line that is written in the block, by whomever, names these ids; those that are None are left out."""
    token = _ABOUT.set({**(_ABOUT.get() or {}), **{name: value for name, value in ids.items() if value}})
    try:
        yield
    finally:
        _ABOUT.reset(token)


class RedactedLines(logging.Formatter):
    """Formats a record and takes the secrets out of the finished line, whoever wrote it.

    A formatter, not a filter: a filter sees neither the traceback as text nor a record's lazy arguments.
    """

    def __init__(self, redact: Callable[[str], str], template: str = LOG_FORMAT) -> None:
        super().__init__(template)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The line without secrets. A message that does not fit its arguments is shown without them.

        (What logging itself would do then is to write the arguments to standard error.)
        """
        record.about = "".join(f"{name}=<{value}> " for name, value in (_ABOUT.get() or {}).items())
        try:
            return self._redact(super().format(record))
        except (TypeError, ValueError, KeyError):
            return self._redact(f"{record.levelname} {record.name} | {record.msg!r} does not fit its arguments")


class RedactedJson(logging.Formatter):
    """Formats a record as one JSON object a line, the ids of `about` beside the rest; no secret in any value."""

    def __init__(self, redact: Callable[[str], str]) -> None:
        super().__init__("%(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The line: at, level, logger, message, then the ids; `message` ends with the traceback."""
        try:
            message = super().format(record)
        except (TypeError, ValueError, KeyError):
            message = f"{record.msg!r} does not fit its arguments"
        fields = {"at": self.formatTime(record), "level": record.levelname, "logger": record.name, "message": message}
        return json.dumps({name: self._redact(value) for name, value in {**(_ABOUT.get() or {}), **fields}.items()})


def secrets_in(settings: Iterable[BaseSettings]) -> list[str]:
    """The values of every setting that is declared a secret."""
    values = (value for part in settings for _, value in part)
    return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]


def write_logs(redact: Callable[[str], str], level: int = logging.INFO, form: Literal["text", "json"] = "text") -> None:
    """Send every logger's lines to standard error, redacted; called again, the later redaction counts."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactedJson(redact) if form == "json" else RedactedLines(redact))
    logging.basicConfig(level=level, handlers=[handler], force=True)
