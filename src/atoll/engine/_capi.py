"""wasmtime's C API for the hot path: the only file that declares it.

wasmtime-py re-derives types and wraps objects on every call (160 us for one that costs 16 here),
and leaves out the pooling allocator and async. So set-up goes through its documented classes, and
what happens per call goes through the prototypes below: every pointer is a plain ``int`` (0 for
null), every struct a block of bytes at the offsets asserted here.

``_HOLD`` functions keep the GIL: they are short. ``_FREE`` ones release it: they may run a guest
for longer.

ctypes spends four fifths of a call on converting arguments by their declared types. So functions of
the hot path (made by :func:`_declare_raw`) declare none: they take addresses as :data:`Ref`, a
converted argument that is made once (by :func:`ref`, or per block) and passed many times, names as
``bytes``, and counts as small ints. **An address given as an ``int`` would be cut to 32 bits**;
their Python types say ``Ref`` so that mypy finds that.

Two declarations differ from wasmtime-py's on purpose: ``context_epoch_deadline_async_yield_and_
update`` returns nothing (the bindings claim an error pointer; reading it gives garbage), and
pointers to callbacks are ints made by :func:`pointer`.
"""

from __future__ import annotations

import ctypes
import importlib.metadata
from collections.abc import Callable
from ctypes import c_bool, c_char_p, c_size_t, c_uint32, c_void_p
from typing import Any, Protocol, cast

import wasmtime
from wasmtime import _bindings, _ffi

VERSION = importlib.metadata.version("wasmtime")


def _version_problem(version: str) -> str | None:
    if version.split(".")[0] == "50":
        return None
    return (
        f"Atoll's engine is written for wasmtime 50, and wasmtime {version} is installed. "
        "Install `wasmtime>=50,<51`."
    )


if (_problem := _version_problem(VERSION)) is not None:
    raise ImportError(_problem)

P = c_size_t  # a pointer as an int: never None, and 0 is falsy

#: sizeof, as the C API of wasmtime 50 on x86-64 has them.
FUNC = 16
INSTANCE = 16
MEMORY = 24
EXTERN = 32
VAL = 32  # kind at 0, payload at 8
VAL_RAW = 16
CONTINUATION = 24  # callback, env, finalizer
BYTE_VEC = 16  # size, data
COMPONENT_VAL = 32  # kind at 0, payload at 8
COMPONENT_RECORD_ENTRY = 48  # name vec, val
COMPONENT_FUNC = 32
COMPONENT_INSTANCE = 16

_SIZES: dict[str, int] = {
    "wasmtime_func": FUNC,
    "wasmtime_instance": INSTANCE,
    "wasmtime_memory": MEMORY,
    "wasmtime_extern": EXTERN,
    "wasmtime_val": VAL,
    "wasmtime_val_raw": VAL_RAW,
    "wasmtime_async_continuation_t": CONTINUATION,
    "wasm_byte_vec_t": BYTE_VEC,
    "wasmtime_component_val": COMPONENT_VAL,
    "wasmtime_component_valrecord_entry": COMPONENT_RECORD_ENTRY,
    "wasmtime_component_func": COMPONENT_FUNC,
    "wasmtime_component_instance": COMPONENT_INSTANCE,
}
_OFFSETS: dict[tuple[str, str], int] = {
    ("wasmtime_extern", "of"): 8,
    ("wasmtime_val", "of"): 8,
    ("wasmtime_component_val", "of"): 8,
    ("wasmtime_component_valrecord_entry", "val"): 16,
    ("wasmtime_component_valresult", "val"): 8,
    ("wasmtime_component_valvariant", "val"): 16,
    ("wasm_byte_vec_t", "data"): 8,
}


def _layout_problems() -> list[str]:
    problems = []
    for name, size in _SIZES.items():
        struct: Any = getattr(_bindings, name, None)
        if struct is None:
            problems.append(f"{name} is missing")
        elif ctypes.sizeof(struct) != size:
            problems.append(f"{name} has {ctypes.sizeof(struct)} bytes, not {size}")
    for (name, field), offset in _OFFSETS.items():
        found = getattr(getattr(getattr(_bindings, name, None), field, None), "offset", None)
        if found != offset:
            problems.append(f"{name}.{field} is at {found}, not {offset}")
    return problems


