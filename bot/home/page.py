"""The App Home of a person: read from the store, published to Slack, and once more when the cluster has answered."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import clusters as parts
from bot.blocks import home as page
from bot.blocks import status
from bot.blocks.text import Block, Message
from bot.home.administration import Administration, channel_settings
from bot.home.clusters import Clusters
from bot.settings import OTHERS, Settings
from bot.store.models import Run, Turn
from bot.store.ongoing import Ongoing
from bot.store.overview import Overview

logger = logging.getLogger(__name__)

RUNS = 10
THREADS = 5


NEWER = "hash_conflict"
"""Slack's word for a page that has been published anew since: https://docs.slack.dev/reference/methods/views.publish"""


@dataclass(frozen=True)
class Incomplete:
    """A page that was published without the health of the cluster `address`; `view_hash` is Slack's of that page."""

    user_id: str
    home: page.Home
    address: str
    view_hash: str | None


@dataclass(frozen=True)
class HomePage:
    """Shows people their App Home; `workspace_url` ends with a slash."""

    client: AsyncWebClient
    overview: Overview
    settings: Settings
    workspace_url: str
    ongoing: Ongoing
    clusters: Clusters
    administration: Administration

    async def show(
        self, team: str, user_id: str, notice: str = "", whom: Sequence[str] = (), *, administers: bool = False
    ) -> Incomplete | None:
        """Publish the page anew, with `notice` on top if there is one; what is to be completed if something is.

        It never waits for a cluster: how it was a moment ago is on the page if somebody has asked.
        """
        runs = await self.runs(team, user_id)
        threads = await self.overview.threads(team, user_id, THREADS)
        cluster = await self._cluster()
        home = page.Home(
            workspace_url=self.workspace_url,
            runs=runs,
            threads=[_thread(turn) for turn in threads],
            cluster=cluster,
            other_clusters=len(self.settings.channel_clusters),
            defaults=_defaults(self.settings),
            now=await self.overview.now(),
            notice=notice,
            whom=whom,
            administers=administers,
        )
        view_hash = await self._publish(user_id, page.view(home))
        if view_hash is None or cluster is None or cluster.health is not None:
            return None
        return Incomplete(user_id, home, cluster.address, view_hash)

    async def complete(self, shown: Incomplete) -> None:
        """Publish the page once more, with how the cluster is, unless a newer one has been published meanwhile."""
        health = await self.clusters.health(shown.address)
        if shown.home.cluster is not None:
            home = replace(shown.home, cluster=replace(shown.home.cluster, health=health))
            await self._publish(shown.user_id, page.view(home), shown.view_hash)

    async def runs(self, team: str, user_id: str) -> list[page.RunLine]:
        """The person's latest runs."""
        return [_run(run, title) for run, title in await self.overview.runs(team, user_id, RUNS)]

    async def under_way(self, team: str, user_id: str, channel: str) -> Message:
        """The answer to `/raygen status`: what the person waits for, and how busy the channel's cluster is."""
        cluster = channel_settings(self.settings, channel).cluster
        queue = (cluster, *await self.overview.queue(cluster)) if cluster else None
        doing = await self.ongoing.of_person(team, user_id)
        asked = [status.Asked(turn.prompt, turn.channel, turn.thread_ts) for turn in doing.turns]
        runs = [_run(run, title) for run, title in doing.runs]
        return status.mine(asked, runs, self.workspace_url, queue)

    def of_channel(self, channel: str) -> Message:
        """The answer to `/raygen settings`."""
        return status.channel(channel_settings(self.settings, channel))

    async def refuse(self, user_id: str, sentence: str, whom: Sequence[str] = ()) -> None:
        """Publish a page that says why there is nothing on it, and whom to ask."""
        await self._publish(user_id, page.refused(sentence, whom))

    async def _cluster(self) -> parts.Cluster | None:
        address = self.settings.cluster
        if not address:
            return None
        waiting, under_way = await self.overview.queue(address)
        return parts.Cluster(address, waiting, under_way, self.clusters.known(address))

    async def _publish(self, user_id: str, view: Block, instead_of: str | None = None) -> str | None:
        """Slack's hash of the page; None when it was not published."""
        try:
            answer = await self.client.views_publish(user_id=user_id, view=view, hash=instead_of)
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            if not (isinstance(error, SlackApiError) and error.response.get("error") == NEWER):
                logger.warning("user=<%s> | could not publish the App Home", user_id, exc_info=error)
            return None
        return str(answer["view"]["hash"])


def _defaults(settings: Settings) -> parts.Defaults:
    return parts.Defaults(
        run_seconds=settings.run_timeout_seconds,
        runs_at_a_time=settings.runs_per_user,
        replies=settings.replies_in(OTHERS),
        files=settings.files_store is not None,
        keep_code_days=settings.keep_code_days,
        keep_output_days=settings.keep_output_days,
        keep_audit_days=settings.keep_audit_days,
    )


def _run(run: Run, title: str) -> page.RunLine:
    return page.RunLine(
        run_id=run.id,
        title=title,
        state=run.state,
        cluster=run.cluster,
        channel=run.channel,
        thread_ts=run.thread_ts,
        asked_at=run.created_at,
        seconds=run.ended_at - run.created_at if run.ended_at else None,
    )


def _thread(turn: Turn) -> page.ThreadLine:
    return page.ThreadLine(channel=turn.channel, ts=turn.thread_ts or "", prompt=turn.prompt, asked_at=turn.created_at)
