"""The bot's log lines: everything that is written goes through the redaction, tracebacks included."""

import logging
from collections.abc import Callable, Iterable

from pydantic import SecretStr
from pydantic_settings import BaseSettings

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s | %(message)s"


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
        try:
            return self._redact(super().format(record))
        except (TypeError, ValueError, KeyError):
            return self._redact(f"{record.levelname} {record.name} | {record.msg!r} does not fit its arguments")


def secrets_in(settings: Iterable[BaseSettings]) -> list[str]:
    """The values of every setting that is declared a secret."""
    values = (value for part in settings for _, value in part)
    return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]


def write_logs(redact: Callable[[str], str], level: int = logging.INFO) -> None:
    """Send every logger's lines to standard error, redacted; called again, the later redaction counts."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactedLines(redact))
    logging.basicConfig(level=level, handlers=[handler], force=True)
