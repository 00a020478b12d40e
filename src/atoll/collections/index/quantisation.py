"""What a graph of vectors keeps of them, so that its own measure orders them as ours does."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any, Literal, Self, TypeAlias

import numpy

from atoll.collections.types import Shape, Vector, Vectors
from atoll.manifest.collection import Distance, Quantization

Measure = Literal["ip", "cos", "l2sq"]
"""As usearch names them."""
Encoded: TypeAlias = "numpy.ndarray[Any, Any]"
Lengths: TypeAlias = "numpy.ndarray[Any, numpy.dtype[numpy.float64]]"

_UNIT = 1e-3
"""How far from 1 a length may be that counts as 1."""
_ROOM = 1.25
"""By how much later vectors may exceed the first ones."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How vectors are kept.

    Those that are compared by their angles are kept with length 1. So are those that are compared
    by dot products, if their lengths differ: a number is added to each that makes their lengths
    equal, whereby the largest product is that of the smallest angle (Bachrach et al., 2014). A
    graph of lengths that differ would not be one that leads to what is near.
    """

    distance: Distance
    quantization: Quantization
    dimension: int
    longest: float = 0.0
    """Of ``dot``: the length that vectors are brought to; 0 if all have length 1 anyway."""
    scale: float = 1.0
    """Of ``euclidean``: what numbers are multiplied by."""

    @classmethod
    def of(cls, shape: Shape, vectors: Vectors) -> Self:
        """For these vectors, and for more of their kind."""
        longest, scale = 0.0, 1.0
        if shape.distance == "dot":
            lengths = _lengths(vectors)
            if lengths.size and numpy.abs(lengths - 1).max() > _UNIT:
                longest = max(float(lengths.max()) * _ROOM, 1e-30)
        elif shape.distance == "euclidean":
            largest = _largest(vectors) * _ROOM
            if shape.quantization == "i8":
                scale = 127 / max(largest, 1e-30)
            elif largest > 0:
                # A power of 2, so that nothing is lost.
                scale = 2.0 ** -math.ceil(math.log2(largest))
        return cls(shape.distance, shape.quantization, shape.dimension, longest, scale)

    def widened(self, shape: Shape, vectors: Vectors) -> Encoding:
        """One that these fit as well."""
        other = Encoding.of(shape, vectors)
        longest = max(self.longest or 1.0, other.longest or 1.0)
        if shape.distance != "dot":
            longest = 0.0
        return dataclasses.replace(other, longest=longest, scale=min(self.scale, other.scale))

    def fits(self, vectors: Vectors) -> bool:
        """Whether these can be kept as well."""
        if self.distance == "dot":
            lengths = _lengths(vectors)
            if self.longest:
                return bool(lengths.max(initial=0) <= self.longest)
            return bool(numpy.abs(lengths - 1).max(initial=0) <= _UNIT)
        if self.distance == "euclidean":
            most = 127 if self.quantization == "i8" else 1
            return _largest(vectors) * self.scale <= most
        return True

    @property
    def measure(self) -> Measure:
        if self.distance == "euclidean":
            return "l2sq"
        return "cos" if self.quantization == "i8" else "ip"

    @property
    def width(self) -> int:
        """Numbers that are kept of each vector."""
        return self.dimension + 1 if self.longest else self.dimension

    @property
    def is_exact(self) -> bool:
        """Whether `distances` are as good as those of the vectors themselves."""
        return self.quantization == "f32"

    def vectors(self, vectors: Vectors) -> Encoded:
        """To be added to the graph."""
        if self.distance == "euclidean":
            return self._rounded(vectors * numpy.float32(self.scale))
        if self.distance == "cosine":
            return self._rounded(_normalised(vectors))
        if not self.longest:
            return self._rounded(vectors)
        wide = numpy.empty((len(vectors), self.width), numpy.float32)
        wide[:, :-1] = vectors / numpy.float64(self.longest)
        rest = 1 - numpy.square(wide[:, :-1], dtype=numpy.float64).sum(axis=1)
        wide[:, -1] = numpy.sqrt(numpy.maximum(rest, 0))
        return self._rounded(wide)

    def query(self, vector: Vector) -> Encoded:
        """To be searched for."""
        row: Encoded = vector[None]
        if self.distance == "euclidean":
            row = numpy.multiply(row, self.scale, dtype=numpy.float32)
        elif self.distance == "cosine" or _length(vector) != 1:
            row = _normalised(row)
        if self.longest:
            row = numpy.append(row, numpy.zeros((1, 1), numpy.float32), axis=1)
        found: Encoded = self._rounded(row)[0]
        return found

    def distances(self, measured: Vectors, vector: Vector) -> Vectors:
        """What the graph measured, as distances from the vector that was searched for."""
        if self.distance == "euclidean":
            apart = numpy.sqrt(numpy.maximum(measured, 0)) / self.scale
            return apart.astype(numpy.float32)
        if self.distance == "cosine":
            return measured
        factor = (self.longest or 1.0) * _length(vector)
        if factor == 1.0:
            return measured
        found = 1 - (1 - measured.astype(numpy.float64)) * factor
        return found.astype(numpy.float32)

    def _rounded(self, vectors: Vectors) -> Encoded:
        if self.quantization == "f32":
            return numpy.ascontiguousarray(vectors, numpy.float32)
        if self.quantization == "f16":
            return vectors.astype(numpy.float16)
        if self.distance == "euclidean":
            return numpy.rint(numpy.clip(vectors, -127, 127)).astype(numpy.int8)
        # The angle alone counts, so that each row may use the whole range.
        largest = numpy.abs(vectors).max(axis=1, keepdims=True)
        largest[largest == 0] = 1
        rounded: Encoded = numpy.rint(vectors * (127 / largest)).astype(numpy.int8)
        return rounded


def _lengths(vectors: Vectors) -> Lengths:
    found: Lengths = numpy.sqrt(numpy.einsum("ij,ij->i", vectors, vectors, dtype=numpy.float64))
    return found


def _length(vector: Vector) -> float:
    """Of one vector; 1 if it is about that."""
    square = float(vector.dot(vector))
    if abs(square - 1) < _UNIT:
        return 1.0
    return float(_lengths(vector[None])[0])


def _largest(vectors: Vectors) -> float:
    return max(float(vectors.max(initial=0)), -float(vectors.min(initial=0)))


def _normalised(vectors: Vectors) -> Vectors:
    lengths = _lengths(vectors)[:, None]
    lengths[lengths == 0] = 1
    found: Vectors = (vectors / lengths).astype(numpy.float32)
    return found
