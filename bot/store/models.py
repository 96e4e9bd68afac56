"""The tables. Times are seconds since the epoch by the database's clock; ids are made by us and never reused.

A row that somebody waits for (a turn, a run) carries a lease: `owner` may write until `lease_until`, and every write
names the `fence` that the owner was given, so that a replica that was taken for dead cannot write afterwards.
"""

from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

TURN_OPEN = ("requested", "working")
"""The other states of a turn are its ends: answered, failed, interrupted."""
RUN_OPEN = ("requested", "submitted", "running")
"""The other states of a run are its ends: the final ones of `agents.wire.RunStatus`."""


class Base(DeclarativeBase):
    """The declarative base of every table."""


class Leased:
    """The columns of a row that one replica at a time works on until its end has been `delivered` to the thread.

    `taken_from` is no column: whoever claims a row finds there the replica whose lease on it ran out, if one did.
    """

    __allow_unmapped__ = True

    taken_from: str | None = None
    due_at: Mapped[float] = mapped_column(Float, default=0.0)
    owner: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[float | None] = mapped_column(Float)
    fence: Mapped[int] = mapped_column(Integer, default=0)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    crashes: Mapped[int] = mapped_column(Integer, default=0)
    delivered: Mapped[bool] = mapped_column(Boolean, default=False)


class Thread(Base):
    """A Slack thread in which Raygen is engaged, and the AgentCore session that it is."""

    __tablename__ = "threads"
    __table_args__ = (UniqueConstraint("team", "channel", "ts"),)

    session_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(64))
    ts: Mapped[str] = mapped_column(String(300))
    user_id: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[float] = mapped_column(Float)


class Turn(Leased, Base):
    """One request for code. `thread_ts` is empty until the root message of a slash command is posted.

    `base` is the version to change: None means the thread's newest, an empty id none at all. `message_ts` is the
    message that asked, if one did, and `attached` its files; `inputs` are the thread's files, as they were stored.
    `given_code` is the program that a person gave instead of asking for one, or `given_file` the file that holds it;
    `diff_file` is the snippet of what it changes in `base`.
    `usage` is what the models took for it, as `agents.wire.Usage`.
    """

    __tablename__ = "turns"
    __table_args__ = (
        Index("ix_turns_due", "delivered", "due_at"),
        Index("ix_turns_thread", "team", "channel", "thread_ts"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(64))
    thread_ts: Mapped[str | None] = mapped_column(String(300))
    user_id: Mapped[str] = mapped_column(String(64))
    surface: Mapped[str] = mapped_column(String(16))
    prompt: Mapped[str] = mapped_column(Text)
    cluster: Mapped[str] = mapped_column(String(255))
    response_url: Mapped[str | None] = mapped_column(Text)
    base: Mapped[str | None] = mapped_column(String(80))
    message_ts: Mapped[str | None] = mapped_column(String(32))
    attached: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    given_code: Mapped[str | None] = mapped_column(Text)
    given_file: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    inputs: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(16), default="requested")
    card_ts: Mapped[str | None] = mapped_column(String(32))
    snippet_file: Mapped[str | None] = mapped_column(String(32))
    diff_file: Mapped[str | None] = mapped_column(String(32))
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    version_id: Mapped[str | None] = mapped_column(String(80))
    usage: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    stop_asked_by: Mapped[str | None] = mapped_column(String(64))
    interruptions: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[float] = mapped_column(Float)
    ended_at: Mapped[float | None] = mapped_column(Float)

    @property
    def is_given(self) -> bool:
        """Whether a person gave the program instead of asking for one."""
        return self.given_code is not None or self.given_file is not None


class CodeVersion(Base):
    """A program as it was generated: `code` is the only copy that is ever run, `sha256` its identity.

    `inputs` is the package of the files that it was validated with, and is always run with. `cancelled_by` is who does
    not want it run.
    """

    __tablename__ = "code_versions"
    __table_args__ = (UniqueConstraint("session_id", "number"),)

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("threads.session_id"), index=True)
    turn_id: Mapped[str] = mapped_column(ForeignKey("turns.id"))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("code_versions.id"))
    number: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    cluster: Mapped[str] = mapped_column(String(255))
    card_ts: Mapped[str | None] = mapped_column(String(32))
    inputs: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    cancelled_by: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[float] = mapped_column(Float)


class Run(Leased, Base):
    """A click on Run, which waits until it is `admitted`.

    `output` holds what the user's program printed up to `log_offset` of the cluster's record.

    `file_ids` are Slack's ids of the files of `report` that were uploaded, in their order.
    """

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_due", "delivered", "due_at"),
        Index("ix_runs_session", "session_id", "created_at"),
        Index("ix_runs_person", "team", "user_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(57), primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("code_versions.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    team: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(64))
    thread_ts: Mapped[str] = mapped_column(String(300))
    session_id: Mapped[str] = mapped_column(String(100))
    user_id: Mapped[str] = mapped_column(String(64))
    surface: Mapped[str] = mapped_column(String(16))
    cluster: Mapped[str] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(16), default="requested")
    card_ts: Mapped[str | None] = mapped_column(String(32))
    snippet_file: Mapped[str | None] = mapped_column(String(32))
    file_ids: Mapped[list[str] | None] = mapped_column(JSON)
    output: Mapped[str] = mapped_column(Text, default="")
    log_offset: Mapped[int] = mapped_column(Integer, default=0)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    admitted: Mapped[bool] = mapped_column(Boolean, default=False)
    submitted: Mapped[bool] = mapped_column(Boolean, default=False)
    stop_asked_by: Mapped[str | None] = mapped_column(String(64))
    deadline: Mapped[float] = mapped_column(Float)
    unreachable_since: Mapped[float | None] = mapped_column(Float)
    created_at: Mapped[float] = mapped_column(Float)
    ended_at: Mapped[float | None] = mapped_column(Float)


