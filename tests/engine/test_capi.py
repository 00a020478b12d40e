"""The start-up checks against the installed wasmtime."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import pytest
from wasmtime import _bindings

from atoll.engine import _capi


def test_the_installed_layout_is_the_expected_one() -> None:
    assert _capi._layout_problems() == []


def test_another_layout_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Bigger(ctypes.Structure):
        _fields_ = (("kind", ctypes.c_uint8), ("of", ctypes.c_uint64 * 4))

    monkeypatch.setattr(_bindings, "wasmtime_val", Bigger)
    monkeypatch.delattr(_bindings, "wasmtime_func")
    problems = "; ".join(_capi._layout_problems())
    assert "wasmtime_val has 40 bytes, not 32" in problems
    assert "wasmtime_func is missing" in problems


@pytest.mark.parametrize("version", ["49.0.3", "51.0.0", "5.0.1", "500.1"])
def test_another_version_is_refused(version: str) -> None:
    problem = _capi._version_problem(version)
    assert problem is not None
    assert version in problem
    assert "wasmtime>=50,<51" in problem


@pytest.mark.parametrize("version", ["50.0.1", "50.9.0", "50.0"])
def test_this_version_is_accepted(version: str) -> None:
    assert _capi._version_problem(version) is None


def test_a_missing_symbol_fails_the_import_by_name() -> None:
    with pytest.raises(ImportError, match="wasmtime_no_such_function"):
        _capi._declare(_capi._HOLD, "wasmtime_no_such_function", None)


def test_the_function_that_returns_nothing_is_declared_so() -> None:
    """wasmtime-py declares an error pointer; what it would read is garbage."""
    function = _capi.yield_on_epoch
    assert function.restype is None  # type: ignore[attr-defined]  # a ctypes function


def test_the_flag_is_read_by_strlen() -> None:
    flag = (ctypes.c_uint64 * 1)(0)
    read = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_size_t)(_capi.FLAG_IS_SET)
    assert read(ctypes.addressof(flag)) is False
    flag[0] = 1
    assert read(ctypes.addressof(flag)) is True


def test_an_unsupported_wasmtime_stops_the_import(run_python: Callable[[str], str]) -> None:
    output = run_python(
        "import importlib.metadata as m\n"
        "real = m.version\n"
        "m.version = lambda name: '51.0.0' if name == 'wasmtime' else real(name)\n"
        "try:\n    import atoll.engine\nexcept ImportError as error:\n    print(error)\n"
    )
    assert "wasmtime 51.0.0 is installed" in output


def test_numbers_beyond_32_bits_pass_through_ref() -> None:
    function = _capi._declare_raw(ctypes.PyDLL(None), "labs", ctypes.c_long)
    assert function(_capi.ref(2**40 + 5)) == 2**40 + 5
