"""The settings of a bot for several workspaces, and which of the two kinds is read."""

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.__main__ import UnusableSettings, refuse_ids_of_nowhere
from bot.app.settings import OAuthSettings, SlackMode
from bot.redaction.learning import LearningRedaction
from bot.settings import Settings, SlackSettings, faults_of
from bot.store.sealing import Seal, Unreadable

KEY, OTHER = Fernet.generate_key().decode(), Fernet.generate_key().decode()
GOOD = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "a secret",
    "SLACK_REDIRECT_URL": "https://raygen.example.com/slack/oauth_redirect",
    "SLACK_APP_TOKEN": "xapp-1",
    "RAYGEN_TOKEN_KEYS": KEY,
}


@pytest.fixture
def environment(monkeypatch):
    def environment(**changes):
        for name, value in {**GOOD, **changes}.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)

    return environment


def faults(kind):
    with pytest.raises(ValidationError) as refused:
        kind()
    return faults_of(kind, refused.value)


def test_the_clients_id_chooses_many_workspaces_and_its_absence_one(environment):
    environment()
    assert SlackMode().kind is OAuthSettings

    environment(SLACK_CLIENT_ID=None)
    assert SlackMode().kind is SlackSettings

    environment(SLACK_CLIENT_ID="", SLACK_BOT_TOKEN="xoxb-1")
    assert SlackMode().kind is SlackSettings


def test_a_token_and_a_clients_id_exclude_each_other(environment):
    environment(SLACK_BOT_TOKEN="xoxb-1")

    (sentence,) = faults(SlackMode)

    assert sentence.startswith("SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set")


def test_what_is_set_is_read(environment):
    environment(RAYGEN_TOKEN_KEYS=f" {KEY}, {OTHER},", RAYGEN_ALLOWED_WORKSPACES="T0ONE, E0ORG,")

    read = OAuthSettings()

    assert read.keys == (KEY, OTHER)
    assert read.allowed_workspaces == ("T0ONE", "E0ORG")
    assert "a secret" not in repr(read)
    assert KEY not in repr(read)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SLACK_CLIENT_SECRET": None}, "SLACK_CLIENT_SECRET is not set."),
        ({"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_SECRET is not usable."),
        ({"SLACK_REDIRECT_URL": None}, "SLACK_REDIRECT_URL is not set."),
        ({"SLACK_REDIRECT_URL": "http://raygen.example.com/slack/oauth_redirect"}, "SLACK_REDIRECT_URL is not usable."),
        ({"SLACK_REDIRECT_URL": "https://raygen.example.com/"}, "SLACK_REDIRECT_URL is not usable."),
        ({"SLACK_REDIRECT_URL": "https:///slack/oauth_redirect"}, "SLACK_REDIRECT_URL is not usable."),
        ({"RAYGEN_TOKEN_KEYS": None}, "RAYGEN_TOKEN_KEYS is not set."),
        ({"RAYGEN_TOKEN_KEYS": ""}, "RAYGEN_TOKEN_KEYS is not usable."),
        ({"RAYGEN_TOKEN_KEYS": f"{KEY},short"}, "RAYGEN_TOKEN_KEYS is not usable."),
        ({"RAYGEN_ALLOWED_WORKSPACES": "acme.slack.com"}, "RAYGEN_ALLOWED_WORKSPACES is not usable."),
        ({"SLACK_APP_TOKEN": None}, "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET"),
    ],
)
def test_what_is_missing_or_wrong_is_named_without_its_value(environment, changes, sentence):
    environment(**changes)

    (said,) = faults(OAuthSettings)

    assert said.startswith(sentence)


def test_on_this_machine_the_address_needs_no_certificate(environment):
    environment(SLACK_REDIRECT_URL="http://localhost:8000/slack/oauth_redirect")

    assert OAuthSettings().redirect_url.startswith("http://localhost")


@given(st.text())
def test_what_is_sealed_is_opened_by_any_of_the_keys_and_by_no_other(text):
    sealed = Seal([KEY]).close(text)

    assert Seal([OTHER, KEY]).open(sealed) == text
    assert not Seal([OTHER, KEY]).is_current(sealed)
    assert Seal([KEY, OTHER]).is_current(sealed)
    with pytest.raises(Unreadable):
        Seal([OTHER]).open(sealed)


@given(st.text())
def test_no_text_that_was_not_sealed_is_opened(text):
    with pytest.raises(Unreadable):
        Seal([KEY]).open(text)


def test_a_redaction_learns():
    redact = LearningRedaction(["the first secret"])
    before = redact("the first secret, and correct-horse-battery")

    redact.learn("correct-horse-battery")

    assert before == "[redacted], and correct-horse-battery"
    assert redact("the first secret, and correct-horse-battery") == "[redacted], and [redacted]"


def test_a_bot_for_several_workspaces_does_not_start_with_ids_of_nowhere(environment, monkeypatch):
    environment()
    monkeypatch.setenv("RAYGEN_ADMINS", "U0123456789")

    with pytest.raises(UnusableSettings, match=r"^RAYGEN_ADMINS names ids without their workspace"):
        refuse_ids_of_nowhere(OAuthSettings(), Settings())


def test_ids_of_one_workspace_need_no_workspace(environment, monkeypatch):
    environment(SLACK_CLIENT_ID=None, SLACK_BOT_TOKEN="xoxb-1")
    monkeypatch.setenv("RAYGEN_ADMINS", "U0123456789")

    refuse_ids_of_nowhere(SlackSettings(), Settings())


@pytest.mark.parametrize("admins", ["T0123456789/U0123456789", "E0123456789/S0123456789,U0123456789"])
def test_an_administrators_id_may_stand_under_a_workspace(monkeypatch, admins):
    monkeypatch.setenv("RAYGEN_ADMINS", admins)

    assert Settings().admins == tuple(admins.split(","))


@pytest.mark.parametrize("admins", ["T0123456789/", "C1/U0123456789", "T0123456789/C0123456789", "t1/U0123456789"])
def test_what_is_no_administrators_id_is_not_usable(monkeypatch, admins):
    monkeypatch.setenv("RAYGEN_ADMINS", admins)

    assert faults(Settings) == ["RAYGEN_ADMINS is not usable."]
