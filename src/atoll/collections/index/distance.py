"""Distances of one vector to many, exactly."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy

from atoll.collections.index.source import Ids
from atoll.collections.types import Hit, Vector, Vectors
from atoll.manifest.collection import Distance

Values: TypeAlias = "numpy.ndarray[Any, numpy.dtype[numpy.float64]]"

_ROWS: Final = 1024
"""Vectors whose differences are computed at once, so that they stay in the processor's cache."""


def estimates(distance: Distance, vectors: Vectors, vector: Vector) -> Vectors:
    """Of all rows, in single precision: fast, and good enough to say which are worth a closer look.
    Not a number where the arithmetic overflows."""
    with numpy.errstate(over="ignore", invalid="ignore", divide="ignore"):
        if distance == "euclidean":
            return _euclidean(vectors, vector)
        # Not by BLAS: its threads wait for each other, up to a hundred times longer than the work
        # takes where others use the processors.
        found = numpy.einsum("ij,j->i", vectors, vector)
        if distance == "cosine":
            lengths = numpy.sqrt(numpy.einsum("ij,ij->i", vectors, vectors))
            lengths *= numpy.linalg.norm(vector)
            found = numpy.where(lengths > 0, found / lengths, numpy.float32(0))
        nearness: Vectors = found
        return numpy.float32(1) - nearness


def _euclidean(vectors: Vectors, vector: Vector) -> Vectors:
    found = numpy.empty(len(vectors), numpy.float32)
    for start in range(0, len(vectors), _ROWS):
        apart = vectors[start : start + _ROWS] - vector
        numpy.einsum("ij,ij->i", apart, apart, out=found[start : start + _ROWS])
    return numpy.sqrt(found, out=found)


def exactly(distance: Distance, vectors: Vectors, vector: Vector) -> Values:
    """Of all rows, in double precision. A row's distance does not depend on the other rows."""
    rows = vectors.astype(numpy.float64)
    other = vector.astype(numpy.float64)
    found: Values
    if distance == "euclidean":
        found = numpy.sqrt(numpy.square(rows - other).sum(axis=1))
        return found
    found = (rows * other).sum(axis=1)
    if distance == "cosine":
        lengths = numpy.sqrt(numpy.square(rows).sum(axis=1) * numpy.square(other).sum())
        found = numpy.divide(found, lengths, out=numpy.zeros_like(found), where=lengths > 0)
    return 1.0 - found


def smallest(values: Vectors, count: int) -> Ids:
    """Where the smallest values are, in no order. What is not a number is largest."""
    if count >= len(values):
        return numpy.arange(len(values), dtype=numpy.uint64)
    return numpy.argpartition(values, count - 1)[:count].astype(numpy.uint64)


def ranked(ids: Ids, values: Values, limit: int) -> list[Hit]:
    """The nearest first; equally near ones by their ids."""
    order = numpy.lexsort((ids, values))[:limit]
    return list(map(Hit, ids[order].tolist(), values[order].tolist()))
