"""What the screening denies, and what it leaves alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.policy import Allowances, screen
from agents.cluster.policy.rules import APPROVALS

DENIED = [
    ("process", "import os\nos.system('ls')"),
    ("process", "from subprocess import run as r\nr('ls')"),
    ("process", "import os as o\ns = o.system\ns('ls')"),
    ("process", "import os\ngetattr(os, 'sys' + 'tem')('ls')"),
    ("process", "import os\nos.kill(1, 9)"),
    ("process", "import asyncio\nasyncio.create_subprocess_shell('ls')"),
    ("dynamic-code", "eval('1')"),
    ("dynamic-code", "run = exec\nrun('1')"),
    ("dynamic-code", "__import__('os')"),
    ("dynamic-code", "import importlib\nimportlib.import_module('os')"),
    ("reflection", "().__class__.__bases__[0].__subclasses__()"),
    ("reflection", "import random\nrandom._os.system('ls')"),
    ("reflection", "import os\ngetattr(os, name)('ls')"),
    ("reflection", "import sys\nsys.modules['os'].system('ls')"),
    ("reflection", "globals()['__builtins__']"),
    ("reflection", "from os import *"),
    ("native", "import ctypes"),
    ("deletion", "import shutil\nshutil.rmtree('x')"),
    ("deletion", "from pathlib import Path\nPath('x').unlink()"),
    ("ray-internals", "import ray._private.worker"),
    ("ray-internals", "import ray\nray._private.worker.global_worker"),
    ("ray-internals", "from ray.experimental import internal_kv"),
    ("other-cluster", "import ray\nray.init(address='ray://10.0.0.1:10001')"),
    ("other-cluster", "import ray\nray.init('10.0.0.1:6379')"),
    ("other-cluster", "import ray\nray.init(address=somewhere)"),
    ("other-cluster", "import os\nos.environ['RAY_ADDRESS'] = 'x'"),
    ("other-cluster", "from ray.job_submission import JobSubmissionClient"),
    ("metadata", "get('http://169.254.169.254/latest')"),
    ("metadata", "u = '169.254' + '.169.254'"),
    ("metadata", "u = f'http://{169}.{254}.169.254/'"),
    ("metadata", "u = ''.join(['169.', '254.', '169.254'])"),
    ("metadata", "u = 2852039166"),
    ("metadata", "u = 'http://0xA9FEA9FE/'"),
    ("metadata", "u = b'metadata.google.internal'"),
    ("secret", "import os\nprint(os.environ['AWS_SECRET_ACCESS_KEY'])"),
    ("secret", "import os\nos.getenv('MY_API_KEY')"),
    ("secret", "from os import environ as e\ne['SLACK_BOT_TOKEN']"),
    ("secret", "open('/proc/self/environ')"),
    ("secret", "open('/root/.aws/credentials')"),
    ("environment", "import os\nprint(dict(os.environ))"),
    ("environment", "import os\nos.environ.items()"),
    ("runtime-env", "import ray\nray.init(runtime_env={'py_executable': 'sh -c ls'})"),
    ("runtime-env", "from ray.runtime_env import RuntimeEnv\nRuntimeEnv(image_uri='x')"),
]

ORDINARY = [
    "print('$5 `ls` $(ls) rm -rf /')",
    "with open('out.txt', 'w') as f:\n    f.write('x')",
    "import matplotlib.pyplot as plt\nplt.savefig('plot.png')",
    "import logging, random, time\nrandom.seed(1)\ntime.sleep(0)\nlogging.info('x')",
    "import os\nprint(os.getpid(), os.environ.get('HOME'), 'X' in os.environ)\nos.makedirs('a', exist_ok=True)",
    "import os\nos.environ['RAY_DEDUP_LOGS'] = '1'\nos.environ.setdefault('OMP_NUM_THREADS', '1')",
    "model.eval()",
    "import re\nre.compile('x')",
    "values = [1]\nvalues.remove(1)",
    "import ray\nray.init(address='auto')\nray.init()\nray.init(address=None)",
    "code = 1\nprint(code)\ncommands = [2]\nfor c in commands:\n    print(c)",
    "settings = {'container': 3}",
    "import importlib.util\nimportlib.util.find_spec('torch')",
    "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nos._exit(1)",
    "class A:\n    def __init__(self):\n        super().__init__()\nprint(type(A()).__name__, __name__)",
    "import ray\nray.get_runtime_context().get_node_id()\nray.cluster_resources()",
]


@pytest.mark.parametrize(("rule", "code"), DENIED)
def test_a_harmful_capability_is_denied_with_its_line(rule, code):
    verdict = screen(code)

    assert verdict.decision == "deny"
    assert rule in {finding.rule for finding in verdict.findings}
    assert all(finding.sentence.endswith(".") for finding in verdict.findings)


@pytest.mark.parametrize("code", ORDINARY)
def test_an_ordinary_program_passes(code):
    assert screen(code).decision == "allow"


@pytest.mark.parametrize("program", sorted(Path(__file__).with_name("corpus").glob("*/program.txt")), ids=str)
def test_no_program_of_the_corpus_is_denied_unless_python_cannot_read_it(program):
    expected = "deny" if "syntax_error" in str(program) else "allow"

    assert screen(program.read_text(), Allowances(rules=frozenset(APPROVALS))).decision == expected


def test_the_findings_are_in_the_order_of_their_lines():
    findings = screen("import ctypes\n\neval('1')\nimport pty\n").findings

    assert [finding.line for finding in findings] == [1, 3, 4]


@pytest.mark.parametrize("code", ["(" * 2000, "-" * 100_000 + "1", "a" + ".a" * 100_000, "+".join(["'x'"] * 20_000)])
def test_a_program_that_is_hard_to_read_is_survived(code):
    assert screen(code).decision in {"allow", "deny"}


@given(st.text())
def test_any_text_gets_a_verdict(code):
    assert screen(code).decision in {"allow", "needs_approval", "deny"}
