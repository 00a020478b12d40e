"""Tests in plain Python: a stand-in takes the model's place."""

from __future__ import annotations

import pytest

import app
from atoll.sdk import UserError, testing


def answering(*vectors: list[float]):
    given = testing.embeddings(*vectors)
    return testing.host(
        models={"embedder": lambda request: given}, interfaces={"embedder": "openai-embeddings"}
    )


def test_similarity_is_the_cosine() -> None:
    with answering([1, 0], [0.6, 0.8]) as host:
        assert app.similarity("a", "b") == 0.6
    assert host.requests[0].input["input"] == ["a", "b"]


def test_the_nearest_comes_first() -> None:
    with answering([1, 0], [0, 1], [0.6, 0.8], [1, 0], [0.8, 0.6]):
        found = app.find("Can I cancel?", limit=2)
    assert found == [app.Match(app.ANSWERS[2], 1.0), app.Match(app.ANSWERS[3], 0.8)]


def test_an_empty_question() -> None:
    with answering([1, 0]), pytest.raises(UserError):
        app.find(" ")
