"""A thread that is spoken in: what a reply refers to, without a language model."""


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
