"""What the tools answered: where the code is, what failed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

_SUCCEEDED = "succeeded"
_MAX_LINE = 300


def last_result(messages: Sequence[Mapping[str, Any]]) -> tuple[str, Mapping[str, Any]] | None:
    """The name of the tool that has just answered and its result; None when a person spoke last."""
    results = [block["toolResult"] for block in messages[-1]["content"] if "toolResult" in block] if messages else []
    if not results:
        return None
    names = {
        block["toolUse"]["toolUseId"]: block["toolUse"]["name"]
        for message in messages
        for block in message["content"]
        if "toolUse" in block
    }
    return names.get(results[-1]["toolUseId"], ""), results[-1]


def result_text(result: Mapping[str, Any]) -> str:
    """A tool result's content as text."""
    return "\n".join(part["text"] if "text" in part else json.dumps(part.get("json", "")) for part in result["content"])


def code_ref(result: Mapping[str, Any]) -> str | None:
    """The reference to the code that was written, or None when none was."""
    reference = _object(result_text(result)).get("code_ref")
    return reference if result["status"] == "success" and isinstance(reference, str) and reference else None


def validation_failure(result: Mapping[str, Any]) -> str | None:
    """What failed in a validation, in a line; None when it succeeded.

    The tool may answer with a report as a JSON object, or with its parts as paragraphs, the traceback among them.
    """
    text = result_text(result)
    report = _object(text)
    if result["status"] == "success" and report.get("status", _SUCCEEDED) == _SUCCEEDED:
        return None
    error = report.get("error")
    message = error.get("message") if isinstance(error, Mapping) else error
    line = _last_line(report.get("traceback") or _traceback(text)) or _first_line(message) or _first_line(text)
    return line or "It gave no reason."


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _traceback(text: str) -> str:
    return next((part for part in text.split("\n\n") if part.lstrip().startswith("Traceback")), "")


def _last_line(text: object) -> str:
    return _lines(text)[-1][:_MAX_LINE]


def _first_line(text: object) -> str:
    return _lines(text)[0][:_MAX_LINE]


def _lines(text: object) -> list[str]:
    """The lines of `text` that hold anything; one empty line if there is none."""
    lines = [line.strip() for line in text.splitlines() if line.strip()] if isinstance(text, str) else []
    return lines or [""]
