"""What is asked of a collection, looked at before anything is done."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from atoll.collections import limits
from atoll.collections.errors import CollectionError
from atoll.collections.types import Generation, Text, Vector, Vectors
from atoll.manifest import Collection


def new_key() -> str:
    """A UUID of version 7 (RFC 9562): later ones are larger."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


UNFIT: Final = f"NaN, infinity or a number beyond {limits.LARGEST_NUMBER:g}"


def fits(vectors: Vectors) -> bool:
    """Whether all numbers are such as distances can be computed of."""
    import numpy

    return bool((numpy.abs(vectors) <= limits.LARGEST_NUMBER).all())  # which no NaN is


def read_vector(values: Sequence[float]) -> Vector:
    """The f32 vector of numbers. Raises CollectionError: it is none."""
    import numpy

    if not values:
        raise CollectionError("INVALID_VECTOR", "the vector is empty")
    try:
        with numpy.errstate(over="ignore"):
            vector = numpy.asarray(values, dtype=numpy.float64).astype(numpy.float32)
    except (TypeError, ValueError, OverflowError):
        raise CollectionError("INVALID_VECTOR", "the vector must be a list of numbers") from None
    if vector.ndim != 1 or not fits(vector):
        raise CollectionError("INVALID_VECTOR", f"the vector has {UNFIT}")
    return vector


def check_texts(namespace: str, texts: Sequence[Text]) -> None:
    """Raises CollectionError: they cannot be stored as they are."""
    limits.check_namespace(namespace)
    if len(texts) > limits.TEXTS:
        raise CollectionError(
            "INVALID_ARGUMENT",
            f"{len(texts)} texts are too many to be stored at once; {limits.TEXTS} are possible",
            "store them in parts",
        )
    seen: set[str] = set()
    for each in texts:
        limits.check_key(each.key)
        if each.key in seen:
            raise CollectionError(
                "DUPLICATE_KEY", f"the key [{shown(each.key)}] is given to two texts"
            )
        seen.add(each.key)
        limits.check_text(each.text)
        limits.check_labels(each.labels)
        limits.check_metadata(each.metadata)


def check_given(collection: Collection, given: Mapping[str, Vectors], texts: int) -> None:
    """Raises CollectionError: vectors that are given are not those of so many texts."""

    for method, vectors in given.items():
        if method not in collection.methods:
            raise CollectionError(
                "NO_SUCH_SEARCH_METHOD",
                f"search method {shown(method)} not found in collection {collection.name}",
                f"it has: {', '.join(collection.methods) or 'none'}",
            )
        if len(vectors) != texts:
            raise CollectionError(
                "INVALID_ARGUMENT", f"{len(vectors)} vectors are given for {texts} texts"
            )
        if vectors.shape[1] > limits.DIMENSION:
            raise CollectionError(
                "INVALID_VECTOR",
                f"a vector has {vectors.shape[1]} numbers; at most {limits.DIMENSION} are possible",
            )
        if not fits(vectors):
            raise CollectionError("INVALID_VECTOR", f"a vector has {UNFIT}")


def check_dimension(generation: Generation, dimension: int, what: str) -> None:
    """Raises CollectionError: a generation has vectors of another dimension."""
    if dimension != generation.shape.dimension:
        raise CollectionError(
            "DIMENSION_MISMATCH",
            f"{what} has vectors of {dimension} numbers, and search method [{generation.method}] "
            f"of collection [{generation.collection}] has {generation.shape.dimension}",
            "an embedder must give vectors of one length",
        )


def check_same_length(message: str, first: Sequence[Any], second: Sequence[Any]) -> None:
    """Raises CollectionError: one list has more items than the other."""
    if len(first) != len(second):
        raise CollectionError("INVALID_ARGUMENT", f"{message}: {len(first)} != {len(second)}")


def shown(name: str) -> str:
    """A name as messages have it."""
    return name if len(name) <= 100 else f"{name[:100]}…"
