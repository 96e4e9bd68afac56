"""No input may break one of Slack's limits, or become a mention, a link or markup."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from agents.wire import (
    Attempt,
    Drafting,
    Heartbeat,
    JobReport,
    Repairing,
    Reply,
    UnvalidatedCode,
    ValidatedCode,
    Validating,
    Waiting,
    WireError,
    Writing,
    sha256_of,
)
from bot.blocks import help as words
from bot.blocks import names, plan
from bot.blocks import run as run_cards
from bot.blocks import turn as turn_cards

MAX_BLOCKS = 50
MAX_TEXT = 13_200
MAX_FALLBACK = 4_000

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300) | st.sampled_from(
    ["<!channel>", "<@U123>", "```", "<https://example.com|here>", "&lt;", "*b*", "x" * 30_000, "line\n" * 5_000]
)
SECONDS = st.floats(0, 1e6)
ATTEMPTS = st.lists(
    st.builds(Attempt, number=st.integers(1, 9), status=st.just("failed"), seconds=SECONDS, error=TEXT, tried=TEXT),
    max_size=9,
).map(tuple)
ERROR = st.builds(WireError, code=st.just("job_failed"), message=TEXT)
COMMON = {"code": TEXT, "title": TEXT, "model": TEXT, "offline": st.booleans(), "ray_cluster_ip": TEXT}
VALIDATED = st.builds(
    ValidatedCode,
    **COMMON,
    code_sha256=st.just(sha256_of("x")),
    explanation=TEXT,
    assumptions=st.lists(TEXT, max_size=8).map(tuple),
    packages=st.lists(TEXT, max_size=8).map(tuple),
    output=TEXT,
    seconds=SECONDS,
    attempts=ATTEMPTS,
)
UNVALIDATED = st.builds(
    UnvalidatedCode,
    **COMMON,
    code_sha256=st.just(sha256_of("x")),
    error=ERROR,
    output=TEXT,
    traceback=st.none() | TEXT,
    attempts=ATTEMPTS,
)
RAN = st.builds(
    run_cards.Ran,
    run_id=st.just("a" * 32),
    version_id=st.just("version-turn-1"),
    number=st.integers(1, 99),
    title=TEXT,
    user_id=st.just("U0ANALYST"),
    cluster=TEXT,
    output=TEXT,
    seconds=SECONDS,
)
STATUS = st.sampled_from(
    ["succeeded", "failed", "stopped", "timed_out", "output_limit", "lost", "rejected", "could_not_start"]
)
REPORT = st.builds(
    JobReport,
    status=STATUS,
    error=st.none() | ERROR,
    traceback=st.none() | TEXT,
    exit_code=st.none() | st.integers(-64, 255),
    dashboard_url=st.none() | st.just("http://127.0.0.1:8265/#/jobs/raygen-1"),
    truncated=st.booleans(),
)


def visible(node: object) -> int:
    if isinstance(node, dict):
        own = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return own + sum(visible(v) for v in node.values() if isinstance(v, dict | list))
    return sum(map(visible, node)) if isinstance(node, list) else 0


def mrkdwn(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["text"]] if node.get("type") == "mrkdwn" else []
        return own + [m for v in node.values() for m in mrkdwn(v)]
    return [m for v in node for m in mrkdwn(v)] if isinstance(node, list) else []


def assert_slack_takes(message) -> None:
    blocks = list(message.blocks)
    assert 0 < len(message.text) <= MAX_FALLBACK
    assert len(blocks) <= MAX_BLOCKS
    assert visible(blocks) <= MAX_TEXT
    json.dumps(blocks)
    for block in blocks:
        Block.parse(block).validate_json()


@settings(max_examples=60, deadline=None)
@given(VALIDATED, st.integers(1, 999))
def test_the_card_of_validated_code_is_always_one_that_slack_takes(result, number):
    card = turn_cards.validated(result, "version-turn-1", number)

    assert_slack_takes(card)
    assert_slack_takes(turn_cards.cancelled(card, "version-turn-1", "U0ANALYST"))


@given(VALIDATED)
def test_a_cancelled_program_has_one_button_and_its_card_names_who_did_it(result):
    card = turn_cards.cancelled(turn_cards.validated(result, "version-turn-1", 1), "version-turn-1", "U0ANALYST")

    (buttons,) = (block["elements"] for block in card.blocks if block["type"] == "actions")
    assert [(each["action_id"], each["value"]) for each in buttons] == [(names.BRING_BACK, "version-turn-1")]
    assert {"type": "user", "user_id": "U0ANALYST"} in card.blocks[-2]["elements"][0]["elements"]


@settings(max_examples=60, deadline=None)
@given(UNVALIDATED)
def test_the_card_of_failed_code_is_always_one_that_slack_takes(result):
    assert_slack_takes(turn_cards.unvalidated(result, "turn-1"))


@given(TEXT, TEXT)
def test_words_and_refusals_are_always_ones_that_slack_takes(text, model):
    assert_slack_takes(turn_cards.reply(Reply(text=text, model=model)))
    assert_slack_takes(turn_cards.root("U0ANALYST", text))
    assert_slack_takes(turn_cards.failed(text or "x", "turn-1"))
    assert_slack_takes(words.notice(text or "x"))
    assert_slack_takes(words.usage())


@pytest.mark.parametrize("words", ["I ran it.", "It PASSED all tests", "Validé sur le cluster", "```\n42\n```"])
def test_below_a_models_words_stands_that_nothing_was_run_whatever_they_claim(words):
    card = turn_cards.reply(Reply(text=words, model="Haiku"))

    assert card.blocks[-1]["elements"][0]["text"].startswith("Nothing was run for this answer.")


def test_the_cookbooks_words_are_our_own_and_need_no_contradiction():
    card = turn_cards.reply(Reply(text="I know no recipe for that.", model="Cookbook", offline=True))

    assert "Nothing was run" not in str(card.blocks)


@settings(max_examples=60, deadline=None)
@given(RAN, REPORT, st.none() | st.just("U0OTHER"), TEXT)
def test_the_cards_of_a_run_are_always_ones_that_slack_takes(ran, report, stopped_by, note):
    assert_slack_takes(run_cards.live(ran, "running", report.dashboard_url, note))
    assert_slack_takes(run_cards.ended(ran, report, stopped_by))


STEPS = st.one_of(
    st.builds(Writing, attempt=st.integers(1, 9)),
    st.builds(Drafting, lines=st.integers(1, 9_999), tail=TEXT),
    st.builds(Waiting, seconds=SECONDS, model=TEXT),
    st.builds(Validating, attempt=st.integers(1, 10), attempts=st.just(10)),
    st.builds(Repairing, attempt=st.integers(1, 9), attempts=st.just(10), error=TEXT),
    st.builds(Heartbeat, seconds=SECONDS),
)


@settings(max_examples=60, deadline=None)
@given(TEXT, st.lists(STEPS, max_size=8))
def test_the_card_of_a_request_at_work_is_always_one_that_slack_takes(cluster, events):
    steps = plan.Steps(cluster)
    for event in events:
        steps = steps.after(event)

    assert_slack_takes(plan.progress(steps, "turn-1"))


def shown(message) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)


def statuses(steps):
    return [(task.title, task.status, task.detail) for task in steps.tasks]


def test_the_plan_of_a_repaired_program_tells_what_was_done_what_failed_and_what_comes_next():
    steps = plan.Steps("10.0.0.1")
    assert statuses(steps) == [("Ask the agent", "in_progress", "")]

    validate = "Run it on 10.0.0.1 to validate it"
    written, failed = ("Write the code", "complete", ""), (validate, "error", "NameError: x")
    rewritten = ("Rewrite the code, 2nd attempt", "complete", "")
    for event, expected in (
        (Writing(attempt=1), [("Write the code", "in_progress", ""), (validate, "pending", "")]),
        (Validating(attempt=1, attempts=3), [written, (validate, "in_progress", "")]),
        (
            Repairing(attempt=1, attempts=3, error="NameError: x"),
            [written, failed, ("Repair it with the traceback", "in_progress", ""), (validate, "pending", "")],
        ),
        (
            Writing(attempt=2),
            [written, failed, ("Rewrite the code, 2nd attempt", "in_progress", ""), (validate, "pending", "")],
        ),
        (
            Validating(attempt=2, attempts=3),
            [written, failed, rewritten, (f"{validate}, attempt 2 of 3", "in_progress", "")],
        ),
    ):
        steps = steps.after(event)
        assert statuses(steps) == expected


def test_nobody_has_written_a_program_that_was_given():
    steps = plan.Steps("c").after(Validating(attempt=1, attempts=1))

    assert [task.status for task in steps.tasks] == ["in_progress"]


def test_the_code_is_shown_as_it_is_written_and_gone_when_it_is_done():
    writing = plan.Steps("c").after(Writing(attempt=1)).after(Drafting(lines=41, tail="import ray"))

    assert "import ray" in shown(plan.progress(writing, "turn-1"))
    assert "41 lines so far" in shown(plan.progress(writing, "turn-1"))
    done = writing.after(Validating(attempt=1, attempts=3))
    assert "import ray" not in shown(plan.progress(done, "turn-1"))


def test_a_long_wait_for_a_model_is_said_until_it_goes_on():
    waiting = plan.Steps("c").after(Writing(attempt=1)).after(Waiting(seconds=12, model="Haiku"))

    assert "Haiku is turning requests away (12 s so far)" in shown(plan.progress(waiting, "turn-1"))
    going_on = waiting.after(Drafting(lines=1, tail="x"))
    assert "turning requests away" not in shown(plan.progress(going_on, "turn-1"))


def test_assumptions_and_packages_are_shown_where_there_are_any():
    plain = ValidatedCode(
        code="x",
        code_sha256=sha256_of("x"),
        title="T",
        model="M",
        ray_cluster_ip="c",
        output="",
        seconds=1,
        attempts=(),
    )
    told = plain.model_copy(update={"assumptions": ("It fits into memory.",), "packages": ("numpy", "pandas")})

    assert "Assumed" not in shown(turn_cards.validated(plain, "v", 1))
    assert "• It fits into memory." in shown(turn_cards.validated(told, "v", 1))
    assert "Needs numpy, pandas." in shown(turn_cards.validated(told, "v", 1))


def test_a_failure_shows_what_each_attempt_tried():
    attempts = tuple(
        Attempt(number=number, status="failed", seconds=1, error=f"Error {number}", tried=f"Idea {number}")
        for number in (1, 2)
    )
    result = UnvalidatedCode(
        code="x",
        code_sha256=sha256_of("x"),
        title="T",
        model="M",
        ray_cluster_ip="c",
        error=WireError(code="job_failed", message="It failed."),
        attempts=attempts,
    )

    card = shown(turn_cards.unvalidated(result, "turn-1"))

    assert "1st: Idea 1 → Error 1" in card
    assert "2nd: Idea 2 → Error 2" in card


def test_an_end_that_is_not_the_programs_names_the_run_once():
    ran = run_cards.Ran("the-id-of-the-run", "v", 1, "Hello", "U0ANALYST", "10.0.0.1")
    told = WireError(code="internal", message="Id for whoever runs me: the-id-of-the-run")

    lost = run_cards.ended(ran, JobReport(status="lost"), None)
    crashed = run_cards.ended(ran, JobReport(status="lost", error=told), None)
    failed = run_cards.ended(ran, JobReport(status="failed"), None)

    said = [
        str([b for b in card.blocks if b["type"] not in {"actions", "context_actions"}])
        for card in (lost, crashed, failed)
    ]
    assert [text.count("the-id-of-the-run") for text in said] == [1, 1, 0]


def test_nothing_that_others_wrote_becomes_a_mention_or_a_link():
    hostile = "<!channel> <@U1> <https://evil.example|click> <#C1>"
    result = ValidatedCode(
        code=hostile,
        code_sha256=sha256_of(hostile),
        title=hostile,
        explanation=hostile,
        model=hostile,
        ray_cluster_ip=hostile,
        output=hostile,
        seconds=1.0,
        attempts=(),
    )
    ran = run_cards.Ran("r", "v", 1, hostile, "U0ANALYST", hostile, hostile, 1.0)
    report = JobReport(status="failed", error=WireError(code="job_failed", message=hostile), traceback=hostile)

    messages = [
        turn_cards.validated(result, "v", 1),
        run_cards.ended(ran, report, None),
        run_cards.live(ran, "running", None, hostile),
        turn_cards.root("U1", hostile),
    ]

    for message in messages:
        for text in [message.text, *mrkdwn(list(message.blocks))]:
            assert "<!" not in text
            assert "<#" not in text
            assert "evil" not in text.replace("&lt;https://evil.example|click&gt;", "")
            assert "<@U1>" not in text


def test_a_traceback_that_was_printed_is_shown_once():
    traceback = 'Traceback (most recent call last):\n  File "program.py", line 1\nZeroDivisionError: by zero'
    about = {"code": "1 / 0", "code_sha256": sha256_of("1 / 0"), "title": "T", "model": "m", "ray_cluster_ip": "c"}
    attempt = Attempt(number=1, status="failed", seconds=1.0)
    error = WireError(code="job_failed", message="It failed.")
    failure = {**about, "error": error, "attempts": (attempt,), "traceback": traceback}

    alone = str(turn_cards.unvalidated(UnvalidatedCode(**failure, output=traceback + "\n"), "t").blocks)
    besides = str(turn_cards.unvalidated(UnvalidatedCode(**failure, output=f"begun\n{traceback}\n"), "t").blocks)

    assert (alone.count("ZeroDivisionError"), besides.count("ZeroDivisionError")) == (1, 1)
    assert ("It printed" in alone, "It printed" in besides) == (False, True)
    assert "begun" in besides


def test_who_has_stopped_a_request_reads_of_no_error():
    stopped = turn_cards.failed("Stopped.", "turn-1", wished=True)

    assert "🛑" in str(stopped.blocks)
    assert "❌" not in str(stopped.blocks)
