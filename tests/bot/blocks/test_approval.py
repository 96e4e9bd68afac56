"""The approval's card: nothing that anybody writes makes it one that Slack refuses, or shows Run too early."""

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.wire import MAX_FINDINGS, PolicyFinding, UnvalidatedCode
from bot.blocks import help as words
from bot.blocks.approval import Standing, card
from bot.blocks.diff import Change
from bot.blocks.names import APPROVE, ASK_APPROVAL, DECLINE, RUN
from bot.blocks.turn import cancelled
from bot.store.approval_states import ENDS
from tests.bot.blocks.test_blocks import TEXT, assert_slack_takes, mrkdwn

STATES = sorted({"pending", "approved", *ENDS})
IDS = st.lists(st.from_regex(r"[USW][A-Z0-9]{8}", fullmatch=True), min_size=1, max_size=60).map(tuple)
FINDING = st.builds(PolicyFinding, line=st.integers(0, 9_999), rule=st.just("network"), sentence=TEXT)
RESULT = st.builds(
    UnvalidatedCode,
    code=TEXT,
    title=TEXT,
    explanation=TEXT,
    assumptions=st.lists(TEXT, max_size=5).map(tuple),
    model=TEXT,
    ray_cluster_ip=TEXT,
    code_sha256=st.just("0" * 64),
    error=st.just({"code": "needs_approval", "message": "It was not run."}),
    attempts=st.just(()),
    findings=st.lists(FINDING, max_size=MAX_FINDINGS).map(tuple),
)
STANDING = st.builds(
    Standing,
    approval_id=st.just("version-turn-1.1"),
    number=st.integers(1, 99),
    state=st.sampled_from(STATES),
    requester=st.just("U0ANALYST"),
    by=st.sampled_from([None, "another person", "group", "two"]),
    ids=IDS,
    needed=st.integers(1, 2),
    approvers=IDS,
    expires_at=st.none() | st.floats(0, 4e9),
    ended_by=st.none() | st.just("U0APPROVER"),
)
CHANGE = st.none() | st.builds(Change, user_id=st.just("U0ANALYST"), before=st.none(), after=st.just(2), text=TEXT)


def actions(message):
    return [element["action_id"] for element in message.blocks[-1]["elements"]]


@settings(max_examples=60, deadline=None)
@given(RESULT, STANDING, CHANGE)
def test_the_card_is_always_one_that_slack_takes(result, standing, change):
    shown = card(result, "version-turn-1", 1, standing, change)

    assert_slack_takes(shown)
    assert_slack_takes(cancelled(shown, "version-turn-1", "U0ANALYST"))


@settings(max_examples=60, deadline=None)
@given(RESULT, STANDING)
def test_no_words_of_a_model_or_a_program_become_markup(result, standing):
    told = card(result, "version-turn-1", 1, standing)

    assert not any("<!channel>" in text or "<@U123>" in text for text in mrkdwn(list(told.blocks)))


@settings(max_examples=60, deadline=None)
@given(RESULT, STANDING)
def test_run_is_shown_for_what_is_approved_and_for_nothing_else(result, standing):
    shown = set(actions(card(result, "version-turn-1", 1, standing)))

    assert (RUN in shown) == (standing.by is not None and standing.state == "approved")
    assert (APPROVE in shown) == (standing.by is not None and standing.state == "pending")
    assert (DECLINE in shown) == (standing.by is not None and standing.state in {"pending", "approved"})
    assert (ASK_APPROVAL in shown) == (standing.by is not None and standing.state in {"used", "expired", "void"})


@given(TEXT, IDS)
def test_a_refusal_with_whom_to_ask_is_one_that_slack_takes(sentence, whom):
    assert_slack_takes(words.notice(sentence or "x", whom))
