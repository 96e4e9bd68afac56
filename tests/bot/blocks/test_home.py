"""The App Home's blocks, whatever people and programs have written."""

from hypothesis import given
from hypothesis import strategies as st

from agents.wire import ClusterHealth
from bot.blocks.clusters import ASKING, NO_CLUSTER, Cluster, Defaults
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
COUNTS = st.integers(0, 10**9)
AMOUNTS = st.floats(0, 1e9)
HEALTH = st.builds(
    ClusterHealth,
    nodes=COUNTS,
    cpus=AMOUNTS,
    gpus=AMOUNTS,
    cpus_used=st.none() | AMOUNTS,
    gpus_used=st.none() | AMOUNTS,
    jobs=COUNTS,
)
CLUSTERS = st.builds(
    Cluster, address=st.text(max_size=255), waiting=COUNTS, under_way=COUNTS, health=st.none() | TEXT | HEALTH
)
DAYS = st.none() | st.floats(0.001, 1e6)
DEFAULTS = st.builds(
    Defaults,
    run_seconds=TIMES,
    runs_at_a_time=COUNTS,
    replies=st.sampled_from(["always", "owner", "mention", "unheard of"]),
    files=st.booleans(),
    keep_code_days=DAYS,
    keep_output_days=DAYS,
    keep_audit_days=DAYS,
)
PLAIN = Defaults(3600, 8, "always", files=False, keep_code_days=None, keep_output_days=30, keep_audit_days=1)
HOMES = st.builds(
    Home,
    workspace_url=st.just("https://data.slack.com/"),
    runs=st.lists(RUNS, max_size=10, unique_by=lambda run: run.run_id),
    threads=st.lists(THREADS, max_size=5),
    cluster=st.none() | CLUSTERS,
    other_clusters=st.integers(0, 1_000),
    defaults=DEFAULTS,
    now=TIMES,
    notice=st.text(max_size=300),
    administers=st.booleans(),
)


def home(**changes):
    values = {"runs": [], "threads": [], "cluster": None, "other_clusters": 0, "defaults": PLAIN, "now": 0.0}
    return Home(workspace_url="https://data.slack.com/", **(values | changes))


def with_health(health, **changes):
    return str(view(home(cluster=Cluster("10.0.0.1", waiting=2, under_way=1, health=health), **changes)))


@given(HOMES)
def test_no_page_breaks_slacks_limits(home):
    check_view(view(home), "home")


@given(st.text(min_size=1, max_size=500))
def test_no_refusal_breaks_slacks_limits(sentence):
    check_view(refused(sentence), "home")


def test_what_a_person_wrote_becomes_no_mention_link_or_markup():
    hostile = "<!channel> *bold* <https://evil.example|click> `x`"
    line = RunLine("r1", hostile, "succeeded", "10.0.0.1", "C1", "1.1", 0.0, 1.0)

    page = view(home(runs=[line], threads=[ThreadLine("C1", "1.1", hostile, 0.0)]))

    mrkdwn = [str(block) for block in page["blocks"] if "mrkdwn" in str(block)]
    assert not any("evil" in text or "channel>" in text for text in mrkdwn)
    assert str(page).count("<!channel>") == 2  # as plain text elements, which Slack takes literally


def test_a_cluster_that_answers_is_told_with_what_is_in_use():
    page = with_health(ClusterHealth(nodes=3, cpus=12, gpus=2, cpus_used=5, gpus_used=0.5, jobs=1))

    assert "10.0.0.1" in page
    assert "It answers: 3 machines, 12 CPUs (5 in use), 2 GPUs (0.5 in use), 1 job running." in page
    assert "1 under way, 2 in the queue" in page


def test_what_ray_does_not_tell_is_not_made_up():
    page = with_health(ClusterHealth(nodes=1, cpus=1, gpus=0, jobs=0))

    assert "1 machine, 1 CPU, no GPUs, 0 jobs running" in page


def test_a_cluster_that_does_not_answer_is_no_cluster_that_is_well():
    page = with_health("The cluster cannot be reached; check that it is up, then try again.")

    assert "⚠️ The cluster cannot be reached" in page
    assert "It answers" not in page


def test_what_has_not_been_asked_is_said_so():
    assert ASKING in with_health(None)
    assert NO_CLUSTER in str(view(home()))


def test_what_a_cluster_says_becomes_no_mention_or_link():
    page = view(home(cluster=Cluster("<!here>", 0, 0, "<!channel> <https://evil.example|click>")))

    assert not [
        block for block in page["blocks"] if "mrkdwn" in str(block) and ("evil" in str(block) or "!" in str(block))
    ]


def test_what_applies_to_the_person_is_listed():
    page = str(view(home()))

    assert "Your runs at a time: up to 8" in page
    assert "A run is stopped after 60 min" in page
    assert "Threads with their code: kept for ever" in page
    assert "What runs printed: deleted after 30 days" in page
    assert "Who did what: deleted after 1 day" in page


def test_what_is_all_kept_for_ever_is_one_line():
    kept = Defaults(3600, 8, "always", files=False, keep_code_days=None, keep_output_days=None, keep_audit_days=None)

    assert str(view(home(defaults=kept))).count("kept for ever") == 1


def test_the_buttons_of_administrators_are_on_their_pages_only():
    assert "admin_audit" in str(view(home(administers=True)))
    assert "admin" not in str(view(home()))
