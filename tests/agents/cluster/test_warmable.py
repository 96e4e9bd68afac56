"""Which programs may run where Ray is connected before they begin."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.warmable import warmable

USE = "@ray.remote\ndef f():\n    return 1\nprint(ray.get(f.remote()))\n"
COOKBOOK = Path("agents/cookbook/programs")


@pytest.mark.parametrize(
    "start",
    [
        "import ray\n",
        "import ray\nray.init()\n",
        "import ray\nray.init(address='auto', ignore_reinit_error=True)\n",
        "import time, ray\nstarted = time.time()\nray.init()\n",
        "import ray\nimport ray.data\nfrom ray.util import ActorPool\nfrom ray import tune\nray.init()\n",
        "import os, ray\nprint(os.environ['HOME'], os.environ.get('RAYGEN_OUT'))\nray.init()\n",
        "import ray\n@ray.remote\nclass A:\n    pass\ndef g():\n    ray.get(A.remote())\nray.init()\n",
        "import ray\nwith ray.init():\n    pass\n",
    ],
)
def test_a_plain_program_may_run_warm(start):
    assert warmable((start + USE).encode())


@pytest.mark.parametrize(
    "start",
    [
        "import ray\nray.init(namespace='mine')\n",
        "import ray\nray.init(runtime_env={'env_vars': {'A': '1'}})\n",
        "import ray\nray.init(log_to_driver=False)\n",
        "import ray\nray.init(num_cpus=2)\n",
        "import ray\nray.init('auto')\n",
        "import ray\nray.init(**{'namespace': 'mine'})\n",
        "import ray\nray.init()\nray.shutdown()\nray.init()\n",
        "import ray\nprint(ray.nodes())\nray.init()\n",
        "import ray\ndef main():\n    ray.put(1)\n    ray.init()\nmain()\n",
        "import ray\nbegin = ray.init\nbegin()\n",
        "import ray\nif not ray.is_initialized():\n    ray.init()\n",
        "import ray\n@ray.remote(runtime_env={})\ndef g():\n    pass\n",
        "import ray\n@ray.remote(**{'runtime_env': {}})\ndef g():\n    pass\n",
        "import os, ray\nos.environ['A'] = '1'\n",
        "import os, ray\nos.environ.update(A='1')\n",
        "import os, ray\nprint(dict(os.environ))\n",
        "from os import environ as e\nimport ray\ne['A'] = '1'\n",
        "import os, ray\nprint(os.getenv('RAY_ADDRESS'))\n",
        "import ray as r\nr.init(namespace='mine')\n",
        "import ray\nimport ray.util as u\nray = u\n",
        "from ray import init\nimport ray\ninit(namespace='mine')\n",
        "from ray import *\nimport ray\ninit()\n",
        "import ray, signal\n",
        "import ray, traceback\ntraceback.print_stack()\n",
        "import inspect, ray\nprint(len(inspect.stack()))\n",
        "import ray, sys\nprint(sys._getframe().f_back)\n",
        "import logging, ray\nlogging.error('here', stack_info=True)\n",
        "import faulthandler, ray\nfaulthandler.dump_traceback()\n",
        "import ray, importlib\n",
        "import ray\nfrom multiprocessing import Pool\n",
        "import ray\nexec('ray.init(namespace=1)')\n",
        "import ray\ngetattr(ray, 'init')(namespace='mine')\n",
        "import ray\nvars(ray)['init']()\n",
        "import ray\nlazily = ray\nlazily.init(namespace='mine')\n",
    ],
)
def test_what_a_warm_driver_would_do_otherwise_goes_the_cold_way(start):
    assert not warmable((start + USE).encode())


def test_a_program_without_ray_goes_the_cold_way():
    assert not warmable(b"print('hello')\n")


@pytest.mark.parametrize("path", sorted(COOKBOOK.glob("*.py")), ids=lambda path: path.stem)
def test_the_cookbooks_programs_may_run_warm(path):
    assert warmable(path.read_bytes())


@given(st.sampled_from(["namespace", "num_cpus", "runtime_env", "logging_level", "local_mode", "x"]), st.integers())
def test_an_argument_that_is_not_known_to_be_harmless_goes_the_cold_way(name, value):
    assert not warmable(f"import ray\nray.init({name}={value})\n{USE}".encode())
