"""Modules at work, laid out by hand as TinyGo compiles them: what is linked, how calls end."""

from __future__ import annotations

import json
from typing import Any

import pytest
import wasmtime

from atoll.engine import (
    DeadlineExceeded,
    Engine,
    EngineConfig,
    EngineError,
    IncompatibleCode,
    Limits,
    Trap,
)
from atoll.guest.failure import BadGuestReply, GuestEnded, GuestFailure, MetadataError
from atoll.guest.golang.program import GoGuest
from atoll.guest.selection import Wanted
from atoll.guest.wasm_encoding import custom_section

MALLOC = """
  (global $top (mut i32) (i32.const 8192))
  (func $malloc (export "malloc") (param $size i32) (result i32)
    (local $at i32)
    (if (i32.eqz (local.get $size)) (then (return (i32.const 0))))
    (local.set $at (global.get $top))
    (global.set $top
      (i32.and (i32.add (i32.add (local.get $at) (local.get $size)) (i32.const 31))
        (i32.const -16)))
    (local.get $at))
"""
RUNTIME = (
    MALLOC
    + """
  (memory (export "memory") 4)
  (global $pins (mut i32) (i32.const 0))
  (func $pin (param i32) (result i32)
    (global.set $pins (i32.add (global.get $pins) (i32.const 1)))
    (local.get 0))
  (func (export "__new") (param i32) (result i32) (call $pin (call $malloc (i32.const 64))))
  (func $make (export "__make") (param $id i32) (param $n i32) (result i32)
    (local $cell i32)
    (local.set $cell (call $malloc (i32.const 12)))
    (i32.store (local.get $cell)
      (call $malloc (i32.add (i32.mul (local.get $n) (i32.const 32)) (i32.const 16))))
    (i32.store offset=4 (local.get $cell) (local.get $n))
    (i32.store offset=8 (local.get $cell) (local.get $n))
    (call $pin (local.get $cell)))
  (func (export "__unpin") (param i32)
    (global.set $pins (i32.sub (global.get $pins) (i32.const 1))))
"""
)
MAPS = """
  (func (export "__write_map") (param i32 i32 i32 i32)
    (i32.store (i32.load (local.get 1)) (local.get 2))
    (i32.store offset=4 (i32.load (local.get 1)) (local.get 3)))
  (data (i32.const 64) "\40")
  (func (export "__read_map") (param i32 i32) (result i64)
    (if (i32.eqz (i32.load (i32.load (local.get 1))))
      (then (return (i64.const 0x0000004000000040))))
    (i64.or
      (i64.shl (i64.extend_i32_u (i32.load (i32.load (local.get 1)))) (i64.const 32))
      (i64.extend_i32_u (i32.load offset=4 (i32.load (local.get 1))))))
"""
START = '(func (export "_initialize"))'
WASI = "wasi_snapshot_preview1"


@pytest.fixture(scope="module")
def engine():
    engine = Engine(EngineConfig(concurrency=4))
    yield engine
    engine.close()


class Host:
    streams: Any = None
    payload_limit = 1 << 20
    answer: Any = None

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.refused: list[Any] = []

    async def call(self, name: str, payload: str) -> tuple[bool, str]:
        raise AssertionError

    async def run_import(self, name: str, arguments: Any) -> Any:
        self.asked.append((name, arguments))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def refuse_result(self, name: str, reason: str) -> None:
        self.refused.append((name, reason))


class Running:
    def __init__(self, guest: GoGuest) -> None:
        self.guest = guest
        self.host = Host()
        self.lines: list[tuple[int, str]] = []

    async def __call__(self, name, /, *values, limits=Limits(), selection=None):  # noqa: B008
        self.lines.clear()
        function = self.guest.interface.function(name)
        assert function is not None
        names = [parameter.name for parameter in function.parameters]
        async with self.guest.execute(
            limits, environment={"TZ": "UTC"}, host=self.host,
            on_log=lambda level, line: self.lines.append((level, line)),
        ) as execution:  # fmt: skip
            return await execution.invoke(
                function, dict(zip(names, values, strict=True)), selection
            )


@pytest.fixture
def load(engine, describe):
    def make(text: str, functions: Any, declared: Any = None, *, runtime: str = RUNTIME + MAPS,
             start: str = START, max_bytes: int = 1 << 20, **more: Any) -> Running:  # fmt: skip
        metadata = describe(functions, declared, **more)
        imports, _, code = text.rpartition(";;") if ";;" in text else ("", "", text)
        wasm = bytes(wasmtime.wat2wasm(f"(module {imports} {runtime} {start} {code})"))
        wasm += custom_section("modus_metadata_version", b"\x02")
        wasm += custom_section("modus_metadata", json.dumps(metadata).encode())
        return Running(GoGuest.load(engine, wasm, cached=False, max_bytes=max_bytes))

    return make


