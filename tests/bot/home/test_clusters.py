"""How often a cluster is asked how it is, and what is said when nobody can tell."""

import asyncio

import pytest

from agents.wire import ClusterReport, Describe, WireError
from bot.home import clusters
from bot.home.clusters import Clusters
from tests.fakes.supervisor import WELL, ScriptedSupervisor, unreachable


async def test_what_was_told_is_remembered_for_a_moment():
    now, supervisor = [0.0], ScriptedSupervisor()
    asked = Clusters(supervisor, lambda: now[0])

    unknown = asked.known("10.0.0.1")
    first = await asked.health("10.0.0.1")
    now[0] = 14.0
    second, known = await asked.health("10.0.0.1"), asked.known("10.0.0.1")
    now[0] = 16.0
    forgotten = asked.known("10.0.0.1")
    await asked.health("10.0.0.1")

    assert (unknown, first, second, known, forgotten) == (None, WELL, WELL, WELL, None)
    assert len(supervisor.requests) == 2


async def test_each_cluster_is_asked_by_itself_in_a_session_of_its_own():
    supervisor = ScriptedSupervisor()
    asked = Clusters(supervisor)

    await asyncio.gather(*(asked.health(address) for address in ("10.0.0.1", "10.0.0.2")))

    first, second = supervisor.asked(Describe)
    assert {first.ray_cluster_ip, second.ray_cluster_ip} == {"10.0.0.1", "10.0.0.2"}
    assert first.session_id != second.session_id
    assert len(first.session_id) >= 33


async def test_many_who_ask_at_one_moment_ask_once_and_none_of_them_cancels_it_for_the_others():
    supervisor = ScriptedSupervisor(looking=asyncio.Event())
    asked = Clusters(supervisor)
    impatient, *others = [asyncio.create_task(asked.health("10.0.0.1")) for _ in range(50)]
    await asyncio.sleep(0)

    impatient.cancel()
    await asyncio.sleep(0)
    supervisor.looking.set()

    assert await asyncio.gather(*others) == [WELL] * 49
    assert len(supervisor.requests) == 1


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (unreachable(), "The agent does not answer. Try again in a minute."),
        (ClusterReport(error=WireError(code="cluster_unreachable", message="It is down.")), "It is down."),
        (ClusterReport(), clusters.SAID_NOTHING),
    ],
)
async def test_why_nobody_can_tell_is_a_sentence_that_is_remembered_too(told, sentence):
    supervisor = ScriptedSupervisor(health=told)
    asked = Clusters(supervisor)

    assert await asked.health("10.0.0.1") == sentence
    assert asked.known("10.0.0.1") == sentence


async def test_a_cluster_that_stays_silent_is_waited_for_no_longer_than_that(monkeypatch):
    monkeypatch.setattr(clusters, "ANSWER_SECONDS", 0.0)
    supervisor = ScriptedSupervisor(looking=asyncio.Event())

    assert await Clusters(supervisor).health("10.0.0.1") == clusters.SILENT
