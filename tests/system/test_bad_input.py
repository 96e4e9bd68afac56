"""Each bad input gets a clear, visible answer that says what to do, and nothing is lost."""

import pytest

from tests.system.test_the_way_of_a_request import HELLO, rows


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [("", "opens a thread"), ("   ", "opens a thread"), ("help", "opens a thread"), ("x" * 40_000, "Shorten it")],
)
async def test_a_prompt_that_cannot_be_worked_on_is_answered_to_its_sender(desk, prompt, answer):
    outcome = await desk.slack.command("analyst", "data", "/raygen", prompt)

    assert outcome.acked
    assert answer in str(outcome.payload)


async def test_a_channel_without_the_bot_says_how_to_invite_it(desk):
    outcome = await desk.slack.command("analyst", "random", "/raygen", HELLO)

    assert outcome.acked
    assert "/invite @raygen" in str((await desk.whispered("/invite")).blocks)


async def test_a_guest_is_told_whom_to_ask(desk):
    outcome = await desk.slack.command("guest", "data", "/raygen", HELLO)

    assert "Guests cannot ask for code here. Ask a full member" in str(outcome.payload)


async def test_somebody_from_another_company_is_told_whom_to_ask(desk):
    await desk.slack.say("partner", "joint", f"@raygen {HELLO}")

    assert "Ask a member of this team" in str((await desk.whispered("other companies", "partner")).blocks)


async def test_a_guest_who_presses_run_is_refused_at_the_click(desk, sandbox):
    thread = await desk.ask(HELLO)
    card = await thread.card()

    await thread.click(card, "run_code", user="guest")
    await desk.whispered("Guests cannot run code", "guest")

    assert rows(sandbox, "select id from runs where thread_ts = ?", thread.ts) == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"code": "", "session_id": "test"}, 400, "empty_code"),
        ({"code": "x" * 1_100_000, "session_id": "test"}, 400, "code_too_large"),
        ({"code": "print(1)\x00", "session_id": "test"}, 400, "null_character"),
        ({"code": "print('\ud800')", "session_id": "test"}, 400, "not_utf8"),
        ({"code": 1, "session_id": "test"}, 422, "bad_request"),
        ({"session_id": "test"}, 422, "bad_request"),
        ({"code": "print(1)", "ray_cluster_ip": "10.0.0.1"}, 422, "bad_request"),
    ],
)
async def test_code_that_cannot_be_run_is_refused_over_http_with_what_to_do(desk, body, status, code):
    assert await _refusal(desk, "/execute", body) == (status, code)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"prompt": "", "session_id": "test"}, 400, "empty_prompt"),
        ({"prompt": "x" * 40_000, "session_id": "test"}, 400, "prompt_too_long"),
        ({"prompt": HELLO, "session_id": None}, 422, "bad_request"),
    ],
)
async def test_a_prompt_that_cannot_be_worked_on_is_refused_over_http(desk, body, status, code):
    assert await _refusal(desk, "/generate", body) == (status, code)


async def _refusal(desk, path, body):
    status, answer = await desk.post(path, **body)
    assert answer["error"]["message"].endswith(".")
    return status, answer["error"]["code"]


@pytest.mark.parametrize("session_id", ["x", "y" * 300, "", "a/b c.d é"])
async def test_any_name_of_a_session_is_taken(desk, session_id):
    status, answer = await desk.post("/execute", code="print('ran')", session_id=session_id)

    assert status == 200
    assert answer["result"]["output"] == "ran\n"
    assert 33 <= len(answer["session_id"]) <= 100


async def test_a_syntax_error_is_answered_before_anything_runs(desk):
    _, answer = await desk.post("/execute", code="print(1\nx = = 2", session_id="test")

    assert answer["result"]["status"] == "rejected"
    assert "line" in answer["result"]["error"]["message"]


async def test_a_program_that_fails_shows_its_own_traceback(desk):
    _, answer = await desk.post("/execute", code="import ray\nray.init()\nprint('a')\n1/0\n", session_id="test")

    result = answer["result"]
    assert result["status"] == "failed"
    assert "ZeroDivisionError" in result["traceback"]
    assert "line 4" in result["traceback"]
    assert result["output"].startswith("a\n")


async def test_code_that_the_policy_forbids_is_not_run_and_says_why(desk):
    _, answer = await desk.post("/execute", code="import subprocess\nsubprocess.run(['id'])", session_id="test")

    assert answer["result"]["status"] == "rejected"
    assert answer["result"]["error"]["code"] == "policy"


async def test_a_web_page_cannot_use_the_http_api(sandbox):
    import aiohttp  # noqa: PLC0415 - beside its only use

    url = f"http://127.0.0.1:{sandbox.port}/execute"
    headers = {"Origin": "https://evil.example"}
    async with aiohttp.ClientSession() as session, session.post(url, json={"code": "1"}, headers=headers) as answer:
        assert answer.status == 403
    async with aiohttp.ClientSession() as session, session.post(url, data=b"{}") as answer:
        assert answer.status == 415
