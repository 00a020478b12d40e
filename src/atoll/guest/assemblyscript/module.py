"""What a module says of itself: its functions, its imports and its classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from atoll.guest.assemblyscript.types import AsType
from atoll.guest.types import Default


@dataclass(frozen=True, slots=True)
class Slot:
    """A parameter of a function, or a field of a class."""

    name: str
    type: AsType
    default: Default | None = None
    """Of a parameter that may be left out. Its value is only what metadata could say of it."""
    doc: str | None = None
    own_default: bool = False
    """Whether metadata says for sure that only the function knows the default. (Modus writes ``""``
    for such a one, as for an empty text.)"""
    hidden: bool = False
    """Of a field: whether it is no part of the API."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Of an export, or of an import (``modus_models.invokeModel``)."""

    name: str
    parameters: tuple[Slot, ...]
    result: AsType | None
    doc: str | None = None
    element: AsType | None = None
    """What the function streams, if it does; it has no result then."""

    @property
    def yields(self) -> AsType | None:
        """The type of its result, or of each element of its stream."""
        return self.result if self.element is None else self.element


@dataclass(frozen=True, slots=True)
class ManagedType:
    """A class of the module, or an array, map or date that it uses: by full name."""

    name: str
    id: int
    fields: tuple[Slot, ...] | None
    """In the order of their layout, inherited ones first; None for what is not a class."""
    doc: str | None = None


@dataclass(frozen=True, slots=True)
class Module:
    """The metadata of a module (sections ``modus_metadata_version`` and ``modus_metadata``)."""

    plugin: str
    sdk: str
    exports: Mapping[str, Signature]
    imports: Mapping[str, Signature]
    types: Mapping[str, ManagedType]
    """By full name without nullability."""
    build_id: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    """``buildTs``, ``gitRepo``, ``gitCommit``: for people."""