def func(name: str, types: str = "", code: str = "") -> str:
    return f'(func (export "{name}") {types} {code})'


# Signatures ------------------------------------------------------------------------------------

STRUCTS = {
    "app.Pair": {"fields": {"a": "bool", "b": "int"}},
    "app.Five": {"fields": {"a": "string", "b": "string", "c": "string", "d": "[]string",
                            "e": "float64", "f": "float64"}},
    "app.One": {"fields": {"a": "bool"}}, "app.WithMap": {"fields": {"m": "map[string]string"}},
    "app.Empty": {"fields": {}},
}  # fmt: skip
I = "i32 "  # noqa: E741


@pytest.mark.parametrize(
    ("parameters", "results", "wasm"),
    [
        (["int32", "int32"], ["int32"], (I * 2, I)),
        (["string"], ["string"], (I * 3, "")),
        (["*string"], ["*string"], (I, I)),
        (["map[string]string", "string"], ["string"], (I * 4, "")),
        (["[]string"], [], (I * 3, "")),
        (["[2]string"], [], (I * 4, "")),
        (["[2]app.Pair"], [], (I * 4, "")),
        (["[0]string"], [], ("", "")),
        (["app.Five"], [], (I * 9 + "f64 f64", "")),
        (["time.Time"], [], ("i64 i64 i32", "")),
        (["time.Duration"], [], ("i64", "")),
        ([], ["time.Time"], (I, "")),
        ([], ["app.One"], ("", I)),
        ([], ["app.WithMap"], ("", I)),
        ([], ["[1]*string"], ("", I)),
        ([], ["[1]byte"], ("", I)),
        ([], ["[1]string"], (I, "")),
        ([], ["app.Pair"], (I, "")),
        ([], ["int", "bool", "string"], (I, "")),
        ([], ["[0]byte"], ("", "")),
        ([], ["app.Empty"], ("", "")),
        ([], ["float32"], ("", "f32")),
        ([], ["uint64"], ("", "i64")),
    ],
)  # fmt: skip
def test_how_functions_are_called(load, parameters, results, wasm):
    def export(params: str, result: str) -> str:
        types = f"(param {params})" + (f" (result {result})" if result else "")
        return func("f", types, "unreachable")

    functions = {"f": (parameters, results)}
    assert load(export(*wasm), functions, STRUCTS).guest.broken == {}
    for other in [(wasm[0] + " i64", wasm[1]), (wasm[0], "" if wasm[1] else "i64")]:
        broken = load(export(*other), functions, STRUCTS).guest.broken
        assert "the function f cannot be called: it is exported as" in broken["f"]


async def test_functions_that_cannot_be_called_leave_the_others_alone(load):
    functions = {"f": (["chan int"], []), "g": (["[70]int"], []), "h": ([], ["int"])}
    code = func("f") + func("g") + func("h", "(result i32)", "(i32.const 7)")
    declared = {"chan int": {}}
    call = load(code, functions, declared)
    assert await call("h") == 7
    with pytest.raises(BadGuestReply, match="its type chan int is not described"):
        await call("f", None)
    with pytest.raises(BadGuestReply, match="70 values, of which 63"):
        await call("g", [])


