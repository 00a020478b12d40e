"""What a core module says of itself, as its file has it: the format of Modus, version 2.

Files are hostile input: whatever is in them, reading gives a ``Described`` or a ``MetadataError``.
Members that Modus does not have are Atoll's own (docs/architecture.md, "App files").
"""

from __future__ import annotations

from typing import Any

import msgspec

from atoll.guest.failure import MetadataError
from atoll.guest.types import Default

VERSION_SECTION = "modus_metadata_version"
METADATA_SECTION = "modus_metadata"
VERSION = 2
MAX_MEMBERS = 10_000
MAX_FIELDS = 2_000
"""Of one type."""
_MAX_DEFAULT_DEPTH = 100
_BUILD_AGAIN = "build the app again"


class Docs(msgspec.Struct):
    lines: list[str] = []


class DescribedSlot(msgspec.Struct, rename="camel"):
    """A parameter, or a field."""

    name: str
    type: str
    default: Any = msgspec.UNSET
    own_default: bool = False
    """Whether metadata says for sure that only the function knows the default."""
    hidden: bool = False
    """Of a field: whether it is no part of the API."""
    docs: Docs | None = None


class DescribedResult(msgspec.Struct):
    type: str
    name: str = ""


class DescribedFunction(msgspec.Struct, rename="camel"):
    parameters: list[DescribedSlot] = []
    results: list[DescribedResult] = []
    docs: Docs | None = None
    arguments_id: int = 0
    """Of the type of its arguments, where functions take them as one object."""
    file: str | None = None
    line: int | None = None
    stream: bool = False
    """Whether it gives values one by one, each of the type of its result."""


class DescribedType(msgspec.Struct, rename="camel"):
    id: int = 0
    fields: list[DescribedSlot] | None = None
    underlying: str | None = None
    """What a named type that is no struct is made of."""
    docs: Docs | None = None


class DescribedGuest(msgspec.Struct, rename="camel"):
    """How the module was built, if that is not as its SDK's own tools do it."""

    compiler: str = ""
    word_size: int = 4
    calls: str = "flat"


class Described(msgspec.Struct, rename="camel"):
    sdk: str
    plugin: str = ""
    module: str = ""
    fn_exports: dict[str, DescribedFunction] = {}
    fn_imports: dict[str, DescribedFunction] = {}
    types: dict[str, DescribedType] = {}
    build_id: str = ""
    build_ts: str = ""
    git_repo: str = ""
    git_commit: str = ""
    guest: DescribedGuest | None = None

    @property
    def sdk_name(self) -> str:
        """Without the version."""
        return self.sdk.partition("@")[0]

    @property
    def extra(self) -> dict[str, str]:
        """For people: when it was built, and of what."""
        found = (
            ("buildTs", self.build_ts),
            ("gitRepo", self.git_repo),
            ("gitCommit", self.git_commit),
        )
        return {key: value for key, value in found if value}


def parse_described(version: bytes | None, text: bytes | None) -> Described:
    """What the two sections say.

    Args:
        version: content of ``modus_metadata_version``, None if there is no such section.
        text: content of ``modus_metadata``, likewise.

    Raises:
        MetadataError: ``METADATA_VERSION``, ``METADATA_MISSING``, ``METADATA_INVALID``.
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
        found = msgspec.json.decode(text, type=Described)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise invalid(str(error)[:300]) from error
    for what, members in (
        ("functions", found.fn_exports), ("imports", found.fn_imports), ("types", found.types)
    ):  # fmt: skip
        if len(members) > MAX_MEMBERS:
            raise invalid(f"it has {len(members)} {what}; at most {MAX_MEMBERS} are possible")
    for name, type in found.types.items():
        if not 0 <= type.id < 1 << 32:
            raise invalid(f"type {name[:100]} has no valid id")
        if type.fields is not None and len(type.fields) > MAX_FIELDS:
            raise invalid(
                f"type {name[:100]} has {len(type.fields)} fields; {MAX_FIELDS} are possible"
            )
    return found


def default_of(slot: DescribedSlot, where: str) -> Default | None:
    """A parameter's default. Raises MetadataError: it nests too deeply to be read."""
    if slot.default is msgspec.UNSET:
        return None
    _check_depth(slot.default, where)
    return Default(slot.default)


def doc_of(docs: Docs | None) -> str | None:
    return "\n".join(docs.lines) if docs is not None and docs.lines else None


def check_unique(names: list[str], what: str) -> None:
    if len(set(names)) != len(names):
        raise invalid(f"{what} has two parameters of the same name")


def _check_depth(value: object, where: str, depth: int = 0) -> None:
    if depth > _MAX_DEFAULT_DEPTH:
        raise invalid(f"a default of {where} nests too deeply")
    if isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            _check_depth(item, where, depth + 1)


def invalid(message: str) -> MetadataError:
    return MetadataError(
        "METADATA_INVALID",
        f"the module's description of itself is damaged: {message}",
        _BUILD_AGAIN,
    )
