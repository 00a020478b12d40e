"""OpenAI's embeddings.

From the OpenAI API reference: "Embeddings" (the embedding object; ``encoding_format`` base64 is
32-bit floats, little-endian).
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Sequence
from typing import Any

from atoll_providers.openai_chat import failure
from atoll_providers.replies import JSON, Vectors

__all__ = ["failure", "whole"]


def whole(reply: Vectors, request: JSON) -> JSON:
    inputs = _inputs(request.get("input"))
    dimensions = request.get("dimensions") or reply.dimensions
    vectors = reply.vectors or [vector(each, dimensions) for each in inputs]
    binary = request.get("encoding_format") == "base64"
    return {
        "object": "list",
        "data": [
            {
                "object": "embedding",
                "index": index,
                "embedding": _base64(vector) if binary else list(vector),
            }
            for index, vector in enumerate(vectors)
        ],
        "model": request.get("model"),
        "usage": {"prompt_tokens": 3 * len(inputs), "total_tokens": 3 * len(inputs)},
        **reply.extra,
    }


def vector(text: Any, dimensions: int) -> list[float]:
    """One of 32-bit floats that depends on the text alone."""
    digest = hashlib.shake_128(str(text).encode("utf-8", "surrogatepass")).digest(dimensions)
    return [byte / 128 - 1 for byte in digest]


def _inputs(given: Any) -> list[Any]:
    if isinstance(given, list) and not all(isinstance(each, int) for each in given):
        return given
    return [given]


def _base64(numbers: Sequence[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()
