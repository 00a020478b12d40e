"""What stops a guest, and how it is told."""

from __future__ import annotations

import ctypes
import re

import pytest
from wasmtime import _bindings

from atoll.engine import ComponentProgram, CoreProgram, EngineError, Limits, Trap, _capi
from atoll.engine.traps import KINDS, REASONS, trap

LIMITS = Limits()


@pytest.mark.parametrize(
    ("export", "kind"),
    [
        ("unreachable", "unreachable"),
        ("overflow", "stack_overflow"),
        ("out_of_bounds", "memory_out_of_bounds"),
        ("divide", "division_by_zero"),
        ("divide_overflow", "integer_overflow"),
        ("convert", "bad_conversion"),
        ("null_call", "indirect_call_to_null"),
        ("table", "table_out_of_bounds"),
        ("missing", "missing_import"),
    ],
)
async def test_core_traps_have_their_kind(core: CoreProgram, export: str, kind: str) -> None:
    async with core.execute(LIMITS) as execution:
        with pytest.raises(Trap) as caught:
            await execution.call(export)
        assert caught.value.kind == kind
        assert caught.value.code == "GUEST_TRAP"
        assert kind in KINDS
        with pytest.raises(EngineError) as over:
            await execution.call("unreachable")
        assert over.value.code == "EXECUTION_OVER"


@pytest.mark.parametrize(
    ("export", "kind"),
    [
        ("abort", "unreachable"),
        ("missing", "missing_import"),
        ("bad-text", "invalid_string"),
        ("far-text", "string_out_of_bounds"),
    ],
)
async def test_component_traps_have_their_kind(
    component: ComponentProgram, export: str, kind: str
) -> None:
    async with component.execute(LIMITS) as execution:
        with pytest.raises(Trap) as caught:
            await execution.call(export)
        assert caught.value.kind == kind


async def test_frames_name_guest_functions_only(core: CoreProgram) -> None:
    async with core.execute(LIMITS) as execution:
        with pytest.raises(Trap) as caught:
            await execution.call("overflow")
    assert caught.value.frames
    assert all(frame.endswith("!deep") for frame in caught.value.frames)
    assert not re.search(r"/|0x", caught.value.message)


def test_codes_are_those_of_the_library() -> None:
    values = {member.value for member in _bindings.wasmtime_trap_code_enum}
    assert {reason.code for reason in REASONS} <= values
    names = _bindings.wasmtime_trap_code_enum
    assert names.WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED.value == 9
    assert names.WASMTIME_TRAP_CODE_UNCAUGHT_EXCEPTION.value == 49


def test_phrases_are_those_of_the_library() -> None:
    new = _capi._declare(_capi._HOLD, "wasmtime_trap_new_code", ctypes.c_size_t, ctypes.c_uint8)
    for reason in REASONS:
        code, text = _capi.take_trap(new(reason.code))
        assert code == reason.code
        assert text.startswith(f"wasm trap: {reason.phrase}")


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.kind)
def test_each_reason_is_found_by_code_and_by_text(reason: object) -> None:
    from atoll.engine.traps import Reason

    assert isinstance(reason, Reason)
    by_code = trap(reason.code, "error while executing at wasm backtrace:\n    0: 0x1e - m!f")
    text = f"error\n    0:     0x1e - m!f\n\nCaused by:\n    wasm trap: {reason.phrase}"
    by_text = trap(None, text)
    for found in (by_code, by_text):
        assert isinstance(found, Trap)
        assert (found.kind, found.message) == (reason.kind, reason.message)
    assert isinstance(by_text, Trap)
    assert by_text.frames == ("m!f",)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "wasi:cli/stderr@0.2.6#get-stderr",
            "The language runtime failed inside the sandbox.",
        ),
        (
            "wasi:cli/stdout@0.2.0#get-stdout",
            "The language runtime failed inside the sandbox.",
        ),
        (
            "wasi:cli/stdin@0.2.0#get-stdin",
            "The guest called `wasi:cli/stdin@0.2.0#get-stdin`, which the sandbox lacks.",
        ),
        (
            "env::wasi:cli/stderr@0.2.0",
            "The guest called `env::wasi:cli/stderr@0.2.0`, which the sandbox lacks.",
        ),
    ],
)
def test_a_runtime_that_reports_its_end_is_told_so(name: str, message: str) -> None:
    found = trap(None, f"error\n\nCaused by:\n    unknown import: `{name}` has not been defined")
    assert isinstance(found, Trap)
    assert (found.kind, found.message) == ("missing_import", message)


def test_unknown_reasons_do_not_leak_their_text() -> None:
    for text in ("something about /home/user/secret.rs:3", ""):
        found = trap(None, text)
        assert isinstance(found, Trap)
        assert found.kind == "other"
        assert "secret" not in found.message
    assert trap(200, "").message == "The guest was stopped."
