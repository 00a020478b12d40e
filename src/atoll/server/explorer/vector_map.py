"""``GET collections/NAME/map``: the vectors of a collection in two dimensions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from atoll.collections.errors import CollectionError
from atoll.server.explorer.collections import refused
from atoll.server.explorer.request import ExplorerRequest, Route
from atoll.server.explorer.wire import Wire

if TYPE_CHECKING:
    import numpy

    from atoll.collections.types import Sample, Vectors
    from atoll.server.explorer.explorer import Explorer

MOST: Final = 2000
"""Vectors that are shown."""
BEGINNING: Final = 200
"""Characters of a text."""
_WIDTH: Final = 8
"""Directions that are followed; the two first of more settle sooner."""
_ROUNDS: Final = 12


class Point(Wire, frozen=True):
    namespace: str
    key: str
    x: float
    y: float
    label: str | None
    text: str


class VectorMap(Wire, frozen=True):
    points: list[Point]
    explained: tuple[float, float]
    total: int


async def _map(explorer: Explorer, request: ExplorerRequest) -> VectorMap:
    query = request.query
    limit = request.integer("limit", MOST, least=1, most=MOST)
    name, method = request.parameters["name"], query.get("method", "")
    app = explorer.subject.app
    try:
        sample = await app.collections.sample(name, query.get("namespace"), method, limit)
    except CollectionError as error:
        raise refused(error) from None
    methods = app.manifest.collections[name].methods
    chosen = methods[method] if method else next(iter(methods.values()))
    return await asyncio.to_thread(_draw, sample, chosen.distance == "cosine")


def _draw(sample: Sample, of_directions: bool) -> VectorMap:
    if sample.vectors is None:
        return VectorMap([], (0.0, 0.0), sample.total)
    places, explained = principal(sample.vectors, of_directions=of_directions)
    points = [
        Point(
            text.namespace,
            text.key,
            x,
            y,
            text.labels[0] if text.labels else None,
            text.text[:BEGINNING],
        )
        for text, (x, y) in zip(sample.texts, places, strict=True)
    ]
    return VectorMap(points, explained, sample.total)


def principal(
    vectors: Vectors, *, of_directions: bool = False
) -> tuple[list[tuple[float, float]], tuple[float, float]]:
    """Vectors in the plane in which they differ most (their two first principal components), from
    -1 to 1, and how much of the variance its axes have. The same for the same vectors.

    Found by orthogonal iteration, whose products are thin, so that no core is busy for long.

    Args:
        of_directions: whether lengths do not count.
    """
    import numpy

    if not len(vectors):
        return [], (0.0, 0.0)
    centred = _scaled(vectors.astype(numpy.float32))
    if of_directions:
        lengths = numpy.linalg.norm(centred, axis=1, keepdims=True)
        centred = centred / numpy.where(lengths > 0, lengths, 1)
    centred = _scaled(centred - centred.mean(axis=0, dtype=numpy.float64).astype(numpy.float32))
    total = float(numpy.square(centred, dtype=numpy.float64).sum())
    if total <= 0:
        return [(0.0, 0.0)] * len(vectors), (0.0, 0.0)
    axes = _axes(centred)
    places = numpy.zeros((len(vectors), 2))
    places[:, : axes.shape[1]] = centred @ axes
    variances = numpy.square(places).sum(axis=0) / total
    places = _scaled(places)
    explained = (min(float(variances[0]), 1.0), min(float(variances[1]), 1.0))
    return [(round(x, 5), round(y, 5)) for x, y in places.tolist()], explained


def _scaled(matrix: numpy.ndarray[Any, Any]) -> numpy.ndarray[Any, Any]:
    """With the largest number at 1, so that no square is out of reach."""
    largest = float(abs(matrix).max())
    return matrix / matrix.dtype.type(largest) if largest > 0 else matrix


def _axes(centred: numpy.ndarray[Any, Any]) -> numpy.ndarray[Any, Any]:
    """The directions of most variance as columns: two, or one of vectors of one number."""
    import numpy

    width = min(_WIDTH, *centred.shape)
    start = numpy.random.default_rng(0).standard_normal((centred.shape[1], width))
    basis = numpy.linalg.qr(start.astype(numpy.float32))[0]
    for _ in range(_ROUNDS):
        basis = numpy.linalg.qr(centred.T @ (centred @ basis))[0]
    _, _, turned = numpy.linalg.svd(centred @ basis, full_matrices=False)
    axes = (basis @ turned.T)[:, :2]
    # Either end of an axis may be the right one: the larger part points there.
    ends = axes[numpy.argmax(abs(axes), axis=0), numpy.arange(axes.shape[1])]
    turned_right: numpy.ndarray[Any, Any] = axes * numpy.where(ends < 0, -1, 1)
    return turned_right


ROUTES = (Route("GET", "collections/{name}/map", _map),)
