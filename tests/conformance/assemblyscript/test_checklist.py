"""What guests give and take, case by case, in the debug and the release build of an app."""

from __future__ import annotations

import json
import re
import struct
import time
from pathlib import Path

import pytest
import wasmtime

from atoll.guest.failure import BadGuestReply, GuestFailure
from atoll.guest.metadata import read_metadata

HERE = Path(__file__).parent
CASES = json.loads((HERE / "cases.json").read_text("utf-8"))
CHECKLIST = json.loads((HERE / "checklist.json").read_text("utf-8"))


@pytest.fixture(
    scope="module",
    params=[(False, True), (True, True), (True, False)],
    ids=["debug", "release", "release without entries"],
)
def app(request, run_app):
    release, entries = request.param
    return run_app("app", release=release, entries=entries)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["function"])
async def test_case(app, selecting, case):
    name, arguments = case["function"], case.get("arguments", {})
    call = app.invoke(name, arguments, selecting.selection_of(case.get("selection")))
    if "error" in case:
        with pytest.raises((GuestFailure, BadGuestReply), match=re.escape(case["error"])):
            await call
    elif "at_least" in case:
        least = time.time_ns() // 1_000_000 if case["at_least"] == "now" else case["at_least"]
        assert await call >= least
    else:
        # Their text tells True from 1, 1.0 from 1, -0.0 from 0.0, and the order of fields.
        assert repr(await call) == repr(case.get("result"))
    assert app.lines == case.get("logs", [])


async def test_what_json_has_no_number_for(app):
    assert repr(await app.invoke("testNotANumber", {})) == "[nan, inf, -inf]"


def test_all_of_the_checklist_has_cases():
    covered = {case["function"] for case in CASES}
    assert set(CHECKLIST["functions"]) - covered == set()
    for what, functions in CHECKLIST["further"].items():
        assert set(functions) - covered == set(), what


def test_all_functions_of_the_app_are_called(app):
    exported = {function.name for function in app.guest.interface.functions}
    elsewhere = {"testNotANumber", "testHostKeepsNothing", "testManyHostCalls", "testHostNulls"}
    assert exported - {case["function"] for case in CASES} == elsewhere


TYPED_ARRAY, ARRAY, STATIC_ARRAY, SET, MAP, PLAIN = 0x1, 0x2, 0x4, 0x8, 0x10, 0
KINDS = {
    "~lib/typedarray/": TYPED_ARRAY, "~lib/array/": ARRAY, "~lib/staticarray/": STATIC_ARRAY,
    "~lib/set/": SET, "~lib/map/": MAP, "assembly/": PLAIN, "~lib/wasi_date/": PLAIN,
}  # fmt: skip
NULLABLE_VALUE = 0x2000


@pytest.mark.parametrize("release", [False, True], ids=["debug", "release"])
def test_the_table_of_runtime_types(build_assemblyscript, release):
    wasm = build_assemblyscript(HERE / "app", release=release)
    module = read_metadata(wasm).module
    assert module is not None
    store = wasmtime.Store()
    compiled = wasmtime.Module(store.engine, wasm)
    linker = wasmtime.Linker(store.engine)
    linker.define_unknown_imports_as_traps(compiled)
    exports = linker.instantiate(store, compiled).exports(store)
    base, memory = exports["__rtti_base"].value(store), exports["memory"]
    (count,) = struct.unpack("<I", memory.read(store, base, base + 4))
    flags = struct.unpack(f"<{count}I", memory.read(store, base + 4, base + 4 + 4 * count))
    for name, described in module.types.items():
        (kind,) = (kind for prefix, kind in KINDS.items() if name.startswith(prefix))
        assert flags[described.id] & 0x1F == kind, name
        if kind not in (PLAIN, TYPED_ARRAY):
            assert bool(flags[described.id] & NULLABLE_VALUE) == name.endswith("|null>"), name
