"""What an embedding model answers."""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from atoll.sdk.models.completion import NO_USAGE, Usage
from atoll.sdk.models.response import checked, rest, unreadable


@dataclass(frozen=True, slots=True)
class Embedding:
    index: int
    vector: Sequence[float]
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Embeddings:
    """One embedding for each input, in the order of the inputs."""

    data: Sequence[Embedding]
    model: str = ""
    usage: Usage = NO_USAGE
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def vectors(self) -> list[Sequence[float]]:
        return [each.vector for each in self.data]

    @property
    def vector(self) -> Sequence[float]:
        """The first one: that of a single input."""
        return self.data[0].vector


def parse_embeddings(answer: Any) -> Embeddings:
    """Read an OpenAI embeddings answer. Raises ``ModelError``."""
    what = "embeddings in OpenAI's form"
    data = checked(answer, what)
    items = data.get("data")
    if not isinstance(items, list) or not items:
        raise unreadable(what)
    try:
        usage = data.get("usage") or {}
        found = [
            Embedding(
                item.get("index", position),
                _vector(item["embedding"]),
                rest(item, ("index", "embedding", "object")),
            )
            for position, item in enumerate(items)
        ]
        return Embeddings(
            sorted(found, key=lambda each: each.index),
            model=data.get("model") or "",
            usage=Usage(
                prompt_tokens=usage.get("prompt_tokens") or 0,
                total_tokens=usage.get("total_tokens") or 0,
                extra=rest(usage, ("prompt_tokens", "total_tokens")),
            ),
            extra=rest(data, ("data", "model", "usage", "object")),
        )
    except (TypeError, KeyError, AttributeError, ValueError, struct.error):
        raise unreadable(what) from None


def _vector(value: Any) -> list[float]:
    if isinstance(value, str):  # encoding_format "base64": little-endian floats of 32 bits
        data = base64.b64decode(value, validate=True)
        return list(struct.unpack(f"<{len(data) // 4}f", data))
    return [float(number) for number in value]
