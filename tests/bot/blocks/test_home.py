"""The App Home's blocks, whatever people and programs have written."""

from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.home import Home, RunLine, ThreadLine, refused, view
from sandbox.slack.blockkit.surfaces import check_view

TEXT = st.text(max_size=5_000)
STATES = st.sampled_from(["requested", "submitted", "running", "succeeded", "failed", "stopped", "lost", "unheard of"])
TIMES = st.floats(0, 2e9)
RUNS = st.builds(
    RunLine,
    run_id=st.text("0123456789abcdef-", min_size=1, max_size=57),
    title=TEXT,
    state=STATES,
    cluster=st.text(max_size=255),
    channel=st.just("C0123456789"),
    thread_ts=st.just("1700000000.000001"),
    asked_at=TIMES,
    seconds=st.none() | TIMES,
)
THREADS = st.builds(
    ThreadLine, channel=st.just("C0123456789"), ts=st.just("1700000000.000001"), prompt=TEXT, asked_at=TIMES
)
HOMES = st.builds(
    Home,
    workspace_url=st.just("https://data.slack.com/"),
    runs=st.lists(RUNS, max_size=10, unique_by=lambda run: run.run_id),
    threads=st.lists(THREADS, max_size=5),
    cluster=st.none() | st.text(max_size=255),
    other_clusters=st.integers(0, 1_000),
    now=TIMES,
    notice=st.text(max_size=300),
)


@given(HOMES)
def test_no_page_breaks_slacks_limits(home):
    check_view(view(home), "home")


@given(st.text(min_size=1, max_size=500))
def test_no_refusal_breaks_slacks_limits(sentence):
    check_view(refused(sentence), "home")


def test_what_a_person_wrote_becomes_no_mention_link_or_markup():
    hostile = "<!channel> *bold* <https://evil.example|click> `x`"
    line = RunLine("r1", hostile, "succeeded", "10.0.0.1", "C1", "1.1", 0.0, 1.0)

    page = view(Home("https://data.slack.com/", [line], [ThreadLine("C1", "1.1", hostile, 0.0)], None, 0, 0.0))

    mrkdwn = [str(block) for block in page["blocks"] if "mrkdwn" in str(block)]
    assert not any("evil" in text or "channel>" in text for text in mrkdwn)
    assert str(page).count("<!channel>") == 2  # as plain text elements, which Slack takes literally