if _problems := _layout_problems():
    raise ImportError(
        "The installed wasmtime does not have the C structs Atoll's engine is written for: "
        + "; ".join(_problems)
    )

_path: str = _ffi.dll._name
_HOLD = ctypes.PyDLL(_path)
_FREE = ctypes.CDLL(_path)


class Ref(Protocol):
    """A pointer as a converted ctypes argument."""

    _obj: Any


#: Convert an address (or any 64-bit number) to an argument for the functions of the hot path.
ref: Callable[[int], Ref] = cast("Any", c_void_p.from_param)


def ref_into(block: ctypes.Structure, offset: int) -> Ref:
    """The address of what lies at ``offset`` in ``block``, which must be kept alive."""
    converted: Any = ctypes.byref(block, offset)
    return cast("Ref", converted)


class _Function(Protocol):
    def __call__(self, *args: Any) -> Any: ...


def _declare_raw(library: ctypes.CDLL, name: str, result: Any) -> Any:
    """A function of the hot path: arguments go through as they are."""
    function = _find(library, name)
    function.restype = result
    return function


def _declare(library: ctypes.CDLL, name: str, result: Any, *arguments: Any) -> _Function:
    """A function with checked arguments."""
    function: _Function = _declare_raw(library, name, result)
    cast("Any", function).argtypes = arguments
    return function


def _find(library: ctypes.CDLL, name: str) -> Any:
    try:
        return library[name]
    except AttributeError:
        raise ImportError(f"The installed wasmtime lacks the C function {name}.") from None


# Every execution --------------------------------------------------------------------------------
#: (engine, data, finalizer) -> store
store_new: Callable[[Ref, None, None], int] = _declare_raw(_HOLD, "wasmtime_store_new", P)
store_context: Callable[[Ref], int] = _declare_raw(_HOLD, "wasmtime_store_context", P)
#: (store, bytes of a memory, elements of a table, instances, tables, memories)
store_limiter: Callable[[Ref, Ref, int, int, int, int], None] = _declare_raw(
    _HOLD, "wasmtime_store_limiter", None
)
store_delete: Callable[[Ref], None] = _declare_raw(_HOLD, "wasmtime_store_delete", None)
#: (context, ticks from now)
set_epoch_deadline: Callable[[Ref, int], None] = _declare_raw(
    _HOLD, "wasmtime_context_set_epoch_deadline", None
)
#: (context, ticks until the next time)
yield_on_epoch: Callable[[Ref, int], None] = _declare_raw(
    _HOLD, "wasmtime_context_epoch_deadline_async_yield_and_update", None
)
#: future -> whether it finished; then it must not be polled again
future_poll: Callable[[Ref], bool] = _declare_raw(_FREE, "wasmtime_call_future_poll", c_bool)
#: The same with the GIL held. Safe because the tick that ends a slice needs no GIL, and because
#: nothing in wasmtime waits for a thread that may want it.
future_poll_held: Callable[[Ref], bool] = _declare_raw(_HOLD, "wasmtime_call_future_poll", c_bool)
future_delete: Callable[[Ref], None] = _declare_raw(_HOLD, "wasmtime_call_future_delete", None)
increment_epoch = _declare(_HOLD, "wasmtime_engine_increment_epoch", None, P)
#: The same as an address, for a C timer to call.
INCREMENT_EPOCH: int = ctypes.cast(_HOLD["wasmtime_engine_increment_epoch"], c_void_p).value or 0

