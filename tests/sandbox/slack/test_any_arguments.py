"""Whatever a program sends, Slack answers; it never falls over."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.slack import ManualClock, SlackServer
from sandbox.slack.dispatch import Dispatcher
from sandbox.slack.reference import read_reference
from tests.sandbox.slack.conftest import manifest
from tests.sandbox.slack.shapes import actions, button, home, modal, section

REFERENCE = read_reference()
OWN_TS, THEIR_TS = "1790000000.000000", "1790000000.000001"
KNOWN = ["C0000000001", "#data", "U0000000001", "U0000000002", OWN_TS, THEIR_TS, "eyes", "active", "10", "true", ""]
SHAPES = [[section()], [actions(button())], modal(section()), home(), [{"id": "F0000000001"}], {"event_type": "x"}]
VALUES = (
    st.sampled_from(KNOWN)
    | st.sampled_from(SHAPES)
    | st.text(max_size=5)
    | st.none()
    | st.integers(-1, 3)
    | st.booleans()
    | st.lists(st.none() | st.text(max_size=3) | st.dictionaries(st.sampled_from(["type", "text", "id"]), st.text()))
    | st.dictionaries(st.sampled_from(["type", "blocks", "text", "event_payload"]), st.none() | st.text(max_size=3))
)


@st.composite
def calls(draw):
    name = draw(st.sampled_from(sorted(REFERENCE)))
    arguments = REFERENCE[name].arguments
    required = {key: VALUES for key, argument in arguments.items() if argument.required}
    optional = {key: VALUES for key, argument in arguments.items() if not argument.required}
    return name, draw(st.fixed_dictionaries(required, optional=optional))


async def answers_to(made):
    server = SlackServer(manifest(), clock=ManualClock())
    dispatcher = Dispatcher(server.platform, REFERENCE)
    post = {"channel": "#data", "text": "x"}
    await dispatcher.answer("chat.postMessage", post, server.bot_token)
    await server.say("analyst", "data", "hello")
    answers = [await dispatcher.answer(name, args, server.bot_token) for name, args in made]
    await server.stop()
    return answers


@settings(max_examples=100, deadline=None)
@given(st.lists(calls(), min_size=1, max_size=8))
def test_any_arguments_are_answered(made):
    answers = asyncio.run(answers_to(made))

    assert [answer.status for answer in answers] == [200] * len(made)
    assert all(answer.body["ok"] or answer.error for answer in answers)
