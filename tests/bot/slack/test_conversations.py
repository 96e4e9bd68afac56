"""The conversation that `raygen try` holds, in every way in which somebody can ask."""

import pytest

from agents.wire import Generate, Reply
from cli.conversation import Conversation
from cli.ways import WAYS, WITH_FILES
from tests.fakes.supervisor import validated


def conversation(slack, way):
    return Conversation(slack, lambda _message: None, lambda _act: None, way)


@pytest.mark.parametrize("way", [way for way in WAYS if way != "explain"])
async def test_each_way_to_ask_ends_with_the_code_in_its_thread(bot, slack, supervisor, way):
    supervisor.answers = [validated()]

    ended = await conversation(slack, way).hold("sort numbers", run=False)

    assert (ended.ok, ended.refused) == (True, None)
    assert ended.thread_ts is not None
    assert supervisor.asked(Generate)[0].prompt.endswith("sort numbers")
    assert slack.problems == []


async def test_an_explanation_is_a_good_end_for_who_asked_for_one(bot, slack, supervisor):
    supervisor.answers = [Reply(text="It burned.", model="a script")]

    ended = await conversation(slack, "explain").hold("RayTaskError: burned", run=True)

    assert ended.ok


async def test_words_are_no_good_end_for_who_asked_for_code(bot, slack, supervisor):
    supervisor.answers = [Reply(text="I cannot do that.", model="a script")]

    ended = await conversation(slack, "message").hold("sort numbers", run=True)

    assert not ended.ok


@pytest.mark.parametrize("way", WITH_FILES)
async def test_files_come_with_the_message_that_asks(bot, slack, supervisor, way):
    supervisor.answers = [validated()]

    await conversation(slack, way).hold("sort numbers", run=False, files=[("notes.txt", b"x")])

    assert "notes.txt" in {file.name for file in slack.files.values()}
