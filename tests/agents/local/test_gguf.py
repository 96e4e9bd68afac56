import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.local.gguf import Header, NotGguf, header_of, read_header
from tests.agents.local.ggufs import TINY, gguf, text

ENDLESS = b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("a") + struct.pack("<IIQ", 9, 10, (1 << 64) - 1)


def header(tmp_path, data):
    (tmp_path / "a.gguf").write_bytes(data)
    return read_header(tmp_path / "a.gguf")


def test_a_header_says_the_architecture_and_the_quantisation(tmp_path):
    assert header(tmp_path, TINY) == Header("qwen2", "Q4_K_M")


def test_what_stands_before_is_passed_over(tmp_path):
    data = gguf({"tokenizer.tokens": ["a", "é", ""], "n": 7, "general.file_type": 7, "general.architecture": "llama"})

    assert header(tmp_path, data) == Header("llama", "Q8_0")


def test_a_file_may_say_nothing_of_itself(tmp_path):
    assert header(tmp_path, gguf({"general.file_type": 9_999})) == Header()


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 a zip", b"GGUF", gguf({}, version=9), b"GGUF" + b"\xff" * 40, TINY[:-1], TINY[:30], ENDLESS],
)
def test_another_file_is_none(tmp_path, data):
    with pytest.raises(NotGguf):
        header(tmp_path, data)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_do_worse_than_being_no_gguf(data):
    try:
        found = header_of(io.BytesIO(b"GGUF\x03\0\0\0" + data))
    except NotGguf:
        return

    assert isinstance(found, Header)
