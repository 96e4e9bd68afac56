"""The clusters that people may choose: how they are set, and what is told where one is not offered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import incoming
from bot.errors import BadRequest
from bot.settings import OTHERS, Settings


def test_they_are_json_in_the_environment(monkeypatch):
    monkeypatch.setenv("RAYGEN_CLUSTER_CHOICES", '{"C1": ["10.0.0.3", "10.0.0.2"], "*": ["gpu:8265"], "C2": []}')

    settings = Settings(cluster="10.0.0.1", channel_clusters={"C3": "10.0.0.9"})

    assert settings.choices_in("C1") == ("10.0.0.3", "10.0.0.2")
    assert settings.choices_in("C2") == ()
    assert settings.choices_in("C4") == ("gpu:8265",)
    assert settings.every_choice == ["10.0.0.2", "10.0.0.3", "gpu:8265"]
    assert settings.every_cluster == ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.9", "gpu:8265"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"C1": "10.0.0.1"},
        {"C1": [""]},
        {"C1": ["*"]},
        {"C1": ["two words"]},
        {"C1": ["x" * 76]},
        {f"C{number}": [f"10.0.0.{number}"] for number in range(100)},
    ],
    ids=["no list", "empty", "the word for others", "two words", "too long", "more than a menu holds"],
)
def test_what_no_menu_could_show_is_refused_at_the_start(wrong):
    with pytest.raises(ValueError, match="cluster_choices"):
        Settings(cluster_choices=wrong)


@given(st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.0.3"]), st.sampled_from(["C1", "C2", "C3"]))
def test_what_is_offered_in_a_channel_is_its_own_and_its_choices(cluster, channel):
    settings = Settings(cluster="10.0.0.1", cluster_choices={"C1": ["10.0.0.2"], OTHERS: ["10.0.0.3"], "C3": []})

    offered = {"C1": {"10.0.0.1", "10.0.0.2"}, "C2": {"10.0.0.1", "10.0.0.3"}, "C3": {"10.0.0.1"}}
    assert settings.offers(channel, cluster) is (cluster in offered[channel])


def test_who_chooses_what_is_not_offered_reads_what_is():
    choices = tuple(f"10.0.1.{number}" for number in range(12))

    with pytest.raises(BadRequest) as raised:
        incoming.chosen("10.0.0.9", "10.0.0.1", choices)

    assert "There are the channel's own (10.0.0.1), 10.0.1.0, 10.0.1.1" in raised.value.sentence
    assert raised.value.sentence.endswith("10.0.1.9 and 2 more.")
    assert incoming.chosen("10.0.1.11", "10.0.0.1", choices) == "10.0.1.11"
