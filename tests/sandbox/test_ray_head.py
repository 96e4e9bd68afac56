"""The sandbox's Ray head: closed to strangers, clean after itself."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import httpx
import pytest

from sandbox.ray_head import RayHead, RayHeadError, free_ports
from sandbox.ray_keeper import descendants

OWNER = """
import asyncio
from sandbox.ray_head import RayHead

async def main():
    async with RayHead(cpus=1) as head:
        print(head.address, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def _living(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


async def _until_gone(pids: list[int]) -> None:
    while _living(pids):
        await asyncio.sleep(0.05)


def _status(head: RayHead, headers: dict[str, str]) -> int:
    return httpx.get(f"{head.dashboard_url}/api/jobs/", headers=headers).status_code


def test_the_ports_are_distinct_and_out_of_the_workers_range():
    ports = free_ports()

    assert len(set(ports.values())) == len(ports)
    assert all(20_000 <= port < 32_000 for port in ports.values())


def test_the_token_is_not_in_the_repr():
    head = RayHead()

    assert head.token not in repr(head)


@pytest.mark.ray
@pytest.mark.parametrize(("headers", "status"), [({}, 401), ({"Authorization": "Bearer wrong"}, 403)])
def test_strangers_are_refused(ray_head, headers, status):
    assert _status(ray_head, headers) == status


@pytest.mark.ray
def test_the_token_is_on_no_command_line(ray_head):
    for pid in descendants(os.getpid()):
        assert ray_head.token.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.mark.ray
async def test_two_heads_live_side_by_side_and_a_stop_leaves_nothing(ray_head):
    async with RayHead(cpus=1) as second:
        assert second.address != ray_head.address
        assert second._keeper is not None
        pids = [second._keeper.pid, *descendants(second._keeper.pid)]
    await asyncio.wait_for(_until_gone(pids), 10)

    assert len(pids) > 3
    assert _status(ray_head, {"Authorization": f"Bearer {ray_head.token}"}) == 200


@pytest.mark.ray
async def test_a_head_ends_with_its_owner_however_that_dies():
    owner = await asyncio.create_subprocess_exec(sys.executable, "-c", OWNER, stdout=asyncio.subprocess.PIPE)
    assert owner.stdout is not None
    await asyncio.wait_for(owner.stdout.readline(), 60)
    pids = descendants(owner.pid)

    owner.send_signal(signal.SIGKILL)
    await owner.wait()

    assert len(pids) > 3
    await asyncio.wait_for(_until_gone(pids), 20)


async def test_without_ray_a_sentence_says_what_to_do(tmp_path):
    with pytest.raises(RayHeadError, match="make setup"):
        await RayHead(python=str(tmp_path / "python")).start()
