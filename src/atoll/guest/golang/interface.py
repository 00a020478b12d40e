"""The language-neutral interface of a Go module.

Names of structs become names of GraphQL types: what follows the path of their package. Where that
would be no name (``Box[int]``), or the name of two structs, it is made one.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import TypeAlias

from atoll.guest.golang.module import Module, Signature, result_slots
from atoll.guest.golang.types import (
    Array,
    GoType,
    Map,
    Named,
    Pointer,
    Primitive,
    Slice,
    String,
    Time,
    is_bytes,
)
from atoll.guest.types import (
    Field,
    Function,
    Interface,
    ListOf,
    MapOf,
    Nullable,
    ObjectType,
    Parameter,
    Ref,
    Scalar,
    Type,
)

_SCALARS = {
    "bool": "Boolean", "int": "Int", "int8": "Int", "int16": "Int", "int32": "Int", "rune": "Int",
    "uint8": "Int", "byte": "Int", "uint16": "Int", "uint32": "UInt", "uint": "UInt",
    "uintptr": "UInt", "int64": "Int64", "time.Duration": "Int64", "uint64": "UInt64",
    "float32": "Float", "float64": "Float",
}  # fmt: skip
_RESERVED = frozenset(
    ("Query", "Mutation", "Subscription", "AgentEvent", "String", "Int", "Float", "Boolean", "ID",
     "Int64", "UInt", "UInt64", "Timestamp", "Date", "Time", "UUID", "Decimal", "JSON", "Void")
)  # fmt: skip


def interface_of(module: Module) -> Interface:
    """What the module offers: every export whose name does not begin with ``_``."""
    exports = [found for name, found in module.exports.items() if not name.startswith("_")]
    names = struct_names(module, exports)
    types = {
        names[name]: ObjectType(
            names[name],
            tuple(
                Field(slot.name, _neutral(slot.type, module, names), slot.doc)
                for slot in module.fields_of(name) or ()
                if not slot.hidden
            ),
            module.types[name].doc if name in module.types else None,
        )
        for name in names
    }
    several = _Several(types)
    functions = tuple(
        Function(
            signature.name,
            signature.name,
            tuple(
                Parameter(slot.name, _neutral(slot.type, module, names), slot.doc, slot.default)
                for slot in signature.parameters
            ),
            _result(signature, module, names, several),
            signature.doc,
            signature.file,
            signature.line,
            signature.element is not None,
        )
        for signature in exports
    )
    return Interface(functions, types)


def struct_names(module: Module, signatures: list[Signature]) -> dict[str, str]:
    """API names of the structs that signatures mention, by full name."""
    found: dict[str, None] = {}
    for signature in signatures:
        for type in signature.types:
            _collect(type, module, found)
    names: dict[str, str] = {}
    taken = set(_RESERVED)
    counts: defaultdict[str, int] = defaultdict(lambda: 1)
    for full in sorted(found):
        name = short = short_name(full)
        while name in taken:
            counts[short] += 1
            name = f"{short}{counts[short]}"
        taken.add(name)
        names[full] = name
    return names


def _collect(type: GoType, module: Module, found: dict[str, None]) -> None:
    """The structs that the API of a type needs."""
    pending = [type]
    while pending:
        real = module.real(pending.pop())
        if not isinstance(real, Named):
            pending += module.inside(real)
        elif real.name not in found:
            found[real.name] = None
            fields = module.fields_of(real.name) or ()
            pending += [slot.type for slot in fields if not slot.hidden]


def short_name(full: str) -> str:
    """``my-app/shop.Box[my-app/shop.Item]`` is ``BoxItem``."""
    words = [
        part.strip().rpartition("/")[2].rpartition(".")[2].lstrip("*")
        for part in re.split(r"[\[\],]", full)
    ]
    first, *others = [word for word in words if word] or ["Type"]
    joined = first + "".join(word[:1].upper() + word[1:] for word in others)
    name = re.sub(r"[^A-Za-z0-9_]", "_", joined)
    return f"Type{name}" if name[:1].isdigit() or name.startswith("__") else name


def _result(
    signature: Signature,
    module: Module,
    names: Mapping[str, str],
    several: _Several,
) -> Type | None:
    """Several results become an object. It is never null, though in the reference (section 2.8) its
    type says that it may be."""
    if not signature.given:
        return None
    if len(signature.given) == 1:
        return _neutral(signature.given[0], module, names)
    fields = tuple(
        Field(slot.name, _neutral(slot.type, module, names)) for slot in result_slots(signature)
    )
    return Ref(several.type_of(fields))


class _Several:
    """The types of objects that hold several results: one that has just these fields, or a new one.

    Args:
        types: those that there are; new ones are added.
    """

    def __init__(self, types: dict[str, ObjectType]) -> None:
        self._types = types
        self._count = itertools.count(1)
        self._known: dict[_Shape, str] = {}
        for name, known in types.items():
            self._known.setdefault(_shape(known.fields), name)

    def type_of(self, fields: tuple[Field, ...]) -> str:
        """Its name."""
        shape = _shape(fields)
        name = self._known.get(shape)
        if name is None:
            name = next(n for n in map("_type{}".format, self._count) if n not in self._types)
            self._known[shape] = name
            self._types[name] = ObjectType(name, fields)
        return name


_Shape: TypeAlias = tuple[tuple[str, Type], ...]


def _shape(fields: tuple[Field, ...]) -> _Shape:
    return tuple((field.name, field.type) for field in fields)


def _neutral(type: GoType, module: Module, names: Mapping[str, str]) -> Type:
    real = module.real(type)
    if is_bytes(real):
        text = Scalar("String")
        return Nullable(text) if isinstance(real, Slice) else text
    match real:
        case Primitive(name):
            return Scalar(_SCALARS[name])
        case String():
            return Scalar("String")
        case Time():
            return Scalar("Timestamp")
        case Pointer(_, of):
            inner = _neutral(of, module, names)
            return inner if isinstance(inner, Nullable) else Nullable(inner)
        case Slice(_, item):
            return Nullable(ListOf(_neutral(item, module, names)))
        case Array(_, _, item):
            return ListOf(_neutral(item, module, names))
        case Map(_, key, value):
            return Nullable(MapOf(_neutral(key, module, names), _neutral(value, module, names)))
        case Named(name):
            return Ref(names[name])
