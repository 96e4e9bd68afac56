"""Putting texts together as Python would, where a HOLE stands for what is not known."""

import ast
import base64
import binascii
import posixpath
import re
from collections.abc import Callable

HOLE = "\0"
UNKNOWN = frozenset({HOLE})
_NUMERIC = re.compile(r"[ ,.+\-<>^0-9]*[bcdeEfFgGnoxX%]")
_PERCENT = re.compile(r"%[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")
_FIELD = re.compile(r"\{[^{}]*\}")

SEPARATORS = {"os.sep": "/", "os.path.sep": "/", "os.curdir": ".", "os.pardir": "..", "os.devnull": "/dev/null"}
VARIABLES = {"RAYGEN_OUT": ".", "RAY_ADDRESS": "auto", "HOME": "~", "TMPDIR": "/tmp/", "PWD": "."}
"""What environment variables hold, as far as it counts here."""
CONSTANT_CALLS = {
    "os.getcwd": ".",
    "pathlib.Path.cwd": ".",
    "pathlib.Path.home": "~",
    "tempfile.mkdtemp": f"/tmp/{HOLE}",
    "tempfile.mktemp": f"/tmp/{HOLE}",
    "tempfile.gettempdir": "/tmp/",  # what the call gives
    "tempfile.TemporaryDirectory": f"/tmp/{HOLE}",
    "tempfile.NamedTemporaryFile": f"/tmp/{HOLE}",
}
SAME = frozenset(
    """str bytes list tuple set sorted reversed enumerate zip iter next dict itertools.chain os.fspath os.fsencode
    os.fsdecode os.path.abspath os.path.normpath os.path.realpath os.path.expanduser os.path.expandvars
    """.split()  # noqa: SIM905
)
"""Calls that give the text that they are given, as far as it counts here."""
SAME_METHODS = frozenset(
    """items values keys copy get pop decode encode resolve absolute expanduser as_posix as_uri split splitlines rsplit
    __str__ __fspath__ title casefold partition rpartition""".split()  # noqa: SIM905
)


def constant(value: object) -> frozenset[str]:
    """A constant's text; a number's is its digits."""
    if isinstance(value, bytes):
        return frozenset({value.decode("latin-1")})
    if isinstance(value, str):
        return frozenset({value.replace(HOLE, "\ufffd")})
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**63:
        return frozenset({str(value)})
    return UNKNOWN


def formatted(texts: frozenset[str], form: str | None) -> frozenset[str]:
    """`{value:.2f}` is a number, whatever value is."""
    if form and _NUMERIC.fullmatch(form):
        return frozenset({each if HOLE not in each else "0" for each in texts})
    return texts


def sliced(texts: frozenset[str], index: ast.Slice) -> frozenset[str]:
    """Of slices only `[::-1]` and `[:]` are followed."""
    match index:
        case ast.Slice(lower=None, upper=None, step=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1))):
            return frozenset(each[::-1] for each in texts)
        case ast.Slice(lower=None, upper=None, step=None):
            return texts
    return texts | UNKNOWN


def part(texts: frozenset[str], attribute: str) -> frozenset[str]:
    """`path.parent` and its like."""
    if attribute == "parent":
        return frozenset((posixpath.dirname(each) or ".") if HOLE not in each else HOLE for each in texts)
    return UNKNOWN


def path(*parts: str) -> str:
    """`os.path.join`, and the `/` of paths."""
    return posixpath.join(*parts) if parts else "."


def joined(between: str, *parts: str) -> str:
    """`between.join(parts)`."""
    return between.join(parts)


def template(text: str, *values: str) -> str:
    """`%` and `str.format`: fields in their order, holes where there are more fields than values."""
    given = iter(values)
    pattern = _FIELD if "{" in text else _PERCENT
    return pattern.sub(lambda _: next(given, HOLE), text)


def _times(text: str, count: str) -> str:
    return text * int(count) if count.isdigit() and len(count) < 3 else HOLE  # under a hundred


def _character(code: str) -> str:
    return chr(int(code)) if code.isdigit() and int(code) < 0x110000 else HOLE


def _base64(text: str, *_: str) -> str:
    try:
        return base64.b64decode(text).decode("latin-1") or HOLE
    except (binascii.Error, ValueError):
        return HOLE


def _hex(text: str, *_: str) -> str:
    try:
        return bytes.fromhex(text).decode("latin-1") or HOLE
    except ValueError:
        return HOLE


def _replace(text: str, old: str = HOLE, new: str = HOLE, *_: str) -> str:
    return text.replace(old, new)


OPERATORS: dict[type, Callable[..., str]] = {ast.Div: path, ast.Mod: template, ast.Mult: _times}
FUNCTIONS: dict[str, Callable[..., str]] = {
    "os.path.join": path,
    "pathlib.Path": path,
    "pathlib.PurePath": path,
    "pathlib.PosixPath": path,
    "pathlib.PurePosixPath": path,
    "posixpath.join": path,
    "chr": _character,
    "base64.b64decode": _base64,
    "base64.standard_b64decode": _base64,
    "base64.urlsafe_b64decode": _base64,
    "base64.b16decode": _hex,
    "bytes.fromhex": _hex,
    "bytearray.fromhex": _hex,
    "binascii.unhexlify": _hex,
    "binascii.a2b_base64": _base64,
}
METHODS: dict[str, Callable[..., str]] = {
    "joinpath": path,
    "format": template,
    "replace": _replace,
    "lower": lambda text, *_: text.lower(),
    "upper": lambda text, *_: text.upper(),
    "swapcase": lambda text, *_: text.swapcase(),
    "strip": lambda text, *rest: text.strip(*rest[:1]),
    "lstrip": lambda text, *rest: text.lstrip(*rest[:1]),
    "rstrip": lambda text, *rest: text.rstrip(*rest[:1]),
    "removeprefix": lambda text, *rest: text.removeprefix(*rest[:1]) if rest else HOLE,
    "removesuffix": lambda text, *rest: text.removesuffix(*rest[:1]) if rest else HOLE,
    "with_suffix": lambda text, *rest: posixpath.splitext(text)[0] + "".join(rest[:1]),
    "with_name": lambda text, *rest: path(posixpath.dirname(text), *rest[:1]),
}
