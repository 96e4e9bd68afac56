"""Turns in the store: a request for code from the moment it is asked to the answer in its thread."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from agents.wire import MAX_HISTORY_TURNS, Reply, UnvalidatedCode, Usage, ValidatedCode
from bot.store import approvals, leases, taken_along
from bot.store.database import Database
from bot.store.history import History, history_before
from bot.store.models import TURN_OPEN, CodeVersion, Thread, Turn
from bot.store.requests import NewTurn, Request, Requests
from bot.store.together import Together
from bot.store.versions import add_version, newest_first

__all__ = ["API", "NewTurn", "TurnStore"]

CLAIM_LOCK = 5_264_937
"""Any number, another than the migrations'."""
RECENT_TURNS = 20
"""How far back in a thread files are looked for that need not be fetched again."""
API = "api"
"""The surface of a request whose caller waits for the answer on its own connection."""


class TurnStore:
    """The rows of turns, threads and code versions; with more than `waiting` turns in the queue none is taken."""

    def __init__(self, database: Database, owner: str, waiting: int = 0) -> None:
        self._database = database
        self._owner = owner
        self._requests: Together[Request, bool] = Together(Requests(database, waiting).write)

    async def request(self, turn: NewTurn, *dedupe_keys: str) -> bool:
        """Write the request down; False when any of its keys has come before, and then nothing is written.

        Raises Busy when too many wait.
        """
        return await self._requests.add(Request(turn, dedupe_keys))

    async def claim(self, limit: int) -> list[Turn]:
        """Lease at most `limit` turns: one at a time in a thread, in the order asked."""
        async with self._database.transaction() as session:
            if self._database.is_postgres:
                # Two replicas that look at the same time must not each take a turn of one thread.
                await session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": CLAIM_LOCK})
            now = await self._database.now(session)
            where = Turn.delivered.is_(False) & ~_waits_for_another(now)
            ids = await leases.due_ids(session, Turn, where, now, limit)
            return await leases.take(session, Turn, ids, self._owner, now)

    async def open_thread(self, turn: Turn, thread_ts: str, session_id: str) -> None:
        """Note the thread in which the turn is answered, and that Raygen is engaged there."""
        async with self._database.transaction() as session:
            await leases.write(session, turn, thread_ts=thread_ts)
            await self._database.insert_if_absent(
                session,
                Thread,
                session_id=session_id,
                team=turn.team,
                channel=turn.channel,
                ts=thread_ts,
                user_id=turn.user_id,
                created_at=await self._database.now(session),
            )

    async def start(self, turn: Turn) -> None:
        """Note that the supervisor is being asked.

        A turn that was being worked on before was interrupted, unless a crash of ours gave it back.
        """
        interrupted = turn.state == "working" and turn.crashes == 0
        await self._change(turn, state="working", interruptions=turn.interruptions + interrupted)

    async def save(self, turn: Turn, **values: Any) -> None:
        """Note a message or a file that was posted for the turn."""
        async with self._database.transaction() as session:
            await leases.write(session, turn, **values)

    async def answer_with_code(
        self, turn: Turn, session_id: str, result: ValidatedCode | UnvalidatedCode
    ) -> CodeVersion:
        """Keep the program as the thread's next version and end the turn."""
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            version = await add_version(
                session,
                CodeVersion(
                    id=f"version-{turn.id}",
                    session_id=session_id,
                    turn_id=turn.id,
                    code=result.code,
                    sha256=result.code_sha256,
                    title=result.title,
                    state=_state(result),
                    cluster=turn.cluster,
                    card_ts=turn.card_ts,
                    inputs=(turn.inputs or {}).get("package"),
                    created_at=now,
                ),
            )
            if version.state == approvals.NEEDS_APPROVAL:
                await approvals.ask(session, version, turn.user_id, now)
            if turn.is_given:
                version.parent_id = await _edited(session, turn) or version.parent_id
            answer = result.model_dump(mode="json", exclude={"code"})
            await leases.write(session, turn, state="answered", answer=answer, version_id=version.id, ended_at=now)
            await leases.record(session, now, turn.id, "raygen", "answered", version=version.id, sha256=version.sha256)
            return version

    async def answer(self, turn: Turn, reply: Reply) -> None:
        """End the turn with words."""
        await self._change(turn, state="answered", answer=reply.model_dump(mode="json"), ended=True)

    async def fail(self, turn: Turn, code: str, message: str, *, interrupted: bool = False) -> None:
        """End the turn without an answer; `message` is what the person is told."""
        state = "interrupted" if interrupted else "failed"
        await self._change(turn, state=state, error={"code": code, "message": message}, ended=True)

    async def deliver(self, turn: Turn, what: str = "delivered") -> None:
        """Note that the thread shows the end of the turn, or `what` else became of it: nothing is left to do."""
        async with self._database.transaction() as session:
            await leases.write(session, turn, delivered=True)
            now = await self._database.now(session)
            await leases.record(session, now, turn.id, "raygen", what)

    async def count(self, turn: Turn, usage: Usage | None) -> None:
        """Note what the models took for the turn, if any was asked."""
        if usage is not None and usage.model_calls:
            await self.save(turn, usage=usage.model_dump(mode="json"))

    async def ask_to_stop(self, turn_id: str, user_id: str) -> bool:
        """Note that somebody wants the turn stopped; False when it has ended, or is being stopped already."""
        wanted = update(Turn).where(Turn.id == turn_id, Turn.state.in_(TURN_OPEN), Turn.stop_asked_by.is_(None))
        async with self._database.transaction() as session:
            changed = await session.execute(wanted.values(stop_asked_by=user_id).returning(Turn.id))
            if changed.first() is None:
                return False
            now = await self._database.now(session)
            await leases.record(session, now, turn_id, user_id, "asked to stop")
            return True

    async def stop_wanted(self, turn: Turn) -> bool:
        """Whether somebody has asked to stop the turn."""
        async with self._database.reading() as session:
            return await session.scalar(select(Turn.stop_asked_by).where(Turn.id == turn.id)) is not None

    async def history(self, turn: Turn, session_id: str) -> History:
        """The thread before the turn, and before it what led to the program that it began with."""
        async with self._database.reading() as session:
            turns, versions = await history_before(session, turn, session_id)
            began_with = await taken_along.program(session, turn)
            earlier = await taken_along.requests(session, began_with) if began_with else ()
            return (*earlier, *turns)[-MAX_HISTORY_TURNS:], versions

    async def attached_in_a_form(self, turn: Turn) -> list[dict[str, Any]]:
        """The files that came with a form that opened the turn's thread: no message of the thread shows them."""
        same_thread = (Turn.team == turn.team, Turn.channel == turn.channel, Turn.thread_ts == turn.thread_ts)
        query = select(Turn.attached).where(*same_thread, Turn.message_ts.is_(None), Turn.id != turn.id)
        async with self._database.reading() as session:
            found = await session.scalars(query.order_by(Turn.created_at).limit(RECENT_TURNS))
            return [file for attached in found for file in attached or ()]

    async def newest_inputs(self, turn: Turn) -> dict[str, Any] | None:
        """The files of the turn's thread as they were last put into the store."""
        same_thread = (Turn.team == turn.team, Turn.channel == turn.channel, Turn.thread_ts == turn.thread_ts)
        query = select(Turn.inputs).where(*same_thread).order_by(Turn.created_at.desc()).limit(RECENT_TURNS)
        async with self._database.reading() as session:
            return next((inputs for inputs in await session.scalars(query) if inputs), None)

    async def newest_version(self, session_id: str) -> CodeVersion | None:
        """The thread's newest program."""
        async with self._database.reading() as session:
            return (await session.scalars(newest_first(session_id).limit(1))).first()

    async def taken_along(self, turn: Turn) -> CodeVersion | None:
        """The program of another thread that the turn's thread began with."""
        async with self._database.reading() as session:
            return await taken_along.program(session, turn)

    async def version(self, version_id: str) -> CodeVersion | None:
        """A program by its id."""
        async with self._database.reading() as session:
            return await session.get(CodeVersion, version_id)

    async def find(self, turn_id: str) -> Turn | None:
        """A turn by its id."""
        async with self._database.reading() as session:
            return await session.get(Turn, turn_id)

    async def is_engaged(self, team: str, channel: str, thread_ts: str) -> bool:
        """Whether Raygen answers in this thread."""
        async with self._database.reading() as session:
            opened = exists().where(Thread.team == team, Thread.channel == channel, Thread.ts == thread_ts)
            # A turn that nobody has begun to work on has no thread row yet, and its thread is ours all the same.
            asked = exists().where(Turn.team == team, Turn.channel == channel, Turn.thread_ts == thread_ts)
            return bool(await session.scalar(select(opened | asked)))

    async def owner(self, team: str, channel: str, thread_ts: str) -> str | None:
        """Who opened the thread for Raygen; None where it is not engaged."""
        of_thread = (Turn.team == team, Turn.channel == channel, Turn.thread_ts == thread_ts)
        query = select(Turn.user_id).where(*of_thread).order_by(Turn.created_at).limit(1)
        async with self._database.reading() as session:
            return await session.scalar(query)

    async def cluster_of(self, team: str, channel: str, thread_ts: str) -> str | None:
        """The cluster of the thread's latest request; None where there is none."""
        of_thread = (Turn.team == team, Turn.channel == channel, Turn.thread_ts == thread_ts)
        query = select(Turn.cluster).where(*of_thread).order_by(Turn.created_at.desc(), Turn.id.desc()).limit(1)
        async with self._database.reading() as session:
            return await session.scalar(query)

    async def _change(self, turn: Turn, *, ended: bool = False, **values: Any) -> None:
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            if ended:
                values["ended_at"] = now
            await leases.write(session, turn, **values)
            await leases.record(session, now, turn.id, "raygen", values["state"], error=values.get("error"))


def _state(result: ValidatedCode | UnvalidatedCode) -> str:
    if isinstance(result, ValidatedCode):
        return "validated"
    return approvals.NEEDS_APPROVAL if result.needs_approval else "failed"


async def _edited(session: AsyncSession, turn: Turn) -> str | None:
    """The version that a person edited, which need not be the thread's newest; None when it is no longer kept."""
    base = await session.get(CodeVersion, turn.base) if turn.base else None
    return base.id if base else None


def _waits_for_another(now: float) -> ColumnElement[bool]:
    """Whether another turn of the same thread is older, or at work: the agent's memory knows one writer only."""
    other = aliased(Turn)
    same_thread = and_(
        other.team == Turn.team, other.channel == Turn.channel, other.thread_ts == Turn.thread_ts, other.id != Turn.id
    )
    before = (other.created_at < Turn.created_at) | ((other.created_at == Turn.created_at) & (other.id < Turn.id))
    at_work = other.lease_until >= now
    return exists().where(same_thread, other.delivered.is_(False), before | at_work)
