import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction import REDACTED, Redaction

SECRETS = [
    "xoxb-" + "1234567890-abcdefghij",
    "xapp-1-A0123456789-1234567890-" + "0" * 40,
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "ghp_" + "a1B2" * 9,
    "sk-ant-" + "abcDEF123" * 4,
    "eyJhbGciOiJI." + "eyJzdWIiOiIx." + "c2lnbmF0dXJl",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_a_key_of_a_known_shape_is_removed_wherever_it_stands(secret):
    shown = Redaction()(f"before {secret} after")

    assert shown == f"before {REDACTED} after"


def test_a_password_is_removed_and_what_stands_around_it_stays():
    assert Redaction()("postgresql://ray:hunter22@db/x") == f"postgresql://ray:{REDACTED}@db/x"
    assert Redaction()("Authorization: Bearer abcdefghijklmnop123") == f"Authorization: Bearer {REDACTED}"
    assert Redaction()("api_key = 'abcd1234efgh'") == f"api_key = '{REDACTED}'"


def test_a_secret_of_this_process_is_removed_even_inside_a_word():
    assert Redaction(["opensesame-123"])("xopensesame-123x") == f"x{REDACTED}x"


@given(st.text(st.characters(categories=["L", "N", "Zs"]), max_size=200))
def test_ordinary_words_and_numbers_stay(text):
    assert Redaction(["short"])(text) == text


def test_output_of_ordinary_programs_stays():
    output = "tokens: 12345678\nsecretary: 3\nepoch 1, loss=0.123456789\npassword reset page views: 17\n"

    assert Redaction()(output) == output
