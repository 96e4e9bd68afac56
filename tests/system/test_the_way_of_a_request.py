"""From `/raygen` to the program's own output, through every real part."""

import asyncio
import json
import sqlite3

import aiohttp

from bot.doctor.workspace import NO_EXECUTION
from tests.readme import curl_lines
from tests.system.conftest import Thread

HELLO = "Create a Ray task that returns Hello"


def rows(sandbox, query, *values):
    with sqlite3.connect(f"file:{sandbox.data / 'raygen.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(query, values).fetchall()


async def ray_jobs(sandbox):
    headers = {"Authorization": f"Bearer {sandbox.ray.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{sandbox.ray.dashboard_url}/api/jobs/") as answer,
    ):
        return [job["submission_id"] for job in await answer.json() if job.get("submission_id")]


async def test_a_request_becomes_validated_code_and_a_click_its_output(desk):
    thread = await desk.ask(HELLO)

    card = await thread.card()
    await thread.click(card, "run_code")
    result = await thread.card("ended_run")

    assert "Validated on" in str(card.blocks)
    assert "offline cookbook" in str(card.blocks)
    assert "Finished" in str(result.blocks)
    printed = [b for b in result.blocks if b["type"] == "rich_text"]
    assert [e["text"] for b in printed for e in b["elements"][0]["elements"]] == ["Hello"]


async def test_the_job_of_a_click_is_on_the_dashboard_under_the_runs_id(desk, sandbox):
    thread = await desk.ask(HELLO)
    await thread.click(await thread.card(), "run_code")
    result = await thread.card("ended_run")

    ((run_id,),) = rows(sandbox, "select id from runs where thread_ts = ?", thread.ts)

    assert f"raygen-{run_id}" in str(result.blocks)
    assert f"raygen-{run_id}" in await ray_jobs(sandbox)


async def test_a_reply_refines_the_code_in_the_same_session(desk, sandbox):
    thread = await desk.ask("Estimate pi by Monte Carlo with 4 tasks")
    first = await thread.card()
    await thread.reply("use 6 tasks instead")
    second = await thread.card(number=2)

    versions = rows(
        sandbox,
        "select v.number, v.code, v.session_id from code_versions v join threads t using (session_id) where t.ts = ?"
        " order by v.number",
        thread.ts,
    )

    assert first.ts != second.ts
    assert [number for number, _, _ in versions] == [1, 2]
    assert len({session for _, _, session in versions}) == 1
    assert "= 6" in versions[1][1]
    assert versions[0][1] != versions[1][1]


async def test_a_mention_starts_a_thread_on_its_own_message(desk):
    ts = await desk.slack.say("engineer", "data", f"@raygen {HELLO}")
    thread = Thread(desk.sandbox, "data", ts, "engineer")

    await thread.card()

    cards = [m for m in thread.messages if m.user == desk.slack.bot.id and m.blocks]
    assert len(cards) == 1


async def test_a_mention_inside_a_thread_is_one_turn_although_two_events_tell_of_it(desk, sandbox):
    thread = await desk.ask(HELLO)
    await thread.card()
    await thread.reply("@raygen return Goodbye instead")
    await thread.card(number=2)

    assert len(rows(sandbox, "select id from turns where thread_ts = ?", thread.ts)) == 2


async def test_a_direct_message_is_a_request(desk):
    ts = await desk.slack.say("analyst", "analyst", HELLO)

    await Thread(desk.sandbox, "analyst", ts).card()


async def test_a_double_click_by_two_people_is_one_run_and_one_result(desk, sandbox):
    thread = await desk.ask(HELLO)
    card = await thread.card()

    await asyncio.gather(*(thread.click(card, "run_code", user) for user in ("analyst", "engineer", "analyst")))
    await thread.card("ended_run")
    told = [m for user in ("analyst", "engineer") for m in desk.slack.ephemerals(user) if m.root == card.root]

    assert len([m for m in told if "started already" in str(m.blocks)]) == 2
    assert len(rows(sandbox, "select id from runs where thread_ts = ?", thread.ts)) == 1
    assert thread.with_block("ended_run", 2) is None


async def test_rerun_is_another_run_of_the_same_code(desk, sandbox):
    thread = await desk.ask(HELLO)
    await thread.click(await thread.card(), "run_code")
    await thread.click(await thread.card("ended_run"), "run_code")
    await thread.card("ended_run", number=2)

    runs = rows(sandbox, "select version_id, number from runs where thread_ts = ? order by number", thread.ts)

    assert [number for _, number in runs] == [1, 2]
    assert len({version for version, _ in runs}) == 1


async def test_the_cookbook_declines_what_it_has_no_recipe_for_and_says_what_to_do(desk):
    thread = await desk.ask("Write a poem about the winter in my village")

    answer = await thread.says("cookbook")

    assert "RAYGEN_MODEL" in str(answer.blocks)
    assert thread.with_block("code_card") is None


async def test_what_the_readme_shows_with_curl_works(sandbox, tmp_path):
    answers = []
    for line in curl_lines():
        command = line.replace("http://localhost:8000", f"http://localhost:{sandbox.port}") + " --silent --fail"
        process = await asyncio.create_subprocess_shell(command, stdout=asyncio.subprocess.PIPE, cwd=tmp_path)
        out, _ = await process.communicate()
        assert process.returncode == 0, command
        answers.append(json.loads(out)["result"])

    generated, executed = answers
    assert "import ray" in generated["code"]
    assert generated["output"] == "Hello\n"
    assert executed["status"] == "succeeded"
    assert executed["output"] == "Hello\n"


async def test_the_sandbox_says_on_its_port_that_all_is_up(sandbox):
    url = f"http://127.0.0.1:{sandbox.port}/healthz"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 200


async def test_nothing_that_the_bot_sent_was_refused_or_late(desk):
    # The doctor, who may have looked at this sandbox before, asks after an execution that never was.
    sent = [call for call in desk.slack.calls if call.args.get("function_execution_id") != NO_EXECUTION]
    refused = {(call.method, call.error) for call in sent if not call.ok}
    assert refused <= {("chat.postMessage", "not_in_channel")}
    assert desk.slack.problems == []
