from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.guest import wasm_encoding as encoding
from atoll.guest.wasm_binary import Reader, constant_expression, custom_section


@given(st.integers(0, 2**32 - 1))
def test_unsigned_is_what_the_reader_reads(value: int) -> None:
    reader = Reader(encoding.unsigned(value))
    assert reader.u32() == value
    assert reader.done


@pytest.mark.parametrize(
    ("value", "encoded"),
    [(0, b"\0"), (63, b"\x3f"), (64, b"\xc0\0"), (0xFFFFFFFF, b"\x7f"), (0xFFFFFF80, b"\x80\x7f"),
     (0x7FFFFFFF, b"\xff\xff\xff\xff\x07"), (0x80000000, b"\x80\x80\x80\x80\x78")],
)  # fmt: skip
def test_signed(value: int, encoded: bytes) -> None:
    assert encoding.signed32(value) == encoded


@given(st.integers(0, 2**32 - 1))
def test_a_constant_is_one_expression(value: int) -> None:
    reader = Reader(encoding.i32_const(value))
    constant_expression(reader)
    assert reader.done


@given(st.text(min_size=1, max_size=20), st.binary(max_size=300))
def test_custom_sections_are_found_again(name: str, content: bytes) -> None:
    wasm = b"\0asm\x01\x00\x00\x00" + encoding.custom_section(name, content)
    assert custom_section(wasm, name) == content
