"""Modules at work: what is linked, what is refused, how calls end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import wasmtime

from atoll.engine import (
    DeadlineExceeded,
    Engine,
    EngineConfig,
    GuestMemoryError,
    Limits,
    Trap,
)
from atoll.guest.assemblyscript.program import AssemblyScriptGuest
from atoll.guest.core.fit import MAX_BYTES
from atoll.guest.failure import BadGuestReply, GuestEnded, GuestFailure, MetadataError
from atoll.guest.wasm_encoding import custom_section

S = "~lib/string/String"
RUNTIME = """
  (memory (export "memory") 1)
  (func (export "__new") (param i32 i32) (result i32) (i32.const 2048))
  (func (export "__pin") (param i32) (result i32) (local.get 0))
  (func (export "__unpin") (param i32))
"""
SOURCE = """
@external("modus_test", "text")
declare function text(x: i32): string | null;

@external("modus_system", "logMessage")
declare function log(level: string, message: string): void;

export function hello(name: string): string { return "Hello, " + name }
export function defaults(a: i32, b: string = "b" + "c", c: i64 = -9007199254740993): string {
  return a.toString() + b + c.toString();
}
export function known(a: i32 = 7, b: string = "b" + "c", c: string | null = null): string {
  return a.toString() + b + (c === null ? "-" : c!);
}
export function fail(): void { throw new Error("it broke") }
export function failTwice(): void { log("fatal", "why it ends"); unreachable() }
export function failAndSpin(): void { log("fatal", "why it ends"); while (true) {} }
function inner(a: i32[]): i32 { return a[7] }
export function outside(): i32 { return inner([1]) }
export function divide(by: i32): i32 { return 7 / by }
export function leave(status: i32): i32 { process.exit(status); return 1 }
export function tell(): void { console.error("told"); process.exit(1) }
export function lines(): i32 { console.log("a"); console.warn("b"); console.error("c"); return 1 }
export function print(): void { process.stdout.write("Info: x\\ny\\nabort: z\\nrest") }
export function spin(): void { while (true) {} }
export function deep(n: i32): i32 { return n == 0 ? 0 : deep(n - 1) + deep(n - 1) + 1 }
export function recurse(n: i32): i32 { return recurse(n + 1) + 1 }
export function eat(): void {
  const all: ArrayBuffer[] = [];
  while (true) all.push(new ArrayBuffer(1 << 20));
}
export function variables(): string[] { return [process.env.get("TZ"), process.env.get("CLAIMS")] }
export function has(name: string): bool { return process.env.has(name) }
export function ask(): string { const found = text(7); return found === null ? "null" : found }
export function draw(): f64 { return Math.random() }
export function now(): i64 { return Date.now() }
let count = 0;
export function next(): i32 { return ++count }
"""


@pytest.fixture(scope="module")
def engine():
    engine = Engine(EngineConfig(concurrency=4))
    yield engine
    engine.close()


class Host:
    streams: Any = None
    payload_limit = 1 << 20

    async def call(self, name, payload):
        raise AssertionError

    async def run_import(self, name, arguments):
        assert (name, arguments) == ("modus_test.text", [7])
        return self.answer

    def refuse_result(self, name, reason):
        self.refused = name, reason


class Running:
    def __init__(self, guest: AssemblyScriptGuest) -> None:
        self.guest = guest
        self.lines: list[tuple[int, str]] = []

    async def __call__(self, name, /, *, limits=Limits(), answer=None, **arguments):  # noqa: B008
        self.host = host = Host()
        host.answer = answer
        self.lines.clear()
        async with self.guest.execute(
            limits,
            environment={"TZ": "Asia/Tokyo", "CLAIMS": '{"a":1}'},
            host=host,
            on_log=lambda level, line: self.lines.append((level, line)),
        ) as execution:
            function = self.guest.interface.function(name)
            assert function is not None
            return await execution.invoke(function, arguments, None)


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def module(request, build_assemblyscript, tmp_path_factory) -> bytes:
    folder: Path = tmp_path_factory.mktemp("app")
    (folder / "assembly").mkdir()
    (folder / "assembly" / "index.ts").write_text(SOURCE)
    return build_assemblyscript(folder, release=request.param)


@pytest.fixture
def call(module: bytes, engine: Engine) -> Running:
    return Running(AssemblyScriptGuest.load(engine, module))


async def test_calls_share_nothing(call):
    assert await call("hello", name="Ada") == "Hello, Ada"
    assert [await call("next") for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"a": 1}, "1bc-9007199254740993"),
        ({"a": 1, "b": "x"}, "1x-9007199254740993"),
        ({"a": 1, "b": None}, "1bc-9007199254740993"),
        ({"a": 1, "b": "x", "c": 5}, "1x5"),
    ],
)
async def test_the_guests_own_defaults(call, arguments, expected):
    assert await call("defaults", **arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, "7bc-"),
        ({"a": 7, "c": None}, "7bc-"),
        ({"a": 1, "c": None}, "1bc-"),
        ({"b": "x", "c": None}, "7x-"),
        ({"b": "x", "c": "y"}, "7xy"),
    ],
)
async def test_defaults_that_the_api_fills_in(call, arguments, expected):
    assert await call("known", **arguments) == expected


async def test_a_failure_says_why_and_where(call):
    with pytest.raises(GuestFailure, match=r"it broke at assembly/index.ts:15:32"):
        await call("fail")
    assert call.lines == []  # it is the failure's own text, and not logged beside it


@pytest.mark.parametrize("function", ["failTwice", "failAndSpin"])
async def test_the_reason_is_logged_when_the_guest_is_torn_down(call, function):
    with pytest.raises((Trap, DeadlineExceeded)):
        await call(function, limits=Limits(cpu=0.1))
    assert call.lines == [(7, "why it ends")]


async def test_failures_name_the_function_if_the_module_has_names(call, module):
    names = b"assembly/index/inner" in module
    place = r", called by assembly/index/inner\Z" if names else r"\Z"
    with pytest.raises(GuestFailure, match=rf"Index out of range at ~lib/array.ts:\d+:\d+{place}"):
        await call("outside")
    place = r", in assembly/index/divide\.\Z" if names else r"\.\Z"
    with pytest.raises(Trap, match=rf"divided an integer by zero{place}"):
        await call("divide", by=0)


async def test_a_lack_of_memory_is_told(call):
    with pytest.raises(Trap, match=r"with \d+ of 16 MiB of memory in use: .*limits.memoryMb"):
        await call("eat", limits=Limits(memory=16 << 20))


async def test_ends(call):
    assert await call("leave", status=0) is None
    assert call.lines[-1][0] == 5
    for status in (1, 3, 126, 254):
        with pytest.raises(GuestEnded) as raised:
            await call("leave", status=status)
        assert raised.value.status == status
    with pytest.raises(GuestEnded):
        await call("tell")
    assert call.lines == [(6, "told")]


async def test_lines(call):
    assert await call("lines") == 1
    assert call.lines == [(4, "a"), (5, "b"), (6, "c")]
    await call("print")
    assert call.lines == [(4, "x"), (0, "y"), (7, "z"), (0, "rest")]


async def test_what_goes_on_without_end_is_stopped(call):
    with pytest.raises(DeadlineExceeded):
        await call("spin", limits=Limits(cpu=0.1))
    with pytest.raises(Trap):
        await call("recurse", n=0)
    with pytest.raises((Trap, GuestFailure)):
        await call("eat", limits=Limits(memory=8 << 20))


async def test_the_environment_is_two_variables(call):
    assert await call("variables") == ["Asia/Tokyo", '{"a":1}']
    assert not await call("has", name="PATH")


async def test_clock_and_randomness(call):
    import time

    assert abs(await call("now") - time.time() * 1000) < 60_000
    assert await call("draw") != await call("draw")


@pytest.mark.parametrize("answer", [None, "", "a✨", "x" * 100_000])
async def test_host_functions(call, answer):
    assert await call("ask", answer=answer) == ("null" if answer is None else answer)


async def test_a_result_that_is_not_what_the_module_declares(call):
    assert await call("ask", answer=[]) == "null"
    name, reason = call.host.refused
    assert name == "modus_test.text"
    assert "declares modus_test.text with another result" in reason


async def test_a_result_that_is_too_large(call):
    assert await call("ask", answer="x" * (MAX_BYTES // 2)) == "null"
    assert "payloadMb" in call.host.refused[1]


# Modules that are not what they say ---------------------------------------------------------------


def module_of(text: str, *, exports: Any = None, imports: Any = None, version: bytes = b"\x02"):
    metadata = {
        "sdk": "modus-sdk-as@0.17.0",
        "fnExports": exports or {},
        "fnImports": imports or {},
        "types": {},
    }
    wasm = bytes(wasmtime.wat2wasm(f"(module {text})"))
    return (
        wasm
        + custom_section("modus_metadata_version", version)
        + custom_section("modus_metadata", json.dumps(metadata).encode())
    )


START = '(func (export "_start"))'
F = {"f": {"parameters": [{"name": "a", "type": "i32"}], "results": [{"type": S}]}}


def refused(engine: Engine, wasm: bytes) -> MetadataError:
    with pytest.raises(MetadataError) as raised:
        AssemblyScriptGuest.load(engine, wasm)
    return raised.value


@pytest.mark.parametrize(
    ("text", "options", "code", "named"),
    [
        (RUNTIME + START, {"exports": F}, "MODULE_MISMATCH", "function f "),
        (RUNTIME + START + '(func (export "f") (param i64) (result i32) (i32.const 0))',
         {"exports": F}, "MODULE_MISMATCH", "(i64) -> (i32)"),
        (RUNTIME, {}, "MODULE_MISMATCH", "_initialize"),
        (START + '(memory (export "memory") 1)', {}, "MODULE_MISMATCH", "__new"),
        ('(import "env" "abort" (func (param i32)))' + RUNTIME + START, {}, "IMPORT_UNKNOWN",
         "env.abort"),
        ('(import "other" "f" (func))' + RUNTIME + START, {}, "IMPORT_UNKNOWN", "other.f"),
        ('(import "modus_models" "invokeModel" (func (param i32)))' + RUNTIME + START, {},
         "MODULE_MISMATCH", "modus_models.invokeModel"),
        ('(import "modus_models" "invokeModel" (func (param i64)))' + RUNTIME + START,
         {"imports": {"modus_models.invokeModel": {"parameters": [{"name": "a", "type": S}]}}},
         "MODULE_MISMATCH", "modus_models.invokeModel"),
        (RUNTIME + START, {"version": b"\x01"}, "METADATA_VERSION", "version 1"),
    ],
)  # fmt: skip
def test_modules_that_are_refused(engine, text, options, code, named):
    error = refused(engine, module_of(text, **options))
    assert error.code == code
    assert named in error.message


def test_truncated_modules(engine, module):
    for cut in (0, 4, 8, 100, len(module) // 2, len(module) - 1):
        assert refused(engine, module[:cut]).code


@pytest.mark.parametrize("pointer", [0, 1, 19, 65535, 0x7FFFFFFF, -1])
async def test_a_result_that_leads_nowhere(engine, pointer):
    text = f'(func (export "f") (param i32) (result i32) (i32.const {pointer}))'
    call = Running(AssemblyScriptGuest.load(engine, module_of(RUNTIME + START + text, exports=F)))
    with pytest.raises(BadGuestReply):
        await call("f", a=1)


@pytest.mark.parametrize("more", ["", '(data (i32.const 8) "x")'])
async def test_an_allocator_that_lies(engine, more):
    text = RUNTIME.replace("i32.const 2048", "i32.const -8") + more
    exports = {"f": {"parameters": [{"name": "a", "type": S}]}}
    wasm = module_of(text + START + '(func (export "f") (param i32))', exports=exports)
    call = Running(AssemblyScriptGuest.load(engine, wasm))
    with pytest.raises((Trap, GuestMemoryError), match="outside its"):
        await call("f", a="text")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(param i32 i32) (result i32) (i32.const 2048)", "(param i32 i32)"),
        ("(param i32 i32) (result i32) (i32.const 2048)",
         "(param i32 i32) (result f64) (f64.const 0)"),
        ("(param i32) (result i32) (local.get 0)", "(param i32)"),
        ('"__unpin") (param i32)', '"__unpin") (param i64)'),
    ],
)  # fmt: skip
def test_allocators_with_other_signatures(engine, old, new):
    assert old in RUNTIME
    error = refused(engine, module_of(RUNTIME.replace(old, new) + START))
    assert error.code == "MODULE_MISMATCH"
    assert "__" in error.message


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("", False),
        ('(import "env" "Date.now" (func (result f64)))', False),
        ('(import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))', False),
        ('(import "wasi_snapshot_preview1" "poll_oneoff"'
         " (func (param i32 i32 i32 i32) (result i32)))", True),
        ('(import "modus_system" "logMessage" (func (param i32 i32)))', False),
        ('(import "modus_test" "text" (func (param i32) (result i32)))', True),
        ('(import "atoll_stream" "emit" (func (param i32 i32) (result i32)))', True),
    ],
)  # fmt: skip
def test_which_modules_may_wait(engine, text, waits):
    texts = [{"name": "level", "type": S}, {"name": "message", "type": S}]
    number = {"parameters": [{"name": "x", "type": "i32"}], "results": [{"type": S}]}
    imports = {"modus_system.logMessage": {"parameters": texts}, "modus_test.text": number}
    guest = AssemblyScriptGuest.load(engine, module_of(text + RUNTIME + START, imports=imports))
    assert guest.may_wait == waits
    assert guest.exact


async def test_an_import_that_a_module_names_twice(engine):
    """As the compiler does: the console and `abort` both import the log."""
    log = '(import "modus_system" "logMessage" (func {} (param i32 i32)))'
    text = (
        log.format("$one") + log.format("$two") + RUNTIME + START
        + r'(data (i32.const 1024) "\02\00\00\00\02\00\00\00x\00")'
        + '(func (export "f") (param i32) (result i32)'
        + " (call $one (i32.const 1032) (i32.const 1032))"
        + " (call $two (i32.const 1032) (i32.const 1032)) (i32.const 1032))"
    )  # fmt: skip
    texts = [{"name": "level", "type": S}, {"name": "message", "type": S}]
    imports = {"modus_system.logMessage": {"parameters": texts}}
    wasm = module_of(text, exports=F, imports=imports)
    call = Running(AssemblyScriptGuest.load(engine, wasm))
    assert await call("f", a=1) == "x"
    assert call.lines == [(4, "x"), (4, "x")]


async def test_a_module_that_exits_or_loops_as_it_starts(engine):
    exits = (
        '(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))'
        + RUNTIME
        + '(func (export "_initialize") (call $exit (i32.const 4)))'
        + '(func (export "f") (param i32) (result i32) (i32.const 0))'
    )
    with pytest.raises(GuestEnded):
        await Running(AssemblyScriptGuest.load(engine, module_of(exits, exports=F)))("f", a=1)
    loops = exits.replace("(call $exit (i32.const 4))", "(loop $l (br $l))")
    call = Running(AssemblyScriptGuest.load(engine, module_of(loops, exports=F)))
    with pytest.raises(DeadlineExceeded):
        await call("f", a=1, limits=Limits(cpu=0.1))


WASI = """
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open" (func $open
    (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("(call $write (i32.const 1) (i32.const -1) (i32.const 1) (i32.const 0))", 21),
        ("(call $write (i32.const 1) (i32.const 0) (i32.const -1) (i32.const 0))", 28),
        ("(call $write (i32.const 9) (i32.const 0) (i32.const 1) (i32.const 0))", 8),
        ("(call $random (i32.const 65530) (i32.const 100))", 21),
        ("(call $random (i32.const 0) (i32.const -1))", 28),
        ("(call $environ (i32.const -4) (i32.const 0))", 21),
        ("(call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)"
         " (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 0))", 52),
    ],
)  # fmt: skip
async def test_wasi_with_bad_arguments(engine, code, expected):
    exports = {"f": {"results": [{"type": "i32"}]}}
    text = WASI + RUNTIME + START + f'(func (export "f") (result i32) {code})'
    call = Running(AssemblyScriptGuest.load(engine, module_of(text, exports=exports)))
    assert await call("f") == expected
