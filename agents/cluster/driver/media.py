"""Pure: what a saved file is, by its content. Shared with the Lambda, which looks again at what the cluster sends.

A file's name claims whatever its author likes, so the content decides. Text has no signature: of texts, one that begins
as SVG is a picture, and one that is named as a table is a table.
"""

from __future__ import annotations

import codecs
import re

SUFFIXES = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/svg+xml": (".svg",),
    "text/csv": (".csv",),
    "application/vnd.apache.parquet": (".parquet",),
}
"""The kinds of files that come back, each with the endings that a name of its kind may have."""
_LOOKED_AT = 4096  # bytes of a text
_NOT_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SVG = re.compile(
    r"\ufeff?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)?(?:<!DOCTYPE[^>]{0,500}>\s*)?<svg[\s>]", re.DOTALL
)


def media_type(name: str, data: bytes) -> str | None:
    """The kind of the file, a key of SUFFIXES, or None for one that does not come back."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"PAR1") and data.endswith(b"PAR1") and len(data) > len(b"PAR1PAR1"):
        return "application/vnd.apache.parquet"
    return _kind_of_text(name, _beginning_as_text(data))


def _kind_of_text(name: str, text: str) -> str | None:
    if _SVG.match(text):
        return "image/svg+xml"
    return "text/csv" if text and name.lower().endswith(".csv") else None


def _beginning_as_text(data: bytes) -> str:
    """The first part of the file as text; empty when it is none."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data[:_LOOKED_AT])
    except UnicodeDecodeError:
        return ""
    return "" if _NOT_IN_TEXT.search(text) else text
