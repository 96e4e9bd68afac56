"""Secrets that are kept in the database, sealed with keys that are not in it."""

from collections.abc import Iterable

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import RaygenError

UNREADABLE = (
    "A workspace's token cannot be read with the keys that I have. Whoever runs me has to set RAYGEN_TOKEN_KEYS to the "
    "keys that it was sealed with, or the workspace has to install me again."
)


class Unreadable(RaygenError):
    """None of the keys opens what was sealed, or it is too old, or not what was sealed."""

    def __init__(self) -> None:
        super().__init__("token_unreadable", UNREADABLE)


class Seal:
    """AES-128-CBC with HMAC-SHA256 (Fernet), by the first of `keys`; all of them open.

    A key is 32 bytes in URL-safe base64. Raises ValueError for anything else.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        fernets = [Fernet(key) for key in keys]
        self._first = fernets[0]
        self._all = MultiFernet(fernets)

    def close(self, text: str) -> str:
        """The text, sealed."""
        return self._all.encrypt(text.encode()).decode()

    def open(self, sealed: str, seconds: int | None = None) -> str:
        """The text; with `seconds`, only if it was sealed no longer ago. Raises Unreadable."""
        try:
            return self._all.decrypt(sealed.encode(), ttl=seconds).decode()
        except InvalidToken as error:
            raise Unreadable from error

    def is_current(self, sealed: str) -> bool:
        """Whether the first key alone opens it."""
        try:
            self._first.decrypt(sealed.encode())
        except InvalidToken:
            return False
        return True
