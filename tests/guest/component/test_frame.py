from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.guest.component.frame import EMPTY_MODULE, compose, identity
from atoll.guest.component.outline import component_outline
from atoll.guest.wasm_binary import MalformedWasm, custom_section

COMPONENT = b"\0asm\x0d\x00\x01\x00"
OTHER = b"\x01\x0c" + EMPTY_MODULE + b"\x00\x02\x01n"
FRAME = COMPONENT + b"\x00\x03\x01a1" + b"\x01\x08" + EMPTY_MODULE + OTHER


@given(st.binary(max_size=300))
def test_the_image_takes_the_empty_place(content: bytes) -> None:
    image = EMPTY_MODULE + content
    whole = compose(FRAME, image, b"\x00\x03\x01b2")
    first, second = component_outline(whole).core_modules
    assert whole[first.start : first.end] == image
    assert whole[second.header : second.end] == OTHER
    assert custom_section(whole, "a") == b"1"
    assert custom_section(whole, "b") == b"2"


@pytest.mark.parametrize("frame", [COMPONENT, COMPONENT + OTHER])
def test_a_frame_without_a_place_is_refused(frame: bytes) -> None:
    with pytest.raises(MalformedWasm, match="no empty place"):
        compose(frame, EMPTY_MODULE)


def test_identity_is_the_hash() -> None:
    assert identity(FRAME) == hashlib.sha256(FRAME).hexdigest()