# Results ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type", "value", "expected"),
    [
        ("int8", "i32.const 128", -128), ("int8", "i32.const 0x7fffff80", -128),
        ("int8", "i32.const 127", 127), ("int16", "i32.const 0x8000", -32768),
        ("int16", "i32.const -1", -1), ("uint8", "i32.const -1", 255),
        ("byte", "i32.const 0x1ff", 255), ("uint16", "i32.const 0xabcdffff", 65535),
        ("int32", "i32.const -1", -1), ("rune", "i32.const -32768", -32768),
        ("int", "i32.const 0x80000000", -(2**31)), ("uint", "i32.const -1", 2**32 - 1),
        ("uint32", "i32.const -1", 2**32 - 1), ("uintptr", "i32.const -1", 2**32 - 1),
        ("int64", "i64.const -5", -5), ("uint64", "i64.const -1", 2**64 - 1),
        ("time.Duration", "i64.const 5000000000", 5_000_000_000),
        ("bool", "i32.const 1", True), ("bool", "i32.const 0", False),
        # Only the lowest bit is the value; the others are what the register held before.
        ("bool", "i32.const 2", False), ("bool", "i32.const -2", False),
        ("bool", "i32.const 0x101", True),
        ("float32", "f32.const 0.1", 0.1), ("float64", "f64.const 5e-324", 5e-324),
        ("*int", "i32.const 0", None), ("[]string", "", None),
        ("app.One", "i32.const 1", {"a": True}),
        ("app.One", "i32.const 2", {"a": False}), ("[1]byte", "i32.const 0x141", "QQ=="),
        ("[1]int8", "i32.const 0x1ff", [-1]), ("[1]*string", "i32.const 0", [None]),
        ("map[string]string", "i32.const 0", None), ("app.WithMap", "i32.const 0", {"m": None}),
    ],
)  # fmt: skip
async def test_results_that_are_given_directly(load, type, value, expected):
    if not value:
        code = func("f", "(param i32)")
    else:
        code = func("f", f"(result {value[:3]})", f"({value})")
    found = await load(code, {"f": ([], [type])}, STRUCTS)("f")
    assert found == expected
    assert isinstance(found, bool) == isinstance(expected, bool)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (["[0]byte"], ""), (["[0]string"], []), (["app.Empty"], {}), (["[2]app.Empty"], [{}, {}]),
        (["app.Empty", "[0]int"], {"item1": {}, "item2": []}), ([], None),
    ],
)  # fmt: skip
async def test_results_that_take_no_room(load, results, expected):
    # There is no place for them either, so nothing is asked of the allocator.
    runtime = '(memory (export "memory") 1)'
    assert await load(func("f"), {"f": ([], results)}, STRUCTS, runtime=runtime)("f") == expected


async def test_several_results(load):
    code = '(data (i32.const 1024) "hello")' + func("f", "(param i32)", """
      (i32.store (local.get 0) (i32.const 123))
      (i32.store8 offset=4 (local.get 0) (i32.const 1))
      (i32.store offset=8 (local.get 0) (i32.const 1024))
      (i32.store offset=12 (local.get 0) (i32.const 5))""")  # fmt: skip
    call = load(code, {"f": ([], ["int", "bool", "string"])})
    assert await call("f") == {"item1": 123, "item2": True, "item3": "hello"}
    assert await call("f", selection=(Wanted("item3", "item3"),)) == {"item3": "hello"}
    wanted = Wanted("s", "item3"), Wanted("t", None, None, "T"), Wanted("n", "item1")
    found = await call("f", selection=(*wanted, Wanted("again", "item3")))
    assert list(found.items()) == [("s", "hello"), ("t", "T"), ("n", 123), ("again", "hello")]


async def test_results_are_aligned_in_their_place(load):
    code = func("f", "(param i32)", """
      (i32.store8 (local.get 0) (i32.const 1))
      (i64.store offset=8 (local.get 0) (i64.const -7))""")  # fmt: skip
    assert await load(code, {"f": ([], ["bool", "int64"])})("f") == {"item1": True, "item2": -7}


@pytest.mark.parametrize(
    ("wall", "ext", "expected"),
    [
        ("999999999", "63871286399", "2024-12-31T23:59:59.999999999Z"),
        (str((1 << 63 | 4_417_977_599 << 30 | 5) - (1 << 64)), "77",
         "2024-12-31T23:59:59.000000005Z"),
    ],
)  # fmt: skip
async def test_times(load, wall, ext, expected):
    code = func("f", "(param i32)", f"""
      (i64.store (local.get 0) (i64.const {wall}))
      (i64.store offset=8 (local.get 0) (i64.const {ext}))
      (i32.store offset=16 (local.get 0) (i32.const -1))""")  # fmt: skip
    code += func(
        "g",
        "(param i32 i64 i64 i32)",
        """
      (i64.store (local.get 0) (local.get 1)) (i64.store offset=8 (local.get 0) (local.get 2))""",
    )
    call = load(code, {"f": ([], ["time.Time"]), "g": (["time.Time"], ["time.Time"])})
    assert await call("f") == expected
    assert await call("g", expected) == expected


