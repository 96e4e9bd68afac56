"""A program -> the input fields of a modal, and what comes back from them -> a program: pure.

A field holds 3,000 characters (https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element). It
may trim what it holds, has line ends of its own and may turn an emoji into its name. So blanks between two fields stay
outside of them, an emoji's name is read back where it stood before, and a program that cannot be carried unchanged even
so is not taken apart at all.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.errors import BadRequest

INPUT_CHARACTERS = 3_000
FIELD_CHARACTERS = 2_500
"""What a field starts with at most: it leaves room to write. In UTF-16 units, as browsers count."""
MOST_FIELDS = 10
INSTEAD = "Reply in this thread with the program as one attached .py file instead: it becomes the next version."

_NOT_CARRIED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
"""Characters that no field shows, or that a browser takes for a line end or for nothing."""
_EMOJI = re.compile("(?:[\U0001f000-\U0001faff\u2190-\u21ff\u231a-\u23ff\u25a0-\u27bf\u2934-\u2b55]\ufe0f?\u200d?)+")
_EMOJI_NAMES = r"(?::[a-z0-9_+'-]+:)+"


@dataclass(frozen=True)
class Sheet:
    """A program in fields; `blanks` are what stands before, between and after them, one more than there are fields."""

    fields: tuple[str, ...]
    blanks: tuple[str, ...]
    line_end: str

    def joined(self, written: Sequence[str]) -> str:
        """The program once the fields say `written`: byte for byte the same where a field says what it said."""
        parts = [self.blanks[0]]
        for field, text, blank in zip(self.fields, written, self.blanks[1:], strict=True):
            parts += [_read(field, text), blank]
        return "".join(parts).replace("\n", self.line_end)

    def place(self, written: Sequence[str], line: int) -> tuple[int, int]:
        """The field in which a line of the joined program stands, and its number there; both count from 0 and 1."""
        before = self.blanks[0].count("\n")
        for number, (field, text, blank) in enumerate(zip(self.fields, written, self.blanks[1:], strict=True)):
            lines = (_read(field, text) + blank).count("\n")
            if line <= before + lines or number == len(self.fields) - 1:
                return number, max(1, line - before)
            before += lines
        raise AssertionError(line)


def sheet(code: str) -> Sheet:
    """The program in fields. Raises BadRequest, with what to do instead, for one that fields cannot carry."""
    text = code.replace("\r\n", "\n")
    line_end = "\r\n" if text != code else "\n"
    if text.replace("\n", line_end) != code:
        raise _not_editable("has line ends of two kinds, of which Slack's input fields keep one")
    if unfit := _NOT_CARRIED.search(text):
        line = text.count("\n", 0, unfit.start()) + 1
        raise _not_editable(f"holds a character in line {line} that Slack's input fields do not keep")
    spans = _spans(text)
    ends = (0, *(end for _, end in spans))
    starts = (*(start for start, _ in spans), len(text))
    blanks = tuple(text[end:start] for end, start in zip(ends, starts, strict=True))
    return Sheet(tuple(text[start:end] for start, end in spans), blanks, line_end)


def indentation(blank: str) -> int:
    """How many characters of indentation, left outside of the field, come before a field's first line."""
    return len(blank) - blank.rfind("\n") - 1


def _spans(text: str) -> list[tuple[int, int]]:
    """Where each field begins and ends in `text`, without the blanks around it."""
    lines = re.findall(r"[^\n]*\n|[^\n]+\Z", text)
    spans, at, first = [], 0, 0
    while first < len(lines):
        if not lines[first].strip():
            at, first = at + len(lines[first]), first + 1
            continue
        last = _last_line(lines, first)
        part = "".join(lines[first:last])
        spans.append((at + len(part) - len(part.lstrip()), at + len(part.rstrip())))
        at, first = at + len(part), last
    if len(spans) > MOST_FIELDS:
        raise _not_editable(f"has {len(text):,} characters, which is too long for Slack's input fields")
    return spans or [(0, 0)]


def _last_line(lines: Sequence[str], first: int) -> int:
    """Where the field that begins with the line `first` ends: before a line without indentation, if one is near."""
    room, last, better = FIELD_CHARACTERS, first, 0
    while last < len(lines) and (room := room - _units(lines[last])) >= 0:
        last += 1
        if room < FIELD_CHARACTERS // 2 and last < len(lines) and lines[last][:1].strip():
            better = last
    if last == first:
        raise _not_editable(f"has a line of more than {FIELD_CHARACTERS:,} characters")
    return last if last == len(lines) else better or last


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _read(field: str, written: str) -> str:
    """What a field was meant to say: as before, where only what a field changes by itself has changed."""
    text = written.replace("\r\n", "\n").replace("\r", "\n")
    if text.strip() == field:
        return field
    if _with_names(field).fullmatch(text.strip()):
        return field
    before = [(line, _with_names(line)) for line in field.split("\n") if _EMOJI.search(line)]
    read = "\n".join(_with_emoji(text.split("\n"), before))
    return field if read.strip() == field else read


def _with_emoji(written: Sequence[str], before: list[tuple[str, re.Pattern[str]]]) -> Iterator[str]:
    """The lines, each that is one of those `before` but for the names of its emoji as it was; one stands for one."""
    for said in written:
        meant = next((pair for pair in before if pair[1].fullmatch(said)), None)
        if meant is not None:
            before.remove(meant)
        yield said if meant is None else meant[0]


def _with_names(line: str) -> re.Pattern[str]:
    """The line, with an emoji's name in place of each emoji."""
    words = [re.escape(words) for words in _EMOJI.split(line)]
    return re.compile(_EMOJI_NAMES.join(words))


def _not_editable(why: str) -> BadRequest:
    return BadRequest("not_editable", f"This program {why}. {INSTEAD}")
