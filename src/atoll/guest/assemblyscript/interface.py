"""The language-neutral interface of an AssemblyScript module.

Names of classes become names of GraphQL types: the last part of their path. Where that would be no
name (``Box<~lib/string/String>``), or the name of two classes, it is made one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from atoll.guest.assemblyscript.module import Module, Signature, Slot
from atoll.guest.assemblyscript.types import (
    BYTES,
    TYPED_ARRAYS,
    Array,
    ArrayBuffer,
    AsType,
    Class,
    Date,
    Map,
    Nullable,
    Primitive,
    Set,
    StaticArray,
    String,
    TypedArray,
    parts_of,
)
from atoll.guest.types import (
    Field,
    Function,
    Interface,
    ListOf,
    MapOf,
    ObjectType,
    Parameter,
    Ref,
    Scalar,
    Type,
)
from atoll.guest.types import Nullable as NullableType

_SCALARS = {
    "bool": "Boolean", "i8": "Int", "i16": "Int", "i32": "Int", "isize": "Int", "u8": "Int",
    "u16": "Int", "u32": "UInt", "usize": "UInt", "i64": "Int64", "u64": "UInt64",
    "f32": "Float", "f64": "Float",
}  # fmt: skip
_INTEGERS = frozenset(_SCALARS) - {"bool", "f32", "f64"}
_EXACT = 2**53
_RESERVED = frozenset(
    ("Query", "Mutation", "Subscription", "AgentEvent", "String", "Int", "Float", "Boolean", "ID",
     "Int64", "UInt", "UInt64", "Timestamp", "Date", "Time", "UUID", "Decimal", "JSON", "Void",
     *TYPED_ARRAYS)
)  # fmt: skip


def interface_of(module: Module) -> Interface:
    """What the module offers: every export whose name does not begin with ``_``."""
    exports = [found for name, found in module.exports.items() if not name.startswith("_")]
    names = class_names(module, exports)
    functions = tuple(
        Function(
            signature.name,
            signature.name,
            tuple(_parameter(slot, names) for slot in signature.parameters),
            None if signature.yields is None else neutral_type(signature.yields, names),
            signature.doc,
            streams=signature.element is not None,
        )
        for signature in exports
    )
    types = {
        names[name]: ObjectType(
            names[name],
            tuple(
                Field(slot.name, neutral_type(slot.type, names), slot.doc)
                for slot in module.types[name].fields or ()
                if not slot.hidden
            ),
            module.types[name].doc,
        )
        for name in names
    }
    return Interface(functions, types)


def class_names(module: Module, signatures: Iterable[Signature]) -> dict[str, str]:
    """API names of the classes that signatures mention, by full name."""
    found: dict[str, None] = {}
    pending: list[AsType] = []
    for signature in signatures:
        pending += [slot.type for slot in signature.parameters]
        pending += [] if signature.yields is None else [signature.yields]
    while pending:
        type = pending.pop()
        pending += parts_of(type)
        if isinstance(type, Class) and type.name not in found:
            found[type.name] = None
            pending += [slot.type for slot in module.types[type.name].fields or ()]
    names: dict[str, str] = {}
    taken = set(_RESERVED)
    for full in sorted(found):
        short = _short_name(full)
        name, count = short, 1
        while name in taken:
            count += 1
            name = f"{short}{count}"
        taken.add(name)
        names[full] = name
    return names


def _short_name(full: str) -> str:
    """``assembly/x/Box<~lib/string/String>`` is ``BoxString``."""
    parts = re.split(r"[<>,|]", full)
    words = [part.strip().rpartition("/")[2] for part in parts]
    first, *others = [word for word in words if word and word != "null"] or ["Type"]
    joined = first + "".join(word[:1].upper() + word[1:] for word in others)
    name = re.sub(r"[^A-Za-z0-9_]", "_", joined)
    return f"Type{name}" if name[:1].isdigit() or name.startswith("__") else name


def neutral_type(type: AsType, names: Mapping[str, str]) -> Type:
    """The language-neutral type; ``names`` are those of ``class_names``."""
    match type:
        case Nullable(of):
            return NullableType(neutral_type(of, names))
        case Primitive(name):
            return Scalar(_SCALARS[name])
        case String() | ArrayBuffer():
            return Scalar("String")
        case Date():
            return Scalar("Timestamp")
        case TypedArray(name):
            return Scalar("String" if name in BYTES else name.rpartition("/")[2])
        case Array(_, Primitive("u8")):
            return Scalar("String")
        case Array(_, item) | StaticArray(_, item) | Set(_, item):
            return ListOf(neutral_type(item, names))
        case Map(_, key, value):
            return MapOf(neutral_type(key, names), neutral_type(value, names))
        case Class(name):
            return Ref(names[name])


def _parameter(slot: Slot, names: Mapping[str, str]) -> Parameter:
    type = neutral_type(slot.type, names)
    if slot.default is None:
        return Parameter(slot.name, type, slot.doc)
    if is_known(slot):
        return Parameter(slot.name, type, slot.doc, slot.default)
    return Parameter(slot.name, type, slot.doc, own_default=True)


def is_known(slot: Slot) -> bool:
    """Whether metadata has the parameter's real default.

    Metadata can say literals only: everything else is ``""`` there, and integers beyond 2**53 are
    rounded. So an empty text may be real or not, unless the module says more.
    """
    return _is_literal(slot, in_api=True)


def is_usable(slot: Slot) -> bool:
    """Whether the default in metadata can be passed for a parameter that was left out.

    An empty text is taken for what it says, if nothing says otherwise: that it stands for something
    else is rare.
    """
    return _is_literal(slot, in_api=False)


def _is_literal(slot: Slot, *, in_api: bool) -> bool:
    if slot.default is None or slot.own_default:
        return False
    return _says(slot.default.value, slot.type, in_api)


def _says(value: object, type: AsType, in_api: bool) -> bool:
    """Whether JSON data is a value of a type; ``in_api``: for sure, and in the API's form."""
    match type:
        case Nullable(of):
            return value is None or _says(value, of, in_api)
        case Primitive("bool"):
            return isinstance(value, bool)
        case Primitive(name) if name in _INTEGERS:
            return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _EXACT
        case Primitive():
            return isinstance(value, int | float) and not isinstance(value, bool)
        case String():
            return isinstance(value, str) and (value != "" or not in_api)
        case Array(_, Primitive("u8")) if in_api:
            return False  # the API has text in base64 for it
        case Array(_, item):
            return isinstance(value, list) and all(_says(each, item, in_api) for each in value)
        case _:
            return False