class ApprovalRow(Base):
    """The `number`th time that a program asked for approval, and what became of it: see `bot.store.approval_states`.

    It is bound to the program's `sha256` and its `cluster`. `votes` are those who have approved, as objects with
    `user_id` and `at`; `run_id` is the one run that it was used for, `ended_by` who declined it, or who cancelled the
    program. `revision` grows with every change: whoever changes the row names the one that was read.
    """

    __tablename__ = "approvals"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    version_id: Mapped[str] = mapped_column(ForeignKey("code_versions.id", ondelete="CASCADE"))
    session_id: Mapped[str] = mapped_column(String(100), index=True)
    number: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    cluster: Mapped[str] = mapped_column(String(255))
    requester: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="pending")
    votes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    expires_at: Mapped[float | None] = mapped_column(Float)
    run_id: Mapped[str | None] = mapped_column(String(57))
    ended_by: Mapped[str | None] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[float] = mapped_column(Float)
    ended_at: Mapped[float | None] = mapped_column(Float)


class FullLog(Leased, Base):
    """A person's wish to see all that the cluster has of a run, with where each line comes from; one of each run.

    `state` is `requested`, or how it ended: `shown` in the thread as `file_id`, or `missing`: then who asks again
    starts it anew.
    """

    __tablename__ = "full_logs"
    __table_args__ = (Index("ix_full_logs_due", "delivered", "due_at"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), unique=True)
    channel: Mapped[str] = mapped_column(String(64))
    thread_ts: Mapped[str] = mapped_column(String(300))
    user_id: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="requested")
    file_id: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[float] = mapped_column(Float)


class StepRow(Leased, Base):
    """An execution of a step that a workflow has of Raygen, by Slack's id, until Slack has been told how it ended.

    It stands for the request `turn_id` or the run `run_id`, which may have been deleted since; `error` says why
    nothing is done for it. `state` is `requested`, or how it ended: completed, failed, undeliverable.
    """

    __tablename__ = "steps"
    __table_args__ = (Index("ix_steps_due", "delivered", "due_at"),)

    thread_ts = None

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))
    callback_id: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[str] = mapped_column(String(64))
    turn_id: Mapped[str | None] = mapped_column(String(64))
    run_id: Mapped[str | None] = mapped_column(String(57))
    state: Mapped[str] = mapped_column(String(16), default="requested")
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[float] = mapped_column(Float)
    ended_at: Mapped[float | None] = mapped_column(Float)


class Feedback(Base):
    """What a person says of a run's result; the last word counts."""

    __tablename__ = "feedback"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    helpful: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[float] = mapped_column(Float)


class OfferRow(Base):
    """What may be offered to somebody in the agent's conversation.

    `heard_at` is the time of the newest event of theirs, by Slack's clock. `offered` is whether Slack may show prompts
    about a program: set before Slack is told of them, and unset when it has taken the standard ones instead.
    """

    __tablename__ = "offers"

    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    heard_at: Mapped[float] = mapped_column(Float)
    offered: Mapped[bool] = mapped_column(Boolean)


class InstallationRow(Base):
    """A workspace, or an enterprise, that has installed the app: see `bot.store.installations`. `token` is sealed."""

    __tablename__ = "installations"

    home: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    bot_user_id: Mapped[str] = mapped_column(String(64))
    bot_id: Mapped[str | None] = mapped_column(String(64))
    enterprise_id: Mapped[str | None] = mapped_column(String(64))
    token: Mapped[str] = mapped_column(Text)
    installed_by: Mapped[str] = mapped_column(String(64))
    installed_at: Mapped[float] = mapped_column(Float)
    updated_at: Mapped[float] = mapped_column(Float)


class DedupeKey(Base):
    """Something that Slack delivered and that must count once, however often it comes."""

    __tablename__ = "dedupe_keys"

    key: Mapped[str] = mapped_column(String(400), primary_key=True)
    created_at: Mapped[float] = mapped_column(Float, index=True)


class AuditEntry(Base):
    """Who did what to which row, written in the transaction that did it."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[float] = mapped_column(Float)
    subject: Mapped[str] = mapped_column(String(80), index=True)
    actor: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def row_values(row: Base) -> dict[str, Any]:
    """The columns of a row that is not in the database yet, for an insert that may find its key taken."""
    return {column.key: getattr(row, column.key) for column in type(row).__table__.columns}
