"""How long a line takes from the program's print to the follow call that answers with it, while the program runs."""

import time
import uuid
from statistics import median

from agents.cluster.settings import ClusterSettings
from bench.result import Result
from bench.run_latency import on_a_cluster
from tests.agents.cluster.calls import call

LINES = 20
PROGRAM = f"""\
import time

for number in range({LINES}):
    print(time.time(), flush=True)
    time.sleep(1.5 + number % 5 / 10)
"""


def measure() -> Result:
    """The median, over lines that come every 1.5 to 1.9 s."""
    return on_a_cluster(_follow)


def _follow(settings: ClusterSettings) -> Result:
    run_id, cluster, delays = uuid.uuid4().hex, settings.hosts[0], list[float]()
    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster, run_id=run_id, wait_seconds=10)
    while True:
        now = time.time()
        delays += [round(now - float(line), 3) for line in report.output.splitlines()]
        if report.final:
            return Result("first_line", median(delays), "s", 1.0, "lower", "the moment of the print", {"lines": delays})
        at = report.log_offset
        report = call(settings, code="", ray_cluster_ip=cluster, run_id=run_id, wait_seconds=10, log_offset=at)
