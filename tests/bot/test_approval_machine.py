"""The machine of an approval, driven at random: people of every kind press every button, and time passes."""

import asyncio
from collections import Counter
from contextlib import suppress
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from agents.wire import APPROVAL_SECONDS, sha256_of
from bot.errors import Refused, Stale
from bot.people import Rights
from bot.permissions import Actor
from bot.settings import Settings
from bot.store.approvals import NEEDS_APPROVAL, ApprovalStore, ask
from bot.store.database import Database
from bot.store.models import ApprovalRow, AuditEntry, CodeVersion, Run, Thread, Turn
from bot.store.runs import RunStore
from bot.store.versions import add_version
from tests.bot.store.test_approvals import let_time_pass
from tests.examples import examples

HOME, CLUSTER, CHANNEL = "T1", "10.0.0.1", "C1"
REQUESTER = "U0REQUESTER"
KEY = "a key that the bot and the Lambda share, and nobody else"
ACTORS = {
    actor.user_id: actor
    for actor in (
        Actor(REQUESTER, HOME, HOME),
        Actor("U0MEMBER", HOME, HOME),
        Actor("U0APPROVER", HOME, HOME),
        Actor("U0SECOND", HOME, HOME),
        Actor("U0GUEST", HOME, HOME, is_guest=True),
        Actor("U0STRANGER", "T2", HOME),
        Actor("U0BOT", HOME, HOME, is_bot=True),
    )
}
ANYBODY = st.sampled_from(sorted(ACTORS))
DECIDING = st.sampled_from(["U0APPROVER", "U0SECOND"]) | ANYBODY
RUNNING = st.sampled_from([REQUESTER, "U0MEMBER"]) | ANYBODY
"""Those who may come often enough that something happens; the others come as well."""
GROUP = frozenset({REQUESTER, "U0APPROVER", "U0SECOND", "U0GUEST", "U0STRANGER", "U0BOT"})
RUNNERS = frozenset({REQUESTER, "U0MEMBER", "U0APPROVER", "U0SECOND"})
POLICIES = {
    "another person": (1, RUNNERS - {REQUESTER}),
    "group": (1, frozenset({"U0APPROVER", "U0SECOND"})),
    "two": (2, frozenset({"U0APPROVER", "U0SECOND"})),
}
"""How many have to approve, and who may."""


class FixedGroups:
    """A group whose members do not change; the same as `Groups`."""

    async def of(self, user_id, ids, _workspace=None):
        return frozenset(ids) if user_id in GROUP else frozenset()


def settings_for(by):
    named = {} if by == "another person" else {"group": "S0APPROVERS"}
    return Settings(cluster=CLUSTER, approvals={CLUSTER: {"by": by, **named}}, approval_key=KEY)


