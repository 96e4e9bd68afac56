"""Where a path or a URL leads: inside the working directory, outside, to the system's secrets, or over the network."""

import posixpath
import re
from typing import Literal

from agents.cluster.policy.folding import HOLE, TEMPORARY

Place = Literal["inside", "outside", "network", "unknown"]

_SECRET = re.compile(
    r"(?:^|/)(?:\.aws|\.ssh|\.kube|\.docker|\.gnupg|\.azure|\.config/gcloud|\.databricks|\.snowflake|\.oci)(?:/|$)"
    r"|(?:^|/)(?:\.netrc|\.pypirc|\.git-credentials|\.pgpass|\.env|\.databrickscfg|\.bash_history|\.boto|\.s3cfg"
    r"|id_rsa|id_dsa|id_ecdsa|id_ed25519|authorized_keys|ray_bootstrap_key\.pem)$"
    r"|(?:^|/|:)etc/(?:shadow|gshadow|passwd|group|sudoers|ssh|kubernetes|ssl/private|krb5)"
    r"|(?:^|/)proc/(?:self|thread-self|\d+|\*|" + HOLE + r")/(?:environ|mem|maps|root|fd|cwd|cmdline|task|exe)"
    r"|(?:^|/)run/(?:secrets|docker\.sock|containerd)|docker\.sock$|^/dev/(?:mem|kmem|sd|nvme|vd|xvd|tcp|udp)"
    r"|^/(?:root|boot)(?:/|$)|\.ray/auth_token|(?:^|/)sys/(?:kernel|firmware)|(?:^|/)opt/aws"
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*)://([^|]*)", re.IGNORECASE)
_NO_NETWORK = frozenset({"example", "memory", "sqlite", "data", "env"})
_FILES = frozenset({"file", "local"})
_TEMPORARY = (TEMPORARY, "/var/tmp", "/dev/shm")  # noqa: S108  # where tempfile puts files; nothing here opens them
_SHARED = tuple(f"{each}/" for each in _TEMPORARY)
_SINGLE = frozenset({*_TEMPORARY, "/dev/null", "/dev/stdout", "/dev/stderr"})
_RAYS = f"{TEMPORARY}/ray"
"""Where Ray keeps every program's logs."""
_ROOTS = re.compile(
    r"/(?:etc|home|root|var|usr|opt|mnt|media|proc|sys|srv|boot|lib|lib64|bin|sbin|run|dev|efs|fsx|dbfs|nfs|gpfs|lustre|scratch|data|datasets|shared|storage|workspace"
    r"|host|secrets?|volumes?|Users|Volumes)"
    r"(?:/|$)"
)
_PATH = re.compile(r"/[\w.@+*-][\w.@+* -]*(?:/[\w.@+*{}?\[\]\0 -]*)+$")
_AT_HOME = re.compile(r"~/(?:ray_results|data)(?:/|$)|~/\.?[\w-]+(?:\.[\w-]+)*\.lock$")
"""Where Ray keeps results unless it is told otherwise, and where its examples keep data."""
_SPACES = re.compile(r"[^\S ]|^[^/~.]* |  ")
"""What no path has: a line's end, a space before anything that a path begins with."""
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_AT_MOST = 4096


def is_secret(text: str) -> bool:
    """Whether a text names a file that holds credentials, or one of the system's own."""
    if ("/" not in text and "." not in text and "id_" not in text) or len(text) > _AT_MOST:
        return False
    plain = text.replace("\\", "/")
    return bool(_SECRET.search(plain) or _SECRET.search(posixpath.normpath(plain)))


def place_of(text: str) -> Place:
    """Where a text leads that a program opens."""
    if urls_in(text):
        return "network"
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() in _NO_NETWORK:
        return "inside"
    path = scheme[2] if scheme else text
    if scheme is None and path.startswith("file:"):
        path = path.removeprefix("file:").partition("?")[0]
    if path.startswith(HOLE):
        return "unknown"
    return "outside" if _leaves(path) else "inside"


def urls_in(text: str) -> list[str]:
    """The URLs in a text that lead over the network; `simplecache::https://…` holds one too."""
    found = ((match[1].lower(), match[0]) for match in _SCHEME.finditer(text)) if "://" in text else ()
    return [url for scheme, url in found if scheme not in _NO_NETWORK | _FILES]


def looks_elsewhere(text: str) -> bool:
    """Whether a text that stands anywhere in a program looks like a path out of the working directory, or a URL."""
    if len(text) > _AT_MOST or _SPACES.search(text):
        return False
    if _SCHEME.match(text):
        return place_of(text) in {"network", "outside"}
    written = text.startswith(("~", "../")) or text == ".." or _ROOTS.match(text) or _PATH.match(text)
    return bool(written and len(text) > 1 and _leaves(text))


def _leaves(path: str) -> bool:
    plain = posixpath.normpath(path)
    if plain.startswith("//"):
        plain = plain[1:]
    if _AT_HOME.match(plain):
        return False
    if plain.startswith(("~", "..")):
        return plain[:3] in {"~", "~/", "..", "../"} or plain.startswith(("~", "../"))
    if plain.startswith("/"):
        is_rays = plain == _RAYS or plain.startswith(f"{_RAYS}/")
        return is_rays or (plain not in _SINGLE and not plain.startswith(_SHARED))
    return bool(_WINDOWS.match(path))
