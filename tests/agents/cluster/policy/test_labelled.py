"""The screening against programs whose tier people have decided: every one is a claim of its own."""

import ast
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.cluster.policy import Allowances, screen
from agents.cluster.policy.rules import APPROVALS, DENIALS
from tests.agents.cluster.policy.labelled import labelled

HARMFUL = labelled("harmful.txt")
LEGITIMATE = labelled("legitimate.txt")
EVERYTHING = Allowances(rules=frozenset(APPROVALS))


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


@pytest.mark.parametrize("program", [p for p in HARMFUL if p.tier == "deny"], ids=by_title)
def test_no_setting_lifts_a_denial(program):
    assert screen(program.code, EVERYTHING).decision == "deny"


@pytest.mark.parametrize("rule", sorted(DENIALS))
def test_a_rule_that_denies_cannot_be_named_as_allowed(rule):
    with pytest.raises(ValueError, match="needs approval"):
        Allowances(rules=frozenset({rule}))


@pytest.mark.parametrize("program", HARMFUL[::7], ids=by_title)
def test_other_white_space_and_comments_change_no_tier(program):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            again = ast.unparse(ast.parse(program.code))
        except (SyntaxError, ValueError):
            again = program.code

    assert screen(f"# a comment\n\n{again}\n\n# another").decision == program.tier


@settings(deadline=None, max_examples=200)
@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["()[]{}:,.=@", "\n\t'\"xf*if", "lambda", "for", "in", "not", ""])).map(" ".join)
)
def test_any_text_at_all_gets_a_verdict(text):
    assert screen(text).decision in {"allow", "needs_approval", "deny"}
