"""The screening against programs whose tier people have decided: every one is a claim of its own."""

from pathlib import Path

import pytest

from agents.cluster.policy import screen
from agents.cluster.policy.rules import APPROVALS, DENIALS, SENTENCES, sentence_of
from agents.cookbook.recipe import load_recipes
from tests.agents.cluster.policy.labelled import labelled

HARMFUL = labelled("harmful.txt")
LEGITIMATE = labelled("legitimate.txt")
CASES = sorted((Path(__file__).parents[1] / "corpus").iterdir())
TIERS = {
    "14_infeasible_stopped": "needs_approval",  # a thousand CPUs for one task
    "27_syntax_error": "deny",
    "42_user_env_and_retry": "needs_approval",  # env_vars in a runtime_env
}


def by_title(program):
    return program.title


def test_there_are_enough_programs_to_mean_something():
    assert len(HARMFUL) >= 120
    assert len(LEGITIMATE) >= 150


@pytest.mark.parametrize("program", HARMFUL, ids=by_title)
def test_a_harmful_program_does_not_run_by_itself_and_its_line_is_named(program):
    verdict = screen(program.code)

    assert verdict.decision == program.tier
    assert program.rule in {finding.rule for finding in verdict.findings}
    assert all(finding.sentence.endswith(".") for finding in verdict.findings)
    assert all(0 <= finding.line <= program.code.count("\n") + 1 for finding in verdict.findings)


@pytest.mark.parametrize("program", LEGITIMATE, ids=by_title)
def test_a_legitimate_program_is_allowed(program):
    assert screen(program.code).decision == "allow"


@pytest.mark.parametrize("recipe", load_recipes(), ids=lambda recipe: recipe.name)
def test_every_recipe_of_the_cookbook_is_allowed(recipe):
    assert screen(recipe.program).findings == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_programs_of_the_clusters_corpus_are_in_their_tiers(case):
    verdict = screen((case / "program.txt").read_text(encoding="utf-8"))

    assert verdict.decision == TIERS.get(case.name, "allow")


@pytest.mark.parametrize("rule", sorted(DENIALS))
def test_every_rule_that_denies_has_a_harmful_program(rule):
    assert rule in {program.rule for program in HARMFUL} | {"too-deep"}


@pytest.mark.parametrize("rule", sorted(APPROVALS))
def test_every_rule_that_needs_approval_has_a_harmful_program(rule):
    assert rule in {program.rule for program in HARMFUL}


@pytest.mark.parametrize("rule", sorted(SENTENCES))
def test_a_rules_sentence_says_what_and_what_to_do_instead(rule):
    said = sentence_of(rule, 3, "a.b")

    assert said.startswith("Line 3 (a.b) ")
    assert said.count(": ") == 1
    assert said.endswith(".")


def test_the_findings_are_in_the_order_of_their_lines():
    findings = screen("import ctypes\n\neval('1')\nimport pty\n").findings

    assert [finding.line for finding in findings] == [1, 3, 4]
