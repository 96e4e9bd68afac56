"""Edit: a program that a person writes, from the modal or from a file to the next version."""

import asyncio

import pytest
from sqlalchemy import delete

from agents.wire import (
    Attempt,
    Execute,
    Generate,
    JobReport,
    Reply,
    UnvalidatedCode,
    Validate,
    WireError,
    sha256_of,
)
from bot.store.models import CodeVersion
from tests.bot.slack.conftest import press
from tests.fakes.supervisor import HELLO, validated

GOODBYE = HELLO.replace("Hello", "Goodbye")
LONG = HELLO + "".join(f"\n\ndef f{number}():\n    return '{'x' * 400}'\n" for number in range(12))


def modal(slack, user="analyst"):
    views = slack.modals(user)
    return views[-1].definition if views else None


@pytest.fixture
def opened(slack):
    async def opened(message, user="analyst"):
        await press(slack, message, "edit_code", user)
        return await slack.wait_until(lambda: modal(slack, user), 20)

    return opened


async def test_an_edit_is_validated_as_it_is_and_becomes_the_next_version(slack, supervisor, card, opened, in_data):
    view = await opened(card)
    supervisor.answers = [validated(GOODBYE)]

    outcome = await slack.submit_view("analyst", {"part_0": GOODBYE.strip()})
    edited = await in_data("code_card", number=2)

    (asked,) = supervisor.asked(Validate)
    assert view["blocks"][-1]["element"]["initial_value"] == HELLO.strip()
    assert (outcome.acked, dict(outcome.payload)) == (True, {})
    assert (asked.code, asked.title, asked.user_id) == (GOODBYE, "Say hello", slack.user("analyst").id)
    assert len(supervisor.asked(Generate)) == 1
    shown = str(edited.blocks)
    assert f"Edited by <@{slack.user('analyst').id}> from version 1: 1 line added, 1 removed." in shown
    assert '+print("Goodbye")' in shown
    assert "version 2" in shown
    assert "regenerate" not in shown


async def test_the_edited_version_runs_and_its_successor_has_it_for_a_parent(
    bot, slack, supervisor, card, opened, in_data
):
    await opened(card)
    supervisor.answers = [validated(GOODBYE)]
    await slack.submit_view("analyst", {"part_0": GOODBYE})
    supervisor.reports = [JobReport(status="succeeded", output="Goodbye\n", log_offset=8)]

    await press(slack, await in_data("code_card", number=2), "run_code")
    await in_data("ended_run")

    assert supervisor.asked(Execute)[0].code == GOODBYE


async def test_an_edit_of_an_older_version_comes_from_that_one(slack, supervisor, card, opened, in_data):
    supervisor.answers = [validated("print('other')\n"), validated(GOODBYE)]
    await slack.say("analyst", "data", "make it other", thread_ts=card.thread_ts)
    await in_data("code_card", number=2)

    await opened(card)
    await slack.submit_view("analyst", {"part_0": GOODBYE})
    third = await in_data("code_card", number=3)

    assert "from version 1" in str(third.blocks)
    assert '-print("Hello")' in str(third.blocks)


async def test_a_modal_that_is_submitted_twice_is_one_version(slack, supervisor, card, opened, in_data):
    await opened(card)
    supervisor.answers = [validated(GOODBYE), validated("print('twice')")]
    submit = slack.submit_view("analyst", {"part_0": GOODBYE}), slack.submit_view("analyst", {"part_0": GOODBYE})

    outcomes = await asyncio.gather(*submit)
    await in_data("code_card", number=2)
    supervisor.reports = [JobReport(status="succeeded", output="x\n", log_offset=2)]
    await press(slack, await in_data("code_card", number=2), "run_code")
    await in_data("ended_run")

    assert all(outcome.acked for outcome in outcomes)
    assert len(supervisor.asked(Validate)) == 1


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (HELLO.strip(), "Nothing has changed"),
        ("import ray\nprint('Hello'", "This is no Python yet: '(' was never closed, line 2."),
        ("  ", "program is empty"),
    ],
)
async def test_what_can_be_told_at_once_stands_below_the_field(slack, supervisor, card, opened, written, sentence):
    await opened(card)

    outcome = await slack.submit_view("analyst", {"part_0": written})

    assert outcome.payload["response_action"] == "errors"
    assert sentence in outcome.payload["errors"]["part_0"]
    assert modal(slack) is not None
    assert supervisor.asked(Validate) == []