async def test_arguments(load):
    code = func("add", "(param i32 i32) (result i32)", "(i32.add (local.get 0) (local.get 1))")
    code += func(
        "same",
        "(param i32 i32 i32)",
        """
      (i32.store (local.get 0) (local.get 1)) (i32.store offset=4 (local.get 0) (local.get 2))""",
    )
    code += func("low", "(param i32) (result i32)", "(i32.extend8_s (local.get 0))")
    code += func("through", "(param i32) (result i32)", "(local.get 0)")
    code += func(
        "half",
        "(param f32 f64 i64) (result f64)",
        """
      (f64.add (f64.promote_f32 (local.get 0))
        (f64.add (local.get 1) (f64.convert_i64_s (local.get 2))))""",
    )
    call = load(code, {
        "add": (["int", "int"], ["int"]), "same": (["string"], ["string"]),
        "low": (["int8"], ["int"]), "through": (["map[string][]int8"], ["map[string][]int8"]),
        "half": (["float32", "float64", "int64"], ["float64"]),
    })  # fmt: skip
    assert await call("add", -3, 2) == -1
    assert await call("same", "こんにちは、世界") == "こんにちは、世界"
    assert await call("same", "") == ""
    assert await call("low", -128) == -128
    assert await call("half", 0.5, 0.25, -1) == -0.25
    pairs = [{"key": "a", "value": [-1, 2]}, {"key": "b", "value": []}]
    assert await call("through", pairs) == pairs
    assert await call("through", {"k": None}) == [{"key": "k", "value": None}]
    assert await call("through", None) is None
    assert await call("through", []) == []
    with pytest.raises(GuestFailure, match="function parameter 'value2' is invalid"):
        await call("add", 1, "x")


# The module's helpers ---------------------------------------------------------------------------


async def test_a_module_without_helpers(load):
    functions = {
        "f": ([], ["int"]), "g": ([], ["string"]), "h": ([], ["map[string]int"]),
        "i": (["string"], []),
    }  # fmt: skip
    code = func("f", "(result i32)", "(i32.const 7)") + func("g", "(param i32)")
    code += func("h", "(result i32)", "(i32.const 8)") + func("i", "(param i32 i32)")
    call = load(code, functions, runtime='(memory (export "memory") 1)')
    assert await call("f") == 7
    for name, values, helper in [("g", (), "malloc"), ("h", (), "__new"), ("i", ("x",), "__make")]:
        with pytest.raises(IncompatibleCode, match=helper):
            await call(name, *values)
    assert await call("i", "") is None  # which needs no object


async def test_a_module_without_maps_has_no_helpers_for_them(load):
    code = func(
        "f",
        "(param i32 i32 i32)",
        """
      (i32.store (local.get 0) (local.get 1)) (i32.store offset=4 (local.get 0) (local.get 2))""",
    )
    call = load(code, {"f": (["string"], ["string"])}, runtime=RUNTIME)
    assert await call("f", "x") == "x"
    code = func("f", "(result i32)", "(i32.const 8)")
    with pytest.raises(IncompatibleCode, match="__read_map"):
        await load(code, {"f": ([], ["map[string]int"])}, runtime=RUNTIME)("f")


async def test_programs_that_are_no_reactors(load, caplog):
    code = func("f", "(result i32)", "(i32.load (i32.const 16))")
    start = '(func (export "_start") (i32.store (i32.const 16) (i32.const 9)))'
    assert await load(code, {"f": ([], ["int"])}, start=start)("f") == 9
    assert "not as a reactor" in caplog.text
    caplog.clear()
    both = start + '(func (export "_initialize") (i32.store (i32.const 16) (i32.const 5)))'
    assert await load(code, {"f": ([], ["int"])}, start=both)("f") == 5
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("text", "options", "code", "named"),
    [
        ("", {}, "MODULE_MISMATCH", "function f "),
        (func("f"), {"start": ""}, "MODULE_MISMATCH", "_initialize nor _start"),
        (func("f"), {"start": func("_initialize", "(param i32)")}, "MODULE_MISMATCH",
         "_initialize"),
        (func("f"), {"runtime": ""}, "MODULE_MISMATCH", "memory"),
        (func("f") + func("__new", "(param i64)"), {"runtime": '(memory (export "memory") 1)'},
         "MODULE_MISMATCH", "__new"),
        (func("f") + func("__read_map", "(param i32 i32) (result i32)", "unreachable"),
         {"runtime": '(memory (export "memory") 1)'}, "MODULE_MISMATCH", "__read_map"),
        ('(import "env" "abort" (func (param i32)));;' + func("f"), {}, "IMPORT_UNKNOWN",
         "env.abort"),
        ('(import "modus_models" "x" (global i32));;' + func("f"), {}, "IMPORT_UNKNOWN",
         "no function"),
        ('(import "modus_models" "invokeModel" (func (param i32)));;' + func("f"), {},
         "MODULE_MISMATCH", "modus_models.invokeModel, which its description"),
        ('(import "modus_test" "f" (func (param i64)));;' + func("f"),
         {"imports": {"modus_test.f": (["*string"], [])}}, "MODULE_MISMATCH", "(i64) -> ()"),
        ('(import "modus_test" "f" (func (param i32)));;' + func("f"),
         {"imports": {"modus_test.f": (["map[string]int"], [])}}, "IMPORT_UNKNOWN", "addresses"),
        ('(import "modus_test" "f" (func (param i32)));;' + func("f"),
         {"imports": {"modus_test.f": (["[1]string"], [])}}, "IMPORT_UNKNOWN", "addresses"),
        ('(import "modus_test" "f" (func (result i32)));;' + func("f"),
         {"imports": {"modus_test.f": ([], ["int", "int"])}}, "IMPORT_UNKNOWN", "one result"),
    ],
)  # fmt: skip
def test_modules_that_are_refused(load, text, options, code, named):
    with pytest.raises(MetadataError) as raised:
        load(text, {"f": ([], [])}, **options)
    assert raised.value.code == code
    assert named in raised.value.message


