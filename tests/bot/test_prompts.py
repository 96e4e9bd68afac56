"""Which prompts stay when somebody switches faster than Slack answers, or events come in another order."""

import pytest

from bot.blocks.help import SUGGESTED_PROMPTS
from bot.blocks.viewed import prompts_about
from bot.intake import Person
from bot.listeners.prompts import Prompts
from bot.store.viewed import Viewed, ViewedStore

ABOUT = [title for title, _ in prompts_about("Say hello")]
STANDARD = [title for title, _ in SUGGESTED_PROMPTS]
MESSAGE = {"type": "slack#/types/message_context", "value": {"channel_id": "C0DATA", "message_ts": "1.1"}}
PROGRAM = {"entities": [MESSAGE]}
NOTHING = {}


class Conversation:
    """Slack's API of the conversation: what arrives is shown, after `meanwhile` if something happens on the way."""

    def __init__(self):
        self.shown = []
        self.meanwhile = None

    async def assistant_threads_setSuggestedPrompts(self, channel_id, prompts, title):  # noqa: N802 (the SDK's name)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            await meanwhile()
        self.shown.append([prompt["title"] for prompt in prompts])


class Onlooking:
    """A Looking that finds one program at every place, after `meanwhile` if something happens while it looks."""

    def __init__(self, store):
        self.store = store
        self.meanwhile = None

    async def program(self, person, place):
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            await meanwhile()
        return Viewed("v1", "Say hello", "C0DATA", "U1") if place else None


@pytest.fixture
def slack():
    return Conversation()


@pytest.fixture
def looking(database):
    return Onlooking(ViewedStore(database))


@pytest.fixture
def told(slack, looking):
    """Tell a replica of a switch at a time."""

    async def told(context, at):
        event = {"user": "U1", "channel": "D1", "event_ts": f"170000000{at}.000100", "context": context}
        await Prompts(looking, "T1").changed(slack, event, {"team_id": "T1"})

    return told


@pytest.fixture
def opened(slack, looking):
    async def opened(context, at):
        event = {"channel": "D1", "event_ts": f"170000000{at}.000100", "context": context}
        await Prompts(looking, "T1").opened(slack, Person("U1", "T1", "T1"), event, {})

    return opened


async def test_who_looks_elsewhere_while_the_prompts_are_on_their_way_gets_the_standard_ones(slack, told):
    slack.meanwhile = lambda: told(NOTHING, 2)

    await told(PROGRAM, 1)

    assert slack.shown == [STANDARD, ABOUT, STANDARD]


async def test_who_looks_elsewhere_while_rights_are_asked_for_is_offered_nothing(slack, looking, told):
    looking.meanwhile = lambda: told(NOTHING, 2)

    await told(PROGRAM, 1)

    assert slack.shown == []


async def test_a_program_that_comes_while_the_standard_prompts_are_on_their_way_is_still_taken_back(slack, told):
    await told(PROGRAM, 1)
    slack.meanwhile = lambda: told(PROGRAM, 3)

    await told(NOTHING, 2)
    await told(NOTHING, 4)
    await told(NOTHING, 5)

    assert slack.shown == [ABOUT, ABOUT, STANDARD, STANDARD]


async def test_an_opening_while_something_newer_happens_ends_with_the_standard_prompts(slack, opened, told):
    slack.meanwhile = lambda: told(NOTHING, 2)

    await opened(PROGRAM, 1)

    assert slack.shown == [STANDARD, ABOUT, STANDARD]


async def test_a_late_opening_offers_the_standard_prompts_where_no_others_are(slack, opened, told):
    await told(NOTHING, 2)
    await opened(PROGRAM, 1)
    await told(PROGRAM, 3)
    await opened(NOTHING, 1)

    assert slack.shown == [STANDARD, ABOUT]
