"""The language-neutral types of guest functions, and their signatures.

Every guest family reads its own metadata into these; GraphQL is derived from them alone. Names are
API names: a codec maps them to whatever its guest calls them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Scalar:
    """A leaf value. ``name`` is the GraphQL scalar's name: ``String``, ``Int``, ``Int64``, ..."""

    name: str


@dataclass(frozen=True, slots=True)
class ListOf:
    item: Type


@dataclass(frozen=True, slots=True)
class Nullable:
    of: Type


@dataclass(frozen=True, slots=True)
class Ref:
    """An object or enum of the same module, by name."""

    name: str


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map; it crosses the API as a list of ``{key, value}`` pairs in the guest's order."""

    key: Type
    value: Type


Type: TypeAlias = Scalar | ListOf | Nullable | Ref | MapOf


@dataclass(frozen=True, slots=True)
class Default:
    """A default value, in the JSON form in which the value crosses the guest border."""

    value: object


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: Type
    doc: str | None = None
    default: Default | None = None
    """Present when a caller may leave the field out of an input."""


@dataclass(frozen=True, slots=True)
class ObjectType:
    name: str
    fields: tuple[Field, ...]
    doc: str | None = None


@dataclass(frozen=True, slots=True)
class EnumValue:
    name: str
    doc: str | None = None


@dataclass(frozen=True, slots=True)
class EnumType:
    name: str
    values: tuple[EnumValue, ...]
    doc: str | None = None


TypeDef: TypeAlias = ObjectType | EnumType


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: Type
    doc: str | None = None
    default: Default | None = None
    own_default: bool = False
    """Whether a caller may leave it out although no default is known here: the guest has one."""


@dataclass(frozen=True, slots=True)
class Function:
    """An exported guest function.

    ``name`` is the API name before the query and mutation conventions (``getPersonById``);
    ``export`` is what the guest calls it (``get_person_by_id``). ``result`` is None when the
    function returns nothing; of a function that streams, it is the type of one element.
    """

    name: str
    export: str
    parameters: tuple[Parameter, ...]
    result: Type | None
    doc: str | None = None
    file: str | None = None
    line: int | None = None
    streams: bool = False
    """Whether its results come one by one, as a stream."""


@dataclass(frozen=True, slots=True)
class Interface:
    """All that a module offers: its functions in source order, and the types they mention."""

    functions: tuple[Function, ...]
    types: Mapping[str, TypeDef] = field(default_factory=dict)

    def function(self, name: str) -> Function | None:
        """Find a function by its API name or by the name that the guest gives it."""
        for function in self.functions:
            if name in (function.name, function.export):
                return function
        return None
