"""The machine of a run, driven at random: clicks, replicas that die and wake up, reports, stops, deliveries."""

import asyncio
from collections import Counter
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from agents.wire import FINAL_STATUSES, JobReport
from bot.errors import LeaseLost
from bot.queue import Caps
from bot.store.database import Database
from bot.store.models import RUN_OPEN, AuditEntry, CodeVersion, Run, Thread, Turn
from bot.store.runs import RunStore
from tests.examples import examples

CAP = 2
ENDS = st.sampled_from(sorted(FINAL_STATUSES))
USERS = st.sampled_from(["U1", "U2"])


class RunMachine(RuleBasedStateMachine):
    """Two replicas, one store; `held` are rows in a replica's hands, whether or not its lease is still good."""

    held = Bundle("held")

    def __init__(self, databases):
        super().__init__()
        self.databases = databases

    @initialize()
    def open(self):
        self.runner = asyncio.Runner()
        self.database = Database(self.run(self.databases.upgraded()))
        self.stores = [RunStore(self.database, name, Caps(user=CAP)) for name in ("replica-1", "replica-2")]
        self.clicks = Counter()
        self.printed = Counter()
        self.delivered = Counter()
        self.run(self._begin())
        self.click(1, "U1")

    def run(self, work):
        return self.runner.run(work)

    async def _begin(self):
        about = {"team": "T", "channel": "C", "user_id": "U1", "created_at": 0.0, "cluster": "c"}
        async with self.database.transaction() as session:
            session.add(Thread(session_id="s", ts="1.1", **{k: v for k, v in about.items() if k != "cluster"}))
            session.add(Turn(id="t", surface="reply", prompt="p", delivered=True, **about))
            await session.flush()
            code = {"code": "1", "sha256": "0", "title": "t", "state": "validated", "cluster": "c", "created_at": 0.0}
            session.add(CodeVersion(id="v", session_id="s", turn_id="t", number=1, **code))

    @rule(number=st.integers(1, 4), user=USERS)
    def somebody_clicks(self, number, user):
        self.click(number, user)

    def click(self, number, user):
        made = self.run(self.stores[0].request("v", "1.1", number, user, timeout_seconds=60))

        self.clicks[number] += made is not None
        assert self.clicks[number] == 1

    @rule(target=held, replica=st.integers(0, 1))
    def claim(self, replica):
        return self.claim_for(replica)

    def claim_for(self, replica):
        found = self.run(self.stores[replica].claim(1))
        return (replica, found[0]) if found else None

    @rule(target=held, one=held)
    def replica_is_taken_for_dead_by_the_other(self, one):
        if not one:
            return None
        self.run(self._expire(one[1].id))
        return self.claim_for(1 - one[0])

    async def _expire(self, run_id):
        async with self.database.transaction() as session:
            await session.execute(update(Run).where(Run.id == run_id).values(lease_until=0.0))

    @rule(one=held, status=st.sampled_from(["pending", "running"]) | ENDS)
    def report(self, one, status):
        if not one:
            return
        replica, run = one
        if run.state not in RUN_OPEN:
            return
        told = JobReport(status=status, output="line\n", log_offset=run.log_offset + 5)
        owner_is_ours = self.run(self._fence(run.id)) == run.fence
        try:
            self.run(self.stores[replica].advance(run, told))
        except LeaseLost:
            assert not owner_is_ours
        else:
            assert owner_is_ours
            self.printed[run.id] += 1

    @rule(one=consumes(held))
    def deliver(self, one):
        if not one or one[1].state in RUN_OPEN or one[1].delivered:
            return
        try:
            self.run(self.stores[one[0]].deliver(one[1]))
        except LeaseLost:
            return
        self.delivered[one[1].id] += 1

    @rule(one=held, user=USERS)
    def stop(self, one, user):
        if one:
            asked = self.run(self.stores[0].ask_to_stop(one[1].id, user))
            assert not (asked and one[1].delivered)

    async def _fence(self, run_id):
        async with self.database.reading() as session:
            return await session.scalar(select(Run.fence).where(Run.id == run_id))

    async def _all(self, table):
        async with self.database.reading() as session:
            return list(await session.scalars(select(table)))

    @invariant()
    def everything_is_as_it_must_be(self):
        runs = self.run(self._all(Run))
        under_way = Counter(run.user_id for run in runs if run.admitted and run.state in RUN_OPEN)
        said = Counter((entry.subject, entry.what) for entry in self.run(self._all(AuditEntry)))

        assert len(runs) == sum(self.clicks.values())
        assert all(count <= CAP for count in under_way.values())
        assert all(run.output == "line\n" * self.printed[run.id] for run in runs)
        assert all(run.log_offset == len(run.output) for run in runs)
        assert all(self.delivered[run.id] == said[run.id, "delivered"] <= 1 for run in runs)
        assert all(said[run.id, "requested"] == 1 for run in runs)
        assert all(run.state not in RUN_OPEN for run in runs if run.delivered)
        assert all((run.ended_at is None) == (run.state in RUN_OPEN) for run in runs)

    def teardown(self):
        self.run(self.databases.take_back(self.database))
        self.runner.close()


def test_whatever_happens_in_any_order_a_run_stays_as_it_must_be(sqlite_databases):
    drive = settings(max_examples=examples(20), stateful_step_count=25, deadline=None)

    run_state_machine_as_test(partial(RunMachine, sqlite_databases), settings=drive)
