"""What a module says of itself: its functions, its imports and its types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from atoll.guest.golang.types import GoType, Named, parts_of
from atoll.guest.types import Default

Calls: TypeAlias = Literal["flat", "records"]
"""How functions take arguments: ``flat``, spread out as WebAssembly's own (TinyGo); ``records``, by
the address of one object that holds them all (what Atoll builds with the standard compiler)."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A parameter of a function, or a field of a struct."""

    name: str
    type: GoType
    default: Default | None = None
    doc: str | None = None
    hidden: bool = False
    """Of a field: whether it is no part of the API."""


@dataclass(frozen=True, slots=True)
class Result:
    type: GoType
    name: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Of an export, or of an import (``modus_models.invokeModel``). A trailing error is no result:
    the guest tells of it in its log, and exits."""

    name: str
    parameters: tuple[Slot, ...]
    results: tuple[Result, ...]
    doc: str | None = None
    arguments_id: int = 0
    file: str | None = None
    line: int | None = None
    element: GoType | None = None
    """What the function streams, if it does; it has no results then."""

    @property
    def given(self) -> tuple[GoType, ...]:
        """The types of all that it gives: its results, or each element of its stream."""
        if self.element is not None:
            return (self.element,)
        return tuple(result.type for result in self.results)

    @property
    def types(self) -> tuple[GoType, ...]:
        """Of all that it takes and gives."""
        return (*(slot.type for slot in self.parameters), *self.given)


@dataclass(frozen=True, slots=True)
class TypeInfo:
    name: str
    id: int
    """By which the module's allocator knows it."""
    fields: tuple[Slot, ...] | None = None
    """Of a struct, in the order of their layout."""
    underlying: GoType | None = None
    """Of a named type that is no struct."""
    doc: str | None = None


@dataclass(frozen=True, slots=True)
class Module:
    """The metadata of a module (sections ``modus_metadata_version`` and ``modus_metadata``)."""

    plugin: str
    sdk: str
    exports: Mapping[str, Signature]
    imports: Mapping[str, Signature]
    types: Mapping[str, TypeInfo]
    word: Literal[4, 8] = 4
    """Bytes of a pointer."""
    calls: Calls = "flat"
    build_id: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    """``buildTs``, ``gitRepo``, ``gitCommit``: for people."""

    def fields_of(self, name: str) -> tuple[Slot, ...] | None:
        """Of a struct; None for what is not known to be one."""
        info = self.types.get(name)
        return None if info is None else info.fields

    def real(self, type: GoType) -> GoType:
        """The type itself: for a named one that is no struct, what it is made of."""
        for _ in range(len(self.types) + 1):
            info = self.types.get(type.name) if isinstance(type, Named) else None
            if info is None or info.underlying is None:
                break
            type = info.underlying
        return type

    def inside(self, type: GoType) -> Iterator[GoType]:
        """The types of a value's direct parts."""
        type = self.real(type)
        if isinstance(type, Named):
            for slot in self.fields_of(type.name) or ():
                yield slot.type
        else:
            yield from parts_of(type)

    def reaches(self, type: GoType, seen: set[GoType] | None = None) -> Iterator[GoType]:
        """The type and all that a value of it can hold, each once, named types resolved.

        Args:
            seen: types that are passed over, with what they hold. Others are added.
        """
        seen = set() if seen is None else seen
        pending = [type]
        while pending:
            found = self.real(pending.pop())
            if found not in seen:
                seen.add(found)
                yield found
                pending += self.inside(found)


def result_slots(signature: Signature) -> tuple[Slot, ...]:
    """Several results as the fields of an object: by their names, or ``item1``, ``item2``, ..."""
    return tuple(
        Slot(f"item{index}" if result.name in ("", "_") else result.name, result.type)
        for index, result in enumerate(signature.results, 1)
    )
