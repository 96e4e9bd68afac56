import asyncio
import json

import pytest

from agents.wire import (
    Attempt,
    Drafting,
    Envelope,
    Finished,
    Generate,
    Heartbeat,
    Repairing,
    Reply,
    UnvalidatedCode,
    Usage,
    WireError,
    sha256_of,
)
from bot.asking import STOPPED
from bot.blocks.names import CANCEL, EDIT, EXPLAIN, REGENERATE, RUN, STOP_TURN, TRY_AGAIN
from bot.errors import SlackRefused, SlackUnavailable, SupervisorFailed
from bot.poster import Place
from bot.redaction import Redaction
from bot.store.cancelling import CancelStore
from bot.turns import Turns
from bot.updates import Pace
from tests.bot.store.test_turn_store import SESSION, expire_lease
from tests.fakes.poster import MemoryPoster
from tests.fakes.supervisor import ScriptedSupervisor, unreachable, validated


@pytest.fixture
def poster():
    return MemoryPoster()


@pytest.fixture
def supervisor():
    return ScriptedSupervisor()


@pytest.fixture
def work(turns, supervisor, poster):
    return Turns(turns, supervisor, poster, Pace(), Redaction(["a-known-secret"]), time_limit=60)


@pytest.fixture
def handle(work, turns, new_turn):
    async def handle(**changes):
        await turns.request(new_turn(**changes))
        (turn,) = await turns.claim(1)
        await work.handle(turn)
        return turn

    return handle


def buttons(message):
    rows = [b["elements"] for b in message.blocks if b["type"] == "actions"]
    return {e["action_id"]: e["value"] for row in rows for e in row}


async def test_validated_code_comes_as_a_card_with_buttons_and_as_a_snippet(handle, supervisor, poster):
    supervisor.answers = [validated()]

    turn = await handle()

    card = poster.last("turn-1")
    assert buttons(card) == {
        RUN: "version-turn-1:1",
        EDIT: "version-turn-1",
        REGENERATE: "version-turn-1",
        EXPLAIN: "version-turn-1",
        CANCEL: "version-turn-1",
    }
    assert poster.files["F0"] == ("say_hello.py", validated().code.encode())
    assert turn.delivered


async def test_a_slash_command_opens_a_thread_with_a_visible_message(handle, supervisor, poster):
    supervisor.answers = [validated()]

    await handle(thread_ts=None, surface="command")

    root, card = poster.messages.values()
    assert root.place.thread_ts is None
    assert card.place.thread_ts == "1700000000.000000"


async def test_the_supervisor_gets_the_same_session_in_every_turn_and_the_current_code(handle, supervisor):
    supervisor.answers = [validated("print(1)"), validated("print(2)")]

    await handle(number=1)
    await handle(number=2, prompt="make it two")

    first, second = supervisor.asked(Generate)
    assert first.session_id == second.session_id == SESSION
    assert (first.code, second.code) == (None, "print(1)")


def turned_away(code, message):
    """A program that never ran, for this error."""
    return UnvalidatedCode(
        code="import os",
        code_sha256=sha256_of("import os"),
        title="Look around",
        model="a script",
        ray_cluster_ip="10.0.0.1",
        error=WireError(code=code, message=message),
        attempts=(Attempt(number=1, status="rejected", seconds=0.0),),
    )


async def test_code_that_the_policy_forbids_is_said_to_have_never_run(handle, supervisor, poster):
    supervisor.answers = [turned_away("policy", "Line 1 starts a shell. Leave it out.")]

    await handle()

    card = json.dumps(poster.last("turn-1").blocks)
    assert "never ran" in card
    assert "because of what it holds" in card
    assert "Line 1 starts a shell." in card
    assert "Id for whoever runs me: `turn-1`" in card
    assert "printed nothing" not in card


async def test_code_is_not_blamed_for_a_cluster_that_cannot_be_reached(handle, supervisor, poster):
    supervisor.answers = [turned_away("cluster_unreachable", "The cluster cannot be reached.")]

    await handle()

    card = json.dumps(poster.last("turn-1").blocks)
    assert "never ran" in card
    assert "Id for whoever runs me: `turn-1`" in card
    assert "because of what it holds" not in card


