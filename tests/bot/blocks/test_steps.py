"""What a workflow is told, whatever programs and models have written."""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.steps import ERROR_CHARACTERS, OUTPUT_CHARACTERS, error, generated, link, ran
from tests.readme import ROOT

FUNCTIONS = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))["functions"]
URL = "https://data.slack.com/"
CONTROL = (
    "<!channel>",
    "<!here|x>",
    "<@U0123>",
    "<#C0123>",
    "<https://evil.example|x>",
    "<mailto:a@b.c>",
    "<!date^1^x>",
)
TEXT = st.text(max_size=5_000) | st.lists(st.sampled_from(CONTROL)).map(" ".join)


def is_harmless(text):
    return not any(f"<{sign}" in text for sign in "!@#/") and "<https" not in text and "<mailto" not in text


@given(TEXT, TEXT)
def test_outputs_are_what_the_manifest_declares_and_no_longer_than_that(text, other):
    made = generated(link(URL, "C1", "1.1"), "validated", text, other or None)
    printed = ran(link(URL, "C1", "1.1"), "succeeded", text)

    for callback_id, outputs in (("raygen_generate", made), ("raygen_run", printed)):
        parameters = FUNCTIONS[callback_id]["output_parameters"]
        assert set(parameters["required"]) <= set(outputs) <= set(parameters["properties"])
        assert all(isinstance(value, str) for value in outputs.values())
    assert len(printed["output"]) <= OUTPUT_CHARACTERS
    assert len(error(text)) <= ERROR_CHARACTERS


@given(TEXT)
def test_nothing_that_was_written_becomes_a_mention_or_a_link(text):
    told = (generated("", "validated", text, None).get("title", ""), ran("", "failed", text)["output"], error(text))

    assert all(map(is_harmless, told))


def test_comparisons_and_tags_stay_what_they_are():
    assert ran("", "succeeded", "1 < 2, a<b, <5")["output"] == "1 < 2, a<b, <5"


def test_of_a_long_output_the_end_is_kept():
    output = ran("", "succeeded", "first\n" + "x" * 5_000 + "\nlast")["output"]

    assert output.endswith("\nlast")
    assert output.startswith("…")
