"""Programs with the tier that they belong to, as they stand in the text files beside this module."""

import re
from pathlib import Path
from typing import NamedTuple

from agents.cluster.policy import Decision

_HERE = Path(__file__).parent
_TITLE = re.compile(r"^### (?P<tier>deny|needs_approval|allow)(?: (?P<rule>[a-z-]+))?: (?P<title>.+)$")


class Labelled(NamedTuple):
    """One program; `rule` is the one that has to be among the findings, empty for what is allowed."""

    title: str
    tier: Decision
    rule: str
    code: str

    @property
    def heading(self) -> str:
        """What it is called in its file, and in a test's failure."""
        return f"{self.tier} {self.rule}: {self.title}"


def labelled(name: str) -> list[Labelled]:
    """The programs of one file, each below a line `### tier rule: title`."""
    programs: list[Labelled] = []
    for block in re.split(r"(?m)^(?=### )", (_HERE / name).read_text(encoding="utf-8"))[1:]:
        title, _, code = block.partition("\n")
        match = _TITLE.match(title)
        assert match, title
        programs.append(Labelled(match["title"], match["tier"], match["rule"] or "", code))  # type: ignore[arg-type]
    return programs
