from __future__ import annotations

import numpy
import pytest

from atoll.collections.index.builder import new_graph
from atoll.collections.index.distance import exactly
from atoll.collections.index.quantisation import Encoding
from atoll.collections.types import Shape, Vectors
from atoll.manifest.collection import Distance, Quantization

from .clustered import clustered

DISTANCES: list[Distance] = ["dot", "cosine", "euclidean"]
QUANTIZATIONS: dict[Quantization, float] = {"f32": 1e-5, "f16": 2e-3, "i8": 0.02}


def measured(encoding: Encoding, vectors: Vectors, vector: Vectors) -> Vectors:
    """The distances of all as the graph sees them, by their places."""
    graph = new_graph(encoding, 16)
    graph.add(numpy.arange(len(vectors), dtype=numpy.uint64), encoding.vectors(vectors), threads=1)
    found = graph.search(encoding.query(vector), len(vectors), exact=True, threads=1)
    distances = numpy.empty(len(vectors), numpy.float32)
    distances[found.keys.astype(int)] = encoding.distances(found.distances, vector)
    return distances


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("quantization", QUANTIZATIONS)
@pytest.mark.parametrize("length", ["unit", "any", "large", "small"])
def test_the_graph_measures_about_the_distances(
    distance: Distance, quantization: Quantization, length: str
) -> None:
    vectors = clustered(500, 48, 1, unit=length == "unit")
    vectors *= {"large": 1e12, "small": 1e-12}.get(length, 1)
    # Small integers can hold no point far outside of where all others are.
    vector = vectors[77] * numpy.float32(1.1 if distance == "euclidean" else 3)
    encoding = Encoding.of(Shape(48, distance, quantization), vectors)

    found = measured(encoding, vectors, vector)

    exact = exactly(distance, vectors, vector)
    scale = numpy.abs(exact - exact.mean()).max()
    assert found == pytest.approx(exact, abs=4 * QUANTIZATIONS[quantization] * scale)


@pytest.mark.parametrize("quantization", QUANTIZATIONS)
def test_the_longest_vector_in_a_direction_is_nearest_by_dot(quantization: Quantization) -> None:
    vectors = numpy.array([[1, 0], [5, 0], [0, 9], [2, 2]], numpy.float32)
    encoding = Encoding.of(Shape(2, "dot", quantization), vectors)

    found = measured(encoding, vectors, numpy.array([1, 0], numpy.float32))

    assert numpy.argsort(found).tolist() == [1, 3, 0, 2]


@pytest.mark.parametrize("distance", DISTANCES)
@pytest.mark.parametrize("quantization", QUANTIZATIONS)
def test_vectors_without_length_are_kept(distance: Distance, quantization: Quantization) -> None:
    vectors = numpy.zeros((3, 8), numpy.float32)
    encoding = Encoding.of(Shape(8, distance, quantization), vectors)

    assert encoding.fits(vectors)
    assert numpy.isfinite(encoding.vectors(vectors)).all()
    assert numpy.isfinite(encoding.query(vectors[0])).all()


@pytest.mark.parametrize("distance", ["dot", "euclidean"])
@pytest.mark.parametrize("quantization", QUANTIZATIONS)
def test_much_longer_vectors_need_another_encoding(
    distance: Distance, quantization: Quantization
) -> None:
    shape = Shape(16, distance, quantization)
    vectors = clustered(100, 16, 1)
    encoding = Encoding.of(shape, vectors)
    longer = 100 * vectors

    assert encoding.fits(vectors)
    assert not encoding.fits(longer)
    wide = encoding.widened(shape, longer)
    assert wide.fits(longer)
    assert wide.fits(vectors)


def test_lengths_do_not_matter_to_angles() -> None:
    encoding = Encoding.of(Shape(16, "cosine", "i8"), clustered(100, 16, 1))

    assert encoding.fits(1e20 * clustered(100, 16, 2))


def test_single_precision_loses_nothing_of_unit_vectors() -> None:
    vectors = clustered(100, 16, 1)
    encoding = Encoding.of(Shape(16, "dot"), vectors)

    assert encoding.width == 16
    assert (encoding.vectors(vectors) == vectors).all()
