"""A program that somebody has to approve, through every real part, and on the page."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from sandbox.system import Sandbox
from tests.sandbox.web.browser import chromium, window
from tests.system.conftest import Desk
from tests.system.test_the_way_of_a_request import ray_jobs, rows

CODE = """import http.client

import ray

ray.init()
print("200 means", http.client.responses[200])
"""
PRINTED = "200 means OK"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def guarded(tmp_path_factory):
    """A sandbox in which the group `approvers` approves, and whose model writes what needs it."""
    data = tmp_path_factory.mktemp("guarded")
    (data / "program.py").write_text(CODE)
    async with Sandbox(model=f"file:{data / 'program.py'}", say=lambda _: None, data=data, approvals=True) as sandbox:
        yield sandbox


@pytest.fixture
def guarded_desk(guarded):
    return Desk(guarded)


async def test_what_needs_approval_runs_once_it_is_approved_and_only_then(guarded_desk, guarded):
    thread = await guarded_desk.ask("Say what 200 means")
    card = await thread.card("approval_card")
    before = await ray_jobs(guarded)

    await thread.click(card, "approve_code", "approver")
    await thread.says("Approved by")
    await thread.click(card, "run_code")
    result = await thread.card("ended_run")
    await thread.says("has been used")

    ((state, run_id),) = rows(guarded, "select state, run_id from approvals where version_id like 'version-turn-%'")
    assert "uses the network" in str(card.blocks)
    assert not [job for job in before if not job.startswith("raygen-warm")]
    assert PRINTED in str(result.blocks)
    assert (state, f"raygen-{run_id}" in await ray_jobs(guarded)) == ("used", True)


async def test_code_over_http_has_nobody_to_approve_it_and_is_not_run(guarded_desk):
    status, answer = await guarded_desk.post("/execute", code=CODE, session_id="test")

    assert (status, answer["result"]["status"]) == (200, "rejected")
    assert answer["result"]["error"]["code"] == "needs_approval"


async def test_the_approver_approves_on_the_page_and_the_analyst_runs(guarded):
    url = f"http://127.0.0.1:{guarded.port}"
    guarded.slack.add_channel("reviews", ["analyst", "approver", guarded.slack.bot.id])
    async with chromium() as browser, window(browser, url) as analyst, window(browser, url) as approver:
        await analyst.look("analyst", "reviews")
        await analyst.say("/raygen Say what 200 means", "reviews")
        await analyst.open_thread()
        await expect(analyst.button("Approve")).to_be_visible()
        await expect(analyst.thread.get_by_text("@approvers").first).to_be_visible()
        await expect(analyst.button("Run")).to_have_count(0)
        await analyst.button("Approve").click()
        await expect(analyst.thread.get_by_text("You asked for this program")).to_be_visible()

        await approver.look("approver", "reviews")
        await approver.open_thread()
        await approver.button("Approve").click()
        await expect(approver.button("Run")).to_be_visible()
        assert await approver.findings() == []

        await analyst.button("Run").click()
        await expect(analyst.thread.locator("pre", has_text=PRINTED).last).to_have_text(PRINTED)
        await expect(analyst.button("Ask for approval")).to_be_visible()
