"""What holds for the screening of any program: it ends, it says where, and dressing a program up does not help it."""

import ast
import builtins
import textwrap
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.cluster.policy import Allowances, screen
from agents.cluster.policy.checks import CHECKS
from agents.cluster.policy.program import Program
from agents.cluster.policy.source import read
from agents.cluster.policy.values import Meanings
from tests.agents.cluster.policy.labelled import labelled

TIERS = ("allow", "needs_approval", "deny")
HARMFUL = labelled("harmful.txt")
READABLE = [program for program in HARMFUL if program.rule not in {"unreadable", "encoding"}]
PLAIN = [program for program in READABLE if "import *" not in program.code]
LEGITIMATE = labelled("legitimate.txt")
TOKENS = st.sampled_from(
    sorted({token for program in HARMFUL for token in program.code.replace("(", " ( ").split(" ")})
)


class Renamed(ast.NodeTransformer):
    """The program with every name of its own, import aliases included, called something else."""

    def __init__(self, tree):
        imported = [each for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
        taken = [each for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for each in node.names]
        stored = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
        arguments = [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)]
        aliases = [each.asname or each.name for each in (*imported, *taken) if "." not in each.name]
        functions = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        names = {*stored, *arguments, *aliases, *functions} - {"*"}
        texts = "".join(str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant))
        fixed = {name for name in names if name in texts or name in dir(builtins) or name[:2] == "__"}
        self.names = {name: f"renamed_{number}" for number, name in enumerate(sorted(names - fixed))}
        self.within_class = {name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for name in _bound(node)}

    def visit_Name(self, node):
        node.id = self._of(node.id)
        return node

    def visit_arg(self, node):
        node.arg = self._of(node.arg)
        return self.generic_visit(node)

    def visit_alias(self, node):
        if "." not in node.name and node.name != "*":
            node.asname = self._of(node.asname or node.name)
        return node

    def visit_Global(self, node):
        node.names = [self._of(name) for name in node.names]
        return node

    def _of(self, name):
        return name if name in self.within_class else self.names.get(name, name)


def _bound(node):
    """What a class's body names, which is reached as attributes."""
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            yield each.id
        elif isinstance(each, ast.alias):
            yield each.asname or each.name


def at_least(tier):
    return TIERS[TIERS.index(tier) :]


def parsed(code):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def steps(code):
    """How many expressions are looked at for a program, and how many nodes it has."""
    tree = read(code)
    program = Program(tree, Meanings(tree), Allowances())
    for check in CHECKS:
        list(check(program))
    return program.meanings.steps, tree.size


def dressed(code):
    tree = parsed(code)
    return ast.unparse(Renamed(tree).visit(tree))


def commented(code):
    starts = {
        min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))]) for node in parsed(code).body
    }
    lines = enumerate(code.split("\n"), 1)
    return "\n".join(f"# a remark\n\n{line}" if number in starts else line for number, line in lines)


def lowered(programs, change):
    """The headings of the programs whose tier a change lowers."""
    return [each.heading for each in programs if screen(change(each.code)).decision not in at_least(each.tier)]


def test_other_names_do_not_lower_the_tier():
    assert lowered(READABLE, dressed) == []


def test_comments_and_blank_lines_do_not_lower_the_tier():
    assert lowered(READABLE, commented) == []


@pytest.mark.parametrize("wrapper", ["def main():\n", "class Main:\n", "if True:\n", "async def main():\n"])
def test_a_harmful_program_inside_of_something_is_still_seen(wrapper):
    assert lowered(PLAIN, lambda code: wrapper + textwrap.indent(code, "    ")) == []


@settings(deadline=None, max_examples=150)
@given(harmful=st.sampled_from(READABLE), harmless=st.sampled_from(LEGITIMATE), first=st.booleans())
def test_a_harmful_program_beside_a_harmless_one_is_still_seen(harmful, harmless, first):
    if "from __future__" in harmless.code:
        harmless = LEGITIMATE[0]

    parts = [harmless.code, harmful.code] if first else [harmful.code, harmless.code]

    assert screen("\n".join(parts)).decision in at_least(harmful.tier)


@given(st.text())
def test_any_text_gets_a_verdict(code):
    assert screen(code).decision in TIERS


@settings(deadline=None, max_examples=300)
@given(tokens=st.lists(TOKENS, max_size=30), between=st.sampled_from(["", " ", "\n"]))
def test_any_mixture_of_tokens_gets_a_verdict_with_lines_of_the_program(tokens, between):
    code = between.join(tokens)

    verdict = screen(code)

    assert verdict.decision in TIERS
    assert all(0 <= finding.line <= code.count("\n") + 1 for finding in verdict.findings)


