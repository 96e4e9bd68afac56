"""Values that the process holds, in every form that a program may print them in."""

import base64
import json
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction import REDACTED, Redaction

VALUES = st.text(min_size=8, max_size=60).filter(lambda value: len(value.strip()) >= 8)
TEXTS = st.text(max_size=40)


def test_a_known_value_is_removed_even_inside_a_word():
    assert Redaction(["opensesame-xyz"])("xopensesame-xyzx") == f"x{REDACTED}x"


def test_a_value_too_short_to_be_told_from_a_word_stays():
    assert Redaction(["letmein"])("please letmein now") == "please letmein now"


@given(TEXTS, VALUES, TEXTS)
def test_a_known_value_is_removed_from_any_text(before, value, after):
    assert value not in Redaction([value])(before + value + after).replace(REDACTED, "\0")


@pytest.mark.parametrize(
    "encode",
    [
        lambda value: value.encode().hex(),
        lambda value: value.encode().hex().upper(),
        quote,
        quote_plus,
        lambda value: quote(value, safe=""),
        lambda value: re.sub("%..", lambda escape: escape[0].lower(), quote(value, safe="")),
        lambda value: json.dumps(value)[1:-1],
        lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
        lambda value: repr(value)[1:-1],
        lambda value: base64.b64encode(value.encode()).decode(),
        lambda value: base64.urlsafe_b64encode(value.encode()).decode(),
    ],
)
@pytest.mark.parametrize("value", ["open sesame/now?", 'quote"back\\slash\n', "zürich-öffnet", "plainvalue"])
def test_an_encoded_value_is_removed_whole(encode, value):
    assert Redaction([value])(f"x={encode(value)};") == f"x={REDACTED};"


@given(st.binary(max_size=20), VALUES, st.binary(max_size=20))
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_value_inside_a_longer_base64_text_is_removed_at_every_alignment(encode, before, value, after):
    raw = value.encode("utf-8", "surrogatepass")

    shown = Redaction([value])(encode(before + raw + after).decode())

    # what is left decodes to none of the value but the bits that it shares with its neighbours
    assert REDACTED in shown
    head = shown.partition(REDACTED)[0]
    assert len(head) <= (len(before) * 8 + 5) // 6
