"""Which cluster a call means, and whether it may be talked to.

A host has many spellings (decimal, octal, hex, IPv6-mapped, a name with several addresses, a trailing dot), so nothing
is decided by the text: it is resolved once, the resolved address is compared with the resolved allow-list, and that
very address is connected to.
"""

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from agents.cluster.errors import RejectedError
from agents.cluster.settings import DEFAULT_PORT

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class ClusterAddress:
    """A resolved address, allowed by the operator; `shown` is what a person wrote, for links."""

    ip: IPAddress
    port: int
    shown: str

    @property
    def url(self) -> str:
        """The base of the Jobs API."""
        host = f"[{self.ip}]" if isinstance(self.ip, ipaddress.IPv6Address) else str(self.ip)
        return f"http://{host}:{self.port}"


def allowed_address(cluster: str, hosts: Iterable[str]) -> ClusterAddress:
    """The address of `cluster` ("host" or "host:port"); raises RejectedError when it is not one of `hosts`."""
    host, port = _split(cluster)
    allowed = {
        (ip, entry_port) for entry in hosts for entry_host, entry_port in [_split(entry)] for ip in _resolve(entry_host)
    }
    for ip in _resolve(host):
        if (ip, port) in allowed and not ip.is_link_local:
            return ClusterAddress(ip, port, f"{host}:{port}")
    raise RejectedError(
        "cluster_refused",
        "This cluster is not on the operator's list: choose another, or have it added to RAYGEN_CLUSTER_HOSTS.",
    )


def _split(text: str) -> tuple[str, int]:
    """Host and port; everything that is more than these two is refused, above all user-info and a path."""
    try:
        parts = urlsplit(f"//{text.strip()}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    plain = not any(character in text for character in "/\\@?#% \t\r\n\x00")
    if not host or not plain or not host.isascii():
        raise RejectedError(
            "bad_request", "The cluster is not written as host or host:port; correct it in the settings."
        )
    return host, DEFAULT_PORT if port is None else port


def _resolve(host: str) -> list[IPAddress]:
    """Every address of `host`, an IPv4 address in IPv6's clothes as the IPv4 address that it is."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [_plain(ipaddress.ip_address(str(entry[4][0]).partition("%")[0])) for entry in found]


def _plain(ip: IPAddress) -> IPAddress:
    return (ip.ipv4_mapped or ip) if isinstance(ip, ipaddress.IPv6Address) else ip
