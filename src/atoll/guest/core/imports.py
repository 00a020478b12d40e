"""Linking a core module to its host functions: what is the same in every language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

import wasmtime

from atoll.engine import CoreImport
from atoll.guest.core.wasi import MODULE as WASI
from atoll.guest.core.wasi import wasi_import
from atoll.guest.failure import MetadataError

Types: TypeAlias = tuple[list[str], list[str]]
"""WebAssembly types of a function's parameters and results."""
STREAMS = "atoll_stream"
"""The module of imports that are linked on their own (``guest.streams``)."""


class Wanted(NamedTuple):
    """A host function that a module imports."""

    module: str
    name: str
    params: tuple[str, ...]
    results: tuple[str, ...]

    @property
    def title(self) -> str:
        return f"{self.module}.{self.name}"

    @property
    def types(self) -> Types:
        return list(self.params), list(self.results)


def wanted_imports(native: wasmtime.Module) -> Iterator[Wanted | CoreImport]:
    """Each import of a module once, but for those of streams; those of WASI are linked already.

    Raises:
        MetadataError: ``IMPORT_UNKNOWN``: the module imports something that is no function.
    """
    seen: set[tuple[str, str]] = set()
    for found in native.imports:
        module, name = found.module, found.name or ""
        if (module, name) in seen or module == STREAMS:
            continue
        seen.add((module, name))
        if not isinstance(found.type, wasmtime.FuncType):
            raise unknown(f"{module}.{name}", "it is no function")
        params = tuple(str(type) for type in found.type.params)
        results = tuple(str(type) for type in found.type.results)
        if module == WASI:
            yield wasi_import(name, params, results)
        else:
            yield Wanted(module, name, params, results)


def may_wait(native: wasmtime.Module, imports: Iterable[CoreImport]) -> bool:
    """Whether a module imports one of the host functions for which a call may wait."""
    waiting = {(each.module, each.name) for each in imports if each.is_async or each.reenters}
    return any((found.module, found.name) in waiting for found in native.imports)


def types_of(function: wasmtime.FuncType) -> Types:
    return [str(type) for type in function.params], [str(type) for type in function.results]


def check_types(what: str, expected: Types, found: Types) -> None:
    """Raise MetadataError unless code and metadata agree on how a function is called."""
    if expected != found:
        raise mismatch(f"the module {what} as {shown(found)} but describes it as {shown(expected)}")


def check_helper(name: str, found: Types, expected: Types) -> None:
    """Raise MetadataError unless an export that the host needs is as it should be."""
    if found != expected:
        raise mismatch(
            f"the module exports {name} as {shown(found)}, which should be {shown(expected)}"
        )


def shown(types: Types) -> str:
    return f"({', '.join(types[0])}) -> ({', '.join(types[1])})"


def undescribed(title: str) -> MetadataError:
    return mismatch(
        f"the module imports {title[:200]}, which its description of itself does not mention"
    )


def mismatch(message: str, hint: str = "build the app again") -> MetadataError:
    return MetadataError("MODULE_MISMATCH", message, hint)


def unknown(title: str, why: str) -> MetadataError:
    return MetadataError(
        "IMPORT_UNKNOWN",
        f"the module wants {title[:200]} of its host: {why}",
        "build the app again with Atoll; an app cannot have imports of its own",
    )
