"""Whether a text can be a program at all, before anything of it is sent anywhere."""

import ast
import traceback
import warnings

from agents.cluster.collection import no_garbage_collection
from agents.cluster.errors import RejectedError, SyntaxRejectedError
from agents.cluster.package import PROGRAM
from agents.wire import MAX_CODE_BYTES


def program_bytes(code: str) -> bytes:
    """The file that will be executed, byte for byte; raises RejectedError when Python could not even read it."""
    if not code.strip():
        raise RejectedError("empty_code", "There is no code to run; send a program.")
    data = _encoded(code)
    if len(data) > MAX_CODE_BYTES:
        raise RejectedError("code_too_large", "The program is larger than 1 MiB; move its data out of the code.")
    if b"\x00" in data:
        raise RejectedError("syntax", "The program contains a NUL byte, which Python does not read; remove it.")
    _check_syntax(data)
    return data


def _encoded(code: str) -> bytes:
    try:
        return code.encode()
    except UnicodeEncodeError as exc:
        raise RejectedError(
            "code_not_utf8", "The program contains half a character (a lone surrogate); write the character anew."
        ) from exc


def _check_syntax(data: bytes) -> None:
    """Parse as the interpreter would; warnings are suppressed since they quote the source on standard error."""
    try:
        with warnings.catch_warnings(), no_garbage_collection():
            warnings.simplefilter("ignore")
            ast.parse(data, PROGRAM)
    except SyntaxError as exc:
        where = f" in line {exc.lineno}" if exc.lineno else ""
        shown = "".join(traceback.format_exception_only(exc))
        raise SyntaxRejectedError(f"The program has a syntax error{where}: correct it.", shown) from exc
    except (RecursionError, MemoryError, ValueError) as exc:
        raise RejectedError("syntax", "The program is nested too deeply for Python to read; flatten it.") from exc
