"""A cluster that is chosen in the form of the shortcut: where it may be, and that the thread stays on it."""

from contextlib import asynccontextmanager

import pytest

from agents.wire import Execute, Generate, JobReport, Validate
from bot.blocks import names
from bot.settings import Settings
from sandbox.slack.errors import NotVisible
from tests.bot.slack.conftest import SECONDS, connected
from tests.fakes.supervisor import HELLO, needs_approval, validated

OWN, GPUS, ELSEWHERE = "10.0.0.1", "10.0.0.2", "10.0.0.3"
DONE = JobReport(status="succeeded", output="Hello\n", log_offset=6)
KEY = "a key that the bot and the Lambda share, and nobody else"


@pytest.fixture
def choices(slack):
    """#data offers one cluster more, #ops another."""
    return {slack.channel("data").id: [GPUS], slack.channel("ops").id: [ELSEWHERE]}


def settings_with(choices, **more):
    return Settings(cluster=OWN, follow_wait_seconds=0, unreachable_limit_seconds=0, cluster_choices=choices, **more)


@pytest.fixture
def settings(choices):
    return settings_with(choices)


@pytest.fixture
def replica(slack, database, supervisor):
    """A replica of the bot with other settings, for the time of the block."""

    @asynccontextmanager
    async def replica(choices, **more):
        async with connected(slack, settings_with(choices, **more), database, supervisor) as bot:
            yield bot

    return replica


async def opened(slack):
    await slack.shortcut("analyst", names.ASK_SHORTCUT)
    return (await slack.wait_until(lambda: slack.modals("analyst"), SECONDS))[-1].definition


async def submitted(slack, cluster, channel="data"):
    filled = {"prompt": "say hello", "channel": slack.channel(channel).id, "cluster": cluster}
    return await slack.submit_view("analyst", filled)


async def asked_on(slack, cluster):
    await opened(slack)
    await submitted(slack, cluster)


def offered(view):
    (element,) = [b["element"] for b in view["blocks"] if b.get("block_id") == "cluster"]
    return [option["text"]["text"] for option in element["options"]]


def card_now(slack, card):
    return next(message for message in slack.channel("data").messages if message.ts == card.ts).blocks


def clusters(supervisor, kind):
    return [asked.ray_cluster_ip for asked in supervisor.asked(kind)]


async def test_the_form_offers_what_some_channel_does_and_runs_what_is_chosen_there(bot, slack, supervisor, in_data):
    supervisor.answers = [validated()]

    view = await opened(slack)
    await submitted(slack, GPUS)
    await in_data(names.CODE_CARD)

    assert offered(view) == ["The channel's own", GPUS, ELSEWHERE]
    assert clusters(supervisor, Generate) == [GPUS]


async def test_who_chooses_none_has_the_channels_own(bot, slack, supervisor, in_data):
    supervisor.answers = [validated()]

    await opened(slack)
    await slack.submit_view("analyst", {"prompt": "say hello", "channel": slack.channel("data").id})
    await in_data(names.CODE_CARD)

    assert clusters(supervisor, Generate) == [OWN]


async def test_a_cluster_of_another_channel_is_refused_below_its_field(bot, slack, supervisor):
    await opened(slack)

    outcome = await submitted(slack, ELSEWHERE)

    (told,) = outcome.payload["errors"].items()
    assert told == (
        "cluster",
        f"That cluster is not offered in that channel. There are the channel's own ({OWN}), {GPUS}.",
    )
    assert supervisor.requests == []


async def test_what_the_settings_say_when_the_form_comes_back_decides(slack, supervisor, choices, replica):
    async with replica(choices):
        await opened(slack)

    async with replica({}):
        outcome = await submitted(slack, GPUS)

    assert outcome.payload["errors"]["cluster"].endswith(f"There are the channel's own ({OWN}).")
    assert supervisor.requests == []


