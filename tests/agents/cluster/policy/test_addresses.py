"""The metadata service's address in every notation, and addresses that are none of its."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.policy.addresses import is_metadata_number, names_metadata

BASES = st.sampled_from(["{}", "0x{:x}", "0X{:X}", "0{:o}", "0x{:04x}", "00{:o}"])
ADDRESSES = st.integers(0xA9FE0000, 0xA9FEFFFF).map(ipaddress.IPv4Address)
AROUND = st.sampled_from(["{}", "http://{}/latest", "http://x@{}:80/", "curl {} now", "http://{}.", "({})"])


@given(address=ADDRESSES, bases=st.tuples(BASES, BASES, BASES, BASES), parts=st.integers(1, 4), around=AROUND)
def test_every_way_that_inet_aton_reads_it_is_seen(address, bases, parts, around):
    octets = list(address.packed)
    last = int.from_bytes(bytes(octets[parts - 1 :]))

    written = ".".join(base.format(part) for base, part in zip(bases, [*octets[: parts - 1], last], strict=False))

    assert names_metadata(around.format(written))


@given(
    address=ADDRESSES,
    prefix=st.sampled_from(["::ffff:0:0", "::", "64:ff9b::"]),
    form=st.sampled_from(["compressed", "exploded"]),
)
def test_every_ipv6_address_that_carries_it_is_seen(address, prefix, form):
    carrying = ipaddress.IPv6Address(int(ipaddress.IPv6Address(prefix)) + int(address))

    assert names_metadata(f"http://[{getattr(carrying, form)}]/")


@given(st.integers(0, 2**32 - 1).map(ipaddress.IPv4Address))
def test_other_addresses_are_not(address):
    others = {"100.100.100.200", "192.0.0.192", "168.63.129.16"}

    assert names_metadata(f"http://{address}/") == (address.is_link_local or str(address) in others)


@pytest.mark.parametrize(
    "text",
    ["", "169.254", "v1.169.254.0.1", "12:30:45", "a::b", "::1", "fe80::1", "0x", "1" * 10_000, "metadata", "%zz"],
)
def test_ordinary_texts_are_not(text):
    assert not names_metadata(text)


@given(st.text())
def test_any_text_is_judged(text):
    assert names_metadata(text) in {True, False}


def test_the_number_itself_is_seen():
    assert is_metadata_number(int(ipaddress.IPv4Address("169.254.169.254")))
    assert not is_metadata_number(3232235777)
