"""A warm driver's place in the cluster's key-value store: that it is idle, what it is offered, which run it takes.

A run is taken by writing Ray's own record of a job under the run's submission id, if there is none. That is the same
write, in the same place, by which Ray itself accepts a submission, so of all who want to start a run, warm or cold, one
succeeds, and whoever asks Ray for the job finds it.
"""

from __future__ import annotations

import json
import os
import re
import time
from importlib import import_module
from typing import Any

JOB_KEY = "_ray_internal_job_info_"  # as in ray/dashboard/modules/job/common.py and gcs_job_manager.h
JOBS = b"job"  # ray_constants.KV_NAMESPACE_JOB
OURS = re.compile(r"raygen-[a-z0-9-]{1,57}")
SECONDS = 10  # how long the store may take to answer
RUN = "raygen_run"  # in a warm job's metadata: the submission id of the run that it took
CARRIER = "raygen_carrier"  # in a run's metadata: the submission id of the warm job that took it


class Registry:
    """The entries of one warm driver: `own` is its submission id, `slot` the name of its place in the pool."""

    def __init__(self, store: Any, slot: str, own: str) -> None:
        self.store = store
        self.own = own
        self.idle_key = f"gcs://{slot}-idle.zip".encode()
        self.offer_key = f"gcs://{slot}-offer.zip".encode()

    def announce(self) -> None:
        """Say that this driver is idle, whoever said so before: it was started because that one is gone."""
        self.store.internal_kv_put(self.idle_key, self.own.encode(), True, None, SECONDS)

    def clear(self) -> None:
        """Take back what a driver before this one said, which has ended and may not have been able to."""
        self.store.internal_kv_del(self.idle_key, False, None, SECONDS)

    def superseded(self) -> bool:
        """Whether another driver has announced itself in this place."""
        return self.store.internal_kv_get(self.idle_key, None, SECONDS) not in (None, self.own.encode())

    def leave(self) -> None:
        """Say that this driver is idle no more."""
        if not self.superseded():
            self.clear()

    def offer(self) -> dict[str, Any] | None:
        """Take what lies in the inbox: the run's `submission_id`, `seconds`, `limit` and `code`."""
        data = self.store.internal_kv_get(self.offer_key, None, SECONDS)
        if data is None:
            return None
        self.store.internal_kv_del(self.offer_key, False, None, SECONDS)
        return parsed(data)

    def claim(self, run: str) -> bool:
        """Make the run this driver's; False when there is a job of its name, however far that has come."""
        job = self.job(self.own)
        metadata = {**(job.get("metadata") or {}), "job_submission_id": run, "job_name": run, CARRIER: self.own}
        taken = {**job, "status": "RUNNING", "start_time": milliseconds(), "end_time": None, "metadata": metadata}
        if self.put_job(run, taken, overwrite=False):
            return True
        metadata = self.job(run).get("metadata") or {}  # the answer to a first attempt may have been lost
        return bool(metadata.get(CARRIER) == self.own)

    def note(self, run: str) -> None:
        """Write the run's name into this driver's own job."""
        job = self.job(self.own)
        self.put_job(self.own, {**job, "metadata": {**(job.get("metadata") or {}), RUN: run}}, overwrite=True)

    def finish(self, run: str, status: str, code: int) -> None:
        """Write into the run's job how it ended."""
        message = f"The program ended with exit code {code}."
        end = {"status": status, "end_time": milliseconds(), "message": message, "driver_exit_code": code}
        self.put_job(run, {**self.job(run), **end}, overwrite=True)

    def job(self, name: str) -> dict[str, Any]:
        """Ray's record of a job; raises KeyError when there is none."""
        data = self.store.internal_kv_get((JOB_KEY + name).encode(), JOBS, SECONDS)
        if data is None:
            raise KeyError(name)
        job: dict[str, Any] = json.loads(data)
        return job

    def put_job(self, name: str, job: dict[str, Any], *, overwrite: bool) -> int:
        """Write Ray's record of a job; how many records were added."""
        data = json.dumps(job).encode()
        added: int = self.store.internal_kv_put((JOB_KEY + name).encode(), data, overwrite, JOBS, SECONDS)
        return added


def parsed(data: bytes) -> dict[str, Any] | None:
    """The offer, if it is one."""
    try:
        value = json.loads(data)
        if not OURS.fullmatch(value["submission_id"]):  # it becomes a file's name
            return None
        return {
            "submission_id": value["submission_id"],
            "seconds": float(value["seconds"]),
            "limit": int(value["limit"]),
            "code": str(value["code"]).encode(),
        }
    except (ValueError, KeyError, TypeError):
        return None


def milliseconds() -> int:
    """Now, as Ray writes it into a job's record."""
    return int(time.time() * 1000)


def connected() -> Any:
    """A client of the cluster's key-value store, at the address that Ray gives every job."""
    address = os.environ["RAY_ADDRESS"]  # noqa: TID251  # Ray's own word to the job
    return import_module("ray._raylet").GcsClient(address=address)