async def test_the_thread_stays_on_it_for_replies_edits_and_runs_also_after_a_restart(
    slack, supervisor, in_data, choices, replica
):
    supervisor.answers = [validated(), validated("print(2)"), validated("print(3)"), validated("print(4)")]
    supervisor.reports = [DONE]

    async with replica(choices):
        await asked_on(slack, GPUS)
        card = await in_data(names.CODE_CARD)
        await slack.click("analyst", "data", card.ts, names.EDIT)
        await slack.wait_until(lambda: slack.modals("analyst"), SECONDS)
        await slack.submit_view("analyst", {"part_0": HELLO.replace("Hello", "Goodbye")})
        await in_data(names.CODE_CARD, number=2)
        await slack.click("analyst", "data", card.ts, names.REGENERATE)
        await in_data(names.CODE_CARD, number=3)
        await slack.click("analyst", "data", card.ts, names.RUN)
        ended = await in_data(names.ENDED_RUN)

    async with replica(choices):
        await slack.click("analyst", "data", ended.ts, names.RUN)
        await in_data(names.ENDED_RUN, number=2)
        await slack.say("analyst", "data", "and now in green", thread_ts=card.thread_ts)
        await in_data(names.CODE_CARD, number=4)

    assert clusters(supervisor, Generate) == [GPUS] * 3
    assert clusters(supervisor, Validate) == [GPUS]
    assert clusters(supervisor, Execute) == [GPUS] * 2


async def test_a_thread_goes_on_with_the_channels_own_when_its_cluster_is_offered_no_more(
    slack, supervisor, in_data, choices, replica
):
    supervisor.answers = [validated(), validated("print(2)")]
    other = {slack.channel("data").id: [ELSEWHERE]}

    async with replica(choices):
        await asked_on(slack, GPUS)
        card = await in_data(names.CODE_CARD)
    async with replica(other):
        await slack.say("analyst", "data", "and now in green", thread_ts=card.thread_ts)
        await in_data(names.CODE_CARD, number=2)

    assert clusters(supervisor, Generate) == [GPUS, OWN]


async def test_a_program_is_not_run_on_a_cluster_that_was_withdrawn(slack, supervisor, in_data, choices, replica):
    supervisor.answers = [validated()]

    async with replica(choices):
        await asked_on(slack, GPUS)
        card = await in_data(names.CODE_CARD)
    async with replica({}):
        await slack.click("analyst", "data", card.ts, names.RUN)
        (said,) = await slack.wait_until(lambda: slack.ephemerals("analyst"), SECONDS)

    assert f"validated on {GPUS}, where nothing of this channel runs any more" in said.text
    assert clusters(supervisor, Execute) == []


async def test_what_is_tried_again_without_a_thread_has_the_cluster_that_was_chosen(
    slack, supervisor, in_data, whispered, replica
):
    supervisor.answers = [validated()]

    async with replica({"*": [GPUS]}):
        await opened(slack)
        await submitted(slack, GPUS, "random")
        refused = await whispered("/invite @raygen")
        await slack.join("raygen", "random")
        await slack.click("analyst", "random", refused.ts, names.TRY_AGAIN)
        await in_data(names.CODE_CARD, channel="random")

    assert clusters(supervisor, Generate) == [GPUS]


async def test_who_may_approve_is_asked_of_the_cluster_that_was_chosen(slack, supervisor, in_data, choices, replica):
    supervisor.answers, supervisor.reports = [needs_approval()], [DONE]
    approver = slack.user("approver").id
    approvals = {OWN: {"by": "another person"}, GPUS: {"by": "group", "people": [approver]}}

    async with replica(choices, approvals=approvals, approval_key=KEY):
        await asked_on(slack, GPUS)
        card = await in_data(names.APPROVAL_CARD)
        asked = str(card.blocks)
        with pytest.raises(NotVisible):
            await slack.click("engineer", "data", card.ts, names.APPROVE)
        await slack.click("approver", "data", card.ts, names.APPROVE)
        await slack.wait_until(lambda: names.RUN in str(card_now(slack, card)), SECONDS)
        await slack.click("analyst", "data", card.ts, names.RUN)
        await in_data(names.ENDED_RUN)

    assert approver in asked
    assert [(run.ray_cluster_ip, run.grant is not None) for run in supervisor.asked(Execute)] == [(GPUS, True)]


async def test_the_commands_say_what_can_be_chosen(bot, slack):
    where = await slack.command("analyst", "data", "/raygen", "cluster")
    elsewhere = await slack.command("approver", "ops", "/raygen", "settings")

    assert f"`{OWN}`; «Ask for Ray code» lets you choose `{GPUS}`." in where.shown
    assert f"`{OWN}`; «Ask for Ray code» lets you choose `{ELSEWHERE}`" in str(elsewhere.payload)
