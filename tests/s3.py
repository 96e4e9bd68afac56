"""moto's server in the place of S3, in a thread of the tests' own process."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest
from moto.server import ThreadedMotoServer

FOREIGN = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3")


@contextmanager
def s3_served() -> Iterator[str]:
    """The address of an S3 that holds nothing."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def use_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have boto3 find made-up credentials, and nothing of the machine's own."""
    for name in FOREIGN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test-secret")


def use_bucket(monkeypatch: pytest.MonkeyPatch, url: str, bucket: str) -> None:
    """Have boto3 find S3 at `url`, with that bucket in it."""
    use_credentials(monkeypatch)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", url)
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=bucket)
