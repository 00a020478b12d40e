"""JSON at the border: what goes in, what comes back, and what is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.guest.component.codec import decode_failure, decode_result, encode_arguments
from atoll.guest.failure import BadGuestReply, GuestFailure

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), VALUES))
def test_values_survive_the_border(arguments):
    text = encode_arguments(arguments)
    assert json.loads(text) == arguments
    assert decode_result(text) == arguments


def test_text_is_raw():
    assert encode_arguments({"a": "ä€\U0001f600"}) == '{"a":"ä€\U0001f600"}'


def test_arguments_that_json_cannot_carry():
    with pytest.raises(GuestFailure, match="cannot be written as JSON") as caught:
        encode_arguments({"a": "\ud800"})
    assert caught.value.kind == "argument"


@given(st.text())
def test_any_reply_is_a_value_or_refused(text):
    try:
        value = decode_result(text)
    except BadGuestReply:
        return
    assert value == json.loads(text)


@pytest.mark.parametrize("text", ["", "NaN", "[1e999]", "{", "[" * 100_000, '"\\ud800"'])
def test_replies_that_are_not_json(text):
    with pytest.raises(BadGuestReply):
        decode_result(text)


def test_failure():
    failure = decode_failure(
        '{"kind":"exception","type":"ValueError","message":"m","frames":[],"traceback":"t"}'
    )
    assert (failure.kind, failure.type, failure.message) == ("exception", "ValueError", "m")
    assert failure.traceback == "t"


def test_failure_without_an_exception():
    failure = decode_failure('{"kind":"argument","type":null,"message":"m","traceback":null}')
    assert (failure.kind, failure.type, failure.message) == ("argument", "", "m")


def test_unknown_kinds_are_exceptions():
    assert decode_failure('{"kind":"trusted","message":"m"}').kind == "exception"


@given(st.text() | VALUES.map(json.dumps))
def test_any_failure_is_read_or_refused(text):
    try:
        failure = decode_failure(text)
    except BadGuestReply:
        return
    assert isinstance(failure.message, str)
