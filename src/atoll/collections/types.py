"""What collections are made of: texts, their vectors, and what is found among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from atoll.manifest.collection import Distance, Quantization

if TYPE_CHECKING:
    import numpy

Vectors: TypeAlias = "numpy.ndarray[Any, numpy.dtype[numpy.float32]]"
"""Of shape (texts, dimension), C-contiguous, all finite."""
Vector: TypeAlias = "numpy.ndarray[Any, numpy.dtype[numpy.float32]]"
"""Of shape (dimension,)."""

State = Literal["building", "serving"]
Mode = Literal["vector", "hybrid", "text"]
"""Of a search: by meaning, by both, or by words alone."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be stored; ``metadata`` is any JSON object."""

    key: str
    text: str
    labels: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredText:
    """A text as it is stored. An upsert gives it another id, which was never used before."""

    id: int
    namespace: str
    key: str
    text: str
    labels: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


class Hit(NamedTuple):
    """A text that was found; ``value`` is its distance, or its rank in a search of words (larger
    is better)."""

    id: int
    value: float


@dataclass(frozen=True, slots=True)
class Shape:
    """How the vectors of a generation are compared, and what its index keeps of them."""

    dimension: int
    distance: Distance = "dot"
    quantization: Quantization = "f32"
    exact: bool = False
    """Whether all vectors are compared, however many there are."""
    connectivity: int = 16
    ef_construction: int = 128
    ef_search: int = 64


@dataclass(frozen=True, slots=True)
class Generation:
    """The vectors that one embedder made for one search method.

    A method has one that serves searches; while its embedder, or a model of it, is replaced, it has
    a second one that is being built and serves once it is whole.
    """

    id: int
    """Of the store; never used again."""
    collection: str
    method: str
    state: State
    shape: Shape
    embedder: str
    """The function's name."""
    probe: bytes
    """Vectors (little-endian f32) of some fixed texts, by which another embedder is noticed."""
    build: str = ""
    """The build of the app whose embedder made it; see `Backend.build`."""


@dataclass(frozen=True, slots=True)
class GenerationStats:
    """How much of a generation there is."""

    generation: Generation
    vectors: int
    missing: int
    """Texts that have no vector yet."""
    indexed: int
    """Vectors that the index has; the others are compared one by one."""
    removed: int
    """Vectors in the index whose texts are gone."""
    index_bytes: int
    indexing: int = 0
    """Of the vectors that are being indexed just now, how many are; 0 when none are."""
    indexing_of: int = 0


@dataclass(frozen=True, slots=True)
class CollectionStats:
    """What a store has of one collection."""

    collection: str
    namespaces: Mapping[str, int]
    """Texts in each."""
    generations: tuple[GenerationStats, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A text that a search gives.

    ``score`` is 1 - distance (1/(1+distance) for ``euclidean``); of a hybrid search it says how
    well meaning and words agree on it, and is 1 for what comes first in both.
    """

    namespace: str
    key: str
    text: str
    labels: tuple[str, ...]
    metadata: Mapping[str, Any]
    distance: float
    score: float


class Sample(NamedTuple):
    """Some of a collection's texts, with their vectors in the same order."""

    texts: Sequence[StoredText] = ()
    vectors: Vectors | None = None
    """None without texts."""
    total: int = 0
    """How many texts there are."""


@dataclass(frozen=True, slots=True)
class LabelShare:
    """A label's part of all labels of a text's neighbours."""

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A text near to one that is classified."""

    key: str
    labels: tuple[str, ...]
    distance: float
    score: float


@dataclass(frozen=True, slots=True)
class Classification:
    """What the neighbours of a text say of it: labels by their shares, the largest first."""

    labels: tuple[LabelShare, ...]
    cluster: tuple[Neighbour, ...]
