"""Tests in plain Python: stand-ins take the models' places."""

from __future__ import annotations

import pytest

import app
from atoll.sdk import ModelError, testing

ANN = '{"name": "Ann Lee", "company": "Fjord Foods", "city": "Bergen"}'


def test_reads_a_contact() -> None:
    with testing.host(models={"text-generator": lambda request: ANN}) as host:
        assert app.read_contact("Hi!") == app.Contact("Ann Lee", "Fjord Foods", "Bergen")
    [request] = host.requests
    asked = request.input["response_format"]["json_schema"]["schema"]
    assert asked["properties"]["city"] == {"type": "string", "description": "where that is"}


def test_model_may_be_wrong_once() -> None:
    with testing.host(models={"text-generator": testing.in_turn("Ann Lee.", ANN)}):
        assert app.read_contact("Hi!").city == "Bergen"
    with (
        testing.host(models={"text-generator": lambda request: "Ann Lee."}),
        pytest.raises(ModelError, match="not JSON"),
    ):
        app.read_contact("Hi!")


def test_sorts_by_the_nearest_topic() -> None:
    vectors = testing.embeddings([1, 0, 0], [0, 1, 0], [0, 0, 1], [0.1, 0.9, 0])
    with testing.host(
        models={"embedder": lambda request: vectors},
        interfaces={"embedder": "openai-embeddings"},
    ):
        [found] = app.sort_messages(["The soup was cold."])
    assert found == app.Sorted("The soup was cold.", "complaint", 1.0)
