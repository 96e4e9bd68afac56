import io
import logging

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from bot.logs import RedactedLines, secrets_in
from bot.redaction import REDACTED, Redaction

KNOWN = "the-token-of-this-process"
ISSUED = "xox" + "b-1234567890-abcdefghij"


class Held(BaseSettings):
    token: SecretStr = SecretStr(KNOWN)
    absent: SecretStr | None = None
    address: str = "http://localhost"


@pytest.fixture
def written():
    return io.StringIO()


@pytest.fixture
def log(written):
    handler = logging.StreamHandler(written)
    handler.setFormatter(RedactedLines(Redaction(secrets_in([Held()]))))
    logger = logging.Logger("test")  # noqa: LOG001 - one that no other test can reach
    logger.addHandler(handler)
    return logger


def test_a_secret_among_the_arguments_does_not_reach_the_line(log, written):
    log.info("token=<%s>, other=<%s> | sent", KNOWN, ISSUED)

    assert written.getvalue().endswith(f"INFO test | token=<{REDACTED}>, other=<{REDACTED}> | sent\n")


def test_a_secret_in_a_traceback_does_not_reach_the_line(log, written):
    try:
        int(KNOWN)
    except ValueError:
        log.exception("failed")

    assert f"ValueError: invalid literal for int() with base 10: '{REDACTED}'" in written.getvalue()
    assert KNOWN not in written.getvalue()


def test_arguments_that_do_not_fit_are_not_written_anywhere(log, written, capsys):
    log.info("%d tokens", KNOWN)

    assert "'%d tokens' does not fit its arguments" in written.getvalue()
    assert KNOWN not in written.getvalue() + capsys.readouterr().err


def test_the_values_of_secret_settings_are_known_and_no_others():
    assert secrets_in([Held()]) == [KNOWN]