async def test_words_are_shown_as_words_without_a_run_button(handle, supervisor, poster):
    supervisor.answers = [Reply(text="It sorts numbers.", model="a script")]

    await handle()

    assert "It sorts numbers." in json.dumps(poster.last("turn-1").blocks)
    assert buttons(poster.last("turn-1")) == {}


async def test_code_that_never_ran_through_has_no_run_button(handle, supervisor, poster):
    failed = UnvalidatedCode(
        code="1/0",
        code_sha256=sha256_of("1/0"),
        title="Divide",
        model="a script",
        ray_cluster_ip="10.0.0.1",
        error=WireError(code="job_failed", message="ZeroDivisionError in line 1."),
        traceback="Traceback\nZeroDivisionError",
        attempts=(Attempt(number=1, status="failed", seconds=1.0),),
    )
    supervisor.answers = [failed]

    await handle()

    card = json.dumps(poster.last("turn-1").blocks)
    assert "ZeroDivisionError in line 1." in card
    assert "none succeeded" in card
    assert "Id for whoever runs me" not in card
    assert buttons(poster.last("turn-1")) == {EDIT: "version-turn-1", TRY_AGAIN: "turn-1"}


@pytest.mark.parametrize(
    "failure",
    [
        unreachable(),
        SupervisorFailed("model_throttled", "The model is busy. Try again in a minute."),
        SupervisorFailed("no_code", "The model wrote no code. Say it in other words."),
        SupervisorFailed("gateway_timeout", "The cluster's gateway did not answer. Try again."),
    ],
)
async def test_every_failure_of_the_agents_ends_in_a_card_that_says_what_to_do(handle, supervisor, poster, failure):
    supervisor.answers = [failure]

    turn = await handle()

    assert failure.sentence in json.dumps(poster.last("turn-1").blocks)
    assert f"Id `{turn.id}`" in json.dumps(poster.last("turn-1").blocks)
    assert buttons(poster.last("turn-1")) == {TRY_AGAIN: "turn-1"}
    assert turn.state == "failed"


async def test_a_stream_that_breaks_off_is_an_answer_too(handle, supervisor, poster, work):
    async def nothing(_request):
        for event in ():
            yield event

    supervisor.generate = nothing

    await handle()

    assert "broke off" in json.dumps(poster.last("turn-1").blocks)


async def test_agents_that_never_answer_are_not_waited_for_without_end(turns, supervisor, poster, new_turn):
    async def silent(_request):
        await asyncio.Event().wait()
        yield

    supervisor.generate = silent
    work = Turns(turns, supervisor, poster, Pace(), Redaction(), time_limit=0.01)
    await turns.request(new_turn())
    (turn,) = await turns.claim(1)

    await work.handle(turn)

    assert "took too long" in json.dumps(poster.last("turn-1").blocks)


async def test_a_channel_that_the_bot_is_not_in_is_answered_privately_with_what_to_do(handle, supervisor, poster):
    refusal = SlackRefused("not_in_channel", "I am not a member of this channel. Type `/invite @raygen` here.")
    poster.refuse = {"post": [refusal]}

    turn = await handle(thread_ts=None, surface="command", response_url="https://hooks.slack.example/1")

    ((url, message),) = poster.responses
    assert url == "https://hooks.slack.example/1"
    assert "/invite" in json.dumps(message.blocks)
    assert f"Id `{turn.id}`" in json.dumps(message.blocks)
    assert poster.messages == {}
    assert turn.delivered


async def test_an_answer_whose_channel_is_archived_meanwhile_is_read_in_person(handle, supervisor, poster):
    supervisor.answers = [validated()]
    closed = SlackRefused("is_inactive", "This channel is archived or deleted.")
    poster.refuse = {"update": [closed] * 9}

    turn = await handle()

    told = next(m for m in poster.messages.values() if m.place == Place(f"D-{turn.user_id}"))
    words = json.dumps(told.said[-1].blocks)
    assert "That channel is archived or deleted." in words
    assert "Validated on" in words
    assert turn.id in words
    assert buttons(told.said[-1]) == {}
    assert [place.channel for place, _ in poster.shared] == [f"D-{turn.user_id}"]


