"""WebAssembly execution: a fresh sandboxed instance per call, driven by asyncio.

Three lifetimes: :class:`Engine` (process), :class:`CoreProgram` and :class:`ComponentProgram`
(app), :class:`Execution` (call). The engine knows nothing of guest languages, GraphQL or HTTP.
"""

# ruff: noqa: E402 (the check must come before the imports that it protects)

from __future__ import annotations

from atoll.engine.supported_host import require_supported

require_supported()  # before wasmtime, whose own refusal says less

from atoll.engine.component import ComponentExecution, ComponentProgram
from atoll.engine.config import EngineConfig
from atoll.engine.core import CoreProgram
from atoll.engine.core_types import MAX_VALUES
from atoll.engine.engine import Engine
from atoll.engine.errors import (
    CacheUnwritable,
    CompileError,
    DeadlineExceeded,
    EngineError,
    GuestExit,
    GuestMemoryError,
    IncompatibleCode,
    Trap,
    ValueMismatch,
)
from atoll.engine.execution import Execution
from atoll.engine.imports import ComponentImport, CoreImport, OnFiber
from atoll.engine.instance import CoreExecution
from atoll.engine.limits import Limits
from atoll.engine.module import Component, CoreModule
from atoll.engine.values import Err, Ok, Value, Variant

__all__ = [
    "MAX_VALUES",
    "CacheUnwritable",
    "CompileError",
    "Component",
    "ComponentExecution",
    "ComponentImport",
    "ComponentProgram",
    "CoreExecution",
    "CoreImport",
    "CoreModule",
    "CoreProgram",
    "DeadlineExceeded",
    "Engine",
    "EngineConfig",
    "EngineError",
    "Err",
    "Execution",
    "GuestExit",
    "GuestMemoryError",
    "IncompatibleCode",
    "Limits",
    "Ok",
    "OnFiber",
    "Trap",
    "Value",
    "ValueMismatch",
    "Variant",
]
