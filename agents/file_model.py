"""A program from a file, in the place of a language model.

Plays the part of the model by the real tool protocol, so that a given program goes the whole way: as the code-gen
agent's model it submits the file's text, as the supervisor's model it asks for code and has it validated.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from strands.models import Model

from agents.errors import ModelMisconfigured

DISPLAY_NAME = "a file, not a language model"


class FileModel(Model):
    """Submits `code`, whatever it is asked for."""

    def __init__(self, code: str, title: str) -> None:
        self._code = code
        self._title = title
        self.config: dict[str, Any] = {"model_id": f"file:{title}"}

    @classmethod
    def read(cls, path: str) -> "FileModel":
        """The model for the UTF-8 file at `path`. Raises ModelMisconfigured."""
        try:
            # bytes first: text mode would turn CRLF into LF
            code = Path(path).read_bytes().decode()
        except (OSError, ValueError) as exc:
            raise ModelMisconfigured(
                "The program's file cannot be read as UTF-8 text. Check the path in RAYGEN_MODEL."
            ) from exc
        return cls(code, Path(path).name)

    def update_config(self, **model_config: Any) -> None:
        """Strands' interface; nothing here can be configured."""
        self.config.update(model_config)

    def get_config(self) -> dict[str, Any]:
        """Strands' interface."""
        return self.config

    def structured_output(self, *_args: Any, **_kwargs: Any) -> AsyncGenerator[dict[str, Any], None]:
        """Strands' interface; a file has no structured output."""
        raise NotImplementedError

    async def stream(self, messages: Any, tool_specs: Any = None, *_args: Any, **_kwargs: Any) -> AsyncIterator[Any]:
        """The next move: which one follows from the tools on offer and from the last message."""
        for event in self._move({spec["name"] for spec in tool_specs or ()}, messages[-1]["content"]):
            yield event

    def _move(self, tools: set[str], content: Sequence[Any]) -> list[dict[str, Any]]:
        results = [block["toolResult"] for block in content if "toolResult" in block]
        if "submit_program" in tools:
            return _call("submit_program", {"code": self._code, "title": self._title, "explanation": ""})
        if not results and "generate_code" in tools:
            return _call("generate_code", {"instructions": "Hand in the program of the file."})
        reference = _reference(results)
        if reference and "validate_ray_code" in tools:
            return _call("validate_ray_code", {"code_ref": reference})
        return _say("The program of the file did not succeed on the cluster.")


def _reference(results: Sequence[Any]) -> str | None:
    """The code reference in the answer of generate_code, or None when the last answer is another tool's."""
    for result in results:
        for block in result["content"]:
            try:
                return str(json.loads(block["text"])["code_ref"])
            except (KeyError, TypeError, ValueError):
                continue
    return None


def _call(name: str, arguments: dict[str, str]) -> list[dict[str, Any]]:
    start = {"toolUse": {"name": name, "toolUseId": f"file-{name}"}}
    return [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockStart": {"start": start}},
        {"contentBlockDelta": {"delta": {"toolUse": {"input": json.dumps(arguments)}}}},
        {"contentBlockStop": {}},
        {"messageStop": {"stopReason": "tool_use"}},
    ]


def _say(text: str) -> list[dict[str, Any]]:
    return [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockDelta": {"delta": {"text": text}}},
        {"contentBlockStop": {}},
        {"messageStop": {"stopReason": "end_turn"}},
    ]
