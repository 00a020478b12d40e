"""From what a module says of itself to its functions and types in Go's terms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from atoll.guest.core.metadata import (
    Described,
    DescribedFunction,
    DescribedGuest,
    DescribedSlot,
    DescribedType,
    check_unique,
    default_of,
    doc_of,
    invalid,
)
from atoll.guest.failure import MetadataError
from atoll.guest.golang.layout import MAX_SIZE, Layouts, Unlayable
from atoll.guest.golang.module import (
    Calls,
    Module,
    Result,
    Signature,
    Slot,
    TypeInfo,
    result_slots,
)
from atoll.guest.golang.types import GoType, Named, TypeSyntaxError, parse_type, parts_of

SDK = "modus-sdk-go"
_MAX_NESTING = 100


def module_of(described: Described) -> Module:
    """The module that metadata describes.

    Raises:
        MetadataError: ``METADATA_INVALID``, ``TYPE_UNSUPPORTED``.
    """
    word, calls = _convention(described.guest)
    module = Module(
        described.plugin,
        described.sdk,
        {name: _signature(name, function) for name, function in described.fn_exports.items()},
        {name: _signature(name, function) for name, function in described.fn_imports.items()},
        {name: _type_info(name, type) for name, type in described.types.items()},
        word,
        calls,
        described.build_id,
        described.extra,
    )
    _check(module)
    return module


def _convention(guest: DescribedGuest | None) -> tuple[Literal[4, 8], Calls]:
    if guest is None:
        return 4, "flat"
    if (guest.word_size, guest.calls) not in ((4, "flat"), (8, "records")):
        raise MetadataError(
            "METADATA_INVALID",
            f"the module was built by {guest.compiler[:100]!r} in a way that is not known here"
            f" (words of {guest.word_size} bytes, {guest.calls[:40]} calls)",
            "build the app again with this version of Atoll",
        )
    return (4, "flat") if guest.word_size == 4 else (8, "records")


def _signature(name: str, function: DescribedFunction) -> Signature:
    what = f"function {name[:100]}"
    parameters = tuple(_slot(slot, what) for slot in function.parameters)
    check_unique([parameter.name for parameter in parameters], what)
    if not 0 <= function.arguments_id < 1 << 31:
        raise invalid(f"{what} has no valid id for its arguments")
    results = tuple(Result(_type(result.type, what), result.name) for result in function.results)
    if function.stream and len(results) != 1:
        raise invalid(f"{what} streams {len(results)} values at a time")
    found = Signature(
        name,
        parameters,
        () if function.stream else results,
        doc_of(function.docs),
        function.arguments_id,
        function.file,
        function.line,
        results[0].type if function.stream else None,
    )
    if len({slot.name for slot in result_slots(found)}) < len(found.results):
        raise invalid(f"{what} has two results of the same name")
    return found


def _type_info(name: str, type: DescribedType) -> TypeInfo:
    where = f"type {name[:100]}"
    fields = None
    if type.fields is not None:
        fields = tuple(_slot(slot, where) for slot in type.fields)
        names = [slot.name for slot in fields if not slot.hidden]
        if len(set(names)) != len(names):
            raise invalid(f"{where} has two fields of the same name")
    underlying = None if type.underlying is None else _type(type.underlying, where)
    return TypeInfo(name, type.id, fields, underlying, doc_of(type.docs))


def _slot(slot: DescribedSlot, where: str) -> Slot:
    return Slot(
        slot.name,
        _type(slot.type, where),
        default_of(slot, where),
        doc_of(slot.docs),
        slot.hidden,
    )


def _type(text: str, where: str) -> GoType:
    try:
        return parse_type(text)
    except TypeSyntaxError as error:
        raise MetadataError(
            "TYPE_UNSUPPORTED", f"{where} has a type that cannot cross the border: {error}"
        ) from error


def _check(module: Module) -> None:
    """Types must have a size, and an end."""
    nesting = _Nesting(module)
    for name, info in module.types.items():
        nesting.of(Named(name))
        for slot in info.fields or ():
            nesting.of(slot.type)
    layouts = Layouts(module)
    checked: set[GoType] = set()
    for signature in [*module.exports.values(), *module.imports.values()]:
        types = signature.types
        try:
            if layouts.struct(types).size > MAX_SIZE:
                raise Unlayable("parameters and results are too large")
            for type in types:
                nesting.of(type)
                for inner in module.reaches(type, checked):
                    layouts.of(inner)
        except Unlayable as error:
            raise invalid(f"in the function {signature.name[:100]}, {error}") from None


class _Nesting:
    """How deep types are in one another, other than through structs."""

    def __init__(self, module: Module) -> None:
        self._types = module.types
        self._known: dict[GoType, int | None] = {}
        self._depth = 0

    def of(self, type: GoType) -> int:
        """Levels of the type. Raises MetadataError: there are too many, or there is no end."""
        if type not in self._known:
            self._known[type] = None  # being counted
            self._depth += 1
            inside = (0,) if self._depth > _MAX_NESTING else map(self.of, self._parts(type))
            levels = 1 + max(inside, default=0)
            if max(levels, self._depth) > _MAX_NESTING:
                raise MetadataError(
                    "TYPE_UNSUPPORTED", f"the type {type.name[:100]} nests too deeply"
                )
            self._known[type] = levels
            self._depth -= 1
        found = self._known[type]
        if found is None:
            raise MetadataError(
                "TYPE_UNSUPPORTED",
                f"the type {type.name[:100]} is made of itself, which the API cannot say",
                "make it a struct",
            )
        return found

    def _parts(self, type: GoType) -> Iterable[GoType]:
        info = self._types.get(type.name) if isinstance(type, Named) else None
        if info is not None and info.underlying is not None:
            return (info.underlying,)
        return parts_of(type)
