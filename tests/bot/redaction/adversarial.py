"""Texts made to keep an expression busy: what a rule looks for, again and again, with what it may go on to."""

from itertools import product

_BEGINNINGS = [
    "xox" + "b-",
    "sk" + "-",
    "sk" + "-ant-",
    "gh" + "p_",
    "gl" + "pat-",
    "ey" + "J",
    "AK" + "IA",
    "IQoJb3" + "JpZ2lu",
    "M",
    "-us",
    ".atlasv1.",
    "$6$a",
    "$argon2id$",
    "1//0",
    "hooks.slack.com/services/",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----END RSA PRIVATE KEY-----",
    "-----BEGIN",
    "-----",
    "://",
    "://a:",
    "bearer ",
    "basic ",
    "auth=",
    "cookie=a=",
    " -u a:",
    "password=",
    'password="',
    "password='",
    'password=\\"',
    "password:",
    "password",
    "--password ",
    "login a password ",
    "secret>",
    "token>",
    "token: ",
    "api_key=",
    "sig=",
]
_CONTINUATIONS = ["", "a", "A1", "-", ".", "_", "=", "@", "\\", "\n", " ", ", ", ",a", "a.", "/", "a" * 40, "a1B2" * 10]
_ALONE = ["a", "A", "0", "-", ".", "\\", "\x00", "é", "日", "😀", "\n", " ", "a.", "a-", "eyJ-", ",a", "a" * 40 + " "]


def shapes() -> list[str]:
    """What is repeated."""
    return ["".join(pair) for pair in product(_BEGINNINGS, _CONTINUATIONS)] + _ALONE
