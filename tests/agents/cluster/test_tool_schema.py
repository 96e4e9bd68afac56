"""The schema of the gateway's target, and that the handler keeps to it."""

import json
from importlib.resources import files

import pytest

from agents.cluster.arguments import describe_call, stop_call, validate_call
from agents.cluster.errors import RejectedError

TOOLS = json.loads((files("agents.cluster") / "tool_schema.json").read_text())
FILES = {"url": "https://store.example/x", "sha256": "0" * 64, "size": 9, "names": ["rows.csv"]}
VALUES = {
    "code": "x",
    "ray_cluster_ip": "h",
    "run_id": "r",
    "wait_seconds": 1.5,
    "log_offset": 3,
    "input_files": FILES,
    "sources": True,
    "grant": {"approvers": ["U1"], "expires_at": 1, "signature": "0" * 64},
}


def _words(schema: dict[str, object]) -> set[str]:
    words = set(schema)
    for each in dict(schema.get("properties", {})).values():  # type: ignore[call-overload]
        words |= _words(each)
    return words


def test_only_words_that_a_gateway_knows_are_used():
    for tool in TOOLS:
        assert set(tool) == {"name", "description", "inputSchema"}
        assert _words(tool["inputSchema"]) <= {"type", "properties", "required", "items", "description"}


@pytest.mark.parametrize(
    ("name", "parse"),
    [("validate_ray_code", validate_call), ("stop_ray_job", stop_call), ("describe_ray_cluster", describe_call)],
)
def test_the_handler_takes_what_the_schema_names_and_nothing_else(name, parse):
    [schema] = [tool["inputSchema"] for tool in TOOLS if tool["name"] == name]
    event = {key: VALUES[key] for key in schema["properties"]}

    parse(event)
    parse({key: VALUES[key] for key in schema["required"]})

    with pytest.raises(RejectedError):
        parse(event | {"more": 1})
    for key in schema["required"]:
        with pytest.raises(RejectedError):
            parse({other: value for other, value in event.items() if other != key})
