"""The names of types in the schema: inputs, and the pairs that maps become."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from atoll.graphql.usage import Direction
from atoll.guest.types import ListOf, MapOf, Nullable, Ref, Scalar, Type

INPUT = "Input"


def input_name(name: str) -> str:
    """Name the input form of an object type; ``PersonInput`` is its own."""
    return name if name.endswith(INPUT) else name + INPUT


def output_name(name: str, names: Collection[str]) -> str:
    """Name the output form of an object type.

    ``PersonInput`` as a result is called ``Person``, unless ``names``, the interface's types, hold
    a ``Person`` of their own.
    """
    trimmed = _trim_input(name)
    return name if trimmed in names else trimmed


def pair_names(
    maps: Iterable[tuple[MapOf, Direction]], names: Collection[str]
) -> dict[tuple[MapOf, Direction], str]:
    """Name the pair type of each map: ``<Key><Value>Pair``, and ``…PairInput`` for arguments.

    A list of nullable items and a nullable list read alike (``NullableIntList``). Where an API has
    both, the former is written ``IntNullableItemsList``, so that the names differ.
    """
    maps = tuple(maps)
    sharing: defaultdict[str, set[MapOf]] = defaultdict(set)
    for map_, _ in maps:
        sharing[_pair(map_, names, exact=False)].add(map_)
    chosen = {}
    for map_, direction in maps:
        name = _pair(map_, names, exact=False)
        if len(sharing[name]) > 1:
            name = _pair(map_, names, exact=True)
        chosen[map_, direction] = name + INPUT if direction == "input" else name
    return chosen


def _pair(map_: MapOf, names: Collection[str], *, exact: bool) -> str:
    return f"{_part(map_.key, names, exact)}{_part(map_.value, names, exact)}Pair"


def _part(type_: Type, names: Collection[str], exact: bool) -> str:
    match type_:
        case Scalar(name):
            return name
        case Ref(name):
            return output_name(name, names)
        case Nullable(Nullable() as inner):
            return _part(inner, names, exact)
        case Nullable(inner):
            return "Nullable" + _part(inner, names, exact)
        case ListOf(Nullable(item)) if exact:
            return _part(item, names, exact) + "NullableItemsList"
        case ListOf(item):
            return _part(item, names, exact) + "List"
        case MapOf():
            return _pair(type_, names, exact=exact) + "List"


def _trim_input(name: str) -> str:
    return name[: -len(INPUT)] if name.endswith(INPUT) and name != INPUT else name
