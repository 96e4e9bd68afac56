"""The Lambda starts cold: what it imports is counted."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("heavy", ["ray", "boto3", "pydantic_settings", "fastapi", "strands", "mcp", "aiohttp"])
def test_the_handler_does_not_import(heavy):
    check = f"import sys, agents.cluster.handler; sys.exit({heavy!r} in sys.modules)"

    finished = subprocess.run([sys.executable, "-c", check], check=False, timeout=60)

    assert finished.returncode == 0
