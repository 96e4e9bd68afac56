"""What the documents show: their fenced blocks, commands and links, for the tests that hold them true."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block of a document; `language` is empty when none is named."""

    document: Path
    language: str
    text: str

    @property
    def commands(self) -> list[str]:
        """The lines of a shell block, joined where a backslash or an open quote ends one, without comments."""
        joined = self.text.replace("\\\n", " ")
        return [line.strip() for line in _whole_lines(joined) if line.strip() and not line.strip().startswith("#")]


def documents() -> list[Path]:
    """Every page that people read."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def blocks(*languages: str) -> list[Block]:
    """The fenced blocks of all documents in one of the languages."""
    return [block for path in documents() for block in blocks_of(path) if block.language in languages]


def blocks_of(path: Path) -> list[Block]:
    """The fenced blocks of one document."""
    return [Block(path, match[1], match[2]) for match in _FENCE.finditer(path.read_text(encoding="utf-8"))]


def prose_of(path: Path) -> str:
    """A document without its fenced blocks."""
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


def spans() -> list[tuple[Path, str]]:
    """Every `code span` in the documents' prose."""
    return [(path, span) for path in documents() for span in _SPAN.findall(prose_of(path))]


def curl_lines() -> list[str]:
    """The README's calls of the HTTP API, ready for a shell, in their order."""
    found = [line for block in blocks_of(README) if block.language == "bash" for line in block.commands]
    return [line for line in found if line.startswith("curl ")]


def shown_conversation() -> list[str]:
    """The lines of the conversation that the README shows under `make demo`; `…` stands for lines left out."""
    (block,) = [block for block in blocks_of(README) if block.text.startswith("analyst in #data")]
    return block.text.splitlines()


def _whole_lines(text: str) -> Iterator[str]:
    held = ""
    for line in text.splitlines():
        held = f"{held}\n{line}" if held else line
        if held.count("'") % 2 == 0:
            yield held
            held = ""
    if held:
        yield held
