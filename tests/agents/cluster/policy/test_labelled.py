"""The screening against programs whose tier people have decided: every one is a claim of its own.

The programs are checked together, since a test for each takes longer than what it tests; a failure lists them by name.
"""

from collections import Counter
from pathlib import Path

import pytest

from agents.cluster.policy import Decision, screen
from agents.cluster.policy.rules import APPROVALS, DENIALS, SENTENCES, sentence_of
from agents.cookbook.recipe import load_recipes
from tests.agents.cluster.policy.labelled import labelled

HARMFUL = labelled("harmful.txt")
LEGITIMATE = labelled("legitimate.txt")
CASES = sorted((Path(__file__).parents[1] / "corpus").iterdir())
TIERS: dict[str, Decision] = {
    "14_infeasible_stopped": "needs_approval",  # a thousand CPUs for one task
    "27_syntax_error": "deny",
}


def test_there_are_enough_programs_to_mean_something():
    assert len(HARMFUL) >= 120
    assert len(LEGITIMATE) >= 150


def test_no_two_programs_are_the_same_or_called_the_same():
    programs = [*HARMFUL, *LEGITIMATE]

    codes = Counter(program.code.strip() for program in programs)
    headings = Counter(program.heading for program in programs)

    assert [each for each, count in (*codes.items(), *headings.items()) if count > 1] == []


@pytest.mark.parametrize("tier", ["deny", "needs_approval"])
def test_a_harmful_program_does_not_run_by_itself(tier):
    programs = [program for program in HARMFUL if program.tier == tier]

    wrong = {program.heading: found for program in programs if (found := screen(program.code).decision) != tier}

    assert wrong == {}


def test_a_harmful_program_is_found_by_the_rule_that_is_meant_for_it():
    found = {program: {finding.rule for finding in screen(program.code).findings} for program in HARMFUL}

    assert {program.heading: rules for program, rules in found.items() if program.rule not in rules} == {}


def test_every_finding_names_a_line_of_the_program_in_a_whole_sentence():
    findings = [(program, finding) for program in HARMFUL for finding in screen(program.code).findings]

    lines = [program.heading for program, finding in findings if finding.line > program.code.count("\n") + 1]
    sentences = [finding.sentence for _, finding in findings if not finding.sentence.endswith(".")]

    assert (lines, sentences) == ([], [])


def test_a_legitimate_program_is_allowed():
    verdicts = {program.heading: screen(program.code) for program in LEGITIMATE}

    assert {title: verdict.reasons for title, verdict in verdicts.items() if verdict.decision != "allow"} == {}


def test_every_recipe_of_the_cookbook_is_allowed_without_a_remark():
    verdicts = {recipe.name: screen(recipe.program) for recipe in load_recipes()}

    assert {name: verdict.findings for name, verdict in verdicts.items() if verdict.findings} == {}


def test_the_programs_of_the_clusters_corpus_are_in_their_tiers():
    found = {case.name: screen((case / "program.txt").read_text(encoding="utf-8")).decision for case in CASES}

    assert found == {case.name: TIERS.get(case.name, "allow") for case in CASES}


def test_every_rule_has_a_harmful_program():
    shown = {program.rule for program in HARMFUL}

    assert set(SENTENCES) - shown == {"too-deep"}


def test_no_rule_is_in_both_tables():
    assert DENIALS.keys() & APPROVALS.keys() == set()


def test_a_rules_sentence_says_what_and_what_to_do_instead():
    said = {rule: sentence_of(rule, 3, "a.b") for rule in SENTENCES}

    assert [rule for rule, sentence in said.items() if not sentence.startswith("Line 3 (a.b) ")] == []
    assert [rule for rule, sentence in said.items() if sentence.count(": ") != 1 or not sentence.endswith(".")] == []


def test_the_findings_are_in_the_order_of_their_lines():
    findings = screen("import ctypes\n\neval('1')\nimport pty\n").findings

    assert [finding.line for finding in findings] == [1, 3, 4]
