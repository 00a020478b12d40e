"""Data on its way to the page."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from atoll.server.explorer.calls import Kept
from atoll.server.explorer.wire import Wire, encode


class Example(Wire, frozen=True):
    some_text: str
    any_value: Any


TEXT = st.text(st.characters(exclude_categories=()))  # halves of surrogate pairs, too
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(TEXT, JSON)
def test_whatever_is_in_it_this_is_json_in_utf_8(text: str, value: Any) -> None:
    read = json.loads(encode(Example(text, value)).decode())

    assert read.keys() == {"someText", "anyValue"}
    if text.isascii():
        assert read["someText"] == text


def test_json_text_goes_as_it_is() -> None:
    kept = Kept(msgspec.Raw(b'{"a": [1, "\\ud800"]}'))
    assert json.loads(encode(kept)) == {"value": {"a": [1, "\ud800"]}}
    # Beside text that has no UTF-8 it is read, and said anew.
    assert json.loads(encode([kept, "\udfff"])) == [{"value": {"a": [1, "?"]}}, "?"]


def test_numbers_that_json_lacks_are_null() -> None:
    assert encode([float("nan"), float("inf")]) == b"[null,null]"
