"""docs/settings.md against the classes that read the environment, in both directions."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from agents.cluster.settings import ClusterSettings
from agents.settings import AgentSettings, ProviderSettings, Timeouts, TracingSettings
from bot.app.settings import OAuthSettings, SlackMode
from bot.settings import Settings, SlackSettings
from sandbox.settings import SandboxSettings
from tests.readme import ROOT

PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
SECTIONS: dict[str, list[type[BaseSettings]]] = {
    "The bot": [SlackMode, OAuthSettings, SlackSettings, Settings],
    "The agents": [AgentSettings, ProviderSettings, Timeouts],
    "Traces": [TracingSettings],
    "The sandbox": [SandboxSettings],
}
NOT_FOR_PEOPLE = {"GatewaySettings", "StoreSettings"}
"""Set by the sandbox for a process of its own, and kept away from it otherwise."""
CLUSTER_NAMES = {
    "RAYGEN_CLUSTER_HOSTS": "hosts",
    "RAYGEN_RAY_TOKEN": "token",
    "RAYGEN_MAX_WAIT_SECONDS": "max_wait_seconds",
    "RAYGEN_RUN_TIMEOUT_SECONDS": "run_timeout_seconds",
    "RAYGEN_OUTPUT_LIMIT_BYTES": "output_limit_bytes",
    "RAYGEN_ALLOW_OPEN_CLUSTER": "allow_open_cluster",
    "RAYGEN_FILES_HOSTS": "files_hosts",
    "RAYGEN_WARM_DRIVERS": "warm_drivers",
    "RAYGEN_WARM_IDLE_SECONDS": "warm_idle_seconds",
    "RAYGEN_POLICY_ALLOW_IMPORTS": "policy_allow_imports",
    "RAYGEN_POLICY_ALLOW_RULES": "policy_allow_rules",
    "RAYGEN_POLICY_DATA_SOURCES": "policy_data_sources",
    "RAYGEN_POLICY_MAX_CPUS": "policy_max_cpus",
    "RAYGEN_POLICY_MAX_GPUS": "policy_max_gpus",
    "RAYGEN_POLICY_MAX_MEMORY_GIB": "policy_max_memory_gib",
    "RAYGEN_APPROVAL_KEY": "approval_key",
}


class AskedFor(dict[str, str]):
    """An environment without variables that remembers which were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return default


def documented(section: str) -> dict[str, str]:
    """Name and default of each row in a section of the page."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return {
        name: default.strip("`") for name, default in re.findall(r"^\| `([A-Z_]+)` \| (\S+) \|", text, re.MULTILINE)
    }


def shown(default: object) -> str:
    """A default as the page writes it."""
    if default is PydanticUndefined:
        return "required"
    if default in (None, "", ()):
        return "—"
    if isinstance(default, bool):
        return str(default).lower()
    return f"{default:g}" if isinstance(default, float) else str(default)


def of_class(settings: type[BaseSettings]) -> Iterator[tuple[str, str]]:
    for name, field in settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if not isinstance(default, BaseSettings):
            yield variable(settings, name, field), shown(default)


def variable(settings: type[BaseSettings], name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return alias if isinstance(alias, str) else f"{settings.model_config['env_prefix']}{name}".upper()


@pytest.mark.parametrize("section", SECTIONS)
def test_the_page_has_the_names_and_defaults_of_the_classes_and_no_others(section):
    in_code = {name: default for settings in SECTIONS[section] for name, default in of_class(settings)}

    assert documented(section) == in_code


def test_the_page_has_the_names_and_defaults_of_the_clusters_lambda_and_no_others():
    environment = AskedFor()

    defaults = ClusterSettings.read(environment)

    in_code = {name: shown(getattr(defaults, CLUSTER_NAMES[name])) for name in environment.names}
    assert documented("The cluster's Lambda") == in_code


def test_no_class_that_reads_the_environment_is_left_out():
    covered = {settings.__name__ for classes in SECTIONS.values() for settings in classes}
    paths = [path for room in ("agents", "bot", "cli", "sandbox") for path in (ROOT / room).rglob("*.py")]
    sources = [source for path in paths if b"BaseSettings" in (source := path.read_bytes())]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]

    reading = {n.name for n in nodes if isinstance(n, ast.ClassDef) and "BaseSettings" in map(ast.unparse, n.bases)}

    assert reading == covered | NOT_FOR_PEOPLE


def test_a_setting_that_the_page_calls_reserved_is_read_by_nobody():
    reserved = re.findall(r"^\| `[A-Z]+?_([A-Z_]+)` \| \S+ \| Reserved", PAGE, re.MULTILINE)
    paths = [path for room in ("agents", "bot", "cli", "sandbox") for path in (ROOT / room).rglob("*.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in paths)

    assert [name for name in reserved if f".{name.lower()}" in code] == []
