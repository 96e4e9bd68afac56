"""An ObjectStore in memory, which refuses when told to."""

from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import FilesUnavailable


@dataclass
class MemoryObjectStore:
    """Packages by SHA-256; `outages` is how many of the next calls fail, `put_calls` counts what was uploaded."""

    packages: dict[str, bytes] = field(default_factory=dict)
    outages: int = 0
    put_calls: int = 0

    def has(self, sha256: str) -> bool:
        """Whether the package is there."""
        self._fail_if_told()
        return sha256 in self.packages

    def put(self, sha256: str, path: Path) -> None:
        """Keep the package."""
        self._fail_if_told()
        self.put_calls += 1
        self.packages[sha256] = path.read_bytes()

    def address(self, sha256: str) -> str:
        """A made-up address."""
        self._fail_if_told()
        return f"https://store.example/{sha256}.zip?X-Amz-Signature=secret"

    def _fail_if_told(self) -> None:
        if self.outages:
            self.outages -= 1
            raise FilesUnavailable("files_store", "The store does not answer. Try again in a minute.")
