from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.recording import content, json_form

NAME = "body"


@given(st.binary() | st.text().map(str.encode))
def test_bytes_come_back(data: bytes) -> None:
    form = json_form.loads(json_form.pretty(content.of_bytes(NAME, data)))
    back = content.to_bytes(NAME, form)
    if NAME in form:
        assert json.loads(back) == json.loads(data)
    else:
        assert back == data


@given(st.text())
def test_texts_come_back(text: str) -> None:
    form = json_form.loads(json_form.pretty(content.of_text(NAME, text)))
    back = content.to_text(NAME, form)
    assert back == text or json.loads(back) == json.loads(text)


@given(st.binary())
def test_chunks_come_back(data: bytes) -> None:
    assert content.to_chunk(content.of_chunk(data)) == data


@pytest.mark.parametrize(
    "form", [{"bodyBase64": "?"}, {"bodyText": 1}, {"bodyBase64": None, "bodyText": []}]
)
def test_damaged_bodies(form: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="body"):
        content.to_bytes(NAME, form)


@pytest.mark.parametrize("form", [None, 1, {}, {"base64": "?"}, {"base64": 1}, []])
def test_damaged_chunks(form: object) -> None:
    with pytest.raises(ValueError, match="chunk"):
        content.to_chunk(form)
