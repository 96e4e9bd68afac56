"""Text that can be encoded and kept, and a model's words.

JSON may escape half of a surrogate pair, and Python's parser lets it through; such a string is not text, and the
first attempt to send it as UTF-8 fails, far from where it came in. A NUL is text, and yet neither Python's parser nor
PostgreSQL takes it (https://www.postgresql.org/docs/current/datatype-character.html). Words are mended; a program is
refused instead, since nobody has asked for the mended one.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from agents.wire import MAX_CODE_BYTES

MAX_TITLE = 80
MAX_EXPLANATION = 2_000
MAX_LISTED = 8
MAX_LISTED_CHARACTERS = 300
UNTITLED = "Untitled program"

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Unicode's control characters (category Cc), but for the tab and the ends of lines."""


def is_well_formed(text: str) -> bool:
    """Whether `text` has a UTF-8 form."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def flaw_of_program(code: str) -> str | None:
    """Why `code` can be no program, as what follows after «the program»; None when it can be one."""
    if not code.strip():
        return "is empty"
    if not is_well_formed(code):
        return "contains half a character (a lone surrogate)"
    if "\x00" in code:
        return "contains a NUL character"
    if len(code.encode()) > MAX_CODE_BYTES:
        return f"is longer than {MAX_CODE_BYTES} bytes"
    return None


def readable(text: str) -> str:
    """`text` with a question mark for each half character and without control characters. For words alone."""
    return _CONTROLS.sub("", text.encode(errors="replace").decode())


def one_line(text: str, limit: int) -> str:
    """`text`, readable, as one line of at most `limit` characters."""
    return readable(" ".join(text.split()))[:limit]


def short_list(texts: Iterable[str]) -> tuple[str, ...]:
    """The first few of `texts` that hold anything, each as one line."""
    lines = (one_line(text, MAX_LISTED_CHARACTERS) for text in texts)
    return tuple(line for line in lines if line)[:MAX_LISTED]


def said(message: Mapping[str, Any]) -> str:
    """The text in a message of Strands, as the model wrote it: perhaps with a program in it."""
    return "\n".join(block["text"] for block in message["content"] if "text" in block)
