"""A step of a workflow, from its row to the word to Slack that it has ended.

Slack takes that word once: a second one is answered with `execution_not_in_running_state`, so it may be repeated until
it has arrived. It is said with the bot's own token: the one that comes with the event is good for 15 minutes
(https://github.com/slackapi/bolt-python/issues/1075), and a run may take hours.
"""

import logging
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import steps as words
from bot.errors import SlackUnavailable
from bot.output import readable
from bot.poster import TRANSIENT
from bot.redaction import Redaction
from bot.store.models import Run, StepRow, Turn
from bot.store.runs import RunStore
from bot.store.steps import StepStore
from bot.store.turns import TurnStore

logger = logging.getLogger(__name__)

LOST_SECONDS = 600.0
"""After so long without its request, Slack has repeated the event for the last time (docs.slack.dev, Events API)."""
LONGEST_PAUSE_SECONDS = 10.0
LOST = "The request was lost before I could begin. Start the workflow again."
GONE = "What this step asked for is no longer kept. Start the workflow again."
CRASHED = "Something went wrong on my side. Id for whoever runs me: "


@dataclass(frozen=True)
class Ended:
    """How a step has ended: with outputs, or with an error, which is a sentence."""

    outputs: dict[str, Any] | None = None
    error: str = ""


@dataclass(frozen=True)
class Steps:
    """Works on the steps of one workspace, one call of `handle` for each claim of a row."""

    store: StepStore
    turns: TurnStore
    runs: RunStore
    client: AsyncWebClient
    redact: Redaction
    workspace_url: str

    async def handle(self, step: StepRow) -> None:
        """Tell Slack how the step has ended, if it has. Raises SlackUnavailable, and is worth another try then."""
        ended = await self._ended(step)
        if ended is None:
            age = await self.store.age(step)
            await self.store.step_aside(step, min(LONGEST_PAUSE_SECONDS, 0.5 + age / 30))
        else:
            await self._tell(step, ended)

    async def abandon(self, step: StepRow) -> None:
        """The step has crashed again and again: say so with its id; the log has the rest."""
        await self._tell(step, Ended(error=CRASHED + step.id))

    async def _ended(self, step: StepRow) -> Ended | None:
        if step.error is not None:
            return Ended(error=step.error)
        row = await (self.turns.find(step.turn_id) if step.turn_id else self.runs.find(step.run_id or ""))
        if row is None:
            return Ended(error=LOST) if await self.store.age(step) > LOST_SECONDS else None
        if not row.delivered:
            return None
        return await self._answered(row) if isinstance(row, Turn) else self._ran(row)

    async def _answered(self, turn: Turn) -> Ended:
        if turn.error is not None:
            return Ended(error=str(turn.error["message"]))
        link = words.link(self.workspace_url, turn.channel, turn.thread_ts or "")
        if turn.version_id is None:
            return Ended(words.generated(link, "answered", None, None))
        version = await self.turns.version(turn.version_id)
        if version is None:
            return Ended(error=GONE)
        return Ended(words.generated(link, version.state, version.title, version.id))

    def _ran(self, run: Run) -> Ended:
        output = self.redact(readable(run.output))
        return Ended(words.ran(words.link(self.workspace_url, run.channel, run.thread_ts), run.state, output))

    async def _tell(self, step: StepRow, ended: Ended) -> None:
        try:
            await self._complete(step, ended)
        except SlackApiError as error:
            code = str(error.response.get("error"))
            if code in TRANSIENT:
                raise SlackUnavailable("slack_unavailable", "Slack did not answer.") from error
            logger.warning("step=<%s>, code=<%s> | Slack does not wait for it any more", step.id, code)
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            raise SlackUnavailable("slack_unavailable", "Slack did not answer.") from error
        await self.store.end(step, "failed" if ended.outputs is None else "completed")

    async def _complete(self, step: StepRow, ended: Ended) -> None:
        if ended.outputs is None:
            await self.client.functions_completeError(function_execution_id=step.id, error=words.error(ended.error))
        else:
            await self.client.functions_completeSuccess(function_execution_id=step.id, outputs=ended.outputs)
