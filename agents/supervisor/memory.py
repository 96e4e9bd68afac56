"""Where a thread's conversation is kept, chosen by the settings."""

from collections.abc import Callable
from urllib.parse import urlsplit

from strands.session.file_session_manager import FileSessionManager
from strands.session.s3_session_manager import S3SessionManager
from strands.session.session_manager import SessionManager

Remember = Callable[[str], SessionManager | None]


def memory(store: str, region: str | None) -> Remember:
    """A memory by session id, in a directory or under `s3://bucket/prefix`; an empty `store` remembers nothing."""
    if not store:
        return lambda _session_id: None
    address = urlsplit(store)
    if address.scheme == "s3":
        prefix = address.path.strip("/")
        return lambda session_id: S3SessionManager(session_id, address.netloc, prefix, region_name=region)
    return lambda session_id: FileSessionManager(session_id, store)