def close_channel(poster, refusal):
    """Have Slack change no message any more but in person."""
    update = poster.update

    async def closed(place, ts, message):
        if not place.channel.startswith("D-"):
            raise refusal
        await update(place, ts, message)

    poster.update = closed


async def test_an_answer_to_a_command_whose_thread_is_gone_is_read_in_person_with_its_program(
    handle, supervisor, poster
):
    supervisor.answers = [validated()]
    poster.refuse = {"update": [SlackRefused("thread_not_found", "The thread has been deleted.")] * 9}

    turn = await handle(response_url="https://hooks.slack.example/1")

    told = next(m for m in poster.messages.values() if m.place == Place(f"D-{turn.user_id}"))
    assert "Validated on" in json.dumps(told.said[-1].blocks)
    assert poster.responses == []


async def test_to_ask_again_is_not_offered_where_the_thread_is_gone(handle, poster):
    poster.refuse = {"post": [SlackRefused("thread_not_found", "The thread has been deleted.")]}

    await handle(response_url="https://hooks.slack.example/1")

    ((_, message),) = poster.responses
    assert buttons(message) == {}


async def test_a_program_that_cannot_be_attached_in_person_is_said_so(handle, supervisor, poster):
    supervisor.answers = [validated()]
    close_channel(poster, SlackRefused("is_archived", "This channel is archived."))
    poster.refuse = {"upload": [SlackRefused("file_uploads_disabled", "Files are off.")]}

    turn = await handle()

    told = next(m for m in poster.messages.values() if m.place == Place(f"D-{turn.user_id}"))
    assert "could not be attached" in json.dumps(told.said[-1].blocks)


async def test_what_slack_does_not_take_as_a_card_is_said_shorter(handle, supervisor, poster):
    supervisor.answers = [validated()]
    odd = SlackRefused("invalid_blocks", "Slack refused the message.")
    close_channel(poster, odd)
    said, posted = poster.post, []

    async def refused_once(place, message, row_id, *, maybe_posted):
        if row_id.startswith("in-person"):
            posted.append(message)
            if len(posted) == 1:
                raise odd
        return await said(place, message, row_id, maybe_posted=maybe_posted)

    poster.post = refused_once

    turn = await handle()

    card, shorter = posted
    assert len(shorter.blocks) == 2 < len(card.blocks)
    assert turn.id in json.dumps(shorter.blocks)
    assert turn.delivered


async def test_a_note_below_the_card_keeps_what_somebody_has_pressed_meanwhile(handle, supervisor, poster, database):
    supervisor.answers = [validated()]
    poster.refuse = {"upload": [SlackRefused("file_uploads_disabled", "Files are off.")]}
    upload = poster.upload

    async def cancelled_meanwhile(*arguments):
        await CancelStore(database).cancel("version-turn-1", "U9")
        return await upload(*arguments)

    poster.upload = cancelled_meanwhile

    await handle()

    card = json.dumps(poster.last("turn-1").blocks)
    assert "could not be attached" in card
    assert "Cancelled by" in card


async def test_a_request_that_slack_takes_no_card_for_is_ended_in_person_with_its_id(handle, poster):
    poster.refuse = {"post": [SlackRefused("thread_not_found", "The thread has been deleted.")]}

    turn = await handle()

    (told,) = poster.messages.values()
    words = json.dumps(told.said[-1].blocks)
    assert told.place == Place(f"D-{turn.user_id}")
    assert words.count("The thread has been deleted.") == 1
    assert turn.id in words
    assert turn.delivered


async def test_a_channel_that_closes_below_the_answer_is_no_second_answer(handle, supervisor, poster):
    supervisor.answers = [validated()]
    closed = SlackRefused("is_archived", "This channel is archived.")
    poster.refuse = {"upload": [closed]}
    said = poster.update

    async def closed_after_the_end(place, ts, message):
        if "could not be attached" in json.dumps(message.blocks):
            raise closed
        await said(place, ts, message)

    poster.update = closed_after_the_end

    turn = await handle()

    assert {told.place.channel for told in poster.messages.values()} == {turn.channel}
    assert turn.delivered


