"""What a person changed in a program: the unified diff, and how a card shows it. Pure functions."""

import difflib
from dataclasses import dataclass

from bot.blocks import text as t
from bot.output import head

MOST_LINES = 2_000
"""Of both programs together: the comparison of longer ones takes too long."""
CHARACTERS = 1_500
LINES = 30
TOO_LONG = "The programs are too long to be compared here."


@dataclass(frozen=True)
class Change:
    """What somebody's edit did to a version, or that they gave a program where there was none.

    `text` is the unified diff; it is empty where the programs are too long to be compared, or where `before` is None.
    """

    user_id: str
    before: int | None
    after: int
    text: str = ""

    @property
    def is_long(self) -> bool:
        """Whether the card shows only the beginning of the diff."""
        return not head(self.text, CHARACTERS, LINES).whole


def unified(before: str, after: str, before_name: str, after_name: str) -> str:
    """The unified diff of two programs; empty for two that are the same, or too long to be compared."""
    old, new = _lines(before), _lines(after)
    if before == after or len(old) + len(new) > MOST_LINES:
        return ""
    return "\n".join(difflib.unified_diff(old, new, before_name, after_name, lineterm="", n=2))


def blocks(change: Change) -> tuple[t.Block, ...]:
    """The lines of the card that say who changed what."""
    if change.before is None:
        return (t.context(f"Given by <@{change.user_id}>."),)
    said = t.context(f"Edited by <@{change.user_id}> from version {change.before}: {_counted(change.text)}.")
    return (said, *shown(change.text))


def shown(text: str, more: str = "all of them are in the snippet below") -> tuple[t.Block, ...]:
    """The diff, or its beginning with where there is more of it."""
    excerpt = head(text, CHARACTERS, LINES)
    if not excerpt.text:
        return ()
    note = () if excerpt.whole else (t.context(f"The beginning of {excerpt.lines} lines of changes; {more}."),)
    return (t.preformatted(excerpt.text), *note)


def _counted(text: str) -> str:
    if not text:
        return TOO_LONG.removesuffix(".").lower().replace("the programs are", "they are")
    lines = text.split("\n")[2:]
    added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    return f"{added:,} line{'s' * (added != 1)} added, {removed:,} removed"


def _lines(code: str) -> list[str]:
    """The lines, with what is invisible at the end of one made visible."""
    lines = code.split("\n")
    if lines[-1]:
        lines[-1] += "\n\\ No newline at end of file"
    else:
        lines.pop()
    return [line.replace("\r", "␍") for line in lines]
