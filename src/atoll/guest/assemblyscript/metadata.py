"""Reading what a module says of itself: the format of Modus, version 2.

Files are hostile input: whatever is in them, reading gives a ``Module`` or a ``MetadataError``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

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
from atoll.guest.failure import MetadataError
from atoll.guest.types import Default

VERSION_SECTION = "modus_metadata_version"
METADATA_SECTION = "modus_metadata"
VERSION = 2
SDK = "modus-sdk-as"
_OTHER_SDKS = {"modus-sdk-go": "Go"}
_MAX_MEMBERS = 10_000
_MAX_DEFAULT_DEPTH = 100
_MAX_FIELDS = 2_000
"""Of one class."""
_MAX_CHAIN = 100
"""Types that are inside one another: codecs are made, and values read, one inside the other."""
_BUILD_AGAIN = "build the app again"


class _Docs(msgspec.Struct):
    lines: list[str] = []


class _Slot(msgspec.Struct, rename="camel"):
    name: str
    type: str
    default: Any = msgspec.UNSET
    own_default: bool = False
    docs: _Docs | None = None


class _Result(msgspec.Struct):
    type: str


class _Function(msgspec.Struct):
    parameters: list[_Slot] = []
    results: list[_Result] = []
    docs: _Docs | None = None


class _Type(msgspec.Struct):
    id: int = 0
    fields: list[_Slot] | None = None
    docs: _Docs | None = None


class _Metadata(msgspec.Struct, rename="camel"):
    sdk: str
    plugin: str = ""
    fn_exports: dict[str, _Function] = {}
    fn_imports: dict[str, _Function] = {}
    types: dict[str, _Type] = {}
    build_id: str = ""
    build_ts: str = ""
    git_repo: str = ""
    git_commit: str = ""


def parse_module(version: bytes | None, text: bytes | None) -> Module:
    """What the two sections say.

    Args:
        version: content of ``modus_metadata_version``, None if there is no such section.
        text: content of ``modus_metadata``, likewise.

    Raises:
        MetadataError: ``METADATA_VERSION``, ``METADATA_MISSING``, ``METADATA_INVALID``,
            ``LANGUAGE_UNSUPPORTED``, ``TYPE_MISSING``, ``TYPE_UNSUPPORTED``.
    """
    if version is None or len(version) != 1:
        raise MetadataError(
            "METADATA_VERSION",
            "the module does not say which version its description of itself has",
            "it may have been built by an SDK older than 0.13: build it again with Atoll",
        )
    if version[0] != VERSION:
        raise MetadataError(
            "METADATA_VERSION",
            f"the module's description of itself has version {version[0]}; version {VERSION} is"
            " read",
            "build the app again with Atoll",
        )
    if text is None:
        raise MetadataError(
            "METADATA_MISSING", "the module does not describe its functions", _BUILD_AGAIN
        )
    try:
        found = msgspec.json.decode(text, type=_Metadata)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise _invalid(str(error)[:300]) from error
    _check_sdk(found.sdk)
    for what, members in (
        ("functions", found.fn_exports), ("imports", found.fn_imports), ("types", found.types)
    ):  # fmt: skip
        if len(members) > _MAX_MEMBERS:
            raise _invalid(f"it has {len(members)} {what}; at most {_MAX_MEMBERS} are possible")
    types = {name: _managed(name, type) for name, type in found.types.items()}
    module = Module(
        found.plugin,
        found.sdk,
        {name: _signature(name, function) for name, function in found.fn_exports.items()},
        {name: _signature(name, function) for name, function in found.fn_imports.items()},
        types,
        found.build_id,
        {
            key: value
            for key, value in (
                ("buildTs", found.build_ts),
                ("gitRepo", found.git_repo),
                ("gitCommit", found.git_commit),
            )
            if value
        },
    )
    _check_types(module)
    return module


def _check_sdk(sdk: str) -> None:
    name = sdk.partition("@")[0]
    if name == SDK:
        return
    language = _OTHER_SDKS.get(name)
    raise MetadataError(
        "LANGUAGE_UNSUPPORTED",
        f"the module was built with the SDK {sdk[:100]!r}"
        + (f": apps in {language} cannot be run yet" if language else ", which is not known here"),
        f"modules of {SDK} are read, and apps built by Atoll",
    )


def _signature(name: str, function: _Function) -> Signature:
    what = f"function {name[:100]}"
    if len(function.results) > 1:
        raise _invalid(f"{what} has {len(function.results)} results")
    parameters = tuple(_slot(slot, what) for slot in function.parameters)
    names = [parameter.name for parameter in parameters]
    if len(set(names)) != len(names):
        raise _invalid(f"{what} has two parameters of the same name")
    result = _type(function.results[0].type, what) if function.results else None
    return Signature(name, parameters, result, _doc(function.docs))


def _managed(name: str, type: _Type) -> ManagedType:
    if not 0 <= type.id < 1 << 32:
        raise _invalid(f"type {name[:100]} has no valid id")
    fields = None
    if type.fields is not None:
        if len(type.fields) > _MAX_FIELDS:
            raise _invalid(
                f"type {name[:100]} has {len(type.fields)} fields; {_MAX_FIELDS} are possible"
            )
        fields = tuple(_slot(slot, f"type {name[:100]}") for slot in type.fields)
    return ManagedType(name, type.id, fields, _doc(type.docs))


def _slot(slot: _Slot, where: str) -> Slot:
    default = None
    if slot.default is not msgspec.UNSET:
        _check_depth(slot.default, where)
        default = Default(slot.default)
    return Slot(slot.name, _type(slot.type, where), default, _doc(slot.docs), slot.own_default)


def _type(text: str, where: str) -> AsType:
    try:
        return parse_type(text)
    except TypeSyntaxError as error:
        raise MetadataError(
            "TYPE_UNSUPPORTED", f"{where} has a type that cannot cross the border: {error}"
        ) from error


def _doc(docs: _Docs | None) -> str | None:
    return "\n".join(docs.lines) if docs is not None and docs.lines else None


def _check_depth(value: object, where: str, depth: int = 0) -> None:
    if depth > _MAX_DEFAULT_DEPTH:
        raise _invalid(f"a default of {where} nests too deeply")
    if isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            _check_depth(item, where, depth + 1)


def _check_types(module: Module) -> None:
    """Every class that a function needs must be described, or its values cannot be read."""
    checked: set[str] = set()
    signatures = [*module.exports.items(), *module.imports.items()]
    for function, signature in signatures:
        types = [slot.type for slot in signature.parameters]
        if signature.result is not None:
            types.append(signature.result)
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


def _invalid(message: str) -> MetadataError:
    return MetadataError(
        "METADATA_INVALID",
        f"the module's description of itself is damaged: {message}",
        _BUILD_AGAIN,
    )