class ApprovalMachine(RuleBasedStateMachine):
    """One thread with a program that needs approval, two replicas, and whoever comes along."""

    def __init__(self, databases):
        super().__init__()
        self.databases = databases

    @initialize(by=st.sampled_from(sorted(POLICIES)))
    def open(self, by):
        self.runner = asyncio.Runner()
        self.database = Database(self.work(self.databases.upgraded()))
        self.replicas = [ApprovalStore(self.database) for _ in range(2)]
        self.runs = RunStore(self.database, "replica")
        self.needed, self.approvers = POLICIES[by]
        self.rights = Rights(None, FixedGroups(), settings_for(by))
        self.clicks = Counter()
        self.votes, self.usable, self.versions = [], False, 1
        self.work(self._begin())

    def work(self, coroutine):
        return self.runner.run(coroutine)

    async def _begin(self):
        about = {"team": HOME, "channel": CHANNEL, "user_id": REQUESTER, "created_at": 0.0}
        async with self.database.transaction() as session:
            session.add(Thread(session_id="s", ts="1.1", **about))
            session.add(Turn(id="t", surface="reply", prompt="p", cluster=CLUSTER, delivered=True, **about))
            await session.flush()
            await ask(session, await add_version(session, self._version("v", NEEDS_APPROVAL)), REQUESTER, 0.0)

    def _version(self, name, state):
        about = {"session_id": "s", "turn_id": "t", "title": "t", "cluster": CLUSTER, "created_at": 0.0}
        return CodeVersion(id=name, code=name, sha256=sha256_of(name), state=state, **about)

    @rule(who=DECIDING, replica=st.integers(0, 1))
    def approve(self, who, replica):
        before = self.work(self.replicas[0].current("v"))
        done = self.work(self._tried(self._approve(who, self.replicas[replica], before.id)))

        assert not done or who in self.approvers
        assert not done or before.state == "pending"
        if done:
            self.votes.append(who)
            self.usable = len(self.votes) == self.needed

    async def _approve(self, who, store, approval):
        needed = await self.rights.require_approver(ACTORS[who], CHANNEL, CLUSTER, REQUESTER)
        await store.approve(approval, who, needed)

    @rule(who=ANYBODY)
    def decline(self, who):
        before = self.work(self.replicas[0].current("v"))
        done = self.work(self._tried(self._decline(who, before.id)))

        assert not done or (who in self.approvers and before.state in {"pending", "approved"})
        if done:
            self.votes, self.usable = [], False

    async def _decline(self, who, approval):
        await self.rights.require_approver(ACTORS[who], CHANNEL, CLUSTER, REQUESTER)
        await self.replicas[0].decline(approval, who)

    @rule(who=RUNNING, button=st.integers(1, 3))
    def run(self, who, button):
        made = self.work(self._tried(self._run(who, button)))

        assert not made or (who in RUNNERS and self.usable)
        if made:
            self.clicks[button] += 1
            self.votes, self.usable = [], False
        assert self.clicks[button] <= 1

    async def _run(self, who, button):
        await self.rights.require(ACTORS[who], "run", CHANNEL)
        return await self.runs.request("v", "1.1", button, who, timeout_seconds=60)

    @rule(who=st.sampled_from(sorted(RUNNERS)))
    def ask_again(self, who):
        self.work(self._tried(self.replicas[0].ask_again("v", who)))

    @rule()
    def half_an_hour_passes(self):
        self.work(let_time_pass(self.database, APPROVAL_SECONDS))
        self.votes, self.usable = [], False

    @rule()
    def the_code_changes(self):
        self.versions += 1
        self.work(self._changed())
        self.votes, self.usable = [], False

    async def _changed(self):
        async with self.database.transaction() as session:
            await add_version(session, self._version(f"v{self.versions}", "validated"))

    async def _tried(self, coroutine):
        """What it returned, or True; None when it was refused."""
        with suppress(Refused, Stale):
            result = await coroutine
            return True if result is None and coroutine.__name__ != "_run" else result
        return None

    async def _all(self, table):
        async with self.database.reading() as session:
            return list(await session.scalars(select(table)))

    @invariant()
    def everything_is_as_it_must_be(self):
        runs, rows = self.work(self._all(Run)), self.work(self._all(ApprovalRow))
        audit = Counter(entry.what for entry in self.work(self._all(AuditEntry)))
        used = [row for row in rows if row.state == "used"]

        assert len(runs) == sum(self.clicks.values()) == len(used) == audit["approval used"]
        assert {run.id for run in runs} == {row.run_id for row in used}
        assert all({vote["user_id"] for vote in row.votes} <= self.approvers for row in rows)
        assert all(len({vote["user_id"] for vote in row.votes}) >= self.needed for row in used)
        assert all(row.sha256 == sha256_of("v") and row.cluster == CLUSTER for row in rows)
        assert len([row for row in rows if row.ended_at is None]) <= 1
        assert audit["approval asked"] == len(rows)

    def teardown(self):
        self.work(self.databases.take_back(self.database))
        self.runner.close()


def test_whoever_presses_what_an_approval_stays_as_it_must_be(sqlite_databases):
    drive = settings(max_examples=examples(15), stateful_step_count=25, deadline=None)

    run_state_machine_as_test(partial(ApprovalMachine, sqlite_databases), settings=drive)
