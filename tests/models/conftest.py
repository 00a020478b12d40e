"""The local models, installed."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def chat_weights() -> str:
    """The local chat model, installed into the user's cache (a download, the first time)."""
    from atoll.models.local import install

    pytest.importorskip("xllamacpp")
    install("smollm2-135m-instruct")
    return "smollm2-135m-instruct"


@pytest.fixture(scope="session")
def embedding_weights() -> str:
    from atoll.models.local import install

    pytest.importorskip("onnxruntime")
    install("all-minilm-l6-v2")
    return "all-minilm-l6-v2"
