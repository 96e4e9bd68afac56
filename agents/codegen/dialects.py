"""The system prompts that ship with the runtime: data files, each with its version in its first line.

Ray's has notes beside it, which go along only where the request touches their topic: a model reads every word of its
prompt anew for every program.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, get_args

Name = Literal["ray", "ray-small", "spark"]
NAMES: tuple[Name, ...] = get_args(Name)
_HEADER = re.compile(r"<!-- version (?P<version>\d+) -->\n")


_NOTE = re.compile(r"^## (?P<topics>[^\n]+)\n(?P<text>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class SystemPrompt:
    """A system prompt; `version` is `ray/2` and the like, and empty for one that a caller brought."""

    text: str
    version: str = ""


@dataclass(frozen=True)
class Note:
    """What is said about a topic; `topics` are the words and phrases that make it one of the request's."""

    topics: tuple[str, ...]
    text: str

    def is_about(self, prompt: str) -> bool:
        """Whether `prompt` holds one of the topics as whole words."""
        return any(re.search(rf"\b{re.escape(topic)}\b", prompt, re.IGNORECASE) for topic in self.topics)


def shipped(name: Name) -> SystemPrompt:
    """The prompt for a dialect, without notes."""
    text = _read(name)
    header = _HEADER.match(text)
    if header is None:
        raise ValueError(f"prompts/{name}.md does not begin with its version.")
    return SystemPrompt(text[header.end() :], f"{name}/{header['version']}")


def notes() -> Iterator[Note]:
    """Ray's notes."""
    for note in _NOTE.finditer(_read("ray-notes")):
        yield Note(tuple(topic.strip() for topic in note["topics"].split(",")), note["text"].strip())


def chosen(
    system_prompt: str | None, facts: str, prompt: str, *, small: bool = False, examples: Sequence[str] = ()
) -> SystemPrompt:
    """The prompt that a request chooses: one that ships by its name, Ray's by default, else the caller's as it is.

    The notes that `prompt` touches, `facts` and `examples` are put after Ray's, of which a `small` model gets a short
    form. Nothing is ever added to another.
    """
    if system_prompt not in (None, "", "ray"):
        return shipped("spark") if system_prompt == "spark" else SystemPrompt(str(system_prompt))
    base = shipped("ray-small" if small else "ray")
    touched = [f"- {note.text}" for note in notes() if note.is_about(prompt)]
    parts = [
        base.text.rstrip(),
        *(["# For this request\n" + "\n".join(touched)] if touched else []),
        facts.strip(),
        *examples,
    ]
    return SystemPrompt("\n\n".join(part for part in parts if part) + "\n", base.version)


def _read(name: str) -> str:
    return files("agents.codegen").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8")
