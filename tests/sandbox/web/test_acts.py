"""What the page may do is what a person in Slack could do."""

import base64

import pytest

from sandbox.web.acts import LARGEST_ATTACHMENT


async def test_a_message_is_posted_with_its_files(visitor):
    files = [{"name": "a.csv", "content": base64.b64encode(b"a,b\n1,2\n").decode()}]

    status, answer = await visitor.act("say", channel="data", text="here", files=files)

    (message,) = visitor.slack.channel("data").messages
    assert (status, answer["status"]) == (200, "acked")
    assert [(f.name, f.content) for f in message.files] == [("a.csv", b"a,b\n1,2\n")]


@pytest.mark.parametrize("content", ["not base64!", base64.b64encode(b"x" * (LARGEST_ATTACHMENT + 1)).decode()])
async def test_an_attachment_that_cannot_be_taken_is_refused_with_a_sentence(visitor, content):
    status, answer = await visitor.act("say", channel="data", text="", files=[{"name": "a", "content": content}])

    assert status == 409
    assert answer["error"].startswith("a ")
    assert visitor.slack.channel("data").messages == ()


async def test_a_command_in_a_thread_is_refused_in_slacks_words(visitor):
    ts = await visitor.slack.say("analyst", "data", "root")

    _, answer = await visitor.act("command", channel="data", name="/raygen", text="hello", thread_ts=ts)

    assert answer == {"status": "refused", "shown": "/raygen is not supported in threads. Sorry!", "errors": None}


async def test_a_command_that_nobody_takes_fails_in_slacks_words(visitor):
    _, answer = await visitor.act("command", channel="data", name="/raygen", text="hello")

    assert answer["shown"] == '/raygen failed with the error "dispatch_failed"'


async def test_invite_puts_the_app_into_a_channel(visitor):
    _, answer = await visitor.act("command", channel="random", name="/invite", text="@raygen")

    assert answer["status"] == "acked"
    assert visitor.slack.bot.id in visitor.slack.platform.workspace.place("random").members


async def test_nobody_writes_where_they_are_not(visitor):
    status, answer = await visitor.act("say", channel="ops", text="hello")

    assert status == 409
    assert answer["error"] == "analyst is not in ops."


async def test_nobody_edits_somebody_elses_message(visitor):
    ts = await visitor.slack.say("engineer", "data", "mine")

    status, _ = await visitor.act("edit", channel="data", ts=ts, text="yours")

    assert status == 409
    assert visitor.slack.channel("data").message(ts).text == "mine"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"act": "nothing", "user": "analyst"},
        {"act": "say", "user": "analyst", "channel": "data", "text": 5},
        {"act": "say", "user": "analyst", "channel": "data", "text": "x", "extra": True},
        {"act": "say", "user": "analyst", "channel": "data", "text": "x" * 40_001},
    ],
)
async def test_what_is_no_act_is_refused(visitor, body):
    status, answer = await visitor.post("/web/act", body)

    assert status == 422
    assert "Reload" in answer["error"]


async def test_what_is_open_on_the_page_is_what_its_person_looks_at(visitor):
    ts = await visitor.slack.say("engineer", "data", "root")

    status, _ = await visitor.act("look", channel="data", thread_ts=ts)

    (context,) = visitor.slack.platform.looked_at.values()
    assert status == 200
    assert context["entities"][0]["value"]["message_ts"] == ts
