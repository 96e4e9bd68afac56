"""What Slack says that somebody looks at, whatever it says."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.api.slack_payloads import JSON, payload_of
from bot.listeners import payloads

TYPES = st.sampled_from(["slack#/types/message_context", "slack#/types/channel_id", "slack#/types/canvas_id"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | TYPES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["entities", "type", "value", "team_id", "channel_id", "message_ts", "user_id", "is_bot"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)
PLACE = ("C01234ABDCE", "1700000000.000100")
ENTITY = {
    "type": "slack#/types/message_context",
    "value": {"channel_id": PLACE[0], "message_ts": PLACE[1]},
    "team_id": "T0HOME",
}
EXAMPLE = {
    "team_id": "T0HOME",
    "event": {"type": "app_context_changed", "context": {"entities": [ENTITY]}},
    "type": "event_callback",
    "authorizations": [{"team_id": "T0HOME", "user_id": "U123ABC456", "is_bot": False}],
    "event_id": "Ev123ABC456",
}
"""As https://docs.slack.dev/reference/events/app_context_changed has it: without a person and a conversation."""


@given(context=ANYTHING)
def test_whatever_slack_says_is_a_place_or_nothing(context):
    place = payloads.looked_at(context, "T0HOME")

    assert place is None or all(isinstance(part, str) and 0 < len(part) <= 64 for part in place)


@given(user=ANYTHING, channel=ANYTHING)
def test_whatever_slack_says_of_whom_is_a_person_or_nobody(user, channel):
    event = {"user": user, "channel": channel}
    person = payloads.onlooker(event, {"team_id": "T0HOME"}, "T0HOME")

    assert person is None or (isinstance(person.user_id, str) and person.user_id)
    assert payloads.conversation(event) in ("", channel)


@given(event_ts=ANYTHING | st.from_regex(r"[0-9e.+naif-]{1,20}"), event_time=ANYTHING | st.floats())
def test_whatever_slack_says_of_when_is_a_finite_time_or_none(event_ts, event_time):
    at = payloads.happened_at({"event_ts": event_ts}, {"event_time": event_time})

    assert at is None or 0 <= at < 1e10


def test_the_events_own_time_goes_before_its_envelopes():
    assert payloads.happened_at({"event_ts": "1700000000.000200"}, {"event_time": 1_700_000_001}) == 1_700_000_000.0002
    assert payloads.happened_at({}, {"event_time": 1_700_000_001}) == 1_700_000_001
    assert payloads.happened_at({}, {}) is None


def test_the_first_message_counts_wherever_it_stands():
    other = {"type": "slack#/types/channel_id", "value": "C1", "team_id": "T0HOME"}

    assert payloads.looked_at({"entities": [other, ENTITY]}, "T0HOME") == PLACE


def test_an_enterprise_takes_the_entities_of_its_workspaces_and_a_workspace_its_own_alone():
    assert payloads.looked_at({"entities": [ENTITY]}, "E0HOME") == PLACE
    assert payloads.looked_at({"entities": [ENTITY]}, "T0OTHER") is None
    assert payloads.looked_at({"entities": [ENTITY]}, "T0HOME") == PLACE


def test_slacks_own_example_passes_over_http_and_names_nobody():
    body = payload_of(json.dumps(EXAMPLE).encode(), JSON)

    person = payloads.onlooker(body["event"], body, "T0HOME")

    assert person is None
    assert payloads.conversation(body["event"]) == ""
    assert payloads.looked_at(body["event"]["context"], "T0HOME") == PLACE