# Core modules -----------------------------------------------------------------------------------
#: (pre, context, instance out, trap out, error out) -> future
instance_pre_instantiate_async: Callable[[Ref, Ref, Ref, Ref, Ref], int] = _declare_raw(
    _HOLD, "wasmtime_instance_pre_instantiate_async", P
)
#: (context, instance, name, its length, extern out) -> whether it exists
instance_export_get: Callable[[Ref, Ref, bytes, int, Ref], bool] = _declare_raw(
    _HOLD, "wasmtime_instance_export_get", c_bool
)
#: (context, func, args, count, results, count, trap out, error out) -> future
func_call_async: Callable[[Ref, Ref, Ref, int, Ref, int, Ref, Ref], int] = _declare_raw(
    _HOLD, "wasmtime_func_call_async", P
)
memory_data: Callable[[Ref, Ref], int] = _declare_raw(_HOLD, "wasmtime_memory_data", P)
memory_data_size: Callable[[Ref, Ref], int] = _declare_raw(
    _HOLD, "wasmtime_memory_data_size", c_size_t
)
linker_define_func_unchecked = _declare(
    _HOLD, "wasmtime_linker_define_func_unchecked",
    P, P, c_char_p, c_size_t, c_char_p, c_size_t, P, P, P, P,
)  # fmt: skip
linker_define_async_func = _declare(
    _HOLD, "wasmtime_linker_define_async_func",
    P, P, c_char_p, c_size_t, c_char_p, c_size_t, P, P, P, P,
)  # fmt: skip

# Components -------------------------------------------------------------------------------------
component_linker_instantiate_async = _declare(
    _HOLD, "wasmtime_component_linker_instantiate_async", P, P, P, P, P, P
)
component_instance_get_func = _declare(
    _HOLD, "wasmtime_component_instance_get_func", c_bool, P, P, P, P
)
component_func_call_async = _declare(
    _HOLD, "wasmtime_component_func_call_async", P, P, P, P, c_size_t, P, c_size_t, P
)
component_add_func = _declare(
    _HOLD, "wasmtime_component_linker_instance_add_func", P, P, c_char_p, c_size_t, P, P, P
)
component_add_func_async = _declare(
    _HOLD, "wasmtime_component_linker_instance_add_func_async", P, P, c_char_p, c_size_t, P, P, P
)
component_val_new = _declare(_HOLD, "wasmtime_component_val_new", P, P)
component_val_delete = _declare(_HOLD, "wasmtime_component_val_delete", None, P)
component_list_uninit = _declare(_HOLD, "wasmtime_component_vallist_new_uninit", None, P, c_size_t)
component_tuple_uninit = _declare(
    _HOLD, "wasmtime_component_valtuple_new_uninit", None, P, c_size_t
)
component_record_uninit = _declare(
    _HOLD, "wasmtime_component_valrecord_new_uninit", None, P, c_size_t
)
component_flags_uninit = _declare(
    _HOLD, "wasmtime_component_valflags_new_uninit", None, P, c_size_t
)
byte_vec_new = _declare(_HOLD, "wasm_byte_vec_new", None, P, c_size_t, c_char_p)
byte_vec_delete = _declare(_HOLD, "wasm_byte_vec_delete", None, P)

# Errors -----------------------------------------------------------------------------------------
trap_new = _declare(_HOLD, "wasmtime_trap_new", P, c_char_p, c_size_t)
trap_code = _declare(_HOLD, "wasmtime_trap_code", c_bool, P, P)
trap_message = _declare(_HOLD, "wasm_trap_message", None, P, P)
trap_delete = _declare(_HOLD, "wasm_trap_delete", None, P)
error_new = _declare(_HOLD, "wasmtime_error_new", P, c_char_p)
error_message = _declare(_HOLD, "wasmtime_error_message", None, P, P)
error_delete = _declare(_HOLD, "wasmtime_error_delete", None, P)

# Configuration ----------------------------------------------------------------------------------
_config_setters = {
    name: _declare(_HOLD, f"wasmtime_config_{name}_set", None, P, c_bool)
    for name in (
        "concurrency_support",
        "gc_support",
        "memory_may_move",
        "shared_memory",
        "wasm_stack_switching",
        "wasm_component_model_async",
    )
}
_pool_new = _declare(_HOLD, "wasmtime_pooling_allocation_config_new", P)
_pool_delete = _declare(_HOLD, "wasmtime_pooling_allocation_config_delete", None, P)
_pool_apply = _declare(_HOLD, "wasmtime_pooling_allocation_strategy_set", None, P, P)
_POOL_32 = {"total_component_instances", "total_core_instances", "total_memories", "total_tables",
            "total_stacks", "total_gc_heaps", "max_unused_warm_slots", "max_tables_per_module",
            "max_memories_per_module"}  # fmt: skip


