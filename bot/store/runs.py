"""Runs in the store: a click on Run from the moment it is acknowledged to the result in the thread."""

import hashlib
from typing import Any, Literal

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agents.wire import JobReport
from bot.errors import Stale
from bot.queue import Caps, Position
from bot.store import leases
from bot.store.admission import WAITS, Admission
from bot.store.approvals import require_use
from bot.store.database import NO_KEY_UPDATE, Database
from bot.store.models import RUN_OPEN, CodeVersion, Run, Thread, Turn, row_values
from bot.store.turns import API, NewTurn
from bot.store.versions import add_version

RUN_ID_CHARACTERS = 32


def run_id(version_id: str, card_ts: str, number: int) -> str:
    """The id of the `number`th run from a card: a second click on the same button is the same run."""
    identity = f"{version_id}\n{card_ts}\n{number}"
    return hashlib.sha256(identity.encode()).hexdigest()[:RUN_ID_CHARACTERS]


class RunStore:
    """The rows of runs; no more than `caps` are under way at a time."""

    def __init__(self, database: Database, owner: str, caps: Caps = Caps()) -> None:  # noqa: B008 - frozen
        self._database = database
        self._owner = owner
        self._admission = Admission(database, caps)

    async def request(
        self, version_id: str, card_ts: str, number: int, user_id: str, *, timeout_seconds: float
    ) -> Run | None:
        """Write a click down; None when this very run was asked for before. `number` is the button's, not the run's.

        A program that needs approval uses its approval up. Raises Stale for an unknown program, Busy when too many runs
        wait, and Refused or Stale, with nothing written, for a program without an approval that it could use.
        """
        async with self._database.transaction() as session:
            # two who run one program at the same moment are not both its first
            version = await session.get(CodeVersion, version_id, with_for_update=NO_KEY_UPDATE)
            if version is None:
                raise Stale("unknown_version", "This code is no longer kept. Ask for it again in the thread.")
            new = _new_run(version, await session.get_one(Thread, version.session_id), user_id, "button")
            new.id = run_id(version_id, card_ts, number)
            new.number = 1 + await _runs_of(session, version_id)
            if not await self._insert(session, new, timeout_seconds):
                return None
            await require_use(session, version, new.id, user_id, new.created_at)
            return new

    async def request_code(self, turn: NewTurn, code: str, sha256: str, timeout_seconds: float) -> str:
        """Write down a program that a caller wants run as it is, with all the rows that a run belongs to; its id."""
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            thread = Thread(
                session_id=turn.thread_ts,
                team=turn.team,
                channel=turn.channel,
                ts=turn.thread_ts,
                user_id=turn.user_id,
                created_at=now,
            )
            await self._database.insert_if_absent(session, Thread, **row_values(thread))
            session.add(Turn(**vars(turn), state="answered", delivered=True, created_at=now, ended_at=now))
            version = await add_version(
                session,
                CodeVersion(
                    id=f"version-{turn.id}",
                    session_id=turn.thread_ts,
                    turn_id=turn.id,
                    code=code,
                    sha256=sha256,
                    title="Code sent over HTTP",
                    state="drafted",
                    cluster=turn.cluster,
                    created_at=now,
                ),
            )
            new = _new_run(version, thread, turn.user_id, turn.surface)
            new.id, new.number = run_id(version.id, "", 1), 1
            await self._insert(session, new, timeout_seconds)
            return new.id

    async def _insert(self, session: AsyncSession, run: Run, timeout_seconds: float) -> bool:
        now = await self._database.now(session)
        run.created_at = run.due_at = now
        run.deadline = now + timeout_seconds
        if not await self._database.insert_if_absent(session, Run, **row_values(run)):
            return False
        await self._admission.refuse_if_full(session)
        await leases.record(session, now, run.id, run.user_id, "requested", version=run.version_id)
        return True

    async def claim(self, limit: int) -> list[Run]:
        """Lease at most `limit` admitted runs that are on their way or whose result has not reached the thread."""
        return await self._claim(Run.delivered.is_(False) & Run.admitted.is_(True), limit)

    async def claim_waiting(self, limit: int) -> list[Run]:
        """Lease at most `limit` runs for which there is no place yet, so that somebody tells where they stand."""
        return await self._claim(WAITS, limit)

    async def _claim(self, where: ColumnElement[bool], limit: int) -> list[Run]:
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            await self._admission.let_in(session, now)
            ids = await leases.due_ids(session, Run, where, now, limit)
            return await leases.take(session, Run, ids, self._owner, now)

    async def position(self, run: Run) -> Position | None:
        """Where the run stands in the queue; None when it waits no longer."""
        async with self._database.reading() as session:
            return await self._admission.position(session, run.id)

    async def step_aside(self, run: Run, seconds: float) -> None:
        """Give a run that waits back, to be looked at again in `seconds`, or at once when it has been admitted."""
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            due = case((Run.admitted, now), else_=now + seconds)
            await session.execute(
                update(Run)
                .where(Run.id == run.id, Run.fence == run.fence)
                .values(owner=None, lease_until=None, due_at=due)
                .execution_options(synchronize_session=False)
            )
        run.owner = None

    async def find(self, run_id: str) -> Run | None:
        """A run by its id."""
        async with self._database.reading() as session:
            return await session.get(Run, run_id)

    async def save(self, run: Run, **values: Any) -> None:
        """Note a message or a file that was posted for the run."""
        async with self._database.transaction() as session:
            await leases.write(session, run, **values)

    async def advance(self, run: Run, report: JobReport) -> None:
        """Add what a report tells: its output and offset together, so that no line is kept twice or lost.

        Nothing is written when it tells only that the run goes on.
        """
        state = "submitted" if report.status == "pending" else report.status
        values: dict[str, Any] = {
            "state": state,
            "submitted": run.submitted or report.status != "rejected",
            "output": run.output + storable(report.output),
            "log_offset": max(run.log_offset, report.log_offset),
            "report": report.model_dump(mode="json", exclude={"output"}),
            "unreachable_since": None,
            "failures": 0,
            "crashes": 0,
        }
        if not _is_news(run, values):
            return
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            if report.final:
                values["ended_at"] = now
            if state != run.state:
                await leases.record(session, now, run.id, "raygen", state, job=report.job_id)
            await leases.write(session, run, **values)

    async def unreachable(self, run: Run) -> float:
        """Note that nobody answers for the run; seconds since the last answer."""
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            since = run.unreachable_since or now
            await leases.write(session, run, unreachable_since=since)
            return now - since

    async def seconds_left(self, run: Run) -> float:
        """Seconds until the run's deadline, by the database's clock."""
        async with self._database.reading() as session:
            return run.deadline - await self._database.now(session)

    async def seconds_since_click(self, run: Run) -> float:
        """How long the person has been waiting, by the database's clock."""
        async with self._database.reading() as session:
            return await self._database.now(session) - run.created_at

    async def deliver(self, run: Run, what: str = "delivered") -> None:
        """Note that the result is in the thread, or `what` else: nothing is left to do, nobody needs the files' bytes.

        Whoever asked over the API reads the row instead, so there they stay.
        """
        report = run.report if run.surface == API else _without_contents(run.report)
        async with self._database.transaction() as session:
            await leases.write(session, run, delivered=True, report=report)
            await leases.record(session, await self._database.now(session), run.id, "raygen", what)

    async def ask_to_stop(self, run_id: str, user_id: str) -> bool:
        """Note that `user_id` wants the run stopped; False when it has ended or somebody asked before."""
        async with self._database.transaction() as session:
            asked = (
                update(Run)
                .where(Run.id == run_id, Run.state.in_(RUN_OPEN), Run.stop_asked_by.is_(None))
                .values(stop_asked_by=user_id)
                .returning(Run.id)
            )
            if (await session.execute(asked)).scalar_one_or_none() is None:
                return False
            await leases.record(session, await self._database.now(session), run_id, user_id, "stop asked")
            return True

    async def stop_wanted(self, run: Run) -> Literal["person", "deadline"] | None:
        """Whether the run should be stopped, and why; a person's wish comes first."""
        async with self._database.reading() as session:
            asked_by = await session.scalar(select(Run.stop_asked_by).where(Run.id == run.id))
            if asked_by is not None:
                run.stop_asked_by = asked_by
                return "person"
            return "deadline" if await self._database.now(session) >= run.deadline else None


