import pytest

from bench.stage.signed import command, event, executed, interaction, pressed, said, wrapped
from bot.api.slack_payloads import FORM, JSON, Malformed, is_certificate_check, payload_of


def test_an_event_a_command_and_a_click_are_understood():
    assert payload_of(event(said()).body, JSON) == said()
    assert payload_of(event(wrapped(executed("raygen_run"))).body, JSON) == wrapped(executed("raygen_run"))
    assert payload_of(command("sort <numbers>").body, FORM)["text"] == "sort <numbers>"
    assert payload_of(interaction(pressed("run", "v1:1")).body, FORM) == pressed("run", "v1:1")


@pytest.mark.parametrize("text", ["count the payload", "payload={}", "", "a=b&c=d", "{}", "💥 ünïcödé"])
def test_a_commands_text_is_its_own_whatever_it_says(text):
    assert payload_of(command(text).body, FORM)["text"] == text


def test_what_slack_may_add_is_passed_on():
    newer = said() | {"new_in_2027": {"deep": [1, 2]}}

    assert payload_of(event(newer).body, JSON)["new_in_2027"] == {"deep": [1, 2]}


MALFORMED = {
    "nothing": (b"", JSON),
    "no JSON": (b"{", JSON),
    "a list": (b"[]", JSON),
    "no UTF-8": (b"\xff\xfe", JSON),
    "nested beyond reason": (b"[" * 200_000, JSON),
    "an endless number": (b'{"type": ' + b"9" * 5000 + b"}", JSON),
    "an event without one": (b'{"type": "event_callback"}', JSON),
    "a team that is a number": (event(said() | {"team_id": 7}).body, JSON),
    "a message from nowhere": (event(said(channel=None)).body, JSON),
    "a message at no time": (event(said(ts=None)).body, JSON),
    "a user that is a list": (event(said(user=["U1"])).body, JSON),
    "an id that is no id": (event(said(channel="C1' --")).body, JSON),
    "half a character in an id": (
        b'{"type":"event_callback","event":{"type":"message","ts":"1.1","channel":"\\ud800"}}',
        JSON,
    ),
    "a step without an execution": (event(wrapped(executed("g") | {"function_execution_id": None})).body, JSON),
    "a step of no function": (event(wrapped(executed("g") | {"function": []})).body, JSON),
    "a step with a token that is none": (event(wrapped(executed("g") | {"bot_access_token": {}})).body, JSON),
    "an empty form": (b"", FORM),
    "a form of something else": (b"a=b", FORM),
    "a command of nobody": (command(user_id="").body, FORM),
    "a payload that is no JSON": (b"payload=", FORM),
    "a payload that is a number": (b"payload=1", FORM),
    "a click on nothing": (interaction(pressed("run", "v:1", actions=[])).body, FORM),
    "a click nowhere": (interaction(pressed("run", "v:1", channel=None)).body, FORM),
    "a click of nobody": (interaction(pressed("run", "v:1", user={})).body, FORM),
    "a thousand fields": (b"&".join(b"a=%d" % n for n in range(1000)), FORM),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_slack_does_not_send_is_malformed(name):
    with pytest.raises(Malformed):
        payload_of(*MALFORMED[name])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"ssl_check=1&token=x", True),
        (b"ssl_check=1", True),
        (b"ssl_check=0", False),
        (b"", False),
        (b"\xff", False),
        (b"ssl_check=1&command=/raygen", False),
        (b"ssl_check=1&payload={}", False),
    ],
)
def test_slacks_look_at_the_certificate_is_known_by_its_form(body, expected):
    assert is_certificate_check(body) is expected