async def test_a_long_program_comes_in_parts_and_an_error_stands_below_its_own(bot, slack, supervisor, opened, in_data):
    supervisor.answers = [validated(LONG)]
    await slack.command("analyst", "data", "/raygen", "say hello")
    view = await opened(await in_data("code_card"))
    parts = [block["element"]["initial_value"] for block in view["blocks"] if block["type"] == "input"]

    broken = await slack.submit_view("analyst", {"part_1": parts[1] + "\ndef broken(:"})
    supervisor.answers = [validated(LONG)]
    await slack.submit_view("analyst", {"part_1": parts[1] + "\nprint('more')"})
    await in_data("code_card", number=2)

    assert len(parts) == 3
    assert list(broken.payload["errors"]) == ["part_1"]
    assert "of this part" in broken.payload["errors"]["part_1"]
    assert supervisor.asked(Validate)[0].code == LONG.replace(parts[1], parts[1] + "\nprint('more')")


async def test_a_program_that_is_too_long_for_a_modal_asks_for_a_file(bot, slack, supervisor, in_data, whispered):
    supervisor.answers = [validated("print('x')\n" * 4_000)]
    await slack.command("analyst", "data", "/raygen", "say hello")

    await press(slack, await in_data("code_card"), "edit_code")
    await whispered("one attached .py file instead")

    assert modal(slack) is None


async def test_an_attached_program_becomes_the_next_version(slack, supervisor, card, in_data):
    supervisor.answers = [validated(GOODBYE)]
    program = ("hello.py", GOODBYE.replace("\n", "\r\n").encode())

    await slack.say("analyst", "data", "use this", thread_ts=card.thread_ts, files=[program])
    edited = await in_data("code_card", number=2)

    (asked,) = supervisor.asked(Validate)
    assert asked.code == GOODBYE.replace("\n", "\r\n")
    assert "from version 1" in str(edited.blocks)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"print('a')\nprint(", "«hello.py» is no Python yet: '(' was never closed, line 2."),
        ("print('é')".encode("latin-1"), "«hello.py» is not UTF-8 text."),
        (b" \n", "the program is empty"),
        (b"#" * 1_048_577, "has more than 1,048,576 bytes"),
    ],
)
async def test_an_attached_program_that_cannot_be_one_says_why(slack, supervisor, card, in_data, content, sentence):
    await slack.say("analyst", "data", "", thread_ts=card.thread_ts, files=[("hello.py", content)])

    await in_data(sentence)
    assert supervisor.asked(Validate) == []


async def test_a_modal_that_slack_does_not_open_is_said(slack, card, whispered):
    slack.faults.answer("views.open", "expired_trigger_id")

    await press(slack, card, "edit_code")

    await whispered("Slack did not open the window in time")


async def test_an_edit_that_fails_offers_to_fix_or_to_edit_it_again(slack, supervisor, card, opened, in_data):
    failed = UnvalidatedCode(
        code="1/0\n",
        code_sha256=sha256_of("1/0\n"),
        title="Say hello",
        model="no model",
        ray_cluster_ip="10.0.0.1",
        error=WireError(code="job_failed", message="ZeroDivisionError in line 1."),
        traceback="Traceback\nZeroDivisionError: division by zero",
        attempts=(Attempt(number=1, status="failed", seconds=1.0),),
    )
    await opened(card)
    supervisor.answers = [failed, validated("print(1)\n")]
    await slack.submit_view("analyst", {"part_0": "1/0"})
    shown = await in_data("failed_card")

    again = await opened(shown)
    await press(slack, shown, "fix_code")
    await in_data("code_card", number=2)

    assert again["blocks"][-1]["element"]["initial_value"] == "1/0"
    fix = supervisor.asked(Generate)[-1]
    assert "division by zero" in fix.prompt
    assert fix.code == "1/0\n"


async def test_a_program_that_is_no_longer_kept_is_said_in_the_modals_place(bot, slack, database, card, opened):
    await opened(card)
    async with database.transaction() as session:
        await session.execute(delete(CodeVersion))

    outcome = await slack.submit_view("analyst", {"part_0": GOODBYE})

    assert outcome.payload["response_action"] == "update"
    assert "no longer kept" in str(modal(slack)["blocks"])


async def test_a_thread_that_is_gone_is_said_where_the_person_still_sees_it(slack, supervisor, card, opened, whispered):
    await opened(card)
    slack.faults.answer("chat.postMessage", "thread_not_found")

    await slack.submit_view("analyst", {"part_0": GOODBYE})

    await whispered("The thread has been deleted.")


async def test_who_may_not_run_code_cannot_edit_it_either(slack, supervisor, card, whispered):
    await press(slack, card, "edit_code", "guest")

    await whispered("Guests cannot", "guest")
    assert modal(slack, "guest") is None


async def test_explain_asks_for_words_about_this_program(slack, supervisor, card, in_data):
    supervisor.answers = [Reply(text="It says hello.", model="a script")]

    await press(slack, card, "explain_code")
    await in_data("It says hello.")

    asked = supervisor.asked(Generate)[-1]
    assert asked.prompt.startswith("Explain this program")
    assert asked.code == HELLO
