"""The App Home of a person: read from the store, published to Slack."""

import logging
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import home as page
from bot.blocks import status
from bot.blocks.text import Block, Message
from bot.settings import Settings
from bot.store.models import Run, Turn
from bot.store.ongoing import Ongoing
from bot.store.overview import Overview

logger = logging.getLogger(__name__)

RUNS = 10
THREADS = 5


@dataclass(frozen=True)
class HomePage:
    """Shows people their App Home; `workspace_url` ends with a slash."""

    client: AsyncWebClient
    overview: Overview
    settings: Settings
    workspace_url: str
    ongoing: Ongoing

    async def show(self, team: str, user_id: str, notice: str = "") -> None:
        """Publish the page anew, with `notice` on top if there is one."""
        runs = await self.runs(team, user_id)
        threads = await self.overview.threads(team, user_id, THREADS)
        home = page.Home(
            workspace_url=self.workspace_url,
            runs=runs,
            threads=[_thread(turn) for turn in threads],
            cluster=self.settings.cluster,
            other_clusters=len(self.settings.channel_clusters),
            now=await self.overview.now(),
            notice=notice,
        )
        await self._publish(user_id, page.view(home))

    async def runs(self, team: str, user_id: str) -> list[page.RunLine]:
        """The person's latest runs."""
        return [_run(run, title) for run, title in await self.overview.runs(team, user_id, RUNS)]

    async def under_way(self, team: str, user_id: str) -> Message:
        """The answer to `/raygen status`: what the person waits for."""
        doing = await self.ongoing.of_person(team, user_id)
        asked = [status.Asked(turn.prompt, turn.channel, turn.thread_ts) for turn in doing.turns]
        runs = [_run(run, title) for run, title in doing.runs]
        return status.mine(asked, runs, self.workspace_url, (doing.queued, doing.under_way))

    def of_channel(self, channel: str) -> Message:
        """The answer to `/raygen settings`."""
        cluster = self.settings.channel_clusters.get(channel, self.settings.cluster)
        approvers = self.settings.approvers_for(cluster) if cluster else None
        settings = status.Channel(
            cluster=cluster,
            guests=self.settings.allow_guests,
            alone={verb: self.settings.allowed_in(channel, verb) for verb in ("ask", "run", "stop")},
            replies=self.settings.replies_in(channel),
            files=self.settings.files_store is not None,
            run_seconds=self.settings.run_timeout_seconds,
            approval=approvers.by if approvers else None,
            approvers=approvers.ids if approvers else (),
        )
        return status.channel(settings)

    async def refuse(self, user_id: str, sentence: str) -> None:
        """Publish a page that says why there is nothing on it."""
        await self._publish(user_id, page.refused(sentence))

    async def _publish(self, user_id: str, view: Block) -> None:
        try:
            await self.client.views_publish(user_id=user_id, view=view)
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            logger.warning("user=<%s> | could not publish the App Home", user_id, exc_info=error)


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
