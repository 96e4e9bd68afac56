"""The object store that attached files travel through: S3, or anything that speaks its protocol.

Objects are named by their content, so putting one twice changes nothing. boto3 blocks; call this in a thread.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from bot.errors import FilesUnavailable

logger = logging.getLogger(__name__)

FRESH = timedelta(days=1)
"""An object that is older is put again, so that the bucket's lifecycle counts from when it was last needed."""
NOT_FOUND = 404
UNUSABLE = (
    "The store for attached files could not be used. Try again in a minute; if it persists, ask whoever runs me to "
    "check RAYGEN_FILES_STORE and its permissions."
)


class ObjectStore(Protocol):
    """What attachments need of the store. Each method raises FilesUnavailable."""

    def has(self, sha256: str) -> bool:
        """Whether the package is there, and will be for some time."""

    def put(self, sha256: str, path: Path) -> None:
        """Keep the package."""

    def address(self, sha256: str) -> str:
        """A web address from which whoever has it can fetch the package for a while."""


class S3Store:
    """The ObjectStore in a bucket; `place` is `s3://bucket/prefix`, `seconds` how long an address is good."""

    def __init__(self, place: str, region: str | None, seconds: int) -> None:
        parts = urlsplit(place)
        self._bucket = parts.netloc
        self._prefix = f"{parts.path.strip('/')}/".lstrip("/")
        self._seconds = seconds
        self._client = _client(region)

    def has(self, sha256: str) -> bool:
        """See ObjectStore."""
        with _failures_named():
            try:
                head = self._client.head_object(Bucket=self._bucket, Key=self._key(sha256))
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == NOT_FOUND:
                    return False
                raise
        return bool(datetime.now(UTC) - head["LastModified"] < FRESH)

    def put(self, sha256: str, path: Path) -> None:
        """See ObjectStore."""
        with _failures_named(), path.open("rb") as body:
            self._client.put_object(
                Bucket=self._bucket, Key=self._key(sha256), Body=body, ContentType="application/zip"
            )

    def address(self, sha256: str) -> str:
        """See ObjectStore. Nothing is asked of the store for it."""
        wanted = {"Bucket": self._bucket, "Key": self._key(sha256)}
        with _failures_named():
            return str(self._client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=self._seconds))

    def _key(self, sha256: str) -> str:
        return f"{self._prefix}{sha256}.zip"


def _client(region: str | None) -> Any:
    session = boto3.Session(region_name=region)
    client = session.client("s3", config=_config("auto"))
    # By itself botocore presigns for AWS's global host, which sends callers on, and the Lambda follows nobody.
    at_aws = (urlsplit(client.meta.endpoint_url).hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn"))
    return session.client("s3", config=_config("virtual")) if at_aws else client


def _config(addressing_style: Literal["auto", "virtual"]) -> Config:
    return Config(
        signature_version="s3v4",
        connect_timeout=10,
        read_timeout=60,
        retries={"mode": "standard", "total_max_attempts": 4},
        s3={"addressing_style": addressing_style},
        # Checksums of S3's own kind are not understood by every store that speaks its protocol.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


@contextmanager
def _failures_named() -> Iterator[None]:
    """What boto3 raises as ours; its text, which may quote the request, stays in the log."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        logger.warning("error=<%s> | the object store cannot be used", type(error).__name__, exc_info=error)
        raise FilesUnavailable("files_store", UNUSABLE) from error
