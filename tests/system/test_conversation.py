"""A thread that is spoken in: what a reply refers to, and what a person writes, without a language model."""

from tests.system.conftest import SECONDS, Thread


async def test_a_thread_goes_back_to_an_earlier_version_and_says_what_it_knows(desk, settle):
    thread = await desk.ask("Create a Ray task that returns Hello")
    first = await thread.card(number=1)
    await thread.reply("make it return Goodbye instead")
    await thread.card(number=2)

    await thread.reply("go back to the first version")
    third = await thread.card(number=3)
    await thread.reply("explain line 5")
    explained = await thread.says("Line 5 of the current program (version 3)")

    assert "Goodbye" in str(thread.with_block("code_card", 2).blocks)
    assert "version 3" in str(third.blocks)
    assert "Version 1 of this thread, unchanged." in str(third.blocks)
    assert "'Hello'" in str(third.blocks)
    assert "'Hello'" in str(first.blocks)
    assert "TEXT" in str(explained.blocks)
    await settle()


async def test_the_engineer_edits_a_program_and_runs_it_with_a_verb(desk):
    thread = await desk.ask("Create a Ray task that returns Hello", user="engineer")
    card = await thread.card()
    await thread.click(card, "edit_code")
    view = await desk.slack.wait_until(lambda: next(iter(desk.slack.modals("engineer")), None))
    program = view.definition["blocks"][-1]["element"]["initial_value"]

    wrong = await desk.slack.submit_view("engineer", {"part_0": program + "\nprint("})
    await desk.slack.submit_view("engineer", {"part_0": program.replace("Hello", "Edited")})
    edited = await thread.card(number=2)
    await thread.reply("@raygen run")
    result = await thread.card("ended_run")

    assert "never closed" in wrong.payload["errors"]["part_0"]
    assert "Validated on" in str(edited.blocks)
    assert "no model: a person gave it" in str(edited.blocks)
    assert f"Edited by <@{desk.slack.user('engineer').id}> from version 1" in str(edited.blocks)
    assert "'text': 'Edited'" in str(result.blocks)


async def test_a_direct_message_goes_by_the_program_that_its_writer_looks_at(desk, settle):
    thread = await desk.ask("Estimate pi by Monte Carlo with 4 parallel tasks")
    await thread.card()
    await desk.slack.open_home("analyst", "messages")
    await desk.slack.look("analyst", "data", thread.ts)
    dm = desk.slack.channel("analyst").id

    def offered():
        return next(
            (one["message"] for one in desk.slack.platform.prompts.get(dm, ()) if "8 workers" in str(one)), None
        )

    prompt = await desk.slack.wait_until(offered, SECONDS)
    ts = await desk.slack.say("analyst", "analyst", prompt)
    beside = Thread(desk.sandbox, "analyst", ts)
    line = await beside.says("Going by")
    card = await beside.card()
    await desk.slack.look("analyst", "data")
    await desk.slack.wait_until(lambda: offered() is None, SECONDS)

    assert desk.slack.channel("data").id in str(line.blocks)
    assert "Validated on" in str(card.blocks)
    assert "in 8 tasks" in str(card.blocks)
    await settle()
