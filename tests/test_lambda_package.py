import importlib.util
import json
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import botocore.session
import pytest
from botocore.validate import ParamValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from agents.settings import AgentSettings
from deploy.lambda_package import LIBRARIES, LOCK, first_party_files, is_lambdas_python, locked, write_zip
from tests.readme import ROOT

ASK = """
import json, sys
from types import SimpleNamespace
sys.path.insert(0, sys.argv[1])
from agents.cluster.handler import handler
custom = {"bedrockAgentCoreToolName": "target___validate_ray_code"}
event = {"code": "print('Hello')", "ray_cluster_ip": "192.0.2.1"}
answer = handler(event, SimpleNamespace(client_context=SimpleNamespace(custom=custom)))
print(json.dumps([answer["status"], answer["error"]["code"]]))
"""


def needed_by(*names: str) -> set[str]:
    """The distributions that `names` need on this machine, themselves included."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found.add(name)
            lines = map(Requirement, distribution(name).requires or ())
            waiting += [r.name for r in lines if r.marker is None or r.marker.evaluate({"extra": ""})]
    return found


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    """The installed libraries of the Lambda and nothing else, as pip would have put them."""
    target = tmp_path_factory.mktemp("libraries")
    for name in LIBRARIES:
        for file in distribution(name).files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                (target / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(file.locate()), target / file)
    return target


@pytest.fixture(scope="module")
def package(libraries, tmp_path_factory):
    path = tmp_path_factory.mktemp("package") / "raygen-cluster.zip"
    write_zip(path, libraries)
    return path


def test_the_libraries_are_httpx_and_pydantic_with_all_that_they_need():
    assert set(LIBRARIES) == needed_by("httpx", "pydantic")


def test_the_zip_alone_answers_a_call_of_the_gateway(package, tmp_path):
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path / "task")

    # isolated and without site-packages: what is not in the zip is not there
    asked = subprocess.run(
        [sys.executable, "-I", "-S", "-c", ASK, str(tmp_path / "task")], capture_output=True, check=False, env={}
    )

    assert asked.stderr == b""
    assert json.loads(asked.stdout) == ["rejected", "cluster_refused"]


def test_the_zip_holds_every_file_of_the_cluster_room_and_of_the_wire():
    rooms = [ROOT / "agents" / "cluster", ROOT / "agents" / "wire"]
    there = {path.relative_to(ROOT) for room in rooms for path in room.rglob("*") if path.suffix in {".py", ".json"}}

    beside = {Path("agents") / name for name in ("__init__.py", "tracing.py")}
    assert there | beside == set(first_party_files())


def test_the_same_contents_make_the_same_zip(package, libraries, tmp_path):
    write_zip(tmp_path / "second.zip", libraries)

    assert package.read_bytes() == (tmp_path / "second.zip").read_bytes()


@pytest.mark.skipif(not is_lambdas_python(), reason="another Python's bytecode is of no use to the Lambda")
def test_every_module_has_bytecode_that_is_read_without_a_look_at_the_source(package):
    with zipfile.ZipFile(package) as archive:
        headers = {name: archive.read(name)[:16] for name in archive.namelist() if name.endswith(".pyc")}
        sources = [name for name in archive.namelist() if name.endswith(".py")]

    assert set(headers) == {importlib.util.cache_from_source(name) for name in sources}
    assert {header[:4] for header in headers.values()} == {importlib.util.MAGIC_NUMBER}
    assert {header[4:8] for header in headers.values()} == {b"\x01\0\0\0"}  # PEP 552: by hash, unchecked


def test_a_library_is_taken_from_the_lock_with_its_hashes():
    lock = LOCK.read_text(encoding="utf-8")

    taken = locked(LIBRARIES, lock)

    names = [line.partition("==")[0] for line in taken.splitlines() if "==" in line]
    assert tuple(names) == LIBRARIES
    assert taken.count("--hash=sha256:") >= len(LIBRARIES)
    assert all(line in lock.splitlines() for line in taken.splitlines())


def test_a_library_that_is_not_locked_is_named():
    with pytest.raises(ValueError, match="pandas is not in the lock"):
        locked(["pandas"], LOCK.read_text(encoding="utf-8"))


def test_the_tool_schema_is_one_that_a_gateway_target_takes():
    session = botocore.session.get_session()
    model = session.get_service_model("bedrock-agentcore-control")
    shape = model.operation_model("CreateGatewayTarget").input_shape
    tools = json.loads((ROOT / "agents/cluster/tool_schema.json").read_text(encoding="utf-8"))
    function = "arn:aws:lambda:eu-central-1:123456789012:function:raygen-cluster"
    target = {"mcp": {"lambda": {"lambdaArn": function, "toolSchema": {"inlinePayload": tools}}}}

    report = ParamValidator().validate(
        {
            "gatewayIdentifier": "raygen-0123456789",
            "name": AgentSettings().gateway_target,
            "targetConfiguration": target,
        },
        shape,
    )

    assert not report.has_errors(), report.generate_report()