# Host functions ---------------------------------------------------------------------------------

P = "github.com/hypermodeinc/modus/sdk/go/pkg/http"
HTTP = {
    f"{P}.Request": {"fields": {"url": "string", "method": "string", "headers": f"*{P}.Headers",
                                "body": "[]byte"}},
    f"{P}.Response": {"fields": {"status": "uint16", "statusText": "string",
                                 "headers": f"*{P}.Headers", "body": "[]byte"}},
    f"{P}.Headers": {"fields": {"data": f"map[string]*{P}.Header"}},
    f"{P}.Header": {"fields": {"name": "string", "values": "[]string"}},
}  # fmt: skip
# A request to http://a/b with one header, all at addresses below 2048.
REQUEST = r"""
  (data (i32.const 1024) "\00\05\00\00\0a\00\00\00\10\05\00\00\03\00\00\00\40\04\00\00"
                         "\18\05\00\00\02\00\00\00\02\00\00\00")
  (data (i32.const 0x440) "\50\04\00\00")
  (data (i32.const 0x450) "\60\04\00\00\70\04\00\00")
  (data (i32.const 0x460) "\80\04\00\00\01\00\00\00\01\00\00\00")
  (data (i32.const 0x470) "\90\04\00\00\01\00\00\00\01\00\00\00")
  (data (i32.const 0x480) "\20\05\00\00\01\00\00\00")
  (data (i32.const 0x490) "\a0\04\00\00")
  (data (i32.const 0x4a0) "\28\05\00\00\01\00\00\00\c0\04\00\00\02\00\00\00\02\00\00\00")
  (data (i32.const 0x4c0) "\20\05\00\00\01\00\00\00\00\00\00\00\00\00\00\00")
  (data (i32.const 0x500) "http://a/b")
  (data (i32.const 0x510) "GET")
  (data (i32.const 0x518) "hi")
  (data (i32.const 0x520) "a")
  (data (i32.const 0x528) "A")
"""
FETCH = """
  (import "modus_http_client" "fetch" (func $fetch (param i32) (result i32)));;
""" + REQUEST + func("status", "(result i32)", """
  (local $at i32)
  (local.set $at (call $fetch (i32.const 1024)))
  (if (i32.eqz (local.get $at)) (then (return (i32.const -1))))
  (i32.load16_u (local.get $at))""") + func("pins", "(result i32)", """
  (drop (call $fetch (i32.const 1024)))
  (global.get $pins)""") + func("response", "(result i32)", """
  (call $fetch (i32.const 1024))""")  # fmt: skip
RESPONSE = {
    "status": 418,
    "statusText": "Teapot",
    "headers": {"data": {"x": {"name": "X", "values": ["1", ""]}, "b": None}},
    "body": b"tea",
}


@pytest.fixture
def fetching(load):
    functions = {
        "status": ([], ["int"]),
        "pins": ([], ["int"]),
        "response": ([], [f"*{P}.Response"]),
    }
    imports = {"modus_http_client.fetch": ([f"*{P}.Request"], [f"*{P}.Response"])}
    return load(FETCH, functions, HTTP, imports=imports)


async def test_a_request_with_maps_and_a_response_with_maps(fetching):
    fetching.host.answer = RESPONSE
    assert await fetching("status") == 418
    header = {"name": "A", "values": ["a", ""]}
    request = {"url": "http://a/b", "method": "GET", "headers": {"data": {"a": header}},
               "body": b"hi"}  # fmt: skip
    assert fetching.host.asked == [("modus_http_client.fetch", [request])]
    assert await fetching("response") == {
        "status": 418, "statusText": "Teapot", "body": "dGVh",
        "headers": {"data": [{"key": "b", "value": None},
                             {"key": "x", "value": {"name": "X", "values": ["1", ""]}}]},
    }  # fmt: skip


