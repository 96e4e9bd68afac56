"""Pure: what is said of the files in a program's working directory, to its writer and to the supervising model."""

import json
from collections.abc import Sequence

from agents.wire import FileDescription

MARK = "json attached files"
"""The mark of the block in which the writer gets them: what stands in a block is data."""


def described(files: Sequence[FileDescription]) -> str:
    """Everything that is known of the files, as JSON: quoted, so that no content can pass for anything else."""
    known = (file.model_dump(mode="json", exclude_defaults=True) for file in files)
    return "\n".join(json.dumps(file, ensure_ascii=False) for file in known)


def announced(files: Sequence[FileDescription]) -> str:
    """A line for the supervising model, which needs to know that there are files and not what is in them."""
    if not files:
        return ""
    names = ", ".join(f"`{file.name}`" for file in files)
    return (
        f"Files that the user has attached lie in the program's working directory, to be read by these names: {names}. "
        "The writer is told what is in them.\n"
    )
