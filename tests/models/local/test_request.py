from __future__ import annotations

import json

import pytest

from atoll.models import ModelError
from atoll.models.local.request import MAX_CHOICES, MAX_DEPTH, read_request


def request(schema: object) -> bytes:
    return json.dumps({"response_format": {"json_schema": {"schema": schema}}}).encode()


def test_a_request_is_read() -> None:
    schema = {"enum": [f"v{number}" for number in range(MAX_CHOICES)]}
    assert read_request("m", request(schema))["response_format"]["json_schema"]["schema"] == schema


@pytest.mark.parametrize(
    "schema",
    [
        {"enum": [f"v{number}" for number in range(MAX_CHOICES + 1)]},
        {"anyOf": [{"const": number} for number in range(MAX_CHOICES + 1)]},
        {
            "oneOf": [
                {"enum": list(range(MAX_CHOICES // 2))},
                {"enum": list(range(MAX_CHOICES // 2))},
            ]
        },
    ],
)
def test_schemas_have_so_many_alternatives_and_no_more(schema: object) -> None:
    with pytest.raises(ModelError, match="alternatives") as caught:
        read_request("m", request(schema))
    assert caught.value.code == "MODEL_INPUT_INVALID"


def test_a_request_is_nested_so_deep_and_no_deeper() -> None:
    schema: object = 1
    for _ in range(MAX_DEPTH):
        schema = [schema]
    with pytest.raises(ModelError, match="nested more than 64 levels"):
        read_request("m", request(schema))


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b"{", b'{"a": NaN}'])
def test_a_request_is_an_object(body: bytes) -> None:
    with pytest.raises(ModelError, match="must be a JSON object"):
        read_request("m", body)
