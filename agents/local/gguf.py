"""The beginning of a GGUF file: whether it is one, and what it says of itself.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

MAGIC = b"GGUF"
VERSIONS = range(2, 4)
MAX_PAIRS = 10_000
MAX_TEXT = 1 << 20
MAX_ITEMS = 1 << 24
"""Of an array, of which the longest is the vocabulary."""
_NUMBERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_TEXT, _ARRAY = 8, 9
_ARCHITECTURE, _QUANTISATION = "general.architecture", "general.file_type"

QUANTISATIONS = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 30: "IQ4_XS", 25: "IQ4_NL",
    32: "BF16",
}  # fmt: skip
"""By `general.file_type`: `llama_ftype` in https://github.com/ggml-org/llama.cpp/blob/master/include/llama.h."""


class NotGguf(ValueError):
    """The file is not a GGUF file of a version that is known, or it is broken off."""


@dataclass(frozen=True)
class Header:
    """What a file says of itself; empty where it says nothing."""

    architecture: str = ""
    quantisation: str = ""


def read_header(path: Path) -> Header:
    """The header of the file at `path`. Raises NotGguf, and OSError."""
    with path.open("rb") as file:
        return header_of(file)


def header_of(file: BinaryIO) -> Header:
    """The header that begins where `file` stands. Raises NotGguf."""
    if file.read(len(MAGIC)) != MAGIC or _number(file, "<I") not in VERSIONS:
        raise NotGguf
    _number(file, "<Q")  # how many tensors
    return _header(file, _number(file, "<Q"))


def _header(file: BinaryIO, pairs: int) -> Header:
    if pairs > MAX_PAIRS:
        raise NotGguf
    found: dict[str, object] = {}
    for _ in range(pairs):
        key = _text(file)
        found[key] = _value(file, _number(file, "<I"))
        if {_ARCHITECTURE, _QUANTISATION} <= set(found):
            break
    quantisation = found.get(_QUANTISATION)
    named = QUANTISATIONS.get(quantisation, "") if isinstance(quantisation, int) else ""
    return Header(str(found.get(_ARCHITECTURE, "")), named)


def _value(file: BinaryIO, kind: int) -> object:
    """A value; None for an array, which is passed over."""
    if kind == _TEXT:
        return _text(file)
    if kind == _ARRAY:
        _pass_over(file, _number(file, "<I"), _number(file, "<Q"))
        return None
    if kind in _NUMBERS:
        return _number(file, _NUMBERS[kind])
    raise NotGguf


def _pass_over(file: BinaryIO, kind: int, items: int) -> None:
    if items > MAX_ITEMS:
        raise NotGguf
    if kind in _NUMBERS:
        file.seek(items * struct.calcsize(_NUMBERS[kind]), 1)
        return
    if kind != _TEXT:
        raise NotGguf
    for _ in range(items):
        _text(file)


def _text(file: BinaryIO) -> str:
    length = _number(file, "<Q")
    if length > MAX_TEXT:
        raise NotGguf
    return _exactly(file, length).decode("utf-8", errors="replace")


def _number(file: BinaryIO, form: str) -> Any:
    return struct.unpack(form, _exactly(file, struct.calcsize(form)))[0]


def _exactly(file: BinaryIO, length: int) -> bytes:
    data = file.read(length)
    if len(data) < length:
        raise NotGguf
    return data