async def test_a_turn_whose_replica_died_while_the_agents_worked_is_answered_once(
    database, turns, work, supervisor, poster, new_turn
):
    await turns.request(new_turn(thread_ts=None, surface="command"))
    (turn,) = await turns.claim(1)
    poster.refuse = {"update": [SlackUnavailable("slack_unavailable", "Slack did not answer.")] * 9}
    supervisor.answers = [validated()]
    with pytest.raises(SlackUnavailable):
        await work.handle(turn)
    poster.refuse = {}
    await expire_lease(database, turn)

    (again,) = await turns.claim(1)
    await work.handle(again)

    assert len(poster.messages) == 2
    assert RUN in buttons(poster.last("turn-1"))
    assert len(supervisor.requests) == 1


async def test_the_line_that_names_the_program_gone_by_is_said_once_whoever_dies(
    database, turns, work, supervisor, poster, handle, new_turn
):
    supervisor.answers = [validated(), validated("print(8)")]
    await handle()
    beside = {"channel": "D1", "thread_ts": "9.9", "message_ts": "9.9", "base": "version-turn-1"}
    await turns.request(new_turn(2, **beside))
    (turn,) = await turns.claim(1)
    said = poster.post

    async def gone_after_the_line(place, message, row_id, *, maybe_posted):
        await said(place, message, row_id, maybe_posted=maybe_posted)
        raise SlackUnavailable("slack_unavailable", "Slack did not answer.")

    poster.post = gone_after_the_line
    with pytest.raises(SlackUnavailable):
        await work.handle(turn)
    poster.post = said
    await expire_lease(database, turn)

    (again,) = await turns.claim(1)
    await work.handle(again)

    lines = [m for m in poster.messages.values() if m.row_id == "going-by-turn-2"]
    assert len(lines) == 1
    assert "Going by «Say hello»" in lines[0].said[0].text
    assert supervisor.asked(Generate)[-1].code == validated().code


async def test_a_program_that_is_forgotten_before_the_turn_begins_is_not_made_up(handle, supervisor, poster):
    supervisor.answers = [validated()]

    turn = await handle(channel="D1", thread_ts="9.9", message_ts="9.9", base="version-forgotten")

    assert {m.row_id for m in poster.messages.values()} == {"turn-1"}
    assert "no longer kept" in poster.last("turn-1").text
    assert (turn.state, supervisor.asked(Generate)) == ("failed", [])


async def test_a_turn_that_was_interrupted_twice_is_offered_with_a_button(
    database, turns, work, supervisor, poster, new_turn
):
    await turns.request(new_turn())
    for _ in range(2):
        (turn,) = await turns.claim(1)
        await turns.start(turn)
        await expire_lease(database, turn)

    (turn,) = await turns.claim(1)
    await work.handle(turn)

    assert supervisor.requests == []
    assert buttons(poster.last("turn-1")) == {TRY_AGAIN: "turn-1"}
    assert turn.state == "interrupted"


async def test_a_secret_of_this_process_never_reaches_the_thread(handle, supervisor, poster):
    supervisor.answers = [validated(output="the token is a-known-secret\n", explanation="uses a-known-secret")]
    supervisor.progress = [Repairing(attempt=1, attempts=3, error="KeyError: 'a-known-secret'")]

    await handle()

    assert "a-known-secret" not in json.dumps([[s.blocks for s in m.said] for m in poster.messages.values()])


async def test_the_version_that_the_turn_names_is_the_one_to_change(handle, supervisor):
    supervisor.answers = [validated("print(1)"), validated("print(2)"), validated("print(3)"), validated("print(4)")]
    await handle(number=1)
    await handle(number=2)

    await handle(number=3, base="version-turn-1")
    await handle(number=4, base="")

    assert [r.code for r in supervisor.asked(Generate)] == [None, "print(1)", "print(1)", None]


async def test_a_card_that_somebody_deleted_is_posted_again_with_the_answer(handle, supervisor, poster):
    supervisor.answers = [validated()]
    poster.refuse = {"update": [SlackRefused("message_not_found", "The message has been deleted.")] * 3}
    poster.forget = True

    turn = await handle()

    assert RUN in buttons(poster.messages[turn.card_ts].said[-1])


