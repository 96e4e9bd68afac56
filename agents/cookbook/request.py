"""What is asked of the book: a request and the changes that were made to it since, and how both travel as text."""

from collections.abc import Iterator
from dataclasses import dataclass

_EARLIER = "Earlier request: "
_CHANGE = "Change: "


@dataclass(frozen=True)
class Request:
    """A request in words and the later changes of it, oldest first."""

    text: str
    changes: tuple[str, ...] = ()

    def changed(self, change: str) -> "Request":
        """This request with one more change."""
        return Request(self.text, (*self.changes, change))

    def instructions(self) -> str:
        """The request as the text that `generate_code` takes: as it is, or a line for each part of it."""
        if not self.changes:
            return self.text
        return "\n".join(_lines(self))

    @classmethod
    def parse(cls, instructions: str) -> "Request":
        """The request that `instructions()` wrote; any other text is a request as it stands."""
        first, *rest = instructions.strip().splitlines() or [""]
        if not first.startswith(_EARLIER) or not all(line.startswith(_CHANGE) for line in rest):
            return cls(instructions.strip())
        return cls(first.removeprefix(_EARLIER), tuple(line.removeprefix(_CHANGE) for line in rest))


def _lines(request: Request) -> Iterator[str]:
    yield _EARLIER + " ".join(request.text.split())
    for change in request.changes:
        yield _CHANGE + " ".join(change.split())
