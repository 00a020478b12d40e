"""The host functions of a module, linked by name to what it imports."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import wasmtime

from atoll.engine import CoreExecution, CoreImport, OnFiber
from atoll.guest.assemblyscript.call import call_of
from atoll.guest.assemblyscript.codec import Codec, ImportCodec, give
from atoll.guest.assemblyscript.module import Signature
from atoll.guest.assemblyscript.types import AsType, Primitive, String, without_null
from atoll.guest.core.fit import UnfitResult
from atoll.guest.core.imports import (
    Types,
    Wanted,
    check_types,
    undescribed,
    unknown,
    wanted_imports,
)
from atoll.guest.streams import stream_imports

_LOG = "modus_system.logMessage"
_TEXTS = [String(), String()]
_WASM = {"i64": "i64", "f32": "f32", "f64": "f64"}
"""Of primitives; all others are ``i32``. (Unsigned 64-bit integers are handled below.)"""


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
    for wanted in wanted_imports(native):
        if isinstance(wanted, CoreImport):
            yield wanted
        elif wanted.title == "env.Date.now" and wanted.types == ([], ["f64"]):
            yield CoreImport(*wanted, _date_now)
        elif wanted.module.startswith(("modus_", "atoll_")):
            yield _host_function(codec, wanted)
        else:
            raise unknown(wanted.title, "no host function has that name")


def _host_function(codec: Codec, wanted: Wanted) -> CoreImport:
    signature = codec.module.imports.get(wanted.title)
    if signature is None:
        raise undescribed(wanted.title)
    check_types(f"imports {wanted.title[:200]}", wasm_signature(signature), wanted.types)
    imported = codec.imported(wanted.title)
    texts = [without_null(slot.type) for slot in signature.parameters] == _TEXTS
    if wanted.title == _LOG and texts:
        return CoreImport(*wanted, _log_message(imported))
    return CoreImport(*wanted, _operation(wanted.title, imported), reenters=True)


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
