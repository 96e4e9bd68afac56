"""When a part is dead, slow or contradictory, the thread says so, and what was asked for is not lost."""

import pytest
import pytest_asyncio

from sandbox.system import Sandbox
from tests.system.conftest import Desk
from tests.system.test_the_way_of_a_request import HELLO, ray_jobs, rows

SLOW = "Report progress while tasks run"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def troubled(tmp_path_factory):
    data = tmp_path_factory.mktemp("troubled")
    (data / "slow.py").write_text(
        "import time\nimport ray\nray.init()\nprint('begun')\n"
        "for i in range(8):\n    time.sleep(1)\n    print('step', i)\nprint('done')\n"
    )
    async with Sandbox(model=f"file:{data / 'slow.py'}", say=lambda _: None, data=data) as sandbox:
        yield sandbox


@pytest.fixture
def troubled_desk(troubled):
    return Desk(troubled)


async def test_a_bot_that_is_killed_during_a_run_finishes_it_after_its_restart_once(troubled_desk, troubled):
    thread = await troubled_desk.ask("Run my program")
    await thread.click(await thread.card(), "run_code")
    await thread.says("begun")
    live = await thread.card("live_run")
    troubled.children["bot"].process.kill()
    await troubled.children["bot"].process.wait()

    await troubled.start_bot()
    ended = await thread.card("ended_run")

    assert ended.ts == live.ts
    ((run_id, output, state),) = rows(troubled, "select id, output, state from runs where thread_ts = ?", thread.ts)
    assert state == "succeeded"
    assert output == "begun\n" + "".join(f"step {i}\n" for i in range(8)) + "done\n"
    assert (await ray_jobs(troubled)).count(f"raygen-{run_id}") == 1


async def test_stop_ends_the_job_on_the_cluster_and_says_who_did_it(troubled_desk, troubled):
    thread = await troubled_desk.ask("Run my program")
    await thread.click(await thread.card(), "run_code")
    live = await thread.says("begun")
    live = await thread.card("live_run")

    await thread.click(live, "stop_run", user="engineer")
    ended = await thread.card("ended_run")

    assert "Stopped" in str(ended.blocks)
    assert troubled.slack.user("engineer").id in str(ended.blocks)


async def test_slack_that_answers_429_and_500_gets_every_message_once(troubled_desk, troubled):
    faults = troubled.slack.faults
    faults.rate_limit("chat.postMessage", times=1, retry_after=1)
    faults.fail("chat.update", times=2)
    faults.fail("chat.postMessage", times=1)

    thread = await troubled_desk.ask("Run my program")
    await thread.card()

    bots = [m for m in thread.messages if m.blocks]
    assert len(bots) == 2


async def test_a_dead_supervisor_is_said_in_the_thread_and_try_again_works(troubled_desk, troubled):
    await troubled.children["supervisor"].stop()
    thread = await troubled_desk.ask("Run my program")
    failed = await thread.card("failed_card")

    await troubled.start_agents()
    await thread.click(failed, "try_again")

    assert "Your request is kept" in str(failed.blocks)
    await thread.card("code_card")


async def test_a_dead_cluster_is_said_in_the_thread(troubled_desk, troubled):
    await troubled.ray.stop()

    thread = await troubled_desk.ask(HELLO)
    failed = await thread.card("failed_card")

    assert "cluster" in str(failed.blocks)
