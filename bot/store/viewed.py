"""What somebody looks at, as the store knows it: the program of a thread, and to whom prompts about one are offered."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Database
from bot.store.models import CodeVersion, OfferRow, Thread


@dataclass(frozen=True)
class Viewed:
    """The current program of a thread; `opened_by` is who opened the thread."""

    version_id: str
    title: str
    channel: str
    opened_by: str


@dataclass(frozen=True)
class Heard:
    """An event that is the newest of its person. `offered`: Slack may show them prompts about a program, or soon does.

    `at` is in seconds since the epoch.
    """

    team: str
    user_id: str
    at: float
    offered: bool


class ViewedStore:
    """The rows of `offers`, and threads by their place. A place is a channel and the ts of a message in it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def program(self, team: str, place: tuple[str, str]) -> Viewed | None:
        """The current program of the thread with this root, if it has one."""
        async with self._database.reading() as session:
            found = (await session.execute(_newest(team, place))).first()
        return Viewed(*found) if found else None

    async def hear(self, team: str, user_id: str, at: float | None, *, about_a_program: bool) -> Heard | None:
        """Note an event of `at`, or of now; None when a newer one has been heard. One statement: Slack asks all day.

        That prompts about a program are offered is noted before Slack is told, and stays noted until `withdraw`.
        """
        async with self._database.transaction() as session:
            at = await self._database.now(session) if at is None else at
            insert = postgresql.insert if self._database.is_postgres else sqlite.insert
            new = insert(OfferRow).values(team=team, user_id=user_id, heard_at=at, offered=about_a_program)
            changes = {"heard_at": at, "offered": True} if about_a_program else {"heard_at": at}
            noted = new.on_conflict_do_update(
                index_elements=[OfferRow.team, OfferRow.user_id], set_=changes, where=OfferRow.heard_at <= at
            )
            found = (await session.execute(noted.returning(OfferRow.offered))).first()
        return Heard(team, user_id, at, found.offered) if found else None

    async def is_offered(self, team: str, user_id: str) -> bool:
        """Whether Slack may show this person prompts about a program."""
        async with self._database.reading() as session:
            return bool(await session.scalar(select(OfferRow.offered).where(_of(team, user_id))))

    async def overtaken(self, heard: Heard) -> bool:
        """Whether a newer event has been heard; then what Slack was told for this one is noted as shown."""
        newer = and_(_of(heard.team, heard.user_id), OfferRow.heard_at > heard.at)
        async with self._database.transaction() as session:
            noted = update(OfferRow).where(newer).values(offered=True).returning(OfferRow.user_id)
            return (await session.execute(noted)).first() is not None

    async def withdraw(self, heard: Heard) -> None:
        """Note that Slack shows the standard prompts again, unless a newer event has been heard."""
        newest = and_(_of(heard.team, heard.user_id), OfferRow.heard_at <= heard.at)
        async with self._database.transaction() as session:
            await session.execute(update(OfferRow).where(newest).values(offered=False))


def _of(team: str, user_id: str) -> ColumnElement[bool]:
    return and_(OfferRow.team == team, OfferRow.user_id == user_id)


def _newest(team: str, place: tuple[str, str]) -> Select[str, str, str, str]:
    channel, ts = place
    there = and_(Thread.team == team, Thread.channel == channel, Thread.ts == ts)
    columns = select(CodeVersion.id, CodeVersion.title, Thread.channel, Thread.user_id)
    threads = columns.join(Thread, Thread.session_id == CodeVersion.session_id).where(there)
    return threads.order_by(CodeVersion.number.desc()).limit(1)
