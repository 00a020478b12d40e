"""Compiled code: from WebAssembly bytes, or from the cache."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import wasmtime
import wasmtime.component as wc

from atoll.engine.binary import indescribable
from atoll.engine.cache import CodeCache
from atoll.engine.errors import CompileError
from atoll.engine.native import NativeEngine


@dataclass(frozen=True, slots=True, eq=False)
class CoreModule:
    """A compiled core module: native code shared by all its instances. With ``for_component`` it
    is a part of a split component, not something to run by itself."""

    native: wasmtime.Module
    store: NativeEngine
    for_component: bool


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """A compiled component."""

    native: wc.Component
    store: NativeEngine


Wasm = bytes | Callable[[], bytes]
N = TypeVar("N", wasmtime.Module, wc.Component)


def cache_key(native: NativeEngine, kind: str, wasm: Wasm, key: str | None) -> str:
    """A file-name-safe key: source (or ``key``, which must name it), kind, wasmtime version and
    settings."""
    digest = hashlib.sha256(f"{kind}\0{native.fingerprint}\0".encode())
    if key is not None:
        digest.update(b"key\0" + key.encode())
    else:
        digest.update(b"wasm\0" + hashlib.sha256(wasm() if callable(wasm) else wasm).digest())
    return digest.hexdigest()


def check_border(wasm: bytes) -> None:
    """Raise :class:`CompileError` for a valid module that no program could be made of."""
    try:
        name = indescribable(wasm)
    except (ValueError, IndexError):
        name = "an import or export"
    if name is not None:
        raise CompileError(
            f"The module has a type at its border that Atoll cannot pass: {name}.",
            hint="Imports and exports may use i32, i64, f32 and f64.",
        )


def load_or_compile(
    kind: type[N],
    native: NativeEngine,
    wasm: Wasm,
    key: str,
    cache: CodeCache | None,
    check: Callable[[bytes], None] | None = None,
) -> N:
    """Load from ``cache`` by ``key``, else compile, ``check`` and store. Raises
    :class:`CompileError`, :class:`~atoll.engine.errors.CacheUnwritable`."""

    def deserialize(path: Path) -> N | None:
        try:
            return kind.deserialize_file(native.engine, os.fspath(path))
        except wasmtime.WasmtimeError:
            return None  # of another version, or damaged

    if cache is not None:
        cache.check()  # before compiling, not after
        found = cache.load(key, deserialize)
        if found is not None:
            return found
    source = wasm() if callable(wasm) else wasm
    what = "module" if kind is wasmtime.Module else "component"
    try:
        if not source.startswith(b"\0asm"):
            raise wasmtime.WasmtimeError("it does not start with the WebAssembly magic bytes")
        compiled = kind(native.engine, source)
    except wasmtime.WasmtimeError as error:
        raise CompileError(
            f"This is not a WebAssembly {what} that Atoll can run: {_first_cause(str(error))}.",
            hint=_other_kind(source, what),
        ) from None
    if check is not None:
        check(source)
    if cache is None:
        return compiled
    # From the file, so that processes share its pages.
    path = cache.store(key, compiled.serialize())
    return deserialize(path) or compiled


def _first_cause(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    causes = lines[lines.index("Caused by:") + 1 :] if "Caused by:" in lines else lines[:1]
    return (causes[-1] if causes else "unknown reason").removeprefix("0: ").rstrip(".")[:300]


def _other_kind(source: bytes, what: str) -> str | None:
    """The magic is followed by a version: 1 for a module, 13 (layer 1) for a component."""
    layer = source[4:8]
    if what == "component" and layer == b"\x01\0\0\0":
        return "This file is a core module, not a component."
    if what == "module" and layer == b"\x0d\0\x01\0":
        return "This file is a component, not a core module."
    return None
