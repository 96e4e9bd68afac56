from collections import Counter
from pathlib import Path

from sandbox.slack.reference import read_reference
from tests.sandbox.slack.rules import OWN, page, rules, sentences

DOCS = Path(__file__).parents[3] / "docs"


def test_every_test_of_the_stand_in_has_its_source_once():
    listed = Counter([name for _, _, name in rules()] + OWN.split())
    there = Counter(one for one in sentences() if one not in OF_THIS_MODULE)

    assert there == listed


def test_the_page_of_the_rules_is_made_from_them():
    assert (DOCS / "slack-rules.md").read_text(encoding="utf-8") == page()


def test_the_sandboxes_page_names_as_many_methods_and_rules_as_there_are():
    text = (DOCS / "sandbox.md").read_text(encoding="utf-8")

    assert f"{len(read_reference())} methods" in text
    assert f"{len(list(rules()))} rules" in text


OF_THIS_MODULE = {name.removeprefix("test_") for name in list(globals()) if name.startswith("test_")}
