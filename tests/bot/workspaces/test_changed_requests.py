"""Requests that are almost Slack's, where many workspaces are served: never a fault of ours."""

import time
from collections import Counter
from random import Random

import httpx
import pytest

from bench.stage.inside import SECRET, Inside
from bench.stage.mutations import mutated
from bench.stage.signed import event, wrapped
from bot.api.server import build_api
from bot.api.slack_events import SlackEvents
from bot.app.many import build_hosting_bot, installation_store
from bot.metrics import Metrics
from bot.redaction.learning import LearningRedaction
from bot.store.installations import Installation
from bot.store.models import Turn
from tests.bot.workspaces.conftest import oauth_settings

REQUESTS = 1_000


@pytest.fixture
def databases(sqlite_databases):
    return sqlite_databases


@pytest.fixture
async def inside(slack, settings, supervisor, database):
    oauth = oauth_settings(slack, app_token=None, signing_secret=SECRET)
    workspace = slack.platform.workspace
    installed = Installation(workspace.team_id, "x", "https://x.slack.com/", workspace.bot.id, slack.bot_token)
    await installation_store(oauth, database).save(installed)
    events = SlackEvents(SECRET)
    bot = build_hosting_bot(settings, oauth, database, supervisor, LearningRedaction(), Metrics())
    await events.open(bot.app)

    async def nothing():
        return {}

    api = build_api(lambda: None, settings, nothing, nothing, events)
    transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://raygen.example.com") as client:
        yield Inside(client, events, database, slack)


async def test_a_changed_request_is_never_understood_for_another_nor_for_a_fault_of_ours(inside):
    random = Random(20261124)  # noqa: S311 - a series to be repeated
    gone = [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U0RAYGEN"], "oauth": []}}]
    requests = [*inside.requests(), *(inside.here(event(wrapped(one))) for one in gone)]
    seen = Counter()

    for _ in range(REQUESTS):
        changed = mutated(random, requests, int(time.time()))
        answer = await inside.post(changed.request)
        seen[answer.status_code] += 1
        assert answer.status_code < 500, changed
        assert changed.genuine or answer.status_code == 401, changed

    assert set(seen) >= {200, 400, 401}
    assert await inside.count(Turn) > 0
