"""Core values: every number that fits comes back, everything else is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.engine import IncompatibleCode, ValueMismatch
from atoll.engine.core_types import MAX_VALUES, ValueList, check_types

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "i32": st.integers(-(2**31), 2**32 - 1),
    "i64": st.integers(-(2**63), 2**64 - 1),
    "f32": st.floats(width=32, allow_nan=False),
    "f64": st.floats(allow_nan=False),
}
BITS = {"i32": 32, "i64": 64}


def signed(value: Any, ty: str) -> Any:
    bits = BITS.get(ty)
    return value - (1 << bits) if bits and value >= 1 << bits - 1 else value


@given(data=st.data(), raw=st.booleans())
def test_what_fits_comes_back_signed(data: st.DataObject, raw: bool) -> None:
    types = data.draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=MAX_VALUES))
    values = [data.draw(VALUES[ty]) for ty in types]
    codec = ValueList(types, raw=raw)
    assert codec.count == len(types)
    buffer = bytearray(b"\xff" * (codec.size + 5))
    codec.pack_into(buffer, 5, values)
    expected = tuple(signed(v, ty) for v, ty in zip(values, types, strict=True))
    assert codec.unpack_from(buffer, 5) == expected
    if not raw:
        kinds = {"i32": 0, "i64": 1, "f32": 2, "f64": 3}
        assert list(buffer[5::32][: len(types)]) == [kinds[ty] for ty in types]


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize(
    ("ty", "value"),
    [
        ("i32", 2**32), ("i32", -(2**31) - 1), ("i64", 2**64), ("i64", -(2**63) - 1),
        ("i32", 1.5), ("i32", "1"), ("i32", None), ("f32", 1e300), ("f32", "1"), ("f64", None),
        ("f64", 10**400),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(raw: bool, ty: str, value: Any) -> None:
    for types, values in (([ty], [value]), (["i32", ty], [1, value])):
        codec = ValueList(types, raw=raw)
        with pytest.raises(ValueMismatch, match="does not fit"):
            codec.pack_into(bytearray(codec.size), 0, values)


def test_the_count_is_checked() -> None:
    for types in ([], ["i32"], ["i64", "f64"]):
        codec = ValueList(types)
        with pytest.raises(ValueMismatch, match=f"expected {len(types)} values"):
            codec.pack_into(bytearray(200), 0, [0] * (len(types) + 1))


def test_special_floats() -> None:
    codec = ValueList(["f32", "f64"])
    buffer = bytearray(codec.size)
    codec.pack_into(buffer, 0, [math.nan, -math.inf])
    first, second = codec.unpack_from(buffer, 0)
    assert math.isnan(first)
    assert second == -math.inf


def test_types_the_host_cannot_pass() -> None:
    check_types(["i32"] * MAX_VALUES, "f")
    for types in (["externref"], ["v128"], ["i32"] * (MAX_VALUES + 1)):
        with pytest.raises(IncompatibleCode, match="f has"):
            check_types(types, "f")
