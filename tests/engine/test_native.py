"""The native engines: what a pool needs, and what guests may not use."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import wasmtime

from atoll.engine import CompileError, Engine, EngineConfig, EngineError, Limits, native


@pytest.fixture(autouse=True)
def _no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "_max_map_count", lambda: 65530)


def test_the_default_pool_fits_a_default_host() -> None:
    native._check_host_limits(EngineConfig().concurrency)
    native._check_host_limits(10_000)


def test_too_many_mappings_are_refused_with_both_remedies() -> None:
    with pytest.raises(EngineError) as caught:
        native._check_host_limits(20_000)
    assert caught.value.code == "POOL_UNAVAILABLE"
    assert "65530" in caught.value.message
    hint = caught.value.hint or ""
    assert "sysctl vm.max_map_count=" in hint
    possible = int(hint.rsplit("at most ", 1)[1].split()[0])
    native._check_host_limits(possible)
    with pytest.raises(EngineError):
        native._check_host_limits(possible + 2)


def test_more_address_space_than_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "_max_map_count", lambda: None)
    with pytest.raises(EngineError, match="address space"):
        native._check_host_limits(40_000)


def test_fingerprints_tell_settings_apart(make_engine: Callable[..., Engine]) -> None:
    def of(engine: Engine) -> tuple[str, str]:
        return engine._core_store().fingerprint, engine._component_store().fingerprint

    plain = of(make_engine())
    assert plain == of(make_engine(concurrency=3, tick=0.01, workers=1))
    assert plain[0] != of(make_engine(max_memory=1 << 20))[0]
    assert plain[0] != plain[1]


@pytest.mark.parametrize(
    "wat",
    [
        "(module (memory 1 1 shared))",
        "(module (memory 1) (memory 1))",
        "(module (type $f (func)) (type $c (cont $f)))",
        "(module (type (struct (field i32))))",
        "(module (func (param externref)))",
    ],
    ids=[
        "shared memory",
        "two memories",
        "stack switching",
        "garbage collection",
        "host references",
    ],
)
def test_what_would_widen_the_sandbox_is_not_accepted(engine: Engine, wat: str) -> None:
    with pytest.raises(CompileError):
        engine.compile_module(bytes(wasmtime.wat2wasm(wat)))


@pytest.mark.parametrize(
    "settings",
    [{"concurrency": 0}, {"workers": 0}, {"tick": 0}, {"tick": 2}, {"max_memory": 1}],
)
def test_settings_that_make_no_sense(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        EngineConfig(**settings)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize("limits", [{"memory": 0}, {"cpu": 0}, {"wall": -1}])
def test_limits_that_make_no_sense(limits: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="positive"):
        Limits(**limits)  # type: ignore[arg-type]  # wrong on purpose
