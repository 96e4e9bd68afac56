"""The weights that are fetched when nobody names others: what they are, whose, and the hash that proves them."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BLOCK = 1 << 20


@dataclass(frozen=True)
class Weights:
    """A GGUF file; `size` in bytes, `sha256` of the whole in hexadecimal digits."""

    file_name: str
    title: str
    publisher: str
    licence: str
    licence_url: str
    size: int
    sha256: str

    @property
    def notice(self) -> str:
        """What somebody is told before the download begins."""
        return (
            f"{self.title}, {self.size / 1e9:.2f} GB, by {self.publisher}.\nLicence: {self.licence}, {self.licence_url}"
        )

    def are_at(self, path: Path) -> bool:
        """Whether the file at `path` is exactly these weights; reads all of it only when its size is right."""
        return path.is_file() and path.stat().st_size == self.size and sha256_of_file(path) == self.sha256


DEFAULT = Weights(
    file_name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    title="Qwen2.5-Coder-1.5B-Instruct, Q4_K_M",
    publisher="Alibaba Cloud's Qwen team",
    licence="Apache-2.0",
    licence_url="https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/blob/main/LICENSE",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
)


def sha256_of_file(path: Path, heard: Callable[[int], None] = lambda _bytes: None) -> str:
    """Hexadecimal digits; `heard` is told how many bytes each block had."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            heard(len(block))
    return digest.hexdigest()
