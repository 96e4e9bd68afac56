"""The workspaces that have installed Raygen, with their bot tokens."""

import json
from dataclasses import dataclass, field

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import leases
from bot.store.audit import OURSELVES
from bot.store.database import Database
from bot.store.models import RUN_OPEN, TURN_OPEN, FullLog, InstallationRow, OfferRow, Run, Turn
from bot.store.sealing import Seal, Unreadable


@dataclass(frozen=True)
class Installation:
    """One installation: of a workspace (`T…`), or of an enterprise (`E…`) for its workspaces together.

    `home` is that id, and what rows are written under. `token` is the bot's; `installed_at` is when the first of the
    tokens came since the workspace was without one, by the database's clock.
    """

    home: str
    name: str
    url: str
    bot_user_id: str
    token: str = field(repr=False)
    bot_id: str | None = None
    enterprise_id: str | None = None
    installed_by: str = ""
    installed_at: float = 0.0


class InstallationStore:
    """The rows of installations. Every method that reads a token raises Unreadable when no key opens it."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    async def find(self, home: str) -> Installation | None:
        """The installation of this workspace or enterprise."""
        async with self._database.reading() as session:
            row = await session.get(InstallationRow, home)
            return self._opened(row) if row else None

    async def homes(self) -> list[str]:
        """Those that have one, whether its token can be read or not."""
        async with self._database.reading() as session:
            return list(await session.scalars(select(InstallationRow.home).order_by(InstallationRow.home)))

    async def save(self, new: Installation) -> None:
        """Keep an installation; a token that was there is replaced."""
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            values = self._values(new, now)
            if await self._database.insert_if_absent(session, InstallationRow, installed_at=now, **values):
                what = "installed"
            else:
                what = "installed again"
                await session.execute(update(InstallationRow).where(InstallationRow.home == new.home).values(values))
            await leases.record(session, now, new.home, new.installed_by, what)

    async def end(self, gone: Installation, why: str) -> bool:
        """Delete the token and what is offered to people, and ask all that is under way to stop.

        False when another token has come meanwhile.
        """
        async with self._database.transaction() as session:
            row = await session.get(InstallationRow, gone.home, with_for_update=True)
            if row is None or self._opened(row).token != gone.token:
                return False
            await session.execute(delete(InstallationRow).where(InstallationRow.home == gone.home))
            await session.execute(delete(OfferRow).where(OfferRow.team == gone.home))
            await _stop_everything(session, gone.home)
            await leases.record(session, await self._database.now(session), gone.home, OURSELVES, "removed", why=why)
            return True

    async def seal_anew(self) -> list[str]:
        """Seal with the first key what was sealed with another; the homes whose tokens no key opens."""
        unreadable = []
        for home in await self.homes():
            try:
                await self._seal_one(home)
            except Unreadable:
                unreadable.append(home)
        return unreadable

    async def _seal_one(self, home: str) -> None:
        async with self._database.transaction() as session:
            row = await session.get(InstallationRow, home, with_for_update=True)
            if row is not None and not self._seal.is_current(row.token):
                row.token = self._sealed(home, self._opened(row).token)

    def _values(self, new: Installation, now: float) -> dict[str, object]:
        return {
            "home": new.home,
            "name": new.name,
            "url": new.url,
            "bot_user_id": new.bot_user_id,
            "bot_id": new.bot_id,
            "enterprise_id": new.enterprise_id,
            "token": self._sealed(new.home, new.token),
            "installed_by": new.installed_by,
            "updated_at": now,
        }

    def _sealed(self, home: str, token: str) -> str:
        """Sealed with its home, so that a token that was moved to another row does not open there."""
        return self._seal.close(json.dumps([home, token]))

    def _opened(self, row: InstallationRow) -> Installation:
        home, token = json.loads(self._seal.open(row.token))
        if home != row.home:
            raise Unreadable
        return Installation(
            row.home,
            row.name,
            row.url,
            row.bot_user_id,
            token,
            row.bot_id,
            row.enterprise_id,
            row.installed_by,
            row.installed_at,
        )


async def _stop_everything(session: AsyncSession, team: str) -> None:
    """Whoever works on a row of the workspace finds the wish, and stops."""
    for table, states in ((Turn, TURN_OPEN), (Run, RUN_OPEN)):
        wanted = update(table).where(table.team == team, table.state.in_(states), table.stop_asked_by.is_(None))
        await session.execute(wanted.values(stop_asked_by=OURSELVES).execution_options(synchronize_session=False))
    runs = select(Run.id).where(Run.team == team)
    logs = update(FullLog).where(FullLog.run_id.in_(runs), FullLog.delivered.is_(False))
    ended = logs.values(state="missing", delivered=True, fence=FullLog.fence + 1, owner=None, lease_until=None)
    await session.execute(ended.execution_options(synchronize_session=False))
