import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.readme import ROOT

LOCKS = {name: (ROOT / "requirements" / name).read_text(encoding="utf-8") for name in ("all.lock", "runtime.lock")}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUNTIME_EXTRAS = ("bot", "agents", "anthropic", "openai", "ollama", "tracing")
UNLOCKED = {"local"}
"""Pinned in the extra itself: a hundred megabytes that nothing here needs, and not built for every machine."""


def entries(lock: str) -> list[str]:
    return lock.replace("\\\n", " ").splitlines()


def versions(lock: str) -> dict[str, str]:
    return {canonicalize_name(found[1]): found[2] for found in re.finditer(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE)}


def asked_for(extra: str) -> set[str]:
    requirements = PROJECT["dependencies"] + PROJECT["optional-dependencies"][extra]
    return {canonicalize_name(Requirement(line).name) for line in requirements} - {"raygen"}


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_a_lock_pins_one_version_by_hash_and_names_no_address(name):
    for entry in entries(LOCKS[name]):
        assert re.match(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+( ;.*?)?( +--hash=sha256:[0-9a-f]{64})+$", entry), entry


@pytest.mark.parametrize("extra", sorted(PROJECT["optional-dependencies"].keys() - UNLOCKED))
def test_the_whole_lock_holds_what_the_project_asks_for(extra):
    missing = asked_for(extra) - set(versions(LOCKS["all.lock"]))

    assert not missing


@pytest.mark.parametrize("extra", sorted(UNLOCKED))
def test_what_is_in_no_lock_is_pinned_where_it_is_asked_for(extra):
    unlocked = asked_for(extra) - set(versions(LOCKS["all.lock"]))
    requirements = [Requirement(line) for line in PROJECT["optional-dependencies"][extra]]

    assert all(str(r.specifier).startswith("==") for r in requirements if canonicalize_name(r.name) in unlocked)


@pytest.mark.parametrize("extra", RUNTIME_EXTRAS)
def test_the_runtime_lock_holds_what_the_image_runs(extra):
    missing = asked_for(extra) - set(versions(LOCKS["runtime.lock"]))

    assert not missing


def test_the_runtime_lock_holds_neither_ray_nor_the_tools_of_development():
    unwanted = {"ray", "pytest", "ruff", "mypy", "hypothesis", "matplotlib"}

    assert not unwanted & set(versions(LOCKS["runtime.lock"]))


def test_what_is_tested_is_what_runs():
    whole, runtime = versions(LOCKS["all.lock"]), versions(LOCKS["runtime.lock"])

    assert runtime.items() <= whole.items()
