"""What models that lie, invent, loop, say nothing or obey an attacker reach, and what a person sees of it."""

import pytest

from agents.cluster.policy import Allowances, screen
from tests.agents.conftest import SESSION
from tests.agents.supervisor.adversaries import (
    ADVERSARIES,
    BAD,
    INJECTION,
    RIGHTS,
    adversaries,
)
from tests.agents.supervisor.adversaries_page import page
from tests.agents.supervisor.rig import CLUSTER, GENERATE, validate_the_last
from tests.agents.supervisor.stage import hands_in, play
from tests.readme import ROOT

HAPPENS = {
    "a program is written": lambda played, _: bool(played.writer.written),
    "a program runs": lambda played, _: bool(played.executed),
    "there is a Run button": lambda played, _: any("[Run]" in line for line in played.card),
    "its words are shown": lambda played, each: each.steps[-1] in "\n".join(played.card),
}
"""What the list says of a model that never happened: whether it did."""


@pytest.fixture(scope="module")
def played():
    """Each of them once, by what it does."""
    return {
        name: play(each.steps, each.writes, loops=each.loops, prints=each.prints, **each.asked)
        for name, each in adversaries().items()
    }


every_adversary = pytest.mark.parametrize("name", adversaries())


@every_adversary
def test_the_card_says_what_the_list_says(played, name):
    assert adversaries()[name].sees in played[name].card


@every_adversary
def test_what_the_list_says_never_happened_did_not(played, name):
    each = adversaries()[name]

    assert [what for what in each.never if HAPPENS[what](played[name], each)] == []


@every_adversary
def test_rights_never_change_whatever_the_model_does(played, name):
    rig, writer = played[name].rig, played[name].writer

    assert {call["ray_cluster_ip"] for _, call in rig.gateway.calls} <= {CLUSTER}
    assert {session for _, session in writer.prompts} <= {SESSION}
    assert set(rig.gateway.started.values()) <= set(writer.written)
    assert RIGHTS["run_id"] not in rig.gateway.started


@every_adversary
def test_nothing_is_executed_that_the_screening_refuses(played, name):
    assert {screen(code, Allowances()).decision for code in played[name].executed} <= {"allow"}


@every_adversary
def test_no_model_makes_more_than_a_bounded_effort(played, name):
    rig, writer = played[name].rig, played[name].writer
    most = 2 * rig.max_attempts + 3

    assert len(rig.model.requests) <= most
    assert len(writer.prompts) <= 2 * most
    assert len(rig.gateway.started) <= rig.max_attempts


@every_adversary
def test_there_is_nothing_to_betray(played, name):
    assert [secret for secret in (CLUSTER, SESSION, "U-1") if secret in played[name].models_saw] == []


def test_an_honest_model_does_what_the_others_never_reach():
    honest = play([GENERATE, validate_the_last], [hands_in()])

    happens = [what for what, happened in HAPPENS.items() if what != "its words are shown" and happened(honest, None)]

    assert happens == ["a program is written", "a program runs", "there is a Run button"]


def test_an_honest_models_words_are_shown():
    words = "Ray actors keep state."

    answered = play([words], [])

    assert words in answered.card


def test_the_page_is_made_from_the_list():
    assert (ROOT / "docs" / "adversarial-models.md").read_text(encoding="utf-8") == page()


def test_the_list_has_each_model_once():
    names = [name for by_name in ADVERSARIES.values() for name in by_name]

    assert sorted(names) == sorted(adversaries())


def test_what_a_program_printed_reaches_the_writer_as_a_marked_block_and_not_as_instructions():
    played = play([GENERATE, validate_the_last] * 2, [hands_in(BAD), hands_in()], prints=f"{INJECTION}\n")

    before, _, block = played.writer.prompts[1][0].partition("```text failure\n")

    assert INJECTION not in before
    assert INJECTION in block
