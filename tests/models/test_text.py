from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.models import ModelError
from atoll.models.text import request_body, require_json, response_text

json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_json_passes_unchanged(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert request_body("m", text, 1 << 20) == text.encode()
    assert require_json("m", "host", text) == text


@pytest.mark.parametrize(
    "text",
    ["", "{", "nope", '{"a":1} {}', "NaN", "{'a': 1}", "\ud800", "[" * 100_000, '{"a":1,}'],
)
def test_a_guests_input_must_be_json(text: str) -> None:
    with pytest.raises(ModelError) as caught:
        request_body("m", text, 1 << 20)
    assert caught.value.code == "MODEL_INPUT_INVALID"
    assert "[m]" in caught.value.message


def test_half_a_surrogate_pair_goes_as_an_escape() -> None:
    assert request_body("m", '"a\ud83d"', 1 << 20) == b'"a\\ud83d"'
    assert request_body("m", '"\\ud83d"', 1 << 20) == b'"\\ud83d"'
    assert require_json("m", "host", '["\\udc00"]') == '["\\udc00"]'
    with pytest.raises(ModelError):
        request_body("m", '["\\ud83d", NaN]', 1 << 20)


def test_a_guests_input_is_capped_in_bytes() -> None:
    assert request_body("m", '"é"', 4) == '"é"'.encode()
    with pytest.raises(ModelError) as caught:
        request_body("m", '"éé"', 5)
    assert caught.value.code == "MODEL_INPUT_TOO_LARGE"


@given(st.binary())
def test_any_bytes_become_text_without_nul(body: bytes) -> None:
    text = response_text(body)
    assert "\0" not in text
    text.encode()


def test_what_is_not_text_is_left_out() -> None:
    assert response_text(b'{"a": "x\xff\xc3\xa9\x00y"}') == '{"a": "xéy"}'
