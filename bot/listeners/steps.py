"""Steps of workflows: each is done for the person whom Slack names, with that person's rights and no others'."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.steps import GENERATE, RUN
from bot.errors import BadRequest, RaygenError, Stale, StoreUnavailable
from bot.intake import Asked, Intake, turn_id
from bot.listeners import payloads
from bot.listeners.executions import Execution, execution_of
from bot.listeners.refusals import sentence_of
from bot.store.runs import run_id
from bot.store.steps import NewStep, StepStore

logger = logging.getLogger(__name__)

NO_CHANNEL = "The step names no channel in which I could answer. Choose one in the workflow."
NO_VERSION = "The step names no program. Give it the version id that the step «Generate Ray code» puts out."
FOREIGN = "No program in a thread of this workspace has this version id. Take the one that the step puts out."
NOT_VALIDATED = "This program did not run through when it was validated, so no workflow runs it. Its thread says why."


class Steps:
    """The handlers of steps; `home_team` is the workspace that the app is installed in."""

    def __init__(self, intake: Intake, store: StepStore, wake: Callable[[], None], home_team: str) -> None:
        self._intake = intake
        self._store = store
        self._wake = wake
        self._home_team = home_team

    async def generate(self, event: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> None:
        """`raygen_generate`: a request for code, in a thread of its own in the channel."""
        execution = execution_of(event)
        if execution is not None:
            step = self._step(execution, GENERATE, turn_id=turn_id(execution.key))
            await self._begin(step, client, lambda: self._ask(execution, body.get("team_id")))

    async def run(self, event: dict[str, Any], body: dict[str, Any], client: AsyncWebClient) -> None:
        """`raygen_run`: a run of a program, in its thread."""
        execution = execution_of(event)
        if execution is not None:
            step = self._step(execution, RUN, run_id=run_id(execution.version_id, execution.key, 1))
            await self._begin(step, client, lambda: self._run(execution, body.get("team_id")))

    async def _begin(self, step: NewStep, client: AsyncWebClient, act: Callable[[], Awaitable[None]]) -> None:
        """Write the step down, then what it asks for: a delivery that comes again finds both."""
        try:
            if await self._store.arrived(step):
                await self._attempt(step, act)
        except StoreUnavailable as error:
            await _fail(client, step, sentence_of(error, step.user_id))
        logger.info("step=<%s>, callback=<%s> | a step of a workflow", step.id, step.callback_id)
        self._wake()

    async def _attempt(self, step: NewStep, act: Callable[[], Awaitable[None]]) -> None:
        """Ask for it, or note why not, for the worker to tell."""
        try:
            await act()
        except StoreUnavailable:
            raise
        except RaygenError as error:
            if not (isinstance(error, Stale) and error.code == "run_before"):  # by an earlier delivery
                logger.info("step=<%s>, code=<%s> | refused", step.id, error.code)
                await self._store.refuse(step.id, sentence_of(error, step.user_id))

    async def _ask(self, execution: Execution, workspace: str | None) -> None:
        person = payloads.runner(execution, self._home_team, workspace)
        if not execution.channel:
            raise BadRequest("no_channel", NO_CHANNEL)
        asked = Asked(person, execution.channel, None, execution.prompt, "workflow", execution.key)
        await self._intake.ask(asked)

    async def _run(self, execution: Execution, workspace: str | None) -> None:
        person = payloads.runner(execution, self._home_team, workspace)
        if not execution.version_id:
            raise BadRequest("no_version", NO_VERSION)
        version = await self._intake.version(execution.version_id)
        if (await self._intake.turn(version.turn_id)).team != self._home_team:
            raise BadRequest("foreign_version", FOREIGN)
        if version.state == "failed":
            raise BadRequest("not_validated", NOT_VALIDATED)
        await self._intake.run(person, version.id, execution.key, 1)

    def _step(self, execution: Execution, callback_id: str, **of: str) -> NewStep:
        about = (execution.id, self._home_team, callback_id, execution.channel, execution.user_id)
        return NewStep(*about, **of)


async def _fail(client: AsyncWebClient, step: NewStep, sentence: str) -> None:
    """Without a row nobody would ever tell Slack."""
    try:
        await client.functions_completeError(function_execution_id=step.id, error=sentence)
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
        logger.warning("step=<%s> | could not be failed", step.id, exc_info=error)
