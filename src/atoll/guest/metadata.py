"""What an app file says of itself: its functions and types, and the base that it belongs to.

The custom section ``atoll-metadata`` holds JSON (docs/architecture.md, "App files"); an image also
names its base in ``atoll-base``. Files are hostile input: whatever is in them, reading gives a
``Metadata`` or raises ``MetadataError``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from atoll.guest.assemblyscript import metadata as assemblyscript
from atoll.guest.assemblyscript.interface import interface_of
from atoll.guest.assemblyscript.module import Module
from atoll.guest.core import metadata as core
from atoll.guest.failure import MetadataError
from atoll.guest.golang import metadata as golang
from atoll.guest.golang.interface import interface_of as go_interface_of
from atoll.guest.golang.module import Module as GoModule
from atoll.guest.types import (
    Default,
    EnumType,
    EnumValue,
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
    TypeDef,
)
from atoll.guest.wasm_binary import (
    Buffer,
    Kind,
    MalformedWasm,
    NotWasm,
    custom_sections,
    kind_of,
)

METADATA_SECTION = "atoll-metadata"
BASE_SECTION = "atoll-base"
VERSION = 1
SCALARS = frozenset(
    ("String", "Int", "Float", "Boolean", "Int64", "UInt", "UInt64", "Timestamp", "Date", "Time",
     "UUID", "Decimal", "JSON", "Void")
)  # fmt: skip
#: Names become GraphQL names; a leading double underscore is GraphQL's own.
_NAME = re.compile(r"(?!__)[A-Za-z_][A-Za-z0-9_]{0,255}", re.ASCII)
_IDENTITY = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MAX_DEPTH = 32
_MAX_DEFAULT_DEPTH = 100
#: Of functions, and of types. A schema is built of them all when the app is loaded.
_MAX_MEMBERS = 10_000


@dataclass(frozen=True, slots=True)
class Metadata:
    kind: Kind
    """Whether the file is a core module (an image, which needs its base) or a component."""
    language: str
    runtime: str
    interface: Interface
    base: str | None = None
    """Identity of the base that an image belongs to."""
    module: Module | GoModule | None = None
    """Of a core module that is no image: what it says of itself in its own terms."""


def read_metadata(wasm: Buffer) -> Metadata:
    """What the app file ``wasm`` says of itself. Raises MetadataError."""
    try:
        kind = kind_of(wasm)
        found = _own_sections(wasm)
    except NotWasm as error:
        raise MetadataError("NOT_WASM", str(error), "name a .wasm file") from error
    except MalformedWasm as error:
        raise MetadataError(
            "WASM_MALFORMED", f"the WebAssembly file is damaged: {error}", "build the app again"
        ) from error
    text = found.get(METADATA_SECTION)
    if text is None and _MODUS.intersection(found):
        return _read_modus(kind, found)
    if text is None:
        raise MetadataError(
            "NOT_ATOLL",
            "the WebAssembly file does not describe its functions: it was built neither by Atoll"
            " nor for Modus",
            "build the app with `atoll build`",
        )
    language, runtime, interface = parse_description(text)
    raw_base = found.get(BASE_SECTION)
    base = None if raw_base is None else raw_base.decode("ascii", "replace")
    if base is not None and not _IDENTITY.fullmatch(base):
        raise _invalid("the name of its base is not a SHA-256")
    if base is not None and kind == "component":
        raise _invalid("a self-contained component names a base")
    return Metadata(kind, language, runtime, interface, base)


def _read_modus(kind: Kind, found: Mapping[str, bytes]) -> Metadata:
    if kind != "module":
        raise _invalid("a component has the description of a module")
    described = core.parse_described(
        found.get(core.VERSION_SECTION), found.get(core.METADATA_SECTION)
    )
    if described.sdk_name == assemblyscript.SDK:
        module = assemblyscript.module_of(described)
        return Metadata(kind, "assemblyscript", module.sdk, interface_of(module), module=module)
    if described.sdk_name == golang.SDK:
        go = golang.module_of(described)
        return Metadata(kind, "go", go.sdk, go_interface_of(go), module=go)
    raise MetadataError(
        "LANGUAGE_UNSUPPORTED",
        f"the module was built with the SDK {described.sdk[:100]!r}, which is not known here",
        f"modules of {assemblyscript.SDK} and {golang.SDK} are read, and apps built by Atoll",
    )


_MODUS = frozenset((core.VERSION_SECTION, core.METADATA_SECTION))


def _own_sections(wasm: Buffer) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name, start, end in custom_sections(wasm):
        ours = name in (METADATA_SECTION, BASE_SECTION) and name not in found
        if ours or name in _MODUS:  # of the latter the last one counts
            found[name] = bytes(wasm[start:end])
    return found


def _invalid(message: str) -> MetadataError:
    return MetadataError(
        "METADATA_INVALID", f"the app's description is damaged: {message}", "build the app again"
    )


class _Default(msgspec.Struct):
    value: Any


class _Slot(msgspec.Struct):
    """A parameter or a field."""

    name: str
    type: dict[str, Any]
    doc: str | None = None
    default: _Default | None = None


class _Function(msgspec.Struct):
    name: str
    export: str
    parameters: list[_Slot]
    result: dict[str, Any] | None
    doc: str | None = None
    file: str | None = None
    line: int | None = None
    stream: bool = False


class _Value(msgspec.Struct):
    name: str
    doc: str | None = None


class _TypeDef(msgspec.Struct):
    kind: str
    doc: str | None = None
    fields: list[_Slot] = []
    values: list[_Value] = []


class _Version(msgspec.Struct):
    version: int


class _Description(msgspec.Struct):
    language: str
    runtime: str
    functions: list[_Function]
    types: dict[str, _TypeDef] = {}


def parse_description(text: bytes | str) -> tuple[str, str, Interface]:
    """Language, runtime and interface from the JSON of ``atoll-metadata``. Raises MetadataError."""
    try:
        version = msgspec.json.decode(text, type=_Version).version
        if version != VERSION:
            raise MetadataError(
                "METADATA_VERSION",
                f"the app was built by another version of Atoll (its description has version"
                f" {version}; this one reads version {VERSION})",
                "build the app again with this version",
            )
        described = msgspec.json.decode(text, type=_Description)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise _invalid(str(error)[:300]) from error
    return described.language, described.runtime, _interface(described)


def _interface(described: _Description) -> Interface:
    for what, members in (("functions", described.functions), ("types", described.types)):
        if len(members) > _MAX_MEMBERS:
            raise MetadataError(
                "METADATA_INVALID",
                f"the app has {len(members)} {what}; at most {_MAX_MEMBERS} are possible",
                "split the app",
            )
    known = frozenset(described.types)
    for name in known:
        _check_name(name)
        if name in SCALARS:
            raise _invalid(f"type {name} has the name of a scalar")
    functions = tuple(_function(function, known) for function in described.functions)
    _check_unique("function", [function.name for function in functions])
    types: Mapping[str, TypeDef] = {
        name: _type_def(name, definition, known) for name, definition in described.types.items()
    }
    return Interface(functions, types)


def _function(function: _Function, known: frozenset[str]) -> Function:
    _check_name(function.name)
    parameters = tuple(
        Parameter(slot.name, _type(slot.type, known), slot.doc, _default(slot))
        for slot in function.parameters
    )
    _check_unique("parameter", [_check_name(parameter.name) for parameter in parameters])
    result = None if function.result is None else _type(function.result, known)
    return Function(
        function.name,
        function.export,
        parameters,
        result,
        function.doc,
        function.file,
        function.line,
        function.stream,
    )


def _type_def(name: str, definition: _TypeDef, known: frozenset[str]) -> TypeDef:
    if definition.kind == "object":
        fields = tuple(
            Field(slot.name, _type(slot.type, known), slot.doc, _default(slot))
            for slot in definition.fields
        )
        _check_unique("field", [_check_name(field.name) for field in fields])
        return ObjectType(name, fields, definition.doc)
    if definition.kind == "enum":
        values = tuple(EnumValue(value.name, value.doc) for value in definition.values)
        _check_unique("value", [_check_name(value.name) for value in values])
        return EnumType(name, values, definition.doc)
    raise _invalid(f"type {name} is neither an object nor an enum")


def _default(slot: _Slot) -> Default | None:
    if slot.default is None:
        return None
    _check_depth(slot.default.value)
    return Default(slot.default.value)


def _check_depth(value: object, depth: int = 0) -> None:
    """What reads a default later does so recursively."""
    if depth > _MAX_DEFAULT_DEPTH:
        raise _invalid("a default nests too deeply")
    if isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            _check_depth(item, depth + 1)


def _type(described: object, known: frozenset[str], depth: int = 0) -> Type:
    if depth > _MAX_DEPTH:
        raise _invalid("a type nests too deeply")
    match described:
        case {"scalar": str(name)} if name in SCALARS:
            return Scalar(name)
        case {"list": item}:
            return ListOf(_type(item, known, depth + 1))
        case {"nullable": inner}:
            return Nullable(_type(inner, known, depth + 1))
        case {"map": [key, value]}:
            return MapOf(_type(key, known, depth + 1), _type(value, known, depth + 1))
        case {"ref": str(name)} if name in known:
            return Ref(name)
    raise _invalid(f"unknown type {str(described)[:100]}")


def _check_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise _invalid(f"{name[:100]!r} is not a name")
    return name


def _check_unique(what: str, names: list[str]) -> None:
    if len(set(names)) != len(names):
        raise _invalid(f"two {what}s have the same name")
