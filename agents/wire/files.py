"""The files that a program is given, and those that it saves."""

import base64
import re
from typing import Literal

from pydantic import Field, field_validator

from agents.wire.base import Wire

MAX_FILE_NAME_CHARACTERS = 100
MAX_FILE_CHARACTERS = 4_000_000
"""Base64 of a file that a program saved: with 1 MiB of output beside it within the gateway's 6 MB."""
MAX_INPUT_FILES = 20
MAX_INPUT_BYTES = 100 * 1024 * 1024 - 1
"""Of the files' package: Ray takes less than 100 MiB (`GCS_STORAGE_MAX_SIZE` in its `packaging.py`)."""
MAX_INPUT_NAME_BYTES = 200
"""In UTF-8; file systems take 255."""
INPUT_NAME = re.compile(r"[^\W_][\w .()+@,=-]*")
"""A name that is a file's in one directory everywhere, and that no shell, prompt or markup takes for something else."""


class InputFiles(Wire):
    """Files for a program's working directory: one package in the operator's object store, by reference.

    `sha256` and `size` are those of the package, a zip; `names` those of the files in it. `url` is a presigned address
    from which the cluster room fetches it, good for a while; who has it can read the files.
    """

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(gt=0, le=MAX_INPUT_BYTES)
    names: tuple[str, ...] = Field(min_length=1, max_length=MAX_INPUT_FILES)
    url: str = Field(min_length=1, max_length=8_000, repr=False)

    @field_validator("names")
    @classmethod
    def _are_plain(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        plain = all(INPUT_NAME.fullmatch(name) and len(name.encode()) <= MAX_INPUT_NAME_BYTES for name in names)
        if not plain or len(set(names)) != len(names):
            raise ValueError("a file has no plain name, or two have the same")
        return names


class FileDescription(Wire):
    """What a writer of programs is told of a file; its words are data of whoever attached it.

    `size` is in bytes. A `table` has columns, separated by `delimiter`; a table or `text` has an `encoding` by Python's
    name, a number of `lines`, and its `beginning`. Long texts are cut.
    """

    name: str = Field(max_length=MAX_INPUT_NAME_BYTES)
    size: int = Field(ge=0)
    kind: Literal["table", "text", "other"] = "other"
    encoding: str | None = None
    delimiter: str | None = None
    columns: tuple[str, ...] = ()
    lines: int | None = None
    beginning: str = Field(default="", max_length=4_000)


class OutputFile(Wire):
    """A file that the program saved; `size` in bytes, `data` its content as base64.

    Without `data` it was left out: too large, one too many, or of no kind that is carried. The name is safe to show
    and to store under; the media type was decided by the content.
    """

    name: str = Field(min_length=1, max_length=MAX_FILE_NAME_CHARACTERS)
    media_type: str
    size: int = Field(ge=0)
    data: str | None = Field(default=None, max_length=MAX_FILE_CHARACTERS, repr=False)

    @field_validator("data")
    @classmethod
    def _is_base64(cls, data: str | None) -> str | None:
        base64.b64decode(data or "", validate=True)
        return data

    @property
    def content(self) -> bytes:
        """The bytes; none for a file that was left out."""
        return base64.b64decode(self.data or "")
