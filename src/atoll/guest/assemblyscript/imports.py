"""The host functions of a module, linked by name to what it imports."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, TypeAlias

import wasmtime

from atoll.engine import CoreExecution, CoreImport, OnFiber
from atoll.guest.assemblyscript.call import call_of
from atoll.guest.assemblyscript.codec import Codec, ImportCodec, UnfitResult, give
from atoll.guest.assemblyscript.module import Signature
from atoll.guest.assemblyscript.types import AsType, Primitive, String, without_null
from atoll.guest.assemblyscript.wasi import MODULE as WASI
from atoll.guest.assemblyscript.wasi import wasi_import
from atoll.guest.failure import MetadataError
from atoll.guest.streams import stream_imports

_LOG = "modus_system.logMessage"
_TEXTS = [String(), String()]
_STREAMS = "atoll_stream"
_WASM = {"i64": "i64", "f32": "f32", "f64": "f64"}
"""Of primitives; all others are ``i32``. (Unsigned 64-bit integers are handled below.)"""


Types: TypeAlias = tuple[list[str], list[str]]
"""WebAssembly types of a function's parameters and results."""


def wasm_type(type: AsType) -> str:
    """How a value of this type is passed."""
    if isinstance(type, Primitive):
        return _WASM.get(type.name, "i64" if type.name == "u64" else "i32")
    return "i32"


def wasm_signature(signature: Signature) -> Types:
    results = [] if signature.result is None else [wasm_type(signature.result)]
    return [wasm_type(slot.type) for slot in signature.parameters], results


def module_imports(native: wasmtime.Module, codec: Codec) -> list[CoreImport]:
    """A host function for each import of the module.

    Raises:
        MetadataError: ``MODULE_MISMATCH`` or ``IMPORT_UNKNOWN``: an import is not as the module
            describes it, or nothing that a host could know.
    """
    return [
        *_described(native, codec),
        *stream_imports(lambda execution: call_of(execution).border),
    ]


def _described(native: wasmtime.Module, codec: Codec) -> Iterator[CoreImport]:
    seen: set[tuple[str, str]] = set()
    for found in native.imports:
        module, name = found.module, found.name or ""
        if (module, name) in seen or module == _STREAMS:
            continue
        seen.add((module, name))
        title = f"{module}.{name}"
        if not isinstance(found.type, wasmtime.FuncType):
            raise _unknown(title, "it is no function")
        params = tuple(str(type) for type in found.type.params)
        results = tuple(str(type) for type in found.type.results)
        if module == WASI:
            yield wasi_import(name, params, results)
        elif title == "env.Date.now" and (params, results) == ((), ("f64",)):
            yield CoreImport(module, name, params, results, _date_now)
        elif module.startswith("modus_"):
            yield _host_function(codec, module, name, (params, results))
        else:
            raise _unknown(title, "no host function has that name")


def _host_function(
    codec: Codec, module: str, name: str, found: tuple[tuple[str, ...], tuple[str, ...]]
) -> CoreImport:
    title = f"{module}.{name}"
    signature = codec.module.imports.get(title)
    if signature is None:
        raise MetadataError(
            "MODULE_MISMATCH",
            f"the module imports {title[:200]}, which its description of itself does not mention",
            "build the app again",
        )
    check_signature(f"imports {title[:200]}", signature, (list(found[0]), list(found[1])))
    imported = codec.imported(title)
    if title == _LOG and [without_null(slot.type) for slot in signature.parameters] == _TEXTS:
        return CoreImport(module, name, *found, _log_message(imported))
    return CoreImport(module, name, *found, _operation(title, imported), reenters=True)


def check_signature(what: str, signature: Signature, found: Types) -> None:
    """Raise MetadataError unless code and metadata agree on how a function is called."""
    expected = wasm_signature(signature)
    if expected != found:
        raise MetadataError(
            "MODULE_MISMATCH",
            f"the module {what} as {shown(found)} but describes it as {shown(expected)}",
            "build the app again",
        )


def shown(types: Types) -> str:
    return f"({', '.join(types[0])}) -> ({', '.join(types[1])})"


def _log_message(codec: ImportCodec) -> Any:
    """On its own, since it waits for nothing."""

    def call(execution: CoreExecution, level: int, message: int) -> None:
        level_name, text = codec.decode(execution, (level, message))
        call_of(execution).log(level_name or "", text or "")

    return call


def _operation(title: str, codec: ImportCodec) -> Any:
    async def run(execution: CoreExecution, arguments: list[Any]) -> OnFiber:
        guest_call = call_of(execution)
        result = await guest_call.host.run_import(title, arguments)
        try:
            records, raw = codec.encode(result)
        except UnfitResult as error:
            guest_call.host.refuse_result(title, str(error))
            records, raw = codec.encode(None)
        return OnFiber(give(records, raw, execution, guest_call.room))

    def call(execution: CoreExecution, *raw: Any) -> Any:
        # Read now, on the fiber: memory must not be touched while the guest is suspended.
        return run(execution, codec.decode(execution, raw))

    return call


def _date_now(execution: CoreExecution) -> float:
    return float(time.time_ns() // 1_000_000)


def _unknown(title: str, why: str) -> MetadataError:
    return MetadataError(
        "IMPORT_UNKNOWN",
        f"the module wants {title[:200]} of its host: {why}",
        "build the app again with Atoll; own imports (declare, @external) cannot be used in an app",
    )
