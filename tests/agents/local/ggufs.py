"""GGUF files small enough to be written in a test: a header without tensors."""

import struct

U32, TEXT, ARRAY = 4, 8, 9


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def pair(key: str, value: str | int | list[str]) -> bytes:
    if isinstance(value, str):
        return text(key) + struct.pack("<I", TEXT) + text(value)
    if isinstance(value, int):
        return text(key) + struct.pack("<II", U32, value)
    return text(key) + struct.pack("<IIQ", ARRAY, TEXT, len(value)) + b"".join(map(text, value))


def gguf(pairs: dict[str, str | int | list[str]], *, version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, 0, len(pairs)) + b"".join(pair(*item) for item in pairs.items())


TINY = gguf({"general.architecture": "qwen2", "general.name": "Tiny", "general.file_type": 15})
