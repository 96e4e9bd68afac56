"""The two tabs of the agent: its conversation, and the App Home with a person's runs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import RaygenError, Refused
from bot.home import HomePage
from bot.intake import Intake, Person
from bot.listeners import payloads
from bot.listeners.acks import LISTENER
from bot.listeners.prompts import Prompts
from bot.listeners.refusals import sentence_of

Done = TypeVar("Done")

STARTED = "It is being run again: its card is in the thread."
STOPPING = "It is being stopped: its card in the thread says when it has ended."


class Home:
    """The handlers of the agent's tabs; `home_team` is the workspace that the app is installed in."""

    def __init__(self, intake: Intake, page: HomePage, prompts: Prompts, home_team: str) -> None:
        self._intake = intake
        self._page = page
        self._prompts = prompts
        self._home_team = home_team
        self._completing: set[asyncio.Task[None]] = set()

    async def opened(self, client: AsyncWebClient, event: dict[str, Any], body: dict[str, Any]) -> None:
        """Show the App Home, or offer prompts in an empty conversation."""
        person = payloads.opener(event, self._home_team, body.get("team_id"))
        if event.get("tab") == "home":
            await self._show(person)
        elif event.get("tab") == "messages":
            await self._prompts.opened(client, person, event, body)

    async def stop(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Stop a run from the page: noted before the click is acknowledged, then done at once."""
        person = payloads.clicker(body, self._home_team)
        run = await self._do(ack, person, lambda: self._intake.stop(person, payloads.value_of(body)), STOPPING)
        if run is not None:
            await self._intake.stop_now(run)

    async def rerun(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Run the program of a run again, in its thread."""
        person = payloads.clicker(body, self._home_team)
        await self._do(ack, person, lambda: self._intake.rerun(person, payloads.value_of(body)), STARTED)

    async def _show(self, person: Person) -> None:
        try:
            await self._intake.admit(person)
        except Refused as refusal:
            await self._page.refuse(person.user_id, sentence_of(refusal, person.user_id), refusal.whom)
        else:
            await self._publish(person)

    async def _publish(self, person: Person, notice: str = "", whom: Sequence[str] = ()) -> None:
        """Show the page at once, and how the cluster is when it has said so: no delivery of Slack's waits for that."""
        administers = await self._administers(person)
        shown = await self._page.show(person.home_team, person.user_id, notice, whom, administers=administers)
        if shown is not None:
            completing = asyncio.create_task(self._page.complete(shown), name=LISTENER)
            self._completing.add(completing)
            completing.add_done_callback(self._completing.discard)

    async def _administers(self, person: Person) -> bool:
        """Not for somebody of whom Slack can tell nothing just now: the page is theirs all the same."""
        try:
            return await self._page.administration.is_open_to(await self._intake.actor(person))
        except RaygenError:
            return False

    async def _do(self, ack: AsyncAck, person: Person, act: Callable[[], Awaitable[Done]], done: str) -> Done | None:
        """Act, acknowledge, and show what became of it: a page has no thread in which a refusal could stand."""
        result, notice = None, done
        whom: tuple[str, ...] = ()
        try:
            result = await act()
        except RaygenError as error:
            notice, whom = sentence_of(error, person.user_id), error.whom
        await ack()
        await self._publish(person, notice, whom)
        return result
