"""https://docs.slack.dev/authentication/verifying-requests-from-slack, with the worked example of that page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier

from bench.stage.signed import NOW, SECRET
from bot.api.slack_signature import WINDOW_SECONDS, Unverified, claimed, signature, verify

EXAMPLE_BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
    b"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com"
    b"%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
EXAMPLE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"


def test_the_example_of_slacks_page_is_verified():
    claim = claimed(["1531420618"], [EXAMPLE], 1531420618)

    verify(claim, EXAMPLE_BODY, SECRET)


@given(st.text(max_size=200), st.integers(min_value=10**9, max_value=10**10 - 1))
def test_signatures_are_those_that_slacks_own_library_makes(body, timestamp):
    theirs = SignatureVerifier(SECRET).generate_signature(timestamp=str(timestamp), body=body)

    assert signature(str(timestamp), body.encode(), SECRET) == theirs


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_another_body_is_not_what_was_signed(body, other):
    claim = claimed([str(NOW)], [signature(str(NOW), body, SECRET)], NOW)

    if body == other:
        verify(claim, other, SECRET)
    else:
        with pytest.raises(Unverified):
            verify(claim, other, SECRET)


def test_another_secret_is_not_ours():
    claim = claimed([str(NOW)], [signature(str(NOW), b"{}", "another secret")], NOW)

    with pytest.raises(Unverified):
        verify(claim, b"{}", SECRET)


@pytest.mark.parametrize("off", [-WINDOW_SECONDS, 0, WINDOW_SECONDS])
def test_a_timestamp_within_five_minutes_is_taken(off):
    assert claimed([str(NOW + off)], [EXAMPLE], NOW).expires == NOW + off + WINDOW_SECONDS


@pytest.mark.parametrize("off", [-WINDOW_SECONDS - 1, WINDOW_SECONDS + 1])
def test_a_timestamp_further_off_is_not(off):
    with pytest.raises(Unverified):
        claimed([str(NOW + off)], [EXAMPLE], NOW)


NO_TIMESTAMPS = (
    "/0/-179000000/179000000/17900000000/1790000000 /1790000000\n/1_79000000/1.79e9/NaN/١٧٩٠٠٠٠٠٠٠/²790000000"
)


@pytest.mark.parametrize("timestamp", NO_TIMESTAMPS.split("/"))
def test_a_timestamp_is_ten_ascii_digits(timestamp):
    with pytest.raises(Unverified):
        claimed([timestamp], [EXAMPLE], NOW)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "v0",
        "v0=",
        EXAMPLE.upper(),
        EXAMPLE[:-1],
        EXAMPLE + "0",
        EXAMPLE + "\n",
        "v1" + EXAMPLE[2:],
        "v0=" + "é" * 64,
    ],
)
def test_a_signature_has_one_shape(given):
    with pytest.raises(Unverified):
        claimed([str(NOW)], [given], NOW)


@pytest.mark.parametrize(("timestamps", "signatures"), [(0, 1), (1, 0), (2, 1), (1, 2)])
def test_each_header_comes_once(timestamps, signatures):
    with pytest.raises(Unverified):
        claimed([str(NOW)] * timestamps, [EXAMPLE] * signatures, NOW)


@given(st.lists(st.text(), max_size=2), st.lists(st.text(), max_size=2))
def test_whatever_the_headers_hold_is_refused_in_one_way(timestamps, signatures):
    with pytest.raises(Unverified):
        claimed(timestamps, signatures, NOW)
