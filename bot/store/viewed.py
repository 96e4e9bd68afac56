"""What somebody looks at, as the store knows it: the program of a thread, and to whom prompts about one are offered."""

from dataclasses import dataclass

from sqlalchemy import Select, and_, delete, null, select

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
class Seen:
    """`offered_in` is the conversation in which prompts about a program are offered to the person, if they are."""

    offered_in: str | None = None
    version_id: str | None = None


class ViewedStore:
    """The rows of `offers`, and threads by their place. A place is a channel and the ts of a message in it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen(self, team: str, user_id: str, place: tuple[str, str] | None) -> Seen:
        """Whether anything is to be done for somebody who looks there: one statement, since Slack asks all day."""
        offered = select(OfferRow.channel).where(OfferRow.team == team, OfferRow.user_id == user_id)
        version = _newest(team, place).with_only_columns(CodeVersion.id).scalar_subquery() if place else null()
        async with self._database.reading() as session:
            return Seen(*(await session.execute(select(offered.scalar_subquery(), version))).one())

    async def program(self, team: str, place: tuple[str, str]) -> Viewed | None:
        """The current program of the thread with this root, if it has one."""
        async with self._database.reading() as session:
            found = (await session.execute(_newest(team, place))).first()
        return Viewed(*found) if found else None

    async def offer(self, team: str, user_id: str, channel: str) -> None:
        """Note that prompts about a program are about to be offered."""
        async with self._database.transaction() as session:
            await self._database.insert_if_absent(session, OfferRow, team=team, user_id=user_id, channel=channel)

    async def withdraw(self, team: str, user_id: str) -> None:
        """Note that the standard prompts are shown again."""
        async with self._database.transaction() as session:
            await session.execute(delete(OfferRow).where(OfferRow.team == team, OfferRow.user_id == user_id))


def _newest(team: str, place: tuple[str, str]) -> Select[str, str, str, str]:
    channel, ts = place
    there = and_(Thread.team == team, Thread.channel == channel, Thread.ts == ts)
    columns = select(CodeVersion.id, CodeVersion.title, Thread.channel, Thread.user_id)
    threads = columns.join(Thread, Thread.session_id == CodeVersion.session_id).where(there)
    return threads.order_by(CodeVersion.number.desc()).limit(1)
