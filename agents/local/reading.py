"""The program in an answer that is still being written: the first fenced block of Python, piece by piece.

A small model is asked for one block and nothing else, and mostly obeys. Fences are read as
`agents.codegen.extract` reads them, but for what only the end of an answer could decide.
"""

import re

_FENCE = re.compile(r"[ \t]{0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w.+-]*)[^`\n]*")
_PYTHON = frozenset({"", "code", "py", "py3", "python", "python3", "pyspark", "ray"})
_BARE = re.compile(r'(?:import |from \w[\w.]* import |"""|@ray\.)')
"""How a program begins that stands in no block."""


class ProgramReader:
    """`feed` gets the answer as it comes and returns what of it is program; `begun` once there was any.

    Pieces are whole lines, so that the end of a block is never taken for a part of the program.
    """

    def __init__(self) -> None:
        self.begun = False
        self._fence: str | None = None
        self._other = False
        self._over = False
        self._line = ""

    def feed(self, text: str) -> str:
        """What of `text`, and of the unfinished line before it, belongs to the program."""
        *lines, self._line = (self._line + text).split("\n")
        return "".join(self._program(f"{line}\n") for line in lines)

    def finish(self) -> str:
        """What the last line, which nothing ended, belongs to the program."""
        line, self._line = self._line, ""
        return self._program(f"{line}\n") if line else ""

    def _program(self, line: str) -> str:
        fence = _FENCE.fullmatch(line.rstrip())
        if self._over:
            return ""
        if self._fence is not None:
            return self._inside(line, fence)
        if fence is None:
            return self._taken(line) if self.begun or _BARE.match(line) else ""
        self._over = self.begun  # a program that stood in no block ends here
        self._fence, self._other = fence["fence"], fence["language"].lower() not in _PYTHON
        return ""

    def _inside(self, line: str, fence: re.Match[str] | None) -> str:
        if fence is not None and not fence["language"] and fence["fence"].startswith(self._fence or ""):
            self._fence, self._over = None, self.begun
            return ""
        return "" if self._other or not (self.begun or line.strip()) else self._taken(line)

    def _taken(self, line: str) -> str:
        self.begun = True
        return line
