from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.manifest import Model, ModelSettings
from atoll.models.request import adapted

NAMES = st.sampled_from(("model", "temperature", "max_tokens", "é", "messages"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


def model(name: str = "m", source: str = "GPT", **defaults: object) -> Model:
    texts = {key: json.dumps(value, ensure_ascii=False) for key, value in defaults.items()}
    return Model(name, "c", source, settings=ModelSettings(defaults=texts))


def test_a_request_is_left_byte_for_byte() -> None:
    asked = model()
    body = b'{ "messages" : [] , "x": 1.50 }'
    assert adapted(asked, asked, body) is body
    asked = model(x=3)
    assert adapted(asked, asked, body) is body


def test_what_a_request_lacks_is_added_at_its_end() -> None:
    asked = model(temperature=0.2, x=1)
    body = b'{ "messages" : [] , "x": 1.50 }\n'
    assert adapted(asked, asked, body) == b'{ "messages" : [] , "x": 1.50,"temperature":0.2}'
    assert adapted(asked, asked, b"{ }") == b'{"temperature":0.2,"x":1}'


@pytest.mark.parametrize("body", ["{}", " {}", "\n{ }", "\t{\r\n}\n", '\n {"a":[]}', '{"a":"{"} '])
def test_white_space_around_a_request_does_no_harm(body: str) -> None:
    asked = model(temperature=0.2)
    told = json.loads(adapted(asked, asked, body.encode()))
    assert told == {**json.loads(body), "temperature": 0.2}


def test_what_is_no_object_stays_as_it_is() -> None:
    asked = model(temperature=0.2)
    for body in (b"[1]", b"3", b'"{"', b"null"):
        assert adapted(asked, asked, body) == body


def test_half_a_surrogate_pair_is_no_hindrance() -> None:
    asked, other = model(temperature=0.2), model("n", "Claude")
    body = b'{"model":"gpt","x":"\\ud83d"}'
    assert adapted(asked, asked, body) == body[:-1] + b',"temperature":0.2}'
    assert json.loads(adapted(other, asked, body)) == {"model": "Claude", "x": "\ud83d"}
    assert adapted(asked, asked, b'"\\ud83d"') == b'"\\ud83d"'


def test_half_a_surrogate_pair_in_a_name_is_no_hindrance() -> None:
    asked, other = model(temperature=0.2), model("n", "Claude")
    body = b'{"model":"gpt","\\ud83d":1}'
    assert adapted(asked, asked, body) == body[:-1] + b',"temperature":0.2}'
    assert json.loads(adapted(other, asked, body)) == {"model": "Claude", "\ud83d": 1}


def test_a_fallback_without_a_name_at_its_provider_leaves_that_of_the_request() -> None:
    assert adapted(model("n", ""), model(), b'{"model":"gpt"}') == b'{"model":"gpt"}'


def test_a_null_is_a_value() -> None:
    asked = model(temperature=0.2)
    body = b'{"temperature":null}'
    assert adapted(asked, asked, body) == body


def test_a_fallback_goes_by_its_own_name_and_with_its_own_defaults() -> None:
    asked, other = model(temperature=1), model("n", "Claude", seed=7)
    sent = json.loads(adapted(other, asked, b'{"model": "gpt", "x": 1.5}'))
    assert sent == {"model": "Claude", "x": 1.5, "seed": 7}


def test_a_name_that_is_the_functions_own_stays() -> None:
    asked, other = model(), model("n", "Claude")
    for body in (b'{"model":"gpt-special"}', b'{"model":5}', b"{}"):
        assert adapted(other, asked, body) == body


@given(st.dictionaries(NAMES, JSON), st.dictionaries(NAMES, JSON), st.booleans())
def test_nothing_is_lost_and_nothing_replaced(request, defaults, spaces) -> None:
    asked = model(**defaults)
    body = json.dumps(request, indent=2 if spaces else None, ensure_ascii=False).encode()
    assert json.loads(adapted(asked, asked, body)) == {**defaults, **request}
