"""What an embedding model answers."""

from __future__ import annotations

import base64
import struct
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from atoll.sdk.errors import ModelError
from atoll.sdk.models.completion import NO_USAGE, Usage
from atoll.sdk.models.options import EmbedOptions, request_fields
from atoll.sdk.models.response import (
    checked,
    count,
    fields,
    numbers,
    objects,
    reading,
    rest,
    text,
    unreadable,
)

EmbedInput: TypeAlias = str | Sequence[str] | Sequence[int] | Sequence[Sequence[int]]
"""One text or several; or tokens, of one text or of several."""

MOST_AT_ONCE = 2048
"""Inputs of one request: what OpenAI's API takes, and local models."""


@dataclass(frozen=True, slots=True)
class Embedding:
    index: int
    vector: list[float]
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Embeddings:
    """One embedding for each input, in the order of the inputs. Iterates over their vectors."""

    data: Sequence[Embedding]
    model: str = ""
    usage: Usage = NO_USAGE
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[list[float]]:
        return iter(self.vectors)

    @property
    def vectors(self) -> list[list[float]]:
        """What a function gives that embeds texts for a collection."""
        return [each.vector for each in self.data]

    @property
    def vector(self) -> list[float]:
        """The first one: that of a single input."""
        return self.data[0].vector


def embed_steps(
    model: str,
    interface: str,
    input: EmbedInput,
    options: Mapping[str, Any],
    batch_size: int = MOST_AT_ONCE,
) -> Generator[dict[str, Any], Any, Embeddings]:
    """Each request, for its answer. Raises ``ModelError``."""
    if batch_size < 1:
        raise ValueError("batch_size must be 1 at least")
    if interface in ("anthropic", "classification", "gemini", "llama", "openai-responses"):
        raise ModelError(
            "NOT_AN_EMBEDDING_MODEL",
            f"A model of interface [{interface}] gives no embeddings.",
            "Embeddings work with these interfaces: openai-embeddings, embeddings.",
        )
    found = []
    for inputs in _batches(input, batch_size):
        if interface == "embeddings":
            many = [inputs] if isinstance(inputs, str) else inputs
            answer = yield {"instances": list(many), **request_fields(options, EmbedOptions)}
            found.append(_parse_predictions(answer))
        else:
            given = inputs if isinstance(inputs, str) else list(inputs)
            answer = yield {
                "model": model,
                "input": given,
                **request_fields(options, EmbedOptions),
            }
            found.append(parse_embeddings(answer))
    return _joined(found)


def _batches(input: EmbedInput, size: int) -> list[EmbedInput]:
    if isinstance(input, str) or len(input) <= size or isinstance(input[0], int):
        return [input]
    return [input[start : start + size] for start in range(0, len(input), size)]


def _joined(parts: Sequence[Embeddings]) -> Embeddings:
    if len(parts) == 1:
        return parts[0]
    data = [each for part in parts for each in part.data]
    return Embeddings(
        [Embedding(index, each.vector, each.extra) for index, each in enumerate(data)],
        model=parts[0].model,
        usage=Usage(
            prompt_tokens=sum(part.usage.prompt_tokens for part in parts),
            total_tokens=sum(part.usage.total_tokens for part in parts),
            extra=parts[-1].usage.extra,
        ),
        extra=parts[-1].extra,
    )


def _parse_predictions(answer: Any) -> Embeddings:
    """Read an answer of the original's experimental interface (reference section 4.7)."""
    what = "a list of predictions with vectors"
    data = checked(answer, what)
    predictions = data.get("predictions")
    if not isinstance(predictions, list) or not predictions:
        raise unreadable(what)
    try:
        found = [Embedding(index, _vector(each)) for index, each in enumerate(predictions)]
    except (TypeError, ValueError, struct.error):
        raise unreadable(what) from None
    return Embeddings(found, extra=rest(data, ("predictions",)))


def parse_embeddings(answer: Any) -> Embeddings:
    """Read an OpenAI embeddings answer. Raises ``ModelError``."""
    what = "embeddings in OpenAI's form"
    data = checked(answer, what)
    with reading(what):
        items = objects(data.get("data"))
        if not items:
            raise unreadable(what)
        usage = fields(data.get("usage"))
        found = [
            Embedding(
                count(item.get("index", position)),
                _vector(item["embedding"]),
                rest(item, ("index", "embedding", "object")),
            )
            for position, item in enumerate(items)
        ]
        return Embeddings(
            sorted(found, key=lambda each: each.index),
            model=text(data.get("model")),
            usage=Usage(
                prompt_tokens=count(usage.get("prompt_tokens")),
                total_tokens=count(usage.get("total_tokens")),
                extra=rest(usage, ("prompt_tokens", "total_tokens")),
            ),
            extra=rest(data, ("data", "model", "usage", "object")),
        )


def _vector(value: Any) -> list[float]:
    if isinstance(value, str):  # encoding_format "base64": little-endian floats of 32 bits
        data = base64.b64decode(value, validate=True)
        if len(data) % 4:
            raise ValueError
        return list(struct.unpack(f"<{len(data) // 4}f", data))
    return numbers(value)
