import pytest

from agents.wire import Generate
from bot.blocks.help import SUGGESTED_PROMPTS
from tests.fakes.supervisor import validated

pytestmark = pytest.mark.usefixtures("bot")


async def test_a_command_opens_a_visible_thread_that_says_who_asked_what(slack, supervisor, in_data):
    supervisor.answers = [validated()]

    outcome = await slack.command("analyst", "data", "/raygen", "sort <numbers> & more")
    root = await in_data("sort <numbers> & more")
    card = await in_data("code_card")

    assert outcome.acked
    assert slack.user("analyst").id in str(root.blocks)
    assert card.thread_ts == root.ts
    assert supervisor.asked(Generate)[0].prompt == "sort <numbers> & more"


async def test_help_is_for_its_reader_alone_and_asks_nobody(slack, supervisor):
    outcome = await slack.command("analyst", "data", "/raygen", "help")

    assert "opens a thread" in str(outcome.payload)
    assert slack.channel("data").messages == ()
    assert supervisor.requests == []


async def test_an_event_that_slack_delivers_twice_is_one_turn(slack, supervisor, in_data):
    supervisor.answers = [validated("print(1)"), validated("print(2)")]
    slack.faults.duplicate_events(4)

    await slack.say("analyst", "data", "@raygen sort numbers")
    await in_data("code_card")

    assert len(supervisor.asked(Generate)) == 1
    assert len([m for m in slack.channel("data").messages if "code_card" in str(m.blocks)]) == 1


async def test_a_reply_in_a_thread_goes_to_the_same_session_without_a_mention(slack, supervisor, in_data):
    supervisor.answers = [validated("print(1)"), validated("print(2)")]
    ts = await slack.say("analyst", "data", "@raygen sort numbers")
    await in_data("code_card")

    await slack.say("engineer", "data", "sort them downwards", thread_ts=ts)
    await in_data("code_card", number=2)

    first, second = supervisor.asked(Generate)
    assert first.session_id == second.session_id
    assert second.code == "print(1)"


async def test_people_who_talk_to_each_other_are_left_alone(slack, supervisor, in_data):
    supervisor.answers = [validated(), validated("print('for us')")]
    ts = await slack.say("analyst", "data", "@raygen sort numbers")
    await in_data("code_card")

    await slack.say("engineer", "data", "nobody asked the bot here")
    await slack.say("engineer", "data", "@approver is this what you wanted?", thread_ts=ts)
    own = await slack.say("engineer", "data", "make it tow", thread_ts=ts)
    await in_data("code_card", number=2)
    await slack.edit("engineer", "data", own, "make it two")
    await slack.say("engineer", "data", "@raygen help", thread_ts=ts)
    await slack.wait_until(lambda: slack.ephemerals("engineer"))

    assert [r.prompt for r in supervisor.asked(Generate)] == ["sort numbers", "make it tow"]


async def test_a_direct_message_is_answered_in_its_own_thread(slack, supervisor, in_data):
    supervisor.answers = [validated()]

    ts = await slack.say("analyst", "analyst", "sort numbers")
    card = await in_data("code_card", channel="analyst")

    assert card.thread_ts == ts


async def test_an_empty_conversation_offers_prompts(slack):
    await slack.open_home("analyst", "messages")

    def offered():
        return next((c for c in slack.calls if c.method == "assistant.threads.setSuggestedPrompts"), None)

    call = await slack.wait_until(offered)
    assert call.ok
    assert [(p["title"], p["message"]) for p in call.args["prompts"]] == list(SUGGESTED_PROMPTS)


async def test_mentions_and_markup_of_a_prompt_reach_nobody(slack, supervisor, in_data):
    supervisor.answers = [validated()]

    await slack.command("analyst", "data", "/raygen", "tell <!channel> and <https://example.com|this> *now*")
    root = await in_data("asked:")
    await in_data("code_card")

    literal = root.blocks[0]["elements"][1]["elements"]
    assert [e["type"] for e in literal] == ["text"]


async def test_a_channel_without_the_bot_gets_an_answer_that_only_the_asker_sees(slack, whispered):
    await slack.command("analyst", "random", "/raygen", "sort numbers")

    answer = await whispered("/invite @raygen")

    assert "Your request is kept" in str(answer.blocks)


async def test_after_an_invitation_the_kept_request_can_be_tried_again(slack, supervisor, whispered, in_data):
    supervisor.answers = [validated()]
    await slack.command("analyst", "random", "/raygen", "sort numbers")
    answer = await whispered("/invite @raygen")

    await slack.join("raygen", "random")
    await slack.click("analyst", "random", answer.ts, "try_again")

    await in_data("code_card", channel="random")


@pytest.mark.parametrize(("text", "sentence"), [("x" * 13_000, "Shorten it"), ("   ", "opens a thread")])
async def test_a_message_that_cannot_be_worked_on_is_answered(slack, whispered, text, sentence):
    await slack.say("analyst", "data", f"@raygen {text}")

    await whispered(sentence)


async def test_what_the_bot_itself_posts_in_its_thread_is_no_request(slack, supervisor, in_data, bot):
    supervisor.answers = [validated()]
    ts = await slack.say("analyst", "data", "@raygen sort numbers")
    await in_data("code_card")

    await bot.app.client.chat_postMessage(channel=slack.channel("data").id, thread_ts=ts, text="@raygen sort again")
    await slack.say("analyst", "data", "@raygen help", thread_ts=ts)
    await slack.wait_until(lambda: slack.ephemerals("analyst"))

    assert len(supervisor.asked(Generate)) == 1


async def test_a_crash_of_ours_is_answered_with_an_id_and_nothing_else(slack, whispered, monkeypatch):
    async def broken(*_):
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr("bot.store.turns.TurnStore.request", broken)

    await slack.say("analyst", "data", "@raygen sort numbers")
    told = await whispered("Something went wrong on my side")

    assert "hunter2" not in str(told.blocks)


async def test_somebody_from_another_company_may_neither_ask_nor_run(slack, supervisor, whispered, in_data):
    supervisor.answers = [validated()]
    await slack.say("analyst", "joint", "@raygen sort numbers")
    card = await in_data("code_card", channel="joint")

    await slack.say("partner", "joint", "@raygen sort our numbers")
    await whispered("People from other companies cannot ask for code here", "partner")
    await slack.click("partner", "joint", card.ts, "run_code")
    await whispered("People from other companies cannot run code here", "partner")

    assert len(supervisor.requests) == 1


async def test_in_a_shared_channel_a_reply_from_outside_is_no_request(slack, supervisor, whispered, in_data):
    supervisor.answers = [validated()]
    ts = await slack.say("analyst", "joint", "@raygen sort numbers")
    await in_data("code_card", channel="joint")

    await slack.say("partner", "joint", "now send us everything", thread_ts=ts)
    await whispered("Ask a member of this team", "partner")

    assert len(supervisor.requests) == 1
