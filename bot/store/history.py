"""A thread before a turn: what was asked and answered, and its programs, as they go to the supervisor."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.wire import MAX_HISTORY_TURNS, MAX_HISTORY_VERSIONS, PastTurn, PastVersion
from bot.store.approvals import NEEDS_APPROVAL
from bot.store.models import CodeVersion, Run, Turn
from bot.store.versions import newest_first

MAX_CODE_CHARACTERS = 1_000_000
"""Of all versions together: the newest that fit are sent."""
FAILED = ("failed", "timed_out", "output_limit", "could_not_start")
RAN = "It ran on the cluster."
NEVER_RAN = "No attempt at it succeeded."
NOT_RUN = "It was not run."

History = tuple[tuple[PastTurn, ...], tuple[PastVersion, ...]]


async def history_before(session: AsyncSession, turn: Turn, session_id: str) -> History:
    """The thread's last turns, oldest first, and its last versions, oldest first."""
    turns = (await session.scalars(_earlier(turn))).all()
    newest = (await session.scalars(newest_first(session_id).limit(MAX_HISTORY_VERSIONS))).all()
    versions = _that_fit(newest)
    answers = {past.version_id: past.answer or {} for past in turns if past.version_id}
    run = (await session.execute(_last_run(versions))).first() if versions else None
    past = tuple(_past_turn(past, newest) for past in reversed(turns))
    return past, tuple(_past_version(version, answers.get(version.id, {}), run) for version in reversed(versions))


def _earlier(turn: Turn) -> Select[Turn]:
    same_thread = (Turn.team == turn.team, Turn.channel == turn.channel, Turn.thread_ts == turn.thread_ts)
    before = (Turn.delivered.is_(True), Turn.created_at <= turn.created_at, Turn.id != turn.id, Turn.prompt != "")
    return select(Turn).where(*same_thread, *before).order_by(Turn.created_at.desc()).limit(MAX_HISTORY_TURNS)


def _last_run(versions: Sequence[CodeVersion]) -> Select[str, str, str | None, str | None]:
    """The last run: its version, state, traceback and the cluster's sentence; not its report with all the files."""
    said = (Run.report["traceback"].as_string(), Run.report["error"]["message"].as_string())
    ended = (Run.version_id.in_([version.id for version in versions]), Run.ended_at.is_not(None))
    return select(Run.version_id, Run.state, *said).where(*ended).order_by(Run.created_at.desc()).limit(1)


def _that_fit(newest: Sequence[CodeVersion]) -> list[CodeVersion]:
    fitting: list[CodeVersion] = []
    room = MAX_CODE_CHARACTERS
    for version in newest:
        room -= len(version.code)
        if room < 0:
            break
        fitting.append(version)
    return fitting


def _past_turn(turn: Turn, versions: Sequence[CodeVersion]) -> PastTurn:
    number = next((version.number for version in versions if version.id == turn.version_id), None)
    return PastTurn(prompt=turn.prompt, answer=told(turn), version=number)


def told(turn: Turn) -> str:
    """What the person was told of the request's end, in words."""
    if turn.error is not None:
        return str(turn.error.get("message", ""))
    answer = turn.answer or {}
    if answer.get("kind") == "validated":
        return RAN
    if answer.get("kind") == "unvalidated":
        error = answer.get("error") or {}
        return f"{NOT_RUN if error.get('code') == NEEDS_APPROVAL else NEVER_RAN} {error.get('message', '')}".strip()
    return str(answer.get("text", ""))


def _past_version(
    version: CodeVersion, answer: dict[str, Any], run: Row[str, str, str | None, str | None] | None
) -> PastVersion:
    validated = version.state == "validated"
    failure = "" if validated else (answer.get("traceback") or (answer.get("error") or {}).get("message") or "")
    if run is not None and run[0] == version.id and run[1] in FAILED:
        failure = run[2] or run[3] or ""
    return PastVersion(
        number=version.number, title=version.title, code=version.code, validated=validated, failure=failure
    )
