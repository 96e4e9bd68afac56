"""What `raygen doctor` finds of several workspaces."""

import pytest
from cryptography.fernet import Fernet

from bot.app.many import installation_store
from bot.doctor.finding import healthy
from bot.doctor.installations import installations
from bot.store.database import Database
from bot.store.installations import Installation
from tests.bot.workspaces.conftest import THERE, oauth_settings, slack

__all__ = ["slack"]


@pytest.fixture
def databases(sqlite_databases):
    return sqlite_databases


@pytest.fixture
def oauth(slack):
    return oauth_settings(slack, allowed_workspaces="T0000000001,T0000000003")


@pytest.fixture
def installed(slack, oauth, database):
    """Note the installation of a workspace."""

    async def installed(domain, **settings):
        platform = slack.at(domain).platform
        new = Installation(
            platform.workspace.team_id, domain, "https://x.slack.com/", platform.workspace.bot.id, platform.tokens.bot
        )
        await installation_store(oauth.model_copy(update=settings), database).save(new)
        return new.home

    return installed


def parts(findings):
    return {finding.part: finding for finding in findings}


async def test_each_workspace_has_a_line(oauth, database, installed):
    here, there = await installed("sandbox"), await installed(THERE)

    found = parts(await installations(oauth, database.url))

    assert found[f"Workspace {here}"].says == "Valid: @raygen in the workspace sandbox."
    assert found[f"Workspace {there}"].says == f"Valid: @raygen in the workspace {THERE}."
    assert {name: finding.state for name, finding in found.items()} == {
        "Slack app token": "ok",
        "Token keys": "ok",
        "Allowed workspaces": "ok",
        "Redirect address": "warning",
        f"Workspace {here}": "ok",
        f"Workspace {there}": "ok",
    }


async def test_a_token_that_slack_refuses_is_a_fault_of_its_workspace_alone(slack, oauth, database, installed):
    here, there = await installed("sandbox"), await installed(THERE)
    await slack.at(THERE).uninstall()

    found = parts(await installations(oauth, database.url))

    assert (found[f"Workspace {here}"].state, found[f"Workspace {there}"].state) == ("ok", "fault")
    assert "account_inactive" in found[f"Workspace {there}"].says
    assert "/slack/install" in found[f"Workspace {there}"].do


async def test_a_token_that_no_key_opens_is_a_fault_that_names_the_setting(slack, oauth, database, installed):
    home = await installed("sandbox")
    other = oauth_settings(slack, token_keys=Fernet.generate_key().decode())

    found = parts(await installations(other, database.url))

    assert found[f"Workspace {home}"].state == "fault"
    assert "RAYGEN_TOKEN_KEYS" in found[f"Workspace {home}"].do


async def test_a_missing_scope_is_told_of_each_workspace(oauth, database, installed, slack):
    await installed("sandbox")
    described = slack.platform.manifest
    object.__setattr__(described, "scopes", described.scopes - {"files:write"})

    found = parts(await installations(oauth, database.url))

    assert found["Slack scopes"].state == "fault"


@pytest.mark.parametrize(("allowed", "says"), [("", "No workspace may install"), ("*", "Whoever finds the address")])
async def test_a_list_that_lets_in_nobody_or_everybody_is_a_warning(slack, database, allowed, says):
    found = await installations(oauth_settings(slack, allowed_workspaces=allowed), database.url)

    assert parts(found)["Allowed workspaces"].state == "warning"
    assert says in parts(found)["Allowed workspaces"].says
    assert parts(found)["Installations"].says == "None yet."
    assert healthy(found)


async def test_a_database_that_is_not_there_is_not_made(slack, oauth, tmp_path):
    file = tmp_path / "raygen.sqlite3"

    found = parts(await installations(oauth, f"sqlite+aiosqlite:///{file}"))

    assert not [part for part in found if part.startswith(("Workspace", "Installations"))]
    assert not file.exists()


async def test_tables_of_an_earlier_version_are_no_crash(oauth, empty_url):
    opened = Database(empty_url)
    assert await opened.answers()
    await opened.close()

    found = parts(await installations(oauth, empty_url))

    assert found["Installations"].state == "unknown"


async def test_more_than_one_key_is_counted(slack, database):
    keys = ",".join(Fernet.generate_key().decode() for _ in range(2))

    found = parts(await installations(oauth_settings(slack, token_keys=keys), database.url))

    assert found["Token keys"].says.startswith("2: the first seals")
