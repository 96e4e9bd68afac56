"""Ends a job that waits for its start: `python -m raygen_driver.stop SUBMISSION_ID`.

Ray answers a stop of such a job with success and does nothing; the job leaves PENDING after 15 minutes. What ends it is
the end of the actor that would have started it.
"""

from __future__ import annotations

import sys
from importlib import import_module

if __name__ == "__main__":
    ray = import_module("ray")
    ray.init(address="auto", log_to_driver=False)
    ray.kill(ray.get_actor(f"_ray_internal_job_actor_{sys.argv[1]}", namespace="SUPERVISOR_ACTOR_RAY_NAMESPACE"))