@settings(deadline=None, max_examples=300)
@given(program=st.sampled_from([*HARMFUL, *LEGITIMATE]), cut=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_a_program_with_a_piece_cut_out_gets_a_verdict(program, cut):
    start, end = sorted(int(share * len(program.code)) for share in cut)

    assert screen(program.code[:start] + program.code[end:]).decision in TIERS


NESTED = {
    "parentheses": lambda n: "(" * n + "1" + ")" * n,
    "lists": lambda n: "x = " + "[" * n + "]" * n,
    "calls": lambda n: "f(" * n + ")" * n,
    "lambdas": lambda n: "x = " + "lambda: " * n + "1",
    "conditions": lambda n: "x = " + "1 if a else " * n + "2",
    "walruses": lambda n: "x = " + "(y := " * n + "1" + ")" * n,
    "functions": lambda n: "".join(" " * depth + "def f():\n" for depth in range(n)) + " " * n + "pass",
    "sums": lambda n: "x = " + " + ".join(["'a'"] * n),
    "method chains": lambda n: "x" + ".f()" * n,
    "attributes": lambda n: "x" + ".a" * n,
    "signs": lambda n: "-" * n + "1",
    "fields of an f-string": lambda n: "x = f'" + "{a}" * n + "'",
    "fields of an f-string of many lines": lambda n: 'x = fr"""\n' + "{a}\n" * n + '"""',
}
LONG = {
    "assignments": lambda n: "x = 1\n" * n,
    "values of one name": lambda n: "".join(f"x = 'a{i}'\n" for i in range(n)) + "open(x)\n",
    "aliases in their order": lambda n: "import os\na0 = os\n" + "".join(f"a{i + 1} = a{i}\n" for i in range(n)),
    "growing texts": lambda n: "s = 'a'\n" + "s = s + s\n" * n,
    "calls in a row": lambda n: "print(open('a', 'r'), b=2)\n" * n,
    "parts of an f-string": lambda n: "x = f'" + "{a}" * n + "'",
    "elements": lambda n: "x = [" + "'/etc/x'," * n + "]\nfor y in x:\n    open(y)\n",
    "branches": lambda n: "match x:\n" + " case A(b=1):\n  pass\n" * n,
    "runtime environments": lambda n: "import ray\ne = {}\n" + "e = e\n" * n + "ray.init(runtime_env=e)\n" * n,
    "functions": lambda n: "".join(f"def f{i}(a, b=x{i}): return a.b{i}.c(x{i})\n" for i in range(n)),
}


@pytest.mark.parametrize("shape", NESTED)
@pytest.mark.parametrize("depth", [1, 10, 50, 90, 500, 20_000])
def test_a_program_of_any_depth_gets_a_verdict(shape, depth):
    code = NESTED[shape](min(depth, 400) if shape == "functions" else depth)

    assert screen(code).decision in {"allow", "deny"}


@pytest.mark.parametrize("shape", LONG)
def test_a_program_of_many_times_the_length_takes_no_more_steps_for_each_of_its_nodes(shape):
    short, long = steps(LONG[shape](50)), steps(LONG[shape](800))

    assert long[0] / long[1] <= 2 * short[0] / short[1]


def test_aliases_against_their_order_are_given_up_after_a_bounded_number_of_steps():
    code = "".join(f"a{i} = a{i + 1}\n" for i in range(5000)) + "import os\na5000 = os\na0.system('id')\n"

    verdict = screen(code)

    assert [finding.rule for finding in verdict.findings] == ["too-deep"]


def test_a_program_of_twenty_thousand_lines_gets_a_verdict():
    code = "import os\n" + "x = 1\n" * 20_000 + "os.system('id')\n"

    verdict = screen(code)

    assert [(finding.line, finding.rule) for finding in verdict.findings] == [(20_002, "process")]


def test_a_program_of_a_mebibyte_in_one_text_gets_a_verdict():
    assert screen(f"x = {'a' * 2**20!r}").decision == "allow"


@pytest.mark.parametrize("start", ["\ufeff", "\x0c", "# a\r", "\r\n", "#!/usr/bin/python\n", "# coding: utf-8\n"])
def test_the_bytes_that_run_are_the_ones_that_are_read(start):
    assert screen(f"{start}import os\nos.system('id')\n").decision == "deny"


@pytest.mark.parametrize("code", ["\ud800", "x = 1\0", "x = '\ud800'", "\0", "# coding: \ud800"])
def test_what_is_no_program_is_denied(code):
    assert screen(code).decision == "deny"


def test_no_more_than_a_hundred_findings_of_a_kind_are_kept():
    assert len(screen("eval('1')\n" * 1000).findings) == 100


def test_a_name_that_holds_many_results_one_after_the_other_is_no_reason_to_refuse():
    code = "import pandas as pd\n" + "".join(f"df = pd.function_{number}()\n" for number in range(100)) + "print(df)\n"

    assert screen(code).decision == "allow"


@pytest.mark.parametrize("decoy", ["x = math.f{}", "x = pd.f{}()", "x = 'a{}'", "x = g{}"])
def test_many_other_meanings_do_not_hide_the_one_that_matters(decoy):
    decoys = "\n".join(decoy.format(number) for number in range(100))

    verdict = screen(f"import os, math\nimport pandas as pd\n{decoys}\nx = os\nx.system('id')\n")

    assert verdict.decision == "deny"
