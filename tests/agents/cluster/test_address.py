"""Which addresses are connected to, whatever they are written like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.address import allowed_address
from agents.cluster.errors import RejectedError

HOSTS = ("127.0.0.1", "127.0.0.1:9999")


def test_the_port_is_rays_own_unless_it_is_said():
    address = allowed_address("127.0.0.1", HOSTS)

    assert (address.url, address.shown) == ("http://127.0.0.1:8265", "127.0.0.1:8265")


def test_a_port_counts_as_part_of_the_address():
    assert allowed_address("127.0.0.1:9999", HOSTS).url == "http://127.0.0.1:9999"
    with pytest.raises(RejectedError):
        allowed_address("127.0.0.1:9998", HOSTS)


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]"])
def test_every_spelling_of_an_allowed_address_is_that_address(spelling):
    assert allowed_address(spelling, HOSTS).url == "http://127.0.0.1:8265"


@pytest.mark.parametrize(
    "spelling",
    [
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "[::ffff:169.254.169.254]",
        "[fe80::1]",
        "10.0.0.1",
        "0.0.0.0",
        "[::1]",
        "127.0.0.2",
        "127.0.0.1@10.0.0.1",
        "10.0.0.1@127.0.0.1",
        "127.0.0.1:8265@10.0.0.1",
        "127.0.0.1/../x",
        "127.0.0.1#x",
        "127.0.0.1?x",
        "127.0.0.1\\x",
        "http://127.0.0.1",
        "127.0.0.1:99999",
        "127.0.0.1:x",
        "127.0.0.1 10.0.0.1",
        "127.0.0.1\n",
        "",
        ":8265",
        "１２７.0.0.1",
        "elsewhere.invalid",
    ],
)
def test_everything_else_is_refused(spelling):
    with pytest.raises(RejectedError):
        allowed_address(spelling, HOSTS)


def test_link_local_is_refused_even_if_somebody_lists_it():
    with pytest.raises(RejectedError):
        allowed_address("169.254.169.254", ("169.254.169.254",))


def test_without_a_list_nothing_is_allowed():
    with pytest.raises(RejectedError):
        allowed_address("127.0.0.1", ())


def test_an_ipv6_address_is_written_in_brackets():
    assert allowed_address("[::1]:8265", ("[::1]",)).url == "http://[::1]:8265"


@given(st.text(max_size=30))
def test_any_text_is_an_allowed_address_or_refused(text):
    try:
        address = allowed_address(text, HOSTS)
    except RejectedError:
        return

    assert str(address.ip) == "127.0.0.1"
