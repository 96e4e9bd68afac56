"""Modals, diffs and states: no input may break one of Slack's limits, or become a mention, a link or markup."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.blocks import ask, diff, edit, status
from bot.blocks import help as words
from bot.blocks import turn as turn_cards
from bot.blocks.clusters import or_choose
from bot.blocks.home import RunLine, where_code_runs
from bot.editing import sheet
from bot.errors import BadRequest
from sandbox.slack.blockkit.surfaces import check_message_blocks, check_view
from tests.bot.blocks.test_blocks import TEXT, UNVALIDATED, VALIDATED, assert_slack_takes

NUMBER = st.integers(0, 9_999)
PROGRAM = st.lists(TEXT.map(lambda text: text[:2_000]), max_size=20).map("\n".join)
CHANGE = st.builds(diff.Change, st.just("U0ANALYST"), st.none() | NUMBER, NUMBER, TEXT)
DOING = st.builds(
    status.Doing,
    writing=st.none() | TEXT,
    run=st.none() | st.just("running"),
    cluster=TEXT,
    seconds=st.floats(0, 1e6),
    position=st.none() | NUMBER,
    newest=st.none() | NUMBER,
    validated=st.booleans(),
    ended=st.none() | st.sampled_from(["succeeded", "failed", "odd"]),
)
RUN = st.builds(
    RunLine,
    run_id=st.just("a" * 32),
    title=TEXT,
    state=st.sampled_from(["requested", "running", "failed"]),
    cluster=st.just("10.0.0.1"),
    channel=st.just("C1"),
    thread_ts=st.just("1700000000.000001"),
    asked_at=st.just(1.7e9),
    seconds=st.none(),
)


def taken(message):
    assert_slack_takes(message)
    check_message_blocks(list(message.blocks))


@settings(max_examples=60, deadline=None)
@given(PROGRAM, TEXT, NUMBER)
def test_the_editor_of_any_program_that_fits_is_one_that_slack_opens(code, title, number):
    try:
        parts = sheet(code)
    except BadRequest:
        assume(False)  # hypothesis leaves here
        raise

    check_view(edit.editor(parts, title or "x", number, "x" * 3_000), "modal")


@given(TEXT)
def test_what_is_said_in_a_modals_place_is_one_that_slack_opens(sentence):
    check_view(edit.told(edit.TITLE, sentence or "x"), "modal")


ADDRESS = st.from_regex(r"[^\s*]{1,90}", fullmatch=True)


@given(st.none() | TEXT.filter(bool), NUMBER, st.booleans(), st.lists(ADDRESS, max_size=5, unique=True))
def test_the_form_is_one_that_slack_opens(cluster, others, files, choices):
    check_view(ask.form(cluster, others, files=files, choices=choices), "modal")


def menu(choices):
    blocks = ask.form("10.0.0.1", 0, files=False, choices=choices)["blocks"]
    return next((b["element"] for b in blocks if b.get("block_id") == ask.CLUSTER), None)


def test_the_form_asks_for_a_cluster_where_there_is_a_choice():
    own, other = menu(["10.0.0.2"])["options"]

    assert menu([]) is None
    assert (own["text"]["text"], other["text"]["text"], other["value"]) == ("The channel's own", "10.0.0.2", "10.0.0.2")
    assert menu(["10.0.0.2"])["initial_option"] == own


def test_as_many_clusters_as_a_menu_holds_can_be_chosen():
    choices = [f"{number:03}.{'x' * 71}" for number in range(120)]

    check_view(ask.form("10.0.0.1", 0, files=False, choices=choices), "modal")
    assert len(menu(choices)["options"]) == 100


@given(ADDRESS)
def test_what_is_chosen_comes_back(address):
    state = {ask.PROMPT: {ask.PROMPT: {"value": "sort"}}, ask.CHANNEL: {ask.CHANNEL: {"selected_conversation": "C1"}}}

    def chosen(value):
        return ask.filled(state | {ask.CLUSTER: {ask.CLUSTER: {"selected_option": value}}}).cluster

    assert chosen({"value": address}) == address
    assert chosen({"value": ask.OWN}) is None
    assert chosen(None) is None
    assert ask.filled(state).cluster is None


def test_a_channels_own_cluster_is_no_other_to_choose():
    assert or_choose("10.0.0.1", ["10.0.0.1"]) == ""
    assert or_choose("10.0.0.1", ["10.0.0.1", "10.0.0.2"]) == "; «Ask for Ray code» lets you choose `10.0.0.2`"


@given(st.lists(ADDRESS, min_size=1, max_size=120, unique=True))
def test_what_a_channel_lets_one_choose_is_said_in_a_message_that_slack_takes(choices):
    channel = status.Channel("10.0.0.1", False, {}, "owner", False, 60, choices=tuple(choices))

    taken(status.channel(channel))
    taken(where_code_runs("10.0.0.1", choices))


@settings(max_examples=60, deadline=None)
@given(VALIDATED, UNVALIDATED, CHANGE)
def test_the_cards_of_a_given_program_are_ones_that_slack_takes(validated, unvalidated, change):
    taken(turn_cards.validated(validated, "version-turn-1", 2, change))
    taken(turn_cards.unvalidated(unvalidated, "turn-1", "version-turn-1", change))


@settings(max_examples=60, deadline=None)
@given(PROGRAM, PROGRAM)
def test_the_difference_of_any_two_programs_is_one_that_slack_takes(before, after):
    text = diff.unified(before, after, "version 1", "version 2")

    assert not text or before != after
    taken(status.difference(1, 2, text))


@given(DOING)
def test_the_state_of_a_thread_is_one_sentence(doing):
    taken(words.notice(status.sentence(doing)))
    assert status.sentence(doing).endswith(".")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.builds(status.Asked, TEXT, st.just("C1"), st.none() | st.just("1.2")), max_size=20),
    st.lists(RUN, max_size=20),
    TEXT,
)
def test_the_list_of_what_one_waits_for_is_one_that_slack_takes(asked, runs, cluster):
    taken(status.mine(asked, runs, "https://example.slack.com/", (cluster, 1, 2)))


@given(
    st.dictionaries(
        st.sampled_from(["ask", "run", "stop"]),
        st.none() | st.frozensets(st.from_regex("[USW][A-Z0-9]{8,20}", fullmatch=True)),
    ),
    st.booleans(),
    st.sampled_from([None, "another person", "group", "two"]),
    st.lists(st.from_regex("[USW][A-Z0-9]{8,20}", fullmatch=True)).map(tuple),
)
def test_the_settings_of_a_channel_are_ones_that_slack_takes(alone, guests, approval, approvers):
    settings_ = status.Channel("10.0.0.1", guests, alone, "owner", False, 60, approval, approvers)

    taken(status.channel(settings_))


@pytest.mark.parametrize(
    ("approval", "approvers", "said"),
    [
        (None, (), "not at all: nobody is named who could approve it"),
        ("another person", (), "when another person who may run here has approved it"),
        ("group", ("S0GROUP",), "when one of <!subteam^S0GROUP> has approved it, never whoever asked"),
        ("two", ("S0GROUP", "U0ADA"), "when two of <!subteam^S0GROUP>, <@U0ADA> has approved it, never whoever asked"),
    ],
)
def test_the_settings_of_a_channel_say_who_approves_what_needs_it(approval, approvers, said):
    settings_ = status.Channel("10.0.0.1", False, {}, "owner", False, 60, approval, approvers)

    assert f"What needs approval runs {said}" in str(status.channel(settings_).blocks)


def test_what_the_same_people_may_is_one_line():
    some = frozenset({"U0ADA"})
    alone = {"ask": None, "run": some, "stop": None}

    told = status.lines(status.Channel("10.0.0.1", False, alone, "owner", False, 60))

    assert told[1:3] == (
        "• Who may ask and stop: members of this workspace, guests may not",
        "• Who may run: only <@U0ADA>",
    )


def test_a_line_without_an_end_and_another_kind_of_end_are_seen():
    text = diff.unified("a\nb", "a\r\nb\n", "version 1", "version 2")

    assert "+a␍" in text
    assert "\\ No newline at end of file" in text


def test_programs_that_are_too_long_to_be_compared_are_not():
    text = diff.unified("a\n" * 1_500, "b\n" * 1_500, "version 1", "version 2")

    assert text == ""
    assert "they are too long" in str(diff.blocks(diff.Change("U1", 1, 2, text)))