def config_set(config: wasmtime.Config, name: str, value: bool) -> None:
    """Set a switch that wasmtime-py's ``Config`` does not offer."""
    _config_setters[name](pointer(config.ptr()), value)


def config_set_pool(config: wasmtime.Config, settings: dict[str, int]) -> None:
    """Use the pooling allocator with the given ``wasmtime_pooling_allocation_config`` values."""
    pool = _pool_new()
    try:
        for name, value in settings.items():
            kind = c_uint32 if name in _POOL_32 else c_size_t
            setter = f"wasmtime_pooling_allocation_config_{name}_set"
            _declare(_HOLD, setter, None, P, kind)(pool, value)
        _pool_apply(pointer(config.ptr()), pool)
    finally:
        _pool_delete(pool)


# Callbacks --------------------------------------------------------------------------------------
#: (env, caller, args_and_results, count) -> trap
CORE_SYNC = ctypes.CFUNCTYPE(P, P, P, P, c_size_t)
#: (env, caller, args, nargs, results, nresults, trap_ret, continuation)
CORE_ASYNC = ctypes.CFUNCTYPE(None, P, P, P, c_size_t, P, c_size_t, P, P)
#: (env, context, type, args, nargs, results, nresults) -> error
COMPONENT_SYNC = ctypes.CFUNCTYPE(P, P, P, P, P, c_size_t, P, c_size_t)
#: (env, context, type, args, nargs, results, nresults, error_ret, continuation)
COMPONENT_ASYNC = ctypes.CFUNCTYPE(None, P, P, P, P, c_size_t, P, c_size_t, P, P)
#: (env) -> ready
CONTINUE = ctypes.CFUNCTYPE(c_bool, P)
#: (env)
FINALIZE = ctypes.CFUNCTYPE(None, P)

# "Is the host call finished?" without any Python: strlen of a flag byte is 0 (pending) or 1.
_libc = ctypes.PyDLL(None)
FLAG_IS_SET: int = ctypes.cast(_libc.strlen, c_void_p).value or 0
if not FLAG_IS_SET:
    raise ImportError("The C library has no strlen.")


_view: Any = ctypes.pythonapi["PyMemoryView_FromMemory"]
_view.restype = ctypes.py_object
_WRITABLE = 0x200  # PyBUF_WRITE


def view(address: int, size: int) -> memoryview:
    """Memory as writable bytes. Nothing keeps it alive."""
    found: memoryview = _view(ref(address), ref(size), _WRITABLE)
    return found


def pointer(thing: Any) -> int:
    """The address held by a ctypes pointer or callback."""
    return ctypes.cast(thing, c_void_p).value or 0


class _Text(ctypes.Structure):
    _fields_ = (("size", c_size_t), ("data", P))


def _take_text(read: Callable[[int, int], None], source: int) -> str:
    vec = _Text()
    read(source, ctypes.addressof(vec))
    text = ctypes.string_at(vec.data, vec.size) if vec.size else b""
    byte_vec_delete(ctypes.addressof(vec))
    return text.rstrip(b"\0").decode(errors="replace")


def take_error(error: int) -> str:
    """The message of a ``wasmtime_error_t``, which is freed."""
    text = _take_text(error_message, error)
    error_delete(error)
    return text


def take_trap(trap: int) -> tuple[int | None, str]:
    """Code (if it has one) and message of a ``wasm_trap_t``, which is freed."""
    code = ctypes.c_uint8()
    found = trap_code(trap, ctypes.addressof(code))
    text = _take_text(trap_message, trap)
    trap_delete(trap)
    return (code.value if found else None), text


def check(error: int) -> None:
    """Raise :class:`wasmtime.WasmtimeError` for a non-null error of a set-up call."""
    if error:
        raise wasmtime.WasmtimeError(take_error(error))