def _is_news(run: Run, values: dict[str, Any]) -> bool:
    """Whether the row would say anything else afterwards; how long it has run is no news."""
    rest = {**values, "report": {**values["report"], "seconds": (run.report or {}).get("seconds")}}
    return any(getattr(run, name) != value for name, value in rest.items())


async def _runs_of(session: AsyncSession, version_id: str) -> int:
    """How often a program has been run, or is about to be."""
    query = select(func.count()).select_from(Run).where(Run.version_id == version_id)
    return await session.scalar(query) or 0


def _without_contents(report: dict[str, Any] | None) -> dict[str, Any] | None:
    """The report with the names and sizes of its files only."""
    if not report or not report.get("files"):
        return report
    return report | {"files": [file | {"data": None} for file in report["files"]]}


def _new_run(version: CodeVersion, thread: Thread, user_id: str, surface: str) -> Run:
    return Run(
        version_id=version.id,
        team=thread.team,
        channel=thread.channel,
        thread_ts=thread.ts,
        session_id=thread.session_id,
        user_id=user_id,
        surface=surface,
        cluster=version.cluster,
        state="requested",
        output="",
        log_offset=0,
        admitted=False,
        submitted=False,
        fence=0,
        failures=0,
        crashes=0,
        delivered=False,
    )


def storable(text: str) -> str:
    """The text as every database takes it.

    Postgres keeps no null character, so its picture stands for it; half a surrogate pair is no text in any encoding.
    """
    return text.replace("\x00", "\u2400").encode(errors="replace").decode()
