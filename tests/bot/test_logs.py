import io
import json
import logging

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from bot.logs import RedactedJson, RedactedLines, about, secrets_in
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


def test_lines_name_what_they_are_about(log, written):
    with about(run="r1", thread=None), about(session="s1"):
        log.info("followed")
    log.info("idle")

    first, second = written.getvalue().splitlines()
    assert first.endswith("INFO test | run=<r1> session=<s1> followed")
    assert second.endswith("INFO test | idle")


def test_a_json_line_holds_the_ids_the_traceback_and_no_secret(log, written):
    log.handlers[0].setFormatter(RedactedJson(Redaction(secrets_in([Held()]))))

    with about(run=f"r-{KNOWN}"):
        try:
            int(KNOWN)
        except ValueError:
            log.exception("failed with %s", ISSUED)

    (line,) = map(json.loads, written.getvalue().splitlines())
    assert (line["level"], line["logger"], line["run"]) == ("ERROR", "test", f"r-{REDACTED}")
    assert line["message"].startswith(f"failed with {REDACTED}\nTraceback")
    assert KNOWN not in written.getvalue()
