import ast
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from agents.settings import AgentSettings
from bot.settings import Settings
from tests.readme import ROOT

LOCK = "requirements/runtime.lock"
PROGRAMS = {"bot": "bot", "supervisor": "agents.supervisor", "codegen": "agents.codegen"}
PROVIDERS = [f"strands.models.{name}" for name in ("bedrock", "anthropic", "openai", "ollama")]
ELSEWHERE = ("agents/cookbook/programs", "agents/cluster/driver")
"""Files that are data to the image: they run on the cluster."""
GATED_IMPORT = """
import importlib, sys
refused = set(sys.argv[1].split(","))
class Gate:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in refused:
            raise ModuleNotFoundError(f"{name} is not in the image", name=name)
sys.meta_path.insert(0, Gate())
for module in sys.argv[2:]:
    importlib.import_module(module)
"""


@dataclass(frozen=True)
class Stage:
    name: str
    base: str
    instructions: tuple[tuple[str, str], ...]

    def all_of(self, keyword: str) -> list[str]:
        return [argument for name, argument in self.instructions if name == keyword]


def stages() -> dict[str, Stage]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found: dict[str, Stage] = {}
    for line in lines:
        keyword, _, argument = line.partition(" ")
        if keyword == "FROM":
            base, _, name = argument.partition(" AS ")
            found[name] = Stage(name, base, found[base].instructions if base in found else ())
        else:
            last = found[name]
            found[name] = Stage(name, last.base, (*last.instructions, (keyword, argument.strip())))
    return found


def copied(stage: Stage) -> list[str]:
    return [argument.split()[0] for argument in stage.all_of("COPY")]


def environment(stage: Stage) -> dict[str, str]:
    pairs = " ".join(stage.all_of("ENV")).split()
    return dict(pair.split("=", 1) for pair in pairs)


@cache
def installed() -> dict[str, list[str]]:
    """The top-level names on this machine, with the packages that provide them."""
    return dict(packages_distributions())


@cache
def locked_packages() -> set[str]:
    """The top-level names that the lock's packages provide."""
    lock = (ROOT / LOCK).read_text(encoding="utf-8")
    names = {canonicalize_name(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    return {top for top, owners in installed().items() if any(canonicalize_name(owner) in names for owner in owners)}


def not_in_the_image(stage: Stage) -> set[str]:
    """What could be imported on this machine and not in the image."""
    ours = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    return (set(installed()) | ours) - locked_packages() - first_party(stage)


def first_party(stage: Stage) -> set[str]:
    return {path for path in copied(stage) if (ROOT / path / "__init__.py").exists()}


@cache
def imports(path: Path) -> set[str]:
    """The top-level names that a module imports anywhere in it."""
    nodes = list(ast.walk(ast.parse(path.read_bytes())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    origins = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.partition(".")[0] for name in plain | origins}


def failure_of_importing(modules: list[str], refused: set[str]) -> str:
    command = [sys.executable, "-c", GATED_IMPORT, ",".join(refused), *modules]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


@pytest.fixture(params=PROGRAMS)
def target(request):
    return stages()[request.param]


def test_each_target_runs_a_module_that_is_there(target):
    (command,) = target.all_of("CMD")

    assert json.loads(command) == ["python", "-m", PROGRAMS[target.name]]
    assert find_spec(f"{PROGRAMS[target.name]}.__main__") is not None


def test_each_program_starts_with_what_is_in_its_image_alone(target):
    failure = failure_of_importing([f"{PROGRAMS[target.name]}.__main__"], not_in_the_image(target))

    assert not failure


def test_the_agents_images_can_import_every_model_provider():
    images = [stage for name, stage in stages().items() if name in PROGRAMS and stage.base == "runtime"]
    refused = set().union(*map(not_in_the_image, images))

    failure = failure_of_importing([*PROVIDERS, "agents.cookbook.model"], refused)

    assert len(images) == 2
    assert not failure


def test_a_program_does_not_start_without_a_package_that_it_needs():
    failure = failure_of_importing(["bot.__main__"], {"slack_sdk"})

    assert "slack_sdk is not in the image" in failure


def test_every_import_in_the_copied_code_is_locked(target):
    known = locked_packages() | first_party(target) | sys.stdlib_module_names
    paths = [path for room in first_party(target) for path in (ROOT / room).rglob("*.py")]
    ours = [path for path in paths if not str(path.relative_to(ROOT)).startswith(ELSEWHERE)]

    unknown = {str(path.relative_to(ROOT)): imports(path) - known for path in ours}

    assert not {path: names for path, names in unknown.items() if names}


def test_what_is_copied_is_there_and_is_all_that_the_build_is_given(target):
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in ignored if line and not line.startswith("#")]

    assert all((ROOT / path).exists() for path in copied(target))
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == set(copied(stages()["bot"]))
    # nothing that the programs read beside their code may be left out again
    assert [rule for rule in rules[1:] if not rule.startswith("!")] == ["**/__pycache__", "**/*.py[cod]"]


def test_packages_come_from_the_lock_and_by_hash(target):
    (install,) = [run for run in target.all_of("RUN") if "pip install" in run]
    (lock,) = [argument.split()[1] for argument in target.all_of("COPY") if argument.split()[0] == LOCK]

    assert "--require-hashes" in install
    assert install.endswith(f"-r {lock}")


def test_no_program_runs_as_root(target):
    keywords = [keyword for keyword, _ in target.instructions]
    users = target.all_of("USER")

    assert users == ["10001"]
    assert "RUN" not in keywords[keywords.index("USER") :]


def test_the_image_has_the_python_that_the_lock_was_made_for():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (version,) = set(re.findall(r"--python-version (\S+)", makefile))

    assert stages()["base"].base == f"python:{version}-slim"


@pytest.mark.parametrize("name", ["supervisor", "codegen"])
def test_agentcore_reaches_a_runtime_on_its_port_from_outside_the_container(name, monkeypatch):
    for variable, value in environment(stages()[name]).items():
        monkeypatch.setenv(variable, value)

    settings = AgentSettings()

    assert (settings.host, settings.port) == ("0.0.0.0", 8080)
    assert stages()[name].all_of("EXPOSE") == ["8080"]


def test_the_bot_shows_the_port_of_its_api_and_keeps_it_to_the_container(monkeypatch):
    for variable, value in environment(stages()["bot"]).items():
        monkeypatch.setenv(variable, value)

    settings = Settings()

    assert stages()["bot"].all_of("EXPOSE") == [str(settings.api_port)]
    assert settings.api_is_private
