"""A listener that crashed: one sentence with an id for the person, the rest in the log."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import aiohttp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError

from bot.blocks import help as words
from bot.blocks.text import Message
from bot.whisper import Whisper

logger = logging.getLogger(__name__)

OK = 200
Respond = Callable[..., Awaitable[Any]]


def crash_handler(whisper: Whisper) -> Callable[..., Awaitable[BoltResponse | None]]:
    """Bolt's handler of errors. What it returns is the acknowledgement, where there was none yet.

    Somebody who has read our sentence is not told by Slack as well that nothing came of it; where we cannot say it,
    as in a modal, Slack shall.
    """

    async def crashed(
        error: Exception,
        body: dict[str, Any],
        respond: Respond,
        request: AsyncBoltRequest,
        response: BoltResponse | None,
    ) -> BoltResponse | None:
        incident = uuid4().hex[:12]
        logger.error("incident=<%s>, mode=<%s> | listener crashed", incident, request.mode, exc_info=error)
        notice = words.notice(f"Something went wrong on my side. Try again; the id for whoever runs me is {incident}.")
        event = body.get("event") or {}
        if body.get("response_url"):
            told = await _respond(respond, notice)
            return BoltResponse(status=200, body="") if told and response is not None else None
        if event.get("channel") and event.get("user"):
            await whisper.say(event["channel"], event["user"], notice, event.get("thread_ts"))
        return None

    return crashed


async def _respond(respond: Respond, notice: Message) -> bool:
    """Whether Slack has taken the sentence."""
    try:
        answer = await respond(
            text=notice.text, blocks=list(notice.blocks), response_type="ephemeral", replace_original=False
        )
    except (SlackClientError, aiohttp.ClientError, TimeoutError, ValueError) as error:
        logger.warning("error=<%s> | could not tell the person", type(error).__name__)
        return False
    return bool(answer.status_code == OK)
