"""A short chaos: few kills, everything twice, and nothing lost or doubled."""

from bench.chaos import Chaos, unleash

KILLS = 4


async def test_killed_bots_on_sqlite_lose_and_double_nothing():
    tally = await unleash(Chaos(replicas=1, people=4), "bot", KILLS)

    assert (tally.lost, tally.double_jobs, tally.double_messages) == (0, 0, 0)
    assert tally.kills >= KILLS
    assert tally.acked


async def test_two_replicas_on_postgres_lose_and_double_nothing_while_either_is_killed(postgres):
    tally = await unleash(Chaos(replicas=2, people=4), "bot", KILLS)

    assert (tally.lost, tally.double_jobs, tally.double_messages) == (0, 0, 0)
    assert tally.acked
