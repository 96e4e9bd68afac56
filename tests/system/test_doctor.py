"""`raygen doctor` against the whole system."""

import asyncio
import json
import sys


async def examined(sandbox, **changes):
    environment = {**sandbox._bot_environment(), **changes}
    doctor = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli", "doctor", "--json", env=environment, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await doctor.communicate()
    return doctor.returncode, {one["part"]: one["state"] for one in json.loads(printed)}


async def test_an_installation_that_works_is_found_well_to_the_last_hop(sandbox):
    code, found = await examined(sandbox)

    cluster = f"Cluster {sandbox.ray.address}"
    assert code == 0
    assert set(found.values()) == {"ok"}
    assert {"Slack scopes", "Slack app token", "Database", "AgentCore", "Gateway", cluster} <= set(found)


async def test_a_cluster_that_is_not_allowed_is_found_behind_a_gateway_that_is_well(sandbox):
    code, found = await examined(sandbox, RAYGEN_CLUSTER="127.0.0.1:1")

    assert code == 1
    assert (found["Gateway"], found["Cluster 127.0.0.1:1"]) == ("ok", "fault")
