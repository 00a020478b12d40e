"""What a module says of itself: metadata as far as the module goes, in custom sections."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from atoll.guest.core.metadata import METADATA_SECTION, VERSION, VERSION_SECTION
from atoll.guest.wasm_binary import (
    External,
    MalformedWasm,
    custom_sections,
    outline,
    without_custom_sections,
)
from atoll.guest.wasm_encoding import custom_section

_OURS = (VERSION_SECTION, METADATA_SECTION)
_FIRST = ("plugin", "module", "sdk", "buildId", "buildTs", "gitRepo", "gitCommit", "guest")

Json = dict[str, Any]


def with_metadata(wasm: bytes, described: Mapping[str, Any], origin: Mapping[str, str]) -> bytes:
    """The module with its description, which replaces one that it has.

    Args:
        described: all that its sources describe.
        origin: members that say where it is from; empty ones are left out.
    """
    metadata = filtered(described, wasm) | {name: text for name, text in origin.items() if text}
    ordered = {name: metadata.pop(name) for name in _FIRST if name in metadata} | metadata
    text = json.dumps(ordered, ensure_ascii=False, separators=(",", ":"))
    return b"".join(
        (
            without_custom_sections(wasm, _OURS),
            custom_section(VERSION_SECTION, bytes((VERSION,))),
            custom_section(METADATA_SECTION, text.encode(errors="replace")),
        )
    )


def compiler_of(wasm: bytes) -> str | None:
    """Which of Atoll's two ways a module was compiled in: ``go`` or ``tinygo``. None if it does not
    say, as those that the tools of Modus made."""
    with contextlib.suppress(MalformedWasm, LookupError, ValueError, TypeError, RecursionError):
        found = {name: wasm[start:end] for name, start, end in custom_sections(wasm)}
        guest = json.loads(found[METADATA_SECTION])["guest"]
        named = re.match("tinygo|go", guest["compiler"])
        return None if named is None else named[0]
    return None


def filtered(described: Mapping[str, Any], wasm: bytes) -> Json:
    """Metadata without the functions that the module neither exports nor imports, and without the
    types that no other function has. Numbers of types stay."""
    module = outline(wasm)
    exports = {entry.name for entry in module.exports if entry.kind is External.FUNCTION}
    imports = {
        f"{entry.module}.{entry.name}"
        for entry in module.imports
        if entry.kind is External.FUNCTION
    }
    kept = dict(described)
    kept["fnExports"] = _only(described.get("fnExports"), exports)
    kept["fnImports"] = _only(described.get("fnImports"), imports)
    types = described.get("types") or {}
    functions = (*kept["fnExports"].values(), *kept["fnImports"].values())
    kept["types"] = _only(types, _reachable(functions, types))
    return {name: value for name, value in kept.items() if value != {}}


def _only(members: Mapping[str, Any] | None, names: Iterable[str]) -> Json:
    wanted = set(names)
    return {name: value for name, value in (members or {}).items() if name in wanted}


def _reachable(functions: Iterable[Json], types: Mapping[str, Json]) -> set[str]:
    """Names of all types that functions have, and that those types are made of."""
    waiting = [
        slot["type"]
        for function in functions
        for slot in (*(function.get("parameters") or ()), *(function.get("results") or ()))
    ]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += parts(name)
            definition = types.get(name) or {}
            waiting += [field["type"] for field in definition.get("fields") or ()]
            if "underlying" in definition:
                waiting.append(definition["underlying"])
    return found


def parts(name: str) -> list[str]:
    """The types that a type's name has in it. Of a map also the slices in which a host has its
    keys and values."""
    if name.startswith("*"):
        return [name[1:]]
    if name.startswith("map["):
        end = _closing(name, len("map"))
        key, value = name[len("map[") : end], name[end + 1 :]
        return [key, value, f"[]{key}", f"[]{value}"]
    if name.startswith("["):
        return [name[name.index("]") + 1 :]]
    return []


def _closing(name: str, start: int) -> int:
    """Where the bracket closes that opens at ``start``."""
    depth = 0
    for position in range(start, len(name)):
        depth += {"[": 1, "]": -1}.get(name[position], 0)
        if depth == 0:
            return position
    raise ValueError(f"{name} is no type")
