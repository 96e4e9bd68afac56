"""What `raygen doctor` finds of an installation, and says to do about it."""

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from agents.wire import JobReport, WireError
from bot.doctor.chain import chain
from bot.doctor.database import database as database_finding
from bot.doctor.finding import Finding, healthy
from bot.doctor.workspace import _clock, workspace
from bot.errors import SupervisorFailed
from bot.scopes import SCOPES
from bot.settings import Settings, SlackSettings, faults_of
from sandbox.slack import SlackServer
from tests.readme import ROOT

CLUSTER = "10.0.0.1:8265"


def manifest(*, without=(), more=()):
    described = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    described["oauth_config"]["scopes"]["bot"] = sorted((set(SCOPES) - set(without)) | set(more))
    return described


def states(findings):
    return {finding.part: finding.state for finding in findings}


class Answering:
    """A supervisor that gives one answer to every call about a job, or raises it."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def generate(self, request):
        raise NotImplementedError

    async def job(self, request):
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def examined(described, **changes):
    async with SlackServer(described) as slack:
        asked = {"api_url": slack.api_url, "bot_token": slack.bot_token, "app_token": slack.app_token}
        return await workspace(SlackSettings(**(asked | changes)))


async def test_a_workspace_that_is_set_up_is_well():
    findings = await examined(manifest())

    assert states(findings) == {
        "Slack bot token": "ok",
        "Slack scopes": "ok",
        "Clock": "ok",
        "Workflow steps": "ok",
        "Slack app token": "ok",
    }


async def test_a_scope_that_was_not_granted_is_named_with_what_needs_it():
    findings = await examined(manifest(without=["files:write"]))

    missing = next(finding for finding in findings if finding.part == "Slack scopes")
    assert missing.state == "fault"
    assert "files:write (programs and long outputs are posted as files)" in missing.says
    assert "manifest.yml" in missing.do


async def test_a_scope_that_nothing_uses_is_a_warning():
    findings = await examined(manifest(more=["admin"]))

    assert Finding("Slack scopes", "warning", "Granted and never used: admin.", findings[1].do) in findings


async def test_a_token_that_could_end_no_step_of_a_workflow_is_a_warning():
    async with SlackServer(manifest()) as slack:
        slack.faults.answer("functions.completeError", "not_allowed_token_type")
        asked = SlackSettings(api_url=slack.api_url, bot_token=slack.bot_token, app_token=slack.app_token)

        findings = await workspace(asked)

    steps = next(finding for finding in findings if finding.part == "Workflow steps")
    assert (steps.state, healthy(findings)) == ("warning", True)
    assert "not_allowed_token_type" in steps.says


async def test_tokens_of_the_wrong_kind_are_told_by_their_settings_names():
    findings = await examined(manifest(), bot_token="xoxb-nobody", app_token="xapp-nobody")

    assert states(findings) == {"Slack bot token": "fault", "Slack app token": "fault"}
    assert "SLACK_BOT_TOKEN" in findings[0].do
    assert "SLACK_APP_TOKEN" in findings[1].do
    assert not any("nobody" in finding.says for finding in findings)


@pytest.mark.parametrize(("secret", "state"), [("0123456789abcdef" * 2, "ok"), ("xapp-1-A0-nonsense", "warning")])
async def test_over_http_the_signing_secret_is_looked_at_instead_of_the_app_token(secret, state):
    findings = await examined(manifest(), app_token=None, signing_secret=secret)

    assert states(findings) == {
        "Slack bot token": "ok",
        "Slack scopes": "ok",
        "Clock": "ok",
        "Workflow steps": "ok",
        "Slack signing secret": state,
    }
    assert not any(secret in f"{finding}" for finding in findings)


async def test_a_slack_that_cannot_be_reached_is_told():
    nowhere = SlackSettings(api_url="http://127.0.0.1:1/api/", bot_token="xoxb-1", app_token="xapp-1")

    findings = await workspace(nowhere)

    assert {finding.says for finding in findings} == {"Slack did not answer."}


def test_a_clock_that_is_off_is_told_with_the_direction():
    finding = _clock("Thu, 01 Jan 2026 00:00:00 GMT")

    assert finding.state == "fault"
    assert "ahead of Slack" in finding.says


def test_an_answer_without_a_date_says_so():
    assert _clock("").state == "warning"


async def test_a_database_that_is_not_there_yet_is_not_made_by_looking(tmp_path):
    file = tmp_path / "raygen.sqlite3"

    [finding] = await database_finding(f"sqlite+aiosqlite:///{file}")

    assert finding.state == "ok"
    assert not file.exists()


async def test_a_database_of_this_version_is_well(database):
    [finding] = await database_finding(database.url)

    assert finding.state == "ok"
    assert "this version" in finding.says


async def test_a_database_of_a_later_version_is_a_fault(database):
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("update alembic_version set version_num = 'v9999'")

    [finding] = await database_finding(database.url)

    assert finding.state == "fault"
    assert "v9999" in finding.says


async def test_an_empty_database_is_well(empty_url):
    [finding] = await database_finding(empty_url)

    assert finding.state == "ok"


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "oracle+nothing://x/y",
        "sqlite+aiosqlite:////nowhere/at/all.db",
        "postgresql+asyncpg://127.0.0.1:1/x",
    ],
)
async def test_a_database_that_cannot_be_used_says_what_to_check(url):
    [finding] = await database_finding(url)

    assert finding.state == "fault"
    assert "RAYGEN_DATABASE_URL" in finding.do


async def test_a_cluster_that_does_not_know_a_run_that_never_was_has_been_reached():
    supervisor = Answering(JobReport(status="lost"))

    findings = await chain(supervisor, CLUSTER)

    assert states(findings) == {"AgentCore": "ok", "Gateway": "ok", f"Cluster {CLUSTER}": "ok"}
    assert len(supervisor.asked[0].session_id) >= 33


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("runtime_unavailable", ["fault", "unknown", "unknown"]),
        ("bad_answer", ["fault", "unknown", "unknown"]),
        ("gateway_timeout", ["ok", "fault", "unknown"]),
        ("gateway_unavailable", ["ok", "fault", "unknown"]),
    ],
)
async def test_what_breaks_on_the_way_is_named_and_what_is_behind_it_is_unknown(code, expected):
    findings = await chain(Answering(SupervisorFailed(code, "It broke. Mend it.")), CLUSTER)

    assert [finding.state for finding in findings] == expected
    assert not healthy(findings)


@pytest.mark.parametrize("code", ["cluster_unreachable", "cluster_refused", "bad_request"])
async def test_a_cluster_that_cannot_be_used_is_told_in_its_own_words(code):
    report = JobReport(status="rejected", error=WireError(code=code, message="The cluster does not answer. Start it."))

    findings = await chain(Answering(report), CLUSTER)

    assert findings[-1].state == "fault"
    assert findings[-1].says == "The cluster does not answer. Start it."


def test_settings_are_named_as_in_the_environment_and_never_with_their_values(monkeypatch):
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-secret")
    monkeypatch.setenv("RAYGEN_API_PORT", "a-secret")

    with pytest.raises(ValidationError) as slack:
        SlackSettings()
    with pytest.raises(ValidationError) as own:
        Settings()

    assert faults_of(SlackSettings, slack.value) == ["SLACK_BOT_TOKEN is not set."]
    assert faults_of(Settings, own.value) == ["RAYGEN_API_PORT is not usable."]


@pytest.mark.parametrize(
    ("secrets", "word"),
    [
        ({}, "Set SLACK"),
        ({"app_token": ""}, "Set SLACK"),
        ({"app_token": "xapp-1", "signing_secret": "s3cret"}, "both"),
    ],
)
def test_slack_delivers_one_way_and_which_is_said_by_its_secret(secrets, word):
    with pytest.raises(ValidationError) as found:
        SlackSettings(bot_token="xoxb-1", **secrets)

    [sentence] = faults_of(SlackSettings, found.value)
    assert word in sentence
    assert "SLACK_SIGNING_SECRET" in sentence
    assert "xapp-1" not in sentence
    assert "s3cret" not in sentence


def test_settings_that_do_not_go_together_are_told_in_the_validators_own_words():
    with pytest.raises(ValidationError) as found:
        Settings(api_host="0.0.0.0")

    assert faults_of(Settings, found.value) == ["RAYGEN_API_TOKEN must be set when RAYGEN_API_HOST is not loopback."]


def test_the_scopes_that_are_examined_are_those_that_the_manifest_asks_for():
    described = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))

    assert described["oauth_config"]["scopes"]["bot"] == list(SCOPES)


def test_every_scope_is_explained_to_whoever_installs_the_app():
    page = Path(ROOT / "docs" / "connect-slack.md").read_text(encoding="utf-8")

    assert all(f"`{scope}`" in page for scope in SCOPES)
