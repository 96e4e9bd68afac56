"""Modals: the one in which a program is edited, and the one in which it is asked for.

What a submitted modal asks for is a row before it is acknowledged, as with every other request; an acknowledgement
without a payload closes it (https://docs.slack.dev/surfaces/modals#handling_submissions).
"""

import json
import logging
from typing import Any

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.again import Again, Press
from bot.attachments.shared import shared_in
from bot.blocks import ask, edit
from bot.blocks import help as words
from bot.blocks.text import Block, Message
from bot.editing_requests import Edits, InField
from bot.errors import BadRequest, RaygenError
from bot.intake import Asked, Intake, Person
from bot.listeners import payloads
from bot.listeners.refusals import notice_of, sentence_of
from bot.whisper import Whisper

logger = logging.getLogger(__name__)

NOT_OPENED = "Slack did not open the window in time. Try again."


class Views:
    """The handlers of modals; `home_team` is the workspace that the app is installed in."""

    def __init__(self, intake: Intake, again: Again, whisper: Whisper, home_team: str) -> None:
        self._intake = intake
        self._edits = Edits(again)
        self._whisper = whisper
        self._home_team = home_team

    async def edit(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """Edit: the program in a modal, or why it cannot be edited in one. Nothing has been asked for yet."""
        person = payloads.clicker(body, self._home_team)
        try:
            version, sheet = await self._edits.opened(person, payloads.pressed(body)[0])
        except RaygenError as error:
            await ack()
            await self._refuse(body, notice_of(error, person.user_id))
            return
        await ack()
        known = {"version": version.id, "response_url": body.get("response_url")}
        view = edit.editor(sheet, version.title, version.number, json.dumps(known))
        if not await _opened(client, body, view):
            await self._refuse(body, words.notice(NOT_OPENED))

    async def edited(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """The modal of Edit comes back: the program is validated, or the modal says why it is not."""
        known = json.loads(view["private_metadata"])
        press = Press(payloads.clicker(body, self._home_team), _key(view), known.get("response_url"))
        try:
            await self._edits.submitted(press, known["version"], _parts(view))
        except InField as error:
            await ack(
                response_action="errors", errors={edit.block_of(error.field): sentence_of(error, press.person.user_id)}
            )
        except RaygenError as error:
            await ack(response_action="update", view=_instead(edit.TITLE, error, press.person))
        else:
            await ack()

    async def asked(self, ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        """The modal of the global shortcut comes back: a request for code in the channel that was chosen."""
        filled = ask.filled(view["state"]["values"])
        person = payloads.clicker(body, self._home_team)
        try:
            await self._intake.ask(_request(person, view, filled, _response_url(body)))
        except BadRequest as error:
            await ack(response_action="errors", errors={ask.block_of(error.code): sentence_of(error, person.user_id)})
        except RaygenError as error:
            await ack(response_action="update", view=_instead(ask.TITLE, error, person))
        else:
            await ack()

    async def open_ask(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """The global shortcut: a modal for a request, or a sentence for somebody who may not ask."""
        settings = self._intake.settings
        person = payloads.clicker(body, self._home_team)
        try:
            await self._intake.admit(person)
        except RaygenError as error:
            view = _instead(ask.TITLE, error, person)
        else:
            view = ask.form(
                settings.cluster,
                len(settings.channel_clusters),
                files=settings.files_store is not None,
                choices=settings.every_choice,
            )
        await ack()
        await _opened(client, body, view)

    async def _refuse(self, body: dict[str, Any], notice: Message) -> None:
        channel, user = body["channel"]["id"], body["user"]["id"]
        await self._whisper.say(channel, user, notice, payloads.thread_of(body))


def _instead(title: str, error: RaygenError, person: Person) -> Block:
    """In the place of a modal that is of no use to the person."""
    return edit.told(title, sentence_of(error, person.user_id), error.whom)


def _request(person: Person, view: dict[str, Any], filled: ask.Filled, response_url: str | None) -> Asked:
    return Asked(
        person=person,
        channel=filled.channel,
        thread_ts=None,
        prompt=filled.prompt,
        surface="shortcut",
        key=_key(view),
        response_url=response_url,
        files=shared_in({"files": filled.files}),
        cluster=filled.cluster,
    )


def _key(view: dict[str, Any]) -> str:
    """The same for every submission of one modal."""
    return f"view:{view['id']}"


def _parts(view: dict[str, Any]) -> list[str]:
    """What the fields of the editor say, in their order; an empty one has no value."""
    values = view["state"]["values"]
    return [str(values[edit.block_of(n)][edit.ACTION].get("value") or "") for n in range(len(values))]


def _response_url(body: dict[str, Any]) -> str | None:
    """Where its sender can be told something in the channel that was chosen."""
    urls = [str(one["response_url"]) for one in body.get("response_urls") or () if one.get("response_url")]
    return urls[0] if urls else None


async def _opened(client: AsyncWebClient, body: dict[str, Any], view: Block) -> bool:
    try:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
        logger.warning("user=<%s> | could not open a modal", body["user"]["id"], exc_info=error)
        return False
    return True
