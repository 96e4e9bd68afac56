"""The object store over S3's own protocol, with moto's server for S3."""

from datetime import timedelta

import httpx
import pytest

from bot.attachments import object_store
from bot.attachments.object_store import S3Store
from bot.errors import FilesUnavailable
from tests.s3 import s3_served, use_bucket, use_credentials

SHA256 = "ab" * 32


@pytest.fixture(scope="module")
def s3_url():
    with s3_served() as url:
        yield url


@pytest.fixture
def credentials(monkeypatch):
    use_credentials(monkeypatch)


@pytest.fixture
def store(s3_url, monkeypatch):
    use_bucket(monkeypatch, s3_url, "files")
    return S3Store("s3://files/some/prefix/", "us-east-1", 600)


@pytest.fixture
def package(tmp_path):
    path = tmp_path / "package.zip"
    path.write_bytes(b"PK\x00\xff" * 1000)
    return path


def test_a_package_can_be_fetched_by_its_address_with_no_credentials(store, s3_url, package):
    store.put(SHA256, package)

    address = store.address(SHA256)

    assert address.startswith(f"{s3_url}/files/some/prefix/{SHA256}.zip?")
    assert "X-Amz-Expires=600" in address
    assert "test-secret" not in address
    assert httpx.get(address).content == package.read_bytes()


def test_what_was_put_is_there_and_nothing_else_is(store, package):
    store.put(SHA256, package)

    assert store.has(SHA256)
    assert not store.has("cd" * 32)


def test_what_may_soon_be_removed_by_the_buckets_lifecycle_is_put_again(store, package, monkeypatch):
    store.put(SHA256, package)
    monkeypatch.setattr(object_store, "FRESH", timedelta(seconds=-60))

    assert not store.has(SHA256)


def test_a_bucket_that_does_not_exist_is_said_in_a_sentence_of_ours(store, s3_url, package):
    elsewhere = S3Store("s3://no-such-bucket", "us-east-1", 600)

    with pytest.raises(FilesUnavailable) as failure:
        elsewhere.put(SHA256, package)

    assert "RAYGEN_FILES_STORE" in failure.value.sentence
    assert "bucket does not exist" not in failure.value.sentence


def test_a_store_that_nobody_runs_is_unavailable(monkeypatch, credentials, package):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    with pytest.raises(FilesUnavailable):
        S3Store("s3://files", "us-east-1", 600).has(SHA256)


def test_at_aws_the_address_is_the_buckets_own_host_in_its_region(credentials):
    address = S3Store("s3://files", "eu-central-1", 600).address(SHA256)

    assert address.startswith(f"https://files.s3.eu-central-1.amazonaws.com/{SHA256}.zip?")
