"""Embeddings in OpenAI's form."""

from __future__ import annotations

from typing import Any

import pytest
from atoll_providers import openai_embeddings
from atoll_providers.replies import Vectors

from atoll.sdk import ModelError
from atoll.sdk.models.embedding import parse_embeddings


def test_packed_vectors_are_the_same() -> None:
    request = {"model": "m", "input": ["a", "b"]}
    plain = parse_embeddings(openai_embeddings.whole(Vectors(), request))
    packed = parse_embeddings(
        openai_embeddings.whole(Vectors(), {**request, "encoding_format": "base64"})
    )
    assert packed.vectors == plain.vectors
    assert len(plain.vector) == 4


@pytest.mark.parametrize("vector", ["QUJD", "QUJDRA", "?", None, {}, [None], ["1"], [True], 5])
def test_vectors_of_another_form_are_no_answer(vector: Any) -> None:
    with pytest.raises(ModelError, match="not embeddings in OpenAI's form"):
        parse_embeddings({"data": [{"embedding": vector}]})