async def test_objects_of_a_host_functions_result_are_unpinned(fetching):
    fetching.host.answer = RESPONSE
    assert await fetching("pins") == 0
    fetching.host.answer = None
    assert await fetching("pins") == 0


async def test_a_host_function_that_gives_nothing(fetching):
    assert await fetching("status") == -1
    assert fetching.host.refused == []


@pytest.mark.parametrize("answer", [{"status": 70_000}, 7, {"status": 200}])
async def test_a_result_that_is_not_what_the_module_declares(fetching, answer):
    fetching.host.answer = answer
    assert await fetching("status") == -1
    ((name, reason),) = fetching.host.refused
    assert name == "modus_http_client.fetch"
    assert "declares modus_http_client.fetch with another result" in reason


@pytest.mark.parametrize(
    ("text", "imports", "waits"),
    [
        ("", {}, False),
        (f'(import "{WASI}" "fd_write" (func (param i32 i32 i32 i32) (result i32)))', {}, False),
        (f'(import "{WASI}" "poll_oneoff" (func (param i32 i32 i32 i32) (result i32)))', {}, True),
        (f'(import "{WASI}" "poll_oneoff" (func (result i32)))', {}, False),  # there is none such
        ('(import "modus_system" "logMessage" (func (param i32 i32)))',
         {"modus_system.logMessage": (["*string", "*string"], [])}, False),
        ('(import "modus_test" "f" (func))', {"modus_test.f": ([], [])}, True),
        ('(import "atoll_stream" "close" (func (param i32)))', {}, True),
    ],
)  # fmt: skip
def test_which_modules_may_wait(load, text, imports, waits):
    guest = load(f"{text};;" + func("f"), {"f": ([], [])}, imports=imports).guest
    assert guest.may_wait == waits
    assert guest.exact


async def test_a_result_that_is_too_large(fetching):
    fetching.host.answer = RESPONSE | {"body": b"x" * (1 << 20)}
    assert await fetching("status") == -1
    assert "payloadMb" in fetching.host.refused[0][1]


async def test_what_a_host_function_raises_ends_the_call(fetching):
    fetching.host.answer = LookupError("no such thing")
    with pytest.raises(LookupError, match="no such thing"):
        await fetching("status")


async def test_numbers_cross_to_host_functions_and_back(load):
    text = """(import "modus_test" "f"
        (func $f (param i32 i32 i64 f32 f64 i32 i32) (result i64)));;"""
    text += func(
        "f",
        "(result i64)",
        """(call $f (i32.const 0x102) (i32.const 0x1ff)
        (i64.const -1) (f32.const 0.5) (f64.const 0.1) (i32.const 0) (i32.const 0))""",
    )
    types = ["bool", "int8", "uint64", "float32", "float64", "*int", "map[string]int"]
    call = load(text, {"f": ([], ["int64"])},
                imports={"modus_test.f": ([*types[:-1], "*string"], ["int64"])})  # fmt: skip
    call.host.answer = -(2**63)
    assert await call("f") == -(2**63)
    assert call.host.asked == [("modus_test.f", [False, -1, 2**64 - 1, 0.5, 0.1, None, None])]


async def test_log_lines(load):
    text = '(import "modus_system" "logMessage" (func $log (param i32 i32)));;'
    text += r'(data (i32.const 1024) "\10\04\00\00\04\00\00\00")(data (i32.const 1040) "info")'
    code = "(call $log (i32.const {}) (i32.const 1024)) (i32.const 1)"
    text += func("f", "(result i32)", code.format(1024)) + func("g", "(result i32)", code.format(0))
    functions = {"f": ([], ["bool"]), "g": ([], ["bool"])}
    imports = {"modus_system.logMessage": (["*string", "*string"], [])}
    call = load(text, functions, imports=imports)
    for name in functions:
        assert await call(name)
        assert call.lines == [(4, "info")]


# How calls end ----------------------------------------------------------------------------------

