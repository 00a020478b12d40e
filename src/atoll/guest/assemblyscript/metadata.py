"""From what a module says of itself to its functions and types in AssemblyScript's terms."""

from __future__ import annotations

from collections.abc import Mapping

from atoll.guest.assemblyscript.module import ManagedType, Module, Signature, Slot
from atoll.guest.assemblyscript.types import (
    Array,
    AsType,
    Class,
    Date,
    Map,
    Set,
    StaticArray,
    TypedArray,
    TypeSyntaxError,
    parse_type,
    parts_of,
)
from atoll.guest.core.metadata import (
    Described,
    DescribedFunction,
    DescribedSlot,
    DescribedType,
    check_unique,
    default_of,
    doc_of,
    invalid,
    parse_described,
)
from atoll.guest.failure import MetadataError

SDK = "modus-sdk-as"
_MAX_CHAIN = 100
"""Types that are inside one another: codecs are made, and values read, one inside the other."""


def parse_module(version: bytes | None, text: bytes | None) -> Module:
    """What the two sections of a module say (see ``parse_described``, which raises as well).

    Raises:
        MetadataError: ``LANGUAGE_UNSUPPORTED``, ``TYPE_MISSING``, ``TYPE_UNSUPPORTED``.
    """
    described = parse_described(version, text)
    if described.sdk_name != SDK:
        raise MetadataError(
            "LANGUAGE_UNSUPPORTED", f"the module was built with the SDK {described.sdk[:100]!r}"
        )
    return module_of(described)


def module_of(described: Described) -> Module:
    """See ``parse_module``."""
    module = Module(
        described.plugin,
        described.sdk,
        {name: _signature(name, function) for name, function in described.fn_exports.items()},
        {name: _signature(name, function) for name, function in described.fn_imports.items()},
        {name: _managed(name, type) for name, type in described.types.items()},
        described.build_id,
        described.extra,
    )
    _check_types(module)
    return module


def _signature(name: str, function: DescribedFunction) -> Signature:
    what = f"function {name[:100]}"
    if len(function.results) > 1:
        raise invalid(f"{what} has {len(function.results)} results")
    parameters = tuple(_slot(slot, what) for slot in function.parameters)
    check_unique([parameter.name for parameter in parameters], what)
    result = _type(function.results[0].type, what) if function.results else None
    doc = doc_of(function.docs)
    if not function.stream:
        return Signature(name, parameters, result, doc)
    if result is None:
        raise invalid(f"{what} is a stream of nothing")
    return Signature(name, parameters, None, doc, element=result)


def _managed(name: str, type: DescribedType) -> ManagedType:
    fields = None
    if type.fields is not None:
        fields = tuple(_slot(slot, f"type {name[:100]}") for slot in type.fields)
    return ManagedType(name, type.id, fields, doc_of(type.docs))


def _slot(slot: DescribedSlot, where: str) -> Slot:
    return Slot(
        slot.name,
        _type(slot.type, where),
        default_of(slot, where),
        doc_of(slot.docs),
        slot.own_default,
        slot.hidden,
    )


def _type(text: str, where: str) -> AsType:
    try:
        return parse_type(text)
    except TypeSyntaxError as error:
        raise MetadataError(
            "TYPE_UNSUPPORTED", f"{where} has a type that cannot cross the border: {error}"
        ) from error


def _check_types(module: Module) -> None:
    """Every class that a function needs must be described, or its values cannot be read."""
    checked: set[str] = set()
    signatures = [*module.exports.items(), *module.imports.items()]
    for function, signature in signatures:
        types = [slot.type for slot in signature.parameters]
        if signature.yields is not None:
            types.append(signature.yields)
        # In the order in which codecs are made, so that the depth is theirs.
        pending = [(type, 1) for type in reversed(types)]
        while pending:
            type, depth = pending.pop()
            if depth > _MAX_CHAIN:
                raise MetadataError(
                    "TYPE_UNSUPPORTED",
                    f"the function {function[:100]} has types that lie more than {_MAX_CHAIN} deep"
                    " in one another",
                )
            name = _described_name(type)
            if name is not None:
                if name in checked:
                    continue
                checked.add(name)
                _check_described(name, type, function, module.types)
            pending += [(inner, depth + 1) for inner in reversed(_inner(type, module.types))]


def _check_described(
    name: str, type: AsType, function: str, types: Mapping[str, ManagedType]
) -> None:
    described = types.get(name)
    if described is None or (isinstance(type, Class) and described.fields is None):
        raise MetadataError(
            "TYPE_MISSING",
            f"the module does not describe the type {name[:200]}, which the function"
            f" {function[:100]} needs",
            "old SDKs leave out a class that occurs only as `T | null` in an array or a map:"
            " build the app again with Atoll",
        )


def _described_name(type: AsType) -> str | None:
    if isinstance(type, Class | Date | TypedArray | Array | StaticArray | Set | Map):
        return type.name
    return None


def _inner(type: AsType, types: Mapping[str, ManagedType]) -> list[AsType]:
    if isinstance(type, Class):
        return [slot.type for slot in types[type.name].fields or ()]
    return list(parts_of(type))
