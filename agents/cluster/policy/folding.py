"""Putting texts together as Python would, where a HOLE stands for what is not known."""

import ast
import base64
import binascii
import posixpath
import re
import sys
from collections.abc import Callable

HOLE = "\0"
UNKNOWN = frozenset({HOLE})
OF_CODES = frozenset({"bytes", "bytearray"})
DECODING = frozenset({"str"})
PIECES = frozenset({"split", "rsplit", "splitlines", "partition", "rpartition"})
_PLAIN = frozenset({"utf-8", "utf8", "ascii", "latin-1", "iso-8859-1"})
_LONG = 4096
_BYTE = 256
_LONGEST_CODE = len(str(sys.maxunicode)) + 1
_FEW_DIGITS = 2
"""Of an index or a count; the values that a template is given are fewer than a hundred."""
_NUMERIC = re.compile(r"[ ,.+\-<>^0-9]*[bcdeEfFgGnoxX%]")
_PERCENT = re.compile(r"%[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")
_FIELD = re.compile(r"\{[^{}]*\}")

SEPARATORS = {"os.sep": "/", "os.path.sep": "/", "os.curdir": ".", "os.pardir": "..", "os.devnull": "/dev/null"}
TEMPORARY = "/tmp"  # noqa: S108  # what tempfile's functions answer; nothing here opens it
VARIABLES = {"RAYGEN_OUT": ".", "RAY_ADDRESS": "auto", "HOME": "~", "TMPDIR": f"{TEMPORARY}/", "PWD": "."}
"""What environment variables hold, as far as it counts here."""
CONSTANT_CALLS = {
    "os.getcwd": ".",
    "pathlib.Path.cwd": ".",
    "pathlib.Path.home": "~",
    "tempfile.mkdtemp": f"{TEMPORARY}/{HOLE}",
    "tempfile.mktemp": f"{TEMPORARY}/{HOLE}",
    "tempfile.gettempdir": f"{TEMPORARY}/",
    "tempfile.TemporaryDirectory": f"{TEMPORARY}/{HOLE}",
    "tempfile.NamedTemporaryFile": f"{TEMPORARY}/{HOLE}",
}
SAME = frozenset(
    """str list tuple set sorted reversed enumerate zip iter next dict itertools.chain os.fspath os.fsencode
        os.fsdecode os.path.abspath os.path.normpath os.path.realpath os.path.expanduser os.path.expandvars""".split()  # noqa: SIM905
)
"""Calls that give the text that they are given, as far as it counts here."""
SAME_METHODS = frozenset(
    """items values keys copy get pop resolve absolute expanduser as_posix __str__ __fspath__""".split()  # noqa: SIM905
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


def formatted(texts: frozenset[str], form: str) -> frozenset[str]:
    """`{value:.2f}` is a number, whatever value is; what else a format does to a text is not followed."""
    if _NUMERIC.fullmatch(form):
        return frozenset({"0"})
    return texts if not form else UNKNOWN


def sliced(texts: frozenset[str], index: ast.Slice) -> frozenset[str]:
    """A slice between whole numbers; of a text with a hole only `[:]` and `[::-1]` are followed."""
    parts = [_whole(each) for each in (index.lower, index.upper, index.step)]
    if None in parts or parts[2] == [0]:
        return texts | UNKNOWN
    bounds = slice(*(part[0] if part else None for part in parts if part is not None))
    if bounds == slice(None, None, -1) or bounds == slice(None) or not any(HOLE in each for each in texts):
        return frozenset(each[bounds] for each in texts)
    return texts | UNKNOWN


def _whole(node: ast.expr | None) -> list[int] | None:
    """A slice's bound, nothing for one that is left out; None for one that is no whole number that stands there."""
    match node:
        case None | ast.Constant(value=None):
            return []
        case ast.Constant(value=int(value)):
            return [value]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return [-value]
    return None


def pieces(texts: frozenset[str], separators: list[frozenset[str]]) -> frozenset[str]:
    """What `split` may give."""
    between = next(iter(separators[0]), HOLE) if separators else ""
    found = {each for text in texts for each in (text.split(between) if between else text.split())}
    return frozenset(sorted(found)[:8]) | UNKNOWN


def from_codes(call: ast.Call) -> frozenset[str]:
    """`bytes([115, 121])`."""
    match call.args:
        case [ast.List(elts=codes) | ast.Tuple(elts=codes)]:
            numbers = [each.value for each in codes if isinstance(each, ast.Constant)]
            small = [each for each in numbers if isinstance(each, int) and 0 <= each < _BYTE]
            return frozenset({bytes(small).decode("latin-1")}) if len(small) == len(codes) else UNKNOWN
        case [ast.Constant(value=bytes(value))]:
            return frozenset({value.decode("latin-1")})
    return UNKNOWN


def parent(text: str = HOLE, *_: str) -> str:
    """`path.parent` and `os.path.dirname`; of the working directory, the one above it."""
    if HOLE in text:
        return HOLE
    return ".." if text in {"", "."} else posixpath.dirname(text) or "."


def path(*parts: str) -> str:
    """`os.path.join`, and the `/` of paths."""
    return posixpath.join(*parts) if parts else "."


def joined(between: str, *parts: str) -> str:
    """`between.join(parts)`."""
    return between.join(parts)


def percent(text: str, *values: str) -> str:
    """`text % values`, holes where there are more fields than values."""
    given = iter(values)

    def filled(field: re.Match[str]) -> str:
        value = next(given, HOLE)
        return value if field[0] in {"%s", "%d", "%i"} else HOLE

    return _PERCENT.sub(filled, text)


def template(text: str, *values: str) -> str:
    """`text.format(*values)`; what a field takes out of a value is a hole."""
    given = iter(values)

    def filled(field: re.Match[str]) -> str:
        name = field[0][1:-1]
        if name.isdecimal() and len(name) <= _FEW_DIGITS:
            return values[int(name)] if int(name) < len(values) else HOLE
        value = next(given, HOLE) if not name or name[0] in ".[:!" else HOLE
        return value if not name else HOLE

    return _FIELD.sub(filled, text)


def _times(text: str, count: str) -> str:
    return text * int(count) if count.isdecimal() and len(count) <= _FEW_DIGITS and len(text) < _LONG else HOLE


def _character(code: str = HOLE, *_: str) -> str:
    return chr(int(code)) if code.isdecimal() and len(code) < _LONGEST_CODE and int(code) <= sys.maxunicode else HOLE


def _base64(text: str = HOLE, *_: str) -> str:
    try:
        return base64.b64decode(text).decode("latin-1") or HOLE
    except (binascii.Error, ValueError):
        return HOLE


def _hex(text: str = HOLE, *_: str) -> str:
    try:
        return bytes.fromhex(text).decode("latin-1") or HOLE
    except ValueError:
        return HOLE


def _replace(text: str, old: str = HOLE, new: str = HOLE, *more: str) -> str:
    return HOLE if more or HOLE in old or HOLE in new else text.replace(old, new)


def _coded(text: str, encoding: str = "utf-8", *_: str) -> str:
    return text if encoding.lower().replace("_", "-") in _PLAIN else HOLE


def _exactly(method: Callable[..., str]) -> Callable[..., str]:
    """A method of texts that is followed only if its arguments are known."""

    def apply(text: str, *rest: str) -> str:
        return HOLE if any(HOLE in each for each in rest) else method(text, *rest[:1])

    return apply


def concatenated(*parts: str) -> str:
    """`"a" "b"`."""
    return "".join(parts)


OPERATORS: dict[type, Callable[..., str]] = {ast.Div: path, ast.Mod: percent, ast.Mult: _times}
FUNCTIONS: dict[str, Callable[..., str]] = {
    "os.path.join": path,
    "pathlib.Path": path,
    "pathlib.PurePath": path,
    "pathlib.PosixPath": path,
    "pathlib.PurePosixPath": path,
    "os.path.dirname": parent,
    "chr": _character,
    "operator.add": concatenated,
    "operator.concat": concatenated,
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
    "__add__": concatenated,
    "format": template,
    "replace": _replace,
    "lower": lambda text, *_: text.lower(),
    "upper": lambda text, *_: text.upper(),
    "swapcase": lambda text, *_: text.swapcase(),
    "strip": _exactly(str.strip),
    "lstrip": _exactly(str.lstrip),
    "rstrip": _exactly(str.rstrip),
    "removeprefix": _exactly(lambda text, prefix="": text.removeprefix(prefix)),
    "removesuffix": _exactly(lambda text, suffix="": text.removesuffix(suffix)),
    "encode": _coded,
    "decode": _coded,
    "with_suffix": lambda text, *rest: posixpath.splitext(text)[0] + "".join(rest[:1]),
    "with_name": lambda text, *rest: path(posixpath.dirname(text), *rest[:1]),
}