ENDS = f"""
  (import "{WASI}" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "{WASI}" "proc_exit" (func $exit (param i32)));;
""" + r"""
  (data (i32.const 1024) "\00\05\00\00\0f\00\00\00")
  (data (i32.const 1032) "\20\05\00\00\1b\00\00\00")
  (data (i32.const 0x500) "panic: no luck\n")
  (data (i32.const 0x520) "\09at all\ngoroutine 1 [x]:\n z")
  (func $say (param $fd i32) (param $lines i32)
    (drop (call $write (local.get $fd) (i32.const 1024) (local.get $lines) (i32.const 16))))
""" + (
    func("tinygo", "", "(call $say (i32.const 1) (i32.const 1)) unreachable")
    + func("standard", "", """(call $say (i32.const 2) (i32.const 2)) (call $exit (i32.const 2))
        unreachable""")
    + func("says", "(result i32)", "(call $say (i32.const 1) (i32.const 1)) (i32.const 7)")
    + func("fails", "", "(call $say (i32.const 1) (i32.const 1)) (call $exit (i32.const 1))")
    + func("exits", "(param i32)", "(call $exit (local.get 0))")
    + func("traps", "", "unreachable")
    + func("outside", "", """(call $say (i32.const 1) (i32.const 1))
        (drop (i32.load (i32.const -4)))""")
)  # fmt: skip


@pytest.fixture
def ending(load):
    functions = dict.fromkeys(["tinygo", "standard", "fails", "traps", "outside"], ([], []))
    return load(ENDS, functions | {"says": ([], ["int"]), "exits": (["int"], [])})


async def test_a_panic_says_why(ending):
    with pytest.raises(GuestFailure, match=r"\Ano luck\Z") as raised:
        await ending("tinygo")
    assert (raised.value.kind, raised.value.traceback, ending.lines) == ("exception", "no luck", [])
    with pytest.raises(GuestFailure) as raised:
        await ending("standard")
    assert raised.value.message == "no luck\nat all"
    assert raised.value.traceback == "no luck\nat all\ngoroutine 1 [x]:\n z"
    assert ending.lines == []


async def test_words_that_look_like_a_panic_are_logged_as_such(ending):
    assert await ending("says") == 7
    assert ending.lines == [(7, "no luck")]
    # The error of this one was told otherwise; the words are no reason.
    with pytest.raises(GuestEnded) as raised:
        await ending("fails")
    assert (raised.value.status, ending.lines) == (1, [(7, "no luck")])
    with pytest.raises(Trap):
        await ending("outside")
    assert ending.lines == [(7, "no luck")]


async def test_ends(ending):
    assert await ending("exits", 0) is None
    assert ending.lines == [(5, "Function ended prematurely with exit code 0.")]
    for status in (1, 2, 3, 255):
        with pytest.raises(GuestEnded) as raised:
            await ending("exits", status)
        assert (raised.value.status, ending.lines) == (status, [])
    with pytest.raises(Trap):
        await ending("traps")


async def test_a_module_that_exits_or_loops_as_it_starts(load):
    functions = {"f": ([], [])}
    text = f'(import "{WASI}" "proc_exit" (func $exit (param i32)));;' + func("f")
    with pytest.raises(GuestEnded):
        await load(text, functions, start=func("_initialize", "", "(call $exit (i32.const 4))"))(
            "f"
        )
    call = load(func("f"), functions, start=func("_initialize", "", "(loop $l (br $l))"))
    with pytest.raises(DeadlineExceeded):
        await call("f", limits=Limits(cpu=0.1))


# Helpers that lie -------------------------------------------------------------------------------


def lying(**helpers: str) -> str:
    """A runtime whose helpers do this."""
    types = {
        "__new": "(param i32) (result i32)", "__make": "(param i32 i32) (result i32)",
        "__unpin": "(param i32)", "__read_map": "(param i32 i32) (result i64)",
        "__write_map": "(param i32 i32 i32 i32)", "malloc": "(param i32) (result i32)",
    }  # fmt: skip
    plain = dict.fromkeys(("__new", "__make", "malloc"), "(i32.const 4096)") | {
        "__unpin": "", "__write_map": "", "__read_map": "(i64.const 0x0000200000002000)",
    }  # fmt: skip
    functions = [func(name, types[name], code) for name, code in (plain | helpers).items()]
    return '(memory (export "memory") 1)' + "".join(functions)


LIARS = [
    {name: f"(i32.const {value})"}
    for name in ("__new", "__make", "malloc")
    for value in (0, -1, -8, 65_532, 65_536, 0x7FFFFFFF, 4096)
] + [
    {"__read_map": f"(i64.const {value})"}
    for value in ("0", "-1", "0x0000100000000000", "0x0000000000001000", "0x0000fffc0000fffc",
                  "0x7fffffff7fffffff", "0x0000100000001010", "0x0000100800001008")
]  # fmt: skip


