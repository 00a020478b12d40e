"""Named stores of texts, and how their vectors are made, compared and found."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args

from atoll.manifest.jsonc import ObjectNode, ScalarNode
from atoll.manifest.limits import LimitRule, read_numbers
from atoll.manifest.location import Location
from atoll.manifest.problem import ProblemCode, ProblemLog
from atoll.manifest.reader import ObjectReader, describe, did_you_mean, entries

IndexType: TypeAlias = Literal["auto", "sequential", "hnsw"]
Distance: TypeAlias = Literal["dot", "cosine", "euclidean"]
Quantization: TypeAlias = Literal["f32", "f16", "i8"]

INDEX_TYPES: Final[tuple[str, ...]] = get_args(IndexType)
DISTANCES: Final[tuple[str, ...]] = get_args(Distance)
QUANTIZATIONS: Final[tuple[str, ...]] = get_args(Quantization)


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """How nearest vectors are found.

    ``sequential`` compares with all of them. ``hnsw`` walks a graph once there are so many that
    this is faster (Malkov and Yashunin, 2016), and so does ``auto``, the default.
    """

    type: IndexType = "auto"
    quantization: Quantization = "f32"
    """What the index keeps of each number; results are compared once more as they were stored."""
    connectivity: int = 16
    """Neighbours of each vector in the graph (M)."""
    ef_construction: int = 128
    """Candidates looked at when a vector is added."""
    ef_search: int = 64
    """Candidates looked at when one is searched for."""


@dataclass(frozen=True, slots=True)
class SearchMethod:
    """One way to search a collection: by the vectors that one function makes of its texts."""

    name: str
    embedder: str
    """The function, by the name of its export or of its source."""
    distance: Distance = "dot"
    """``dot`` is 1 - a·b, as the original has it, which is the cosine's for vectors of length 1."""
    index: IndexSettings = IndexSettings()


@dataclass(frozen=True, slots=True)
class Collection:
    """A named store of texts."""

    name: str
    methods: Mapping[str, SearchMethod] = field(default_factory=dict)
    location: Location | None = field(default=None, compare=False)


EF_CONSTRUCTION = LimitRule("efConstruction", "ef_construction", "", 4, 4096)
OPTIONS = (
    LimitRule("efSearch", "ef_search", "", 1, 4096),
    LimitRule("connectivity", "connectivity", "", 2, 128),
)


def read_collections(section: ObjectNode, log: ProblemLog) -> dict[str, Collection]:
    """The collections of the section, by name."""
    return {found.name: found for found in _collections(section, log)}


def _collections(section: ObjectNode, log: ProblemLog) -> Iterator[Collection]:
    for name, reader in entries(section, "collection", log):
        methods = reader.object("searchMethods")
        reader.finish()
        found = {each.name: each for each in _methods(methods, log)}
        yield Collection(name, found, reader.location)


def _methods(section: ObjectNode | None, log: ProblemLog) -> Iterator[SearchMethod]:
    for name, reader in entries(section, "search method", log):
        embedder = reader.text("embedder", required=True)
        distance = _one_of(reader.ours(), "distance", DISTANCES, log)
        index = reader.object("index")
        reader.finish(others=("distance",))
        settings = IndexSettings() if index is None else _read_index(name, index, log)
        if embedder:
            method = SearchMethod(name, embedder, index=settings)
            if distance is not None:
                method = dataclasses.replace(method, distance=distance)  # type: ignore[arg-type]
            yield method


def _read_index(method: str, section: ObjectNode, log: ProblemLog) -> IndexSettings:
    reader = ObjectReader(section, f'"index" of search method [{method}]', log)
    found = IndexSettings()
    if (type := _one_of(reader, "type", INDEX_TYPES, log)) is not None:
        found = dataclasses.replace(found, type=type)  # type: ignore[arg-type]
    quantization = _one_of(reader.ours(), "quantization", QUANTIZATIONS, log)
    if quantization is not None:
        found = dataclasses.replace(found, quantization=quantization)  # type: ignore[arg-type]
    options = reader.object("options")
    reader.finish(others=("quantization",))
    if options is not None:
        of_index = ObjectReader(options, f'"options" of {reader.what}', log)
        numbers = {r.attribute: int(n) for r, n in read_numbers(OPTIONS, of_index, log)}
        numbers.update(_ef_construction(of_index, log))
        of_index.value("maxLevels")  # of the original; levels are not bounded here
        of_index.finish()
        found = dataclasses.replace(found, **numbers)  # type: ignore[arg-type]
    return found


def _ef_construction(reader: ObjectReader, log: ProblemLog) -> dict[str, int]:
    """The original has this key as well and takes any number, without a use for it."""
    node = reader.value(EF_CONSTRUCTION.key)
    if node is None:
        return {}
    value = node.value if isinstance(node, ScalarNode) else None
    number = None if isinstance(value, bool | str) else value
    if number is not None and EF_CONSTRUCTION.accepts(number):
        return {EF_CONSTRUCTION.attribute: int(number)}
    log.warning(
        ProblemCode.INVALID_VALUE,
        f'"{EF_CONSTRUCTION.key}" of {reader.what} should be {EF_CONSTRUCTION.expected}, '
        f"not {describe(node)}.",
        node.location,
        f"{IndexSettings().ef_construction} is used.",
    )
    return {}


def _one_of(reader: ObjectReader, key: str, known: tuple[str, ...], log: ProblemLog) -> str | None:
    node = reader.value(key)
    if node is None:
        return None
    listed = ", ".join(f'"{each}"' for each in known)
    value = node.value if isinstance(node, ScalarNode) else None
    if isinstance(value, str) and (value in known or not value):
        return value or None
    if isinstance(value, str):
        log.error(
            ProblemCode.INVALID_VALUE,
            f'"{key}" of {reader.what} must be one of {listed}, not "{value[:40]}".',
            node.location,
            did_you_mean(value, known),
        )
    else:
        reader.wrong_type(f'"{key}" of {reader.what}', f"one of {listed}", node)
    return None
