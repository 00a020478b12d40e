"""Compiling: what is refused, and how it is said."""

from __future__ import annotations

import pytest

from atoll.engine import CompileError, Engine, EngineError


@pytest.mark.parametrize(
    "wasm",
    [b"", b"\0asm", b"not wasm", b"(module)", b"\0asm\x01\0\0\0\xff", b"\x7fELF" + bytes(100)],
    ids=["empty", "magic only", "text", "wat", "bad section", "elf"],
)
@pytest.mark.parametrize("kind", ["module", "component"])
def test_what_is_not_wasm_is_refused(engine: Engine, kind: str, wasm: bytes) -> None:
    compile = engine.compile_module if kind == "module" else engine.compile_component
    with pytest.raises(CompileError, match=f"not a WebAssembly {kind}") as caught:
        compile(wasm)
    assert caught.value.code == "WASM_INVALID"
    assert caught.value.location is None


def test_a_truncated_file_is_refused(engine: Engine, core_wasm: bytes) -> None:
    for length in range(0, len(core_wasm) - 1, 97):
        with pytest.raises(CompileError):
            engine.compile_module(core_wasm[:length] + b"\x0b", cached=False)


def test_the_other_kind_is_named(engine: Engine, core_wasm: bytes, component_wasm: bytes) -> None:
    with pytest.raises(CompileError) as caught:
        engine.compile_module(component_wasm)
    assert "is a component" in (caught.value.hint or "")
    with pytest.raises(CompileError) as caught:
        engine.compile_component(core_wasm)
    assert "is a core module" in (caught.value.hint or "")


def test_bytes_may_come_from_a_function(engine: Engine, core_wasm: bytes) -> None:
    assert engine.compile_module(lambda: core_wasm) is not None
    assert engine.compile_module(bytearray(core_wasm)) is not None


def test_a_closed_engine_compiles_nothing(make_engine: object, core_wasm: bytes) -> None:
    assert callable(make_engine)
    engine = make_engine()
    engine.close()
    engine.close()
    with pytest.raises(EngineError) as caught:
        engine.compile_module(core_wasm)
    assert caught.value.code == "ENGINE_CLOSED"
