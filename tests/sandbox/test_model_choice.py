import asyncio

import pytest

from sandbox.errors import CannotStart
from sandbox.found_models import FoundModel
from sandbox.model_choice import ModelChoice
from sandbox.slack.errors import NotPermitted

OLLAMA = FoundModel("ollama:qwen2.5-coder:7b", "Ollama")
ACCOUNT = FoundModel("anthropic:claude-haiku-4-5", "ANTHROPIC_API_KEY", charged=True)


def test_without_a_word_the_cookbook_answers_and_what_was_found_is_said():
    said = ModelChoice("cookbook", (OLLAMA, ACCOUNT)).sentence()

    assert said == (
        "code comes from the offline cookbook, which is no language model. "
        "Found too: Ollama, --model ollama:qwen2.5-coder:7b, and 1 more in the page's menu."
    )


def test_what_costs_money_is_said_to():
    said = ModelChoice("cookbook", (ACCOUNT,)).sentence()

    assert said.endswith("Found too: ANTHROPIC_API_KEY, --model anthropic:claude-haiku-4-5 (charged to your account).")


def test_where_nothing_was_found_it_is_said_how_to_name_one():
    assert ModelChoice("cookbook").sentence().endswith("Another one: --model provider:model.")


def test_what_was_named_at_the_start_stays_to_be_chosen_again():
    offered = [one.spec for one in ModelChoice("file:program.py", (OLLAMA,)).offered]

    assert offered == ["file:program.py", "cookbook", OLLAMA.spec]


async def test_a_choice_starts_the_agents_with_it():
    started = []

    async def restart():
        started.append((choice.now, choice.changing))

    choice = ModelChoice("cookbook", (OLLAMA,), restart)

    await choice.choose(OLLAMA.spec)

    assert started == [(OLLAMA.spec, True)]
    assert (choice.as_json()["model"], choice.as_json()["offline"], choice.changing) == (OLLAMA.spec, False, False)


async def test_what_was_not_found_cannot_be_chosen():
    choice = ModelChoice("cookbook", (OLLAMA,))

    with pytest.raises(NotPermitted):
        await choice.choose("file:/etc/passwd")

    assert choice.now == "cookbook"


async def test_one_change_at_a_time():
    going_on = asyncio.Event()
    choice = ModelChoice("cookbook", (OLLAMA,), going_on.wait)
    first = asyncio.create_task(choice.choose(OLLAMA.spec))
    await asyncio.sleep(0)

    with pytest.raises(NotPermitted):
        await choice.choose("cookbook")
    going_on.set()
    await first

    assert choice.now == OLLAMA.spec


async def test_agents_that_do_not_start_leave_the_choice_as_it_was():
    async def restart():
        raise CannotStart("The supervisor ended at once.")

    choice = ModelChoice("cookbook", (OLLAMA,), restart)

    with pytest.raises(CannotStart):
        await choice.choose(OLLAMA.spec)

    assert (choice.now, choice.changing) == ("cookbook", False)