@pytest.mark.parametrize("helpers", LIARS, ids=str)
async def test_helpers_that_lie_do_no_harm(load, helpers):
    type = "map[string]map[string]*string"
    runtime = lying(**helpers) + r'(data (i32.const 4096) "\00\10\00\00\ff\ff\ff\0f\01")'
    code = func("f", "(param i32) (result i32)", "(i32.const 4096)")
    code += func("g", "(param i32 i32 i32) (result i32)", "(i32.const 4096)")
    code += func("h", "(param i32)")
    call = load(code, {"f": ([type], [type]), "g": (["[]*string"], ["*[]string"]),
                       "h": ([], ["string", type])}, runtime=runtime)  # fmt: skip
    for name, *values in [("f", {"a": {"b": "c"}}), ("g", ["x", None]), ("h",)]:
        try:
            await call(name, *values)
        except (BadGuestReply, GuestFailure, EngineError):
            continue


@pytest.mark.parametrize("helper", ["__new", "__make", "__read_map", "__write_map", "malloc"])
async def test_helpers_that_never_end(load, helper):
    type = "map[string]*string"
    runtime = lying(**{helper: "(loop $l (br $l)) unreachable"})
    store = "(i32.store offset=8 (local.get 0) (i32.const 4096))"
    code = func("f", "(param i32 i32)", store)
    call = load(code, {"f": ([type], ["string", type])}, runtime=runtime)
    with pytest.raises(DeadlineExceeded):
        await call("f", {"a": "b"}, limits=Limits(cpu=0.1))


async def test_a_host_functions_maps_that_never_end(load):
    runtime = RUNTIME + MAPS.replace("(i64.or", "(loop $l (br $l)) (i64.or")
    functions = {
        "status": ([], ["int"]),
        "pins": ([], ["int"]),
        "response": ([], [f"*{P}.Response"]),
    }
    imports = {"modus_http_client.fetch": ([f"*{P}.Request"], [f"*{P}.Response"])}
    call = load(FETCH, functions, HTTP, imports=imports, runtime=runtime)
    with pytest.raises(DeadlineExceeded):
        await call("status", limits=Limits(cpu=0.1))
    assert call.host.asked == []


async def test_results_that_are_larger_than_may_be_are_not_asked_for(load):
    code = func("f", "(param i32)", "unreachable")
    call = load(code, {"f": ([], ["[16777216]int64"])})
    call.guest.broken = {}  # too many values to be passed, but not to be given
    with pytest.raises(BadGuestReply, match="payloadMb"):
        await call("f")


# Calls by records -------------------------------------------------------------------------------

RECORDS = r"""
  (memory (export "memory") 1)
  (data (i32.const 1024) "\00\08")
  (func (export "__new") (param i32) (result i32)
    (select (i32.const 2048) (i32.const 0) (i32.eq (local.get 0) (i32.const 3))))
  (func (export "__make") (param i32 i32) (result i32)
    (i32.store (i32.const 3072) (i32.const 3080)) (i32.const 3072))
  (func (export "__unpin") (param i32) unreachable)
"""


async def test_calls_by_records(load):
    same = func("f", "(param i32) (result i32)", "(local.get 0)")
    functions = {"f": (["string", "int", "bool"], ["string", "int", "bool"])}
    call = load(same, functions, word=8, runtime=RECORDS)
    assert await call("f", "text", -7, True) == {"item1": "text", "item2": -7, "item3": True}
    nothing = func("f", "(param i32) (result i32)", "(local.get 0)")
    assert await load(nothing, {"f": ([], [])}, word=8, runtime=RECORDS)("f") is None


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("(i32.const 0)", "gave no results"), ("(i32.const -8)", "outside its memory"),
        ("(i32.const 65530)", "outside its memory"),
    ],
)  # fmt: skip
async def test_records_that_lead_nowhere(load, code, message):
    call = load(func("f", "(param i32) (result i32)", code), {"f": ([], ["int"])}, word=8,
                runtime=RECORDS)  # fmt: skip
    with pytest.raises(BadGuestReply, match=message):
        await call("f")


async def test_a_module_that_does_not_know_its_own_arguments(load):
    runtime = RECORDS.replace("(i32.const 3))))", "(i32.const 9))))")
    call = load(func("f", "(param i32) (result i32)", "unreachable"), {"f": (["int"], [])}, word=8,
                runtime=runtime)  # fmt: skip
    with pytest.raises(BadGuestReply, match="type of its own arguments"):
        await call("f", 1)


def test_functions_of_records_have_one_form(load):
    call = load(func("f", "(param i64)"), {"f": (["int64"], [])}, word=8, runtime=RECORDS)
    assert "exported as (i64) -> ()" in call.guest.broken["f"]
