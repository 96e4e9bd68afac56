"""What the app's manifest lets it do: scopes, events, commands, shortcuts.

https://docs.slack.dev/reference/app-manifest; the manifest is taken as parsed YAML or JSON and is not validated here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Command:
    """A slash command; `should_escape` turns @names into <@U…> before the app sees them."""

    name: str
    should_escape: bool
    hint: str = ""
    description: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A shortcut; `kind` is `global` or `message`."""

    callback_id: str
    kind: str
    name: str = ""


@dataclass(frozen=True)
class Parameter:
    """An input or an output of a step: its type, such as `slack#/types/channel_id`, and whether it has to be there."""

    type: str
    required: bool


@dataclass(frozen=True)
class Function:
    """A step for Workflow Builder: https://docs.slack.dev/reference/app-manifest#functions."""

    callback_id: str
    title: str
    inputs: Mapping[str, Parameter]
    outputs: Mapping[str, Parameter]


@dataclass(frozen=True)
class Manifest:
    """The parts of a manifest that Slack's servers act on."""

    bot_name: str
    scopes: frozenset[str]
    events: frozenset[str]
    commands: Mapping[str, Command]
    shortcuts: Mapping[str, Shortcut]
    functions: Mapping[str, Function]
    is_agent: bool
    has_home: bool
    has_messages_tab: bool
    is_interactive: bool
    description: str = ""


def parse_manifest(manifest: Mapping[str, Any]) -> Manifest:
    """Read `manifest`; what is left out is what Slack would leave off."""
    features: Mapping[str, Any] = manifest.get("features") or {}
    settings: Mapping[str, Any] = manifest.get("settings") or {}
    home: Mapping[str, Any] = features.get("app_home") or {}
    return Manifest(
        bot_name=str((features.get("bot_user") or {}).get("display_name") or "raygen"),
        scopes=_bot_scopes(manifest),
        events=frozenset((settings.get("event_subscriptions") or {}).get("bot_events") or ()),
        commands=_commands(features),
        shortcuts=_shortcuts(features),
        functions={name: _function(name, one) for name, one in (manifest.get("functions") or {}).items()},
        is_agent="agent_view" in features or "assistant_view" in features,
        has_home=bool(home.get("home_tab_enabled", False)),
        has_messages_tab=bool(home.get("messages_tab_enabled", True)),
        description=str((manifest.get("display_information") or {}).get("description", "")),
        is_interactive=bool((settings.get("interactivity") or {}).get("is_enabled", False)),
    )


def _function(callback_id: str, listed: Mapping[str, Any]) -> Function:
    inputs, outputs = (_parameters(listed.get(f"{kind}_parameters") or {}) for kind in ("input", "output"))
    return Function(callback_id, str(listed.get("title", callback_id)), inputs, outputs)


def _parameters(listed: Mapping[str, Any]) -> dict[str, Parameter]:
    required = listed.get("required") or ()
    properties = listed.get("properties") or {}
    return {name: Parameter(str(one.get("type")), name in required) for name, one in properties.items()}


def _bot_scopes(manifest: Mapping[str, Any]) -> frozenset[str]:
    scopes = (manifest.get("oauth_config") or {}).get("scopes") or {}
    return frozenset(scopes.get("bot") or ())


def _commands(features: Mapping[str, Any]) -> dict[str, Command]:
    listed = features.get("slash_commands") or ()
    return {one["command"]: _command(one) for one in listed}


def _command(listed: Mapping[str, Any]) -> Command:
    texts = (str(listed.get("usage_hint", "")), str(listed.get("description", "")))
    return Command(listed["command"], bool(listed.get("should_escape", False)), *texts)


def _shortcuts(features: Mapping[str, Any]) -> dict[str, Shortcut]:
    listed = features.get("shortcuts") or ()
    return {one["callback_id"]: Shortcut(one["callback_id"], one["type"], one.get("name", "")) for one in listed}
