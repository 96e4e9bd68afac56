"""More than one workspace on one server, with the same app: each with its own people, channels and token."""

from dataclasses import replace

from sandbox.slack.platform import Platform
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.tokens import Tokens
from sandbox.slack.triggers import Triggers
from sandbox.slack.workspace import default_workspace


def add_neighbour(platform: Platform, team_id: str, domain: str) -> Platform:
    """A workspace beside the others: what happens there stays there; time, faults and the ways to the app are shared.

    Ids are counted for all together, so that a channel of one is not there in another.
    """
    ids, timing = platform.ids, platform.timing
    neighbour = replace(
        platform,
        workspace=default_workspace(ids, platform.manifest.bot_name, team_id, domain),
        tokens=Tokens(f"xoxb-sandbox-{domain}", platform.tokens.app, platform.tokens.signing_secret),
        triggers=Triggers(platform.clock, ids, timing.trigger),
        response_urls=ResponseUrls(platform.clock, ids, timing.response_url, timing.response_url_uses),
        executions={},
        statuses={},
        prompts={},
        looked_at={},
        beside=set(),
        streams={},
        _tasks=set(),
    )
    platform.neighbours[team_id] = neighbour
    return neighbour
