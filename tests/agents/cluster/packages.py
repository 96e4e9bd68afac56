"""Packages of input files, as the bot makes them."""

import hashlib
import io
import zipfile
from collections.abc import Mapping


def packed(files: Mapping[str, bytes]) -> tuple[bytes, str, *tuple[str, ...]]:
    """The package, its SHA-256, and the names in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"raygen-inputs/{name}", content)
    data = buffer.getvalue()
    return data, hashlib.sha256(data).hexdigest(), *files
