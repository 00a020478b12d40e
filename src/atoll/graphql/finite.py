"""Inputs that no request could ever write down in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from atoll.guest.types import ObjectType, Ref, Type, TypeDef


def endless_inputs(types: Mapping[str, TypeDef], inputs: Iterable[str]) -> list[str]:
    """Find, among the object types ``inputs``, those whose values would have no end.

    An object is finite once every field that it requires is: lists and maps may be empty, nullable
    fields null, fields with a default left out; only a required object asks for another one.
    """
    open_ = {
        name: _required_objects(definition, types)
        for name in inputs
        if isinstance(definition := types.get(name), ObjectType)
    }
    finite = True
    while finite:
        closed = [name for name, needs in open_.items() if not needs & open_.keys()]
        finite = bool(closed)
        for name in closed:
            del open_[name]
    return list(open_)


def _required_objects(definition: ObjectType, types: Mapping[str, TypeDef]) -> set[str]:
    needed: set[str] = set()
    for field in definition.fields:
        type_: Type = field.type
        if (
            field.default is None
            and isinstance(type_, Ref)
            and isinstance(types.get(type_.name), ObjectType)
        ):
            needed.add(type_.name)
    return needed