async def test_a_snippet_that_slack_refuses_is_said_on_the_card(handle, supervisor, poster):
    supervisor.answers = [validated()]
    poster.refuse = {"upload": [SlackRefused("storage_limit_reached", "The workspace is full.")]}

    await handle()

    card = poster.last("turn-1")
    assert "could not be attached. The workspace is full." in json.dumps(card.blocks)
    assert RUN in buttons(card)


async def test_an_answer_with_a_null_character_is_none(handle, supervisor, poster):
    supervisor.answers = [validated("print('\x00')")]

    turn = await handle()

    assert turn.state == "failed"
    assert "null character" in json.dumps(poster.last("turn-1").blocks)


async def test_a_turn_that_crashes_us_is_said_even_before_it_has_a_card(turns, work, poster, new_turn):
    await turns.request(new_turn())
    (turn,) = await turns.claim(1)

    await work.abandon(turn)

    assert "give whoever runs me this id" in json.dumps(poster.last("turn-1").blocks)
    assert turn.delivered


async def test_a_turn_that_crashes_us_where_slack_is_closed_ends_all_the_same(turns, work, poster, new_turn):
    await turns.request(new_turn())
    (turn,) = await turns.claim(1)
    poster.refuse = {"post": [SlackRefused("is_archived", "This channel is archived.")]}

    await work.abandon(turn)

    assert turn.delivered


async def test_the_supervisor_gets_the_thread_without_secrets_in_what_was_answered(handle, supervisor):
    supervisor.answers = [Reply(text="It is a-known-secret.", model="a script"), validated()]

    await handle(number=1, prompt="What is it?")
    await handle(number=2, prompt="make it two")

    _, second = supervisor.asked(Generate)
    assert [(turn.prompt, turn.answer) for turn in second.history] == [("What is it?", "It is [redacted].")]


class Telling(ScriptedSupervisor):
    """Answers with an envelope of its own."""

    def __init__(self, envelope):
        super().__init__()
        self.envelope = envelope

    async def generate(self, request):
        yield Finished(envelope=self.envelope)


@pytest.mark.parametrize(
    "envelope",
    [Envelope.success(validated()), Envelope.failure(WireError(code="no_code", message="No."))],
    ids=["success", "failure"],
)
async def test_what_the_models_took_is_stored_with_the_turn(turns, poster, new_turn, envelope):
    usage = Usage(model_calls=3, input_tokens=1000, output_tokens=200, cost_usd=0.002)
    work = Turns(turns, Telling(envelope.model_copy(update={"usage": usage})), poster, Pace(), Redaction(), 60)
    await turns.request(new_turn())
    (turn,) = await turns.claim(1)

    await work.handle(turn)

    assert Usage.model_validate((await turns.find(turn.id)).usage) == usage


class Busy(ScriptedSupervisor):
    """Writes for ever; notes when it is left."""

    def __init__(self):
        super().__init__()
        self.begun, self.left = asyncio.Event(), asyncio.Event()

    async def generate(self, request):
        try:
            while True:
                yield Drafting(lines=2, tail="token = 'a-known-secret'\nprint(token)")
                self.begun.set()
                yield Heartbeat(seconds=1)
                await asyncio.sleep(0)
        finally:
            self.left.set()


async def test_stop_ends_the_request_and_hangs_up_on_the_agents(turns, poster, new_turn, monkeypatch):
    monkeypatch.setattr("bot.asking.LOOK_SECONDS", 0.01)
    busy = Busy()
    work = Turns(turns, busy, poster, Pace(), Redaction(["a-known-secret"]), time_limit=60)
    await turns.request(new_turn())
    (turn,) = await turns.claim(1)
    working = asyncio.create_task(work.handle(turn))
    await busy.begun.wait()
    first = poster.last("turn-1")

    await turns.ask_to_stop(turn.id, "U2")
    await working

    assert buttons(first) == {STOP_TURN: "turn-1"}
    assert busy.left.is_set()
    assert STOPPED in json.dumps(poster.last("turn-1").blocks)
    assert buttons(poster.last("turn-1")) == {TRY_AGAIN: "turn-1"}
    assert (await turns.find(turn.id)).error["code"] == "cancelled"
    assert "a-known-secret" not in json.dumps([m.blocks for m in poster.messages["1700000000.000000"].said])
