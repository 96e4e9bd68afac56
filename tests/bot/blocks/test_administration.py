"""What administrators are shown, whatever the settings and the rows say."""

from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.administration import MOST_CHANNELS, AuditLine, audit, channels, refused
from bot.blocks.status import Channel
from sandbox.slack.blockkit.surfaces import check_view

URL = "https://data.slack.com/"
IDS = st.from_regex(r"[UWS][A-Z0-9]{1,20}", fullmatch=True)
ALONE = st.fixed_dictionaries(dict.fromkeys(("ask", "run", "stop"), st.none() | st.frozensets(IDS, max_size=40)))
CHANNELS = st.builds(
    Channel,
    cluster=st.none() | st.text(max_size=255),
    guests=st.booleans(),
    alone=ALONE,
    replies=st.sampled_from(["always", "owner", "mention"]),
    files=st.booleans(),
    run_seconds=st.floats(0, 1e9),
    approval=st.none() | st.sampled_from(["another person", "group", "two"]),
    approvers=st.lists(IDS, max_size=40).map(tuple),
)
LINES = st.builds(
    AuditLine,
    at=st.floats(0, 2e9),
    actor=st.from_regex(r"[UW][A-Z0-9]{1,21}", fullmatch=True) | st.text(max_size=64),
    what=st.text(max_size=32),
    kind=st.sampled_from(["request", "run", "program"]),
    subject=st.text(max_size=80),
    channel=st.from_regex(r"[CDG][A-Z0-9]{1,20}", fullmatch=True) | st.text(max_size=64),
    thread_ts=st.none() | st.just("1700000000.000001"),
)
PLAIN = Channel("10.0.0.1", guests=False, alone={"ask": None}, replies="always", files=False, run_seconds=60)


def line(**changes):
    about = {"actor": "U1", "what": "requested", "kind": "run", "subject": "run-1", "channel": "C1", "at": 0.0}
    return AuditLine(**(about | {"thread_ts": "1700000000.000001"} | changes))


@given(CHANNELS, st.lists(st.tuples(st.text(min_size=1, max_size=64), CHANNELS), max_size=5))
def test_no_settings_break_slacks_limits(others, own):
    check_view(channels(others, own), "modal")


@given(st.lists(LINES, max_size=20), st.none() | st.integers(0, 2**63))
def test_no_audit_breaks_slacks_limits(lines, older):
    check_view(audit(lines, older, URL), "modal")


@given(st.text(min_size=1, max_size=500))
def test_no_refusal_breaks_slacks_limits(sentence):
    check_view(refused(sentence), "modal")


def test_more_channels_than_a_window_holds_are_counted():
    page = channels(PLAIN, [(f"C{number:05}", PLAIN) for number in range(200)])

    check_view(page, "modal")
    assert f"And {200 - MOST_CHANNELS} more." in str(page)


def test_it_is_said_where_the_settings_are_changed():
    page = str(channels(PLAIN, [("C0123", PLAIN)]))

    assert "RAYGEN_CHANNEL_ROLES" in page
    assert "<#C0123>" in page


def test_a_key_of_the_settings_that_is_no_channel_becomes_no_mention():
    assert "<!channel>" not in str(channels(PLAIN, [("<!channel>", PLAIN)]))


def test_an_entry_says_who_did_what_to_what_and_where():
    page = str(audit([line()], None, URL))

    assert "'user_id': 'U1'" in page
    assert "started the run run-1" in page
    assert "'channel_id': 'C1'" in page
    assert f"{URL}archives/C1/p1700000000000001" in page


def test_a_direct_conversation_is_not_linked_to():
    page = str(audit([line(channel="D1")], None, URL))

    assert "in a direct conversation" in page
    assert "archives" not in page


def test_older_entries_have_a_button_as_long_as_there_are_any():
    assert "admin_audit_older" in str(audit([line()], 17, URL))
    assert "admin_audit_older" not in str(audit([line()], None, URL))
    assert "Nobody has done anything yet" in str(audit([], None, URL))
