"""Running programs on a real head as one driver, and what became of each."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import httpx

from sandbox.ray_head import RayHead

DRIVER = Path(__file__).with_name("driver.py")
SECONDS = 840
"""A bound for a machine that has other things to do: alone it takes two or three minutes."""


@dataclass(frozen=True)
class Ran:
    """What a program printed and saved, and its traceback if it failed."""

    printed: str
    saved: tuple[str, ...]
    failure: str | None


def run_programs(programs: Sequence[Path], workplace: Path, environment: dict[str, str]) -> dict[str, Ran]:
    """What became of the programs, by their files' names without the suffix; two drivers share them."""
    with ThreadPoolExecutor(2) as drivers:
        halves = drivers.map(lambda half: _driven(half, workplace, environment), (programs[::2], programs[1::2]))
        return {name: ran for half in halves for name, ran in half.items()}


def _driven(programs: Sequence[Path], workplace: Path, environment: dict[str, str]) -> dict[str, Ran]:
    done = run_python([str(DRIVER), *map(str, programs)], workplace, environment)
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"path"')]
    assert len(answers) == len(programs), done.stderr[-2000:]
    return {Path(a["path"]).stem: Ran(a["printed"], tuple(a["saved"]), a["failure"]) for a in answers}


def run_python(
    arguments: Sequence[str], workplace: Path, environment: dict[str, str]
) -> "subprocess.CompletedProcess[str]":
    """Run `python ARGUMENTS` to its end."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=workplace,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def environment_of_driver(head: RayHead, workplace: Path) -> dict[str, str]:
    """What makes a Python process a driver on the head."""
    return {
        "PATH": os.defpath,
        "HOME": str(workplace),
        "LANG": "C.UTF-8",
        "RAYGEN_OUT": str(workplace),
        "RAY_ADDRESS": _address_for_drivers(head),
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": head.token,
        "RAY_USAGE_STATS_ENABLED": "0",
    }


def _address_for_drivers(head: RayHead) -> str:
    """Where the head's GCS listens: a job is told by Ray, and the dashboard's API tells nobody else."""
    headers = {"Authorization": f"Bearer {head.token}"}
    with httpx.Client(base_url=f"http://{head.address}", headers=headers, trust_env=False, timeout=60) as client:
        entrypoint = 'python -c \'import os; print("address:", os.environ["RAY_ADDRESS"])\''
        job = _submitted(client, entrypoint)
        for _ in range(600):
            if client.get(f"/api/jobs/{job}").json()["status"] in {"SUCCEEDED", "FAILED"}:
                break
            Event().wait(0.1)
        logs = client.get(f"/api/jobs/{job}/logs").json()["logs"]
    found = re.search(r"^address: (\S+)$", logs, re.MULTILINE)
    assert found, logs
    return found.group(1)


def _submitted(client: httpx.Client, entrypoint: str) -> str:
    """The id of a new job; a head that has just started may turn the first ones away."""
    for _ in range(30):
        answer = client.post("/api/jobs/", json={"entrypoint": entrypoint})
        if answer.is_success:
            break
        Event().wait(1)
    return str(answer.raise_for_status().json()["submission_id"])
