"""What a warm driver reads and writes in Ray's store, with a store in memory."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.driver.registry import Registry, parsed

OFFER = {"submission_id": "raygen-1", "seconds": 60, "limit": 1000, "code": "print('ä')\r\n"}


class MemoryStore:
    """The part of Ray's GcsClient that a warm driver uses; `forgetful` loses the answer to a write that succeeded."""

    def __init__(self) -> None:
        self.entries: dict[tuple[bytes | None, bytes], bytes] = {}
        self.forgetful = False

    def internal_kv_get(self, key: bytes, namespace: bytes | None, _timeout: float) -> bytes | None:
        return self.entries.get((namespace, key))

    def internal_kv_put(
        self, key: bytes, value: bytes, overwrite: bool, namespace: bytes | None, _timeout: float
    ) -> int:
        added = (namespace, key) not in self.entries
        if added or overwrite:
            self.entries[namespace, key] = value
        return int(added and not self.forgetful)

    def internal_kv_del(self, key: bytes, _prefix: bool, namespace: bytes | None, _timeout: float) -> int:
        return int(self.entries.pop((namespace, key), None) is not None)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def _driver(store: MemoryStore, number: int) -> Registry:
    registry = Registry(store, "raygen-warm-x-0", f"raygen-warm-x-0-{number}")
    registry.put_job(registry.own, {"status": "RUNNING", "entrypoint": "python", "metadata": None}, overwrite=False)
    return registry


def test_of_two_drivers_one_gets_the_run(store):
    first, second = _driver(store, 1), _driver(store, 2)

    claims = [first.claim("raygen-1"), second.claim("raygen-1")]

    assert claims == [True, False]
    assert first.job("raygen-1")["metadata"]["raygen_carrier"] == first.own


def test_a_driver_takes_back_what_one_said_that_could_not(store):
    _driver(store, 1).announce()

    _driver(store, 2).clear()

    assert not [key for _, key in store.entries if b"idle" in key]


def test_a_run_that_was_submitted_is_nobodys(store):
    driver = _driver(store, 1)
    driver.put_job("raygen-1", {"status": "PENDING", "metadata": None}, overwrite=False)

    assert not driver.claim("raygen-1")
    assert driver.job("raygen-1")["status"] == "PENDING"


def test_a_claim_whose_answer_was_lost_is_a_claim(store):
    driver = _driver(store, 1)
    store.forgetful = True

    assert driver.claim("raygen-1")


def test_an_offer_is_taken_once(store):
    driver = _driver(store, 1)
    store.entries[None, driver.offer_key] = json.dumps(OFFER).encode()

    taken = [driver.offer(), driver.offer()]

    assert taken == [{**OFFER, "code": OFFER["code"].encode()}, None]


def test_a_driver_leaves_its_own_place_alone(store):
    first, second = _driver(store, 1), _driver(store, 2)
    first.announce()
    second.announce()

    first.leave()

    assert first.superseded()
    assert not second.superseded()
    assert (None, second.idle_key) in store.entries


def test_the_end_of_a_run_is_written_into_its_job(store):
    driver = _driver(store, 1)
    driver.claim("raygen-1")

    driver.finish("raygen-1", "FAILED", 3)

    job = driver.job("raygen-1")
    assert (job["status"], job["driver_exit_code"], job["entrypoint"]) == ("FAILED", 3, "python")


@pytest.mark.parametrize("name", ["../x", "raygen-", "raygen-a/b", "raygen-" + "x" * 58, 7, None])
def test_an_offer_for_what_is_no_run_is_none(name):
    assert parsed(json.dumps({**OFFER, "submission_id": name}).encode()) is None


@given(st.binary() | st.recursive(st.none() | st.text(), st.lists).map(lambda value: json.dumps(value).encode()))
def test_whatever_lies_in_the_inbox_is_an_offer_or_none(data):
    assert parsed(data) is None
