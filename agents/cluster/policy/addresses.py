"""The addresses at which clouds hand out credentials, in whatever notation (inet_aton(3), RFC 4291, RFC 6052)."""

import ipaddress
import re
import unicodedata
from urllib.parse import unquote

_NAMES = re.compile(
    r"metadata\.(?:google|goog|azure|tencentyun|packet|platformequinix)\b|\binstance-data\b|\b169-254-"
    r"|://metadata(?:[:/]|$)|\bcomputeMetadata\b",
    re.IGNORECASE,
)
_V4 = re.compile(r"(?<![\w.])(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}", re.IGNORECASE)
_V6 = re.compile(r"(?<![\w:])[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*", re.IGNORECASE)
_LINK_LOCAL = ipaddress.ip_network("169.254.0.0/16")
_HOSTS = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254")))
_NUMBERS = frozenset({0xA9FEA9FE, 0xA9FEAA02, 0x646464C8})
_OBVIOUS = re.compile(r"[0-9a-f][.:]|\d{8}|0x|169-|metadata|instance-data", re.IGNORECASE)
_FOUR, _SIX = 2**32, 2**128
_AT_MOST = 10_000
_LONGEST = 64
"""Of an address in any notation: far above what four parts can take."""
_BYTE = 256


def is_metadata_number(value: int) -> bool:
    """Whether a bare number is such an address: sockets take it as one."""
    return value in _NUMBERS


def names_metadata(text: str) -> bool:
    """Whether a text holds such an address or a name of such a service."""
    plain = unicodedata.normalize("NFKC", text[:_AT_MOST]).replace("。", ".")
    if "%" in plain:
        plain = unquote(plain)
    if not _OBVIOUS.search(plain):
        return False
    if _NAMES.search(plain):
        return True
    fours = (_four(match[0]) for match in _V4.finditer(plain))
    sixes = (_six(match[0]) for match in _V6.finditer(plain)) if ":" in plain else ()
    return any(each is not None and _is_metadata(each) for each in (*fours, *sixes))


def _is_metadata(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour or _last_four(address)
        return address in _HOSTS or (embedded is not None and _is_metadata(embedded))
    return address in _HOSTS or address in _LINK_LOCAL


def _last_four(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that `::a.b.c.d` and `64:ff9b::a.b.c.d` carry."""
    prefix = int(address) >> 32
    return ipaddress.IPv4Address(int(address) % _FOUR) if prefix in {0, 0x64FF9B << 64, 0xFFFF0000} else None


def _four(text: str) -> ipaddress.IPv4Address | None:
    """An address as `inet_aton` reads it: up to four parts, decimal, octal or hexadecimal, the last one wide."""
    *first, last = [_number(part) for part in text.split(".")]
    if last is None or len(text) > _LONGEST or (not first and last < _FOUR // _BYTE):
        return None
    value = 0
    for part in first:
        if part is None or part >= _BYTE:
            return None
        value = value * _BYTE + part
    width = _BYTE ** (4 - len(first))
    return ipaddress.IPv4Address(value * width + last) if last < width else None


def _number(text: str) -> int | None:
    try:
        if text[:2].lower() == "0x":
            return int(text[:20], 16)
        return int(text[:20], 8) if text.startswith("0") and len(text) > 1 else int(text[:20])
    except ValueError:
        return None


def _six(text: str) -> ipaddress.IPv6Address | None:
    try:
        return ipaddress.IPv6Address(text.rstrip(".:") if not text.endswith("::") else text)
    except ValueError:
        return None
