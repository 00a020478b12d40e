"""What modules get of WASI, called as hostile ones would call it."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable
from typing import Any

import pytest
import wasmtime

from atoll.app.log import CallLog
from atoll.engine import CoreProgram, DeadlineExceeded, Engine, EngineConfig, GuestExit, Limits
from atoll.guest.core.call import Call
from atoll.guest.core.wasi import MAX_RANDOM, flush, wasi_import

IMPORTS = {
    "fd_write": "i32 i32 i32 i32",
    "fd_read": "i32 i32 i32 i32",
    "fd_close": "i32",
    "fd_seek": "i32 i64 i32 i32",
    "fd_fdstat_get": "i32 i32",
    "fd_prestat_get": "i32 i32",
    "clock_time_get": "i32 i64 i32",
    "clock_res_get": "i32 i32",
    "random_get": "i32 i32",
    "poll_oneoff": "i32 i32 i32 i32",
    "sched_yield": "",
    "environ_sizes_get": "i32 i32",
    "environ_get": "i32 i32",
    "args_sizes_get": "i32 i32",
    "args_get": "i32 i32",
    "path_open": "i32 i32 i32 i32 i32 i64 i64 i32 i32",
    "sock_accept": "i32 i32 i32",
}
MEMORY = 32 << 16


@pytest.fixture(scope="module")
def engine():
    engine = Engine(EngineConfig(concurrency=20))
    yield engine
    engine.close()


def _escaped(content: bytes) -> str:
    return "".join(f"\\{byte:02x}" for byte in content)


class Running:
    """A module that does what ``code`` says; the memory that it leaves, and what it logs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.lines: list[tuple[int, str]] = []
        self.memory = b""

    async def __call__(
        self,
        code: str,
        data: dict[int, bytes] | None = None,
        *,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        on_log: Callable[[int, str], None] | None = None,
    ) -> int:
        segments = " ".join(
            f'(data (i32.const {at}) "{_escaped(content)}")' for at, content in (data or {}).items()
        )
        imports = " ".join(
            f'(import "wasi_snapshot_preview1" "{name}"'
            f" (func ${name} (param {params}) (result i32)))"
            for name, params in IMPORTS.items()
        )
        text = (
            f'(module {imports} (import "wasi_snapshot_preview1" "proc_exit"'
            f' (func $proc_exit (param i32))) (memory (export "memory") 32) {segments}'
            f' (func (export "f") (result i32) (local $n i32) {code}))'
        )
        module = self._engine.compile_module(bytes(wasmtime.wat2wasm(text)), cached=False)
        definitions = [wasi_import("proc_exit", ["i32"], [])]
        definitions += [
            wasi_import(name, params.split(), ["i32"]) for name, params in IMPORTS.items()
        ]
        program = CoreProgram(self._engine, module, definitions, unknown_imports_trap=False)
        self.lines.clear()
        host: Any = None  # asked for nothing
        call = Call(
            {"TZ": "Asia/Tokyo", "CLAIMS": "é"},
            host,
            on_log or (lambda level, line: self.lines.append((level, line))),
        )
        async with program.execute(limits, call) as execution:
            result = await execution.call("f")
            flush(execution)
            self.memory = bytes(execution.view())
        assert isinstance(result, int)
        return result

    def word(self, at: int) -> int:
        return struct.unpack_from("<I", self.memory, at)[0]

    def long(self, at: int) -> int:
        return struct.unpack_from("<Q", self.memory, at)[0]


@pytest.fixture
def run(engine) -> Running:
    return Running(engine)


def numbers(*values: int) -> str:
    return " ".join(f"(i32.const {value})" for value in values)


def write(fd: int, vectors: int = 8, count: int = 1, written_at: int = 0) -> str:
    return f"(call $fd_write {numbers(fd, vectors, count, written_at)})"


def vectors(*pieces: tuple[int, int]) -> bytes:
    return b"".join(struct.pack("<II", *piece) for piece in pieces)


# Output -------------------------------------------------------------------------------------------


async def writing(run: Running, *writes: tuple[int, bytes], **options: Any) -> None:
    """Write these texts to these descriptors, one after another."""
    data, code, at = {}, [], 4096
    for index, (fd, text) in enumerate(writes):
        data[8 + 8 * index] = vectors((at, len(text)))
        data[at] = text
        at += len(text)
        code.append(f"(drop {write(fd, 8 + 8 * index)})")
    assert await run(" ".join(code) + "(i32.const 0)", data, **options) == 0


async def test_a_line_may_come_in_pieces(run):
    await writing(run, (1, b"a"), (1, b"b"), (1, b"c\nInf"), (1, b"o: d\n\n"), (1, b"rest"))
    assert run.lines == [(0, "abc"), (4, "d"), (0, "rest")]


async def test_the_two_outputs_have_lines_of_their_own(run):
    await writing(run, (1, b"out"), (2, b"err"), (1, b"1\n"), (2, b"2\n"), (2, b"e"), (1, b"o"))
    assert run.lines[:2] == [(0, "out1"), (1, "err2")]
    assert sorted(run.lines[2:]) == [(0, "o"), (1, "e")]


async def test_a_character_may_come_in_pieces(run):
    text = "é✨🎉".encode()
    await writing(run, *((1, text[at : at + 1]) for at in range(len(text))))
    assert run.lines == [(0, "é✨🎉")]


async def test_bytes_that_are_no_text_are_shown_as_such(run):
    await writing(run, (1, b"a\xff\xc3\nb\0\xed\xa0\x80\n"))
    assert [line for _, line in run.lines] == ["a\ufffd\ufffd", "b\0\ufffd\ufffd\ufffd"]


async def test_the_level_is_told_by_a_prefix_alone(run):
    lines = [
        "Debug: a", "Info: b", "Warning: c", "Error: d", "abort: e", "panic: f",
        "info: g", "Info:h", " Info: i", "Other: j", "Info: Error: k", "Error: ", ": l",
    ]  # fmt: skip
    await writing(run, (2, "\n".join(lines).encode()))
    assert run.lines == [
        (3, "a"), (4, "b"), (5, "c"), (6, "d"), (7, "e"), (7, "f"),
        (1, "info: g"), (1, "Info:h"), (1, " Info: i"), (1, "Other: j"), (4, "Error: k"), (6, ""),
        (1, ": l"),
    ]  # fmt: skip


async def test_vectors_are_joined(run):
    data = {8: vectors((100, 2), (0, 0), (200, 3)), 100: b"ab", 200: b"c\nd"}
    assert await run(write(1, count=3), data) == 0
    assert run.lines == [(0, "abc"), (0, "d")]
    assert run.word(0) == 5
    assert await run(write(1, count=0)) == 0
    assert (run.lines, run.word(0)) == ([], 0)


@pytest.mark.parametrize(
    ("code", "errno"),
    [
        (write(0), 8),
        (write(3), 8),
        (write(-1), 8),
        (write(1, count=1025), 28),
        (write(1, count=-1), 28),
        (write(1, vectors=MEMORY - 4), 21),
        (write(1, vectors=-4), 21),
        (write(1, written_at=MEMORY - 2), 21),
        (write(1, vectors=16), 21),
    ],
)
async def test_writes_that_cannot_be(run, code, errno):
    data = {8: vectors((100, 1), (MEMORY - 1, 2)), 100: b"x"}
    assert await run(code, data) == errno
    assert run.lines == []


async def test_a_write_that_names_all_memory_again_and_again_costs_little(run):
    everything = vectors((0, MEMORY)) * 1024
    assert await run(write(1, 4096, 1024), {4096: everything}) == 0
    assert run.word(0) == 1024 * MEMORY
    assert sum(len(line) for _, line in run.lines) <= 1 << 20


async def test_a_line_without_end_comes_in_parts(run):
    loop = f"(loop $l (drop {write(1)}) (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n)"
    loop += " (i32.const 1))) (i32.const 200)))) (i32.const 0)"
    await run(loop, {8: vectors((4096, 1000)), 4096: b"x" * 1000})
    assert sum(len(line) for _, line in run.lines) == 200_000
    assert max(len(line) for _, line in run.lines) <= 66_536
    assert len(run.lines) == 4


async def test_output_stops_at_the_logs_cap(run):
    log = CallLog("f", "id", 1000)
    loop = f"(loop $l (drop {write(1)}) (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n)"
    loop += " (i32.const 1))) (i32.const 5000)))) (i32.const 0)"
    await run(loop, {8: vectors((4096, 100)), 4096: b"x" * 99 + b"\n"}, on_log=log.add)
    assert 0 < sum(len(line.message) for line in log.printed) <= 1000


# Clocks and sleep ---------------------------------------------------------------------------------


@pytest.mark.parametrize("clock", [0, 1, 2, 3])
async def test_clocks(run, clock):
    assert await run(f"(call $clock_time_get {numbers(clock)} (i64.const 0) {numbers(8)})") == 0
    now = time.time_ns() if clock == 0 else time.monotonic_ns()
    assert abs(run.long(8) - now) < 60 * 10**9
    assert await run(f"(call $clock_res_get {numbers(clock, 8)})") == 0
    assert run.long(8) == 1


@pytest.mark.parametrize("clock", [4, -1, 0x7FFFFFFF])
async def test_there_are_no_other_clocks(run, clock):
    assert await run(f"(call $clock_time_get {numbers(clock)} (i64.const 0) {numbers(8)})") == 28
    assert await run(f"(call $clock_res_get {numbers(clock, 8)})") == 28


@pytest.mark.parametrize("at", [MEMORY - 7, -1, -8])
async def test_a_clock_that_leads_nowhere(run, at):
    assert await run(f"(call $clock_time_get {numbers(0)} (i64.const 0) {numbers(at)})") == 21
    assert await run(f"(call $clock_res_get {numbers(0, at)})") == 21


def subscription(
    user: int, kind: int = 0, subject: int = 1, timeout: int = 0, flags: int = 0
) -> bytes:
    return struct.pack("<QB7xI4xQQH6x", user, kind, subject, timeout, 0, flags)


def poll(count: int, *, at: int = 4096, events: int = 8192, count_at: int = 0) -> str:
    return f"(call $poll_oneoff {numbers(at, events, count, count_at)})"


def events(run: Running) -> list[tuple[int, int, int]]:
    """Of each: user data, error, kind."""
    return [struct.unpack_from("<QHB", run.memory, 8192 + 32 * n) for n in range(run.word(0))]


async def test_what_wakes_a_sleeper(run):
    second, millisecond = 10**9, 10**6
    cases = {
        subscription(7, timeout=millisecond): [(7, 0, 0)],
        subscription(1, timeout=60 * second) + subscription(2): [(2, 0, 0)],
        subscription(1) + subscription(2, subject=0): [(1, 0, 0), (2, 0, 0)],
        subscription(1, subject=0, timeout=time.time_ns() - second, flags=1): [(1, 0, 0)],
        subscription(1, subject=9, timeout=60 * second): [(1, 28, 0)],
        subscription(1, kind=2, subject=1) + subscription(2, timeout=second): [(1, 0, 2)],
        subscription(1, kind=1, subject=0): [(1, 8, 1)],
        subscription(1, kind=2, subject=5): [(1, 8, 2)],
    }
    for data, expected in cases.items():
        assert await run(poll(len(data) // 48), {4096: data}, limits=Limits(wall=20)) == 0
        assert events(run) == expected


@pytest.mark.parametrize("clock", [0, 1])
async def test_a_sleep_is_not_shorter_than_asked(run, clock):
    """By the clock that the guest reads before it and after."""
    read = "(drop (call $clock_time_get (i32.const 1) (i64.const 0) (i32.const {})))"
    code = f"{read.format(8)} (drop {poll(1)}) {read.format(16)} (i32.const 0)"
    nanoseconds = 50 * 10**6
    asked = subscription(1, subject=clock, timeout=nanoseconds)
    assert await run(code, {4096: asked}, limits=Limits(wall=20)) == 0
    assert run.long(16) - run.long(8) >= nanoseconds
    assert events(run) == [(1, 0, 0)]


async def test_a_sleep_until_a_moment_does_not_end_before_it(run):
    until = time.monotonic_ns() + 50 * 10**6
    code = f"(drop {poll(1)}) (call $clock_time_get {numbers(1)} (i64.const 0) {numbers(16)})"
    data = {4096: subscription(1, timeout=until, flags=1)}
    assert await run(code, data, limits=Limits(wall=20)) == 0
    assert run.long(16) >= until


@pytest.mark.parametrize(
    ("code", "errno"),
    [
        (poll(0), 28),
        (poll(-1), 28),
        (poll(2000), 28),
        (poll(1, at=MEMORY - 47), 21),
        (poll(1, at=-48), 21),
        (poll(1, events=MEMORY - 31), 21),
        (poll(1, count_at=-1), 21),
    ],
)
async def test_sleep_with_bad_arguments(run, code, errno):
    assert await run(code) == errno


LONG = subscription(1, timeout=2**64 - 1)


async def test_a_sleeping_guest_holds_nobody_up(engine, run):
    sleeping = [
        asyncio.create_task(Running(engine)(poll(1), {4096: LONG}, limits=Limits(wall=600)))
        for _ in range(10)
    ]
    for _ in range(10):
        assert await run("(i32.const 5)") == 5
    assert not any(task.done() for task in sleeping)
    for task in sleeping:
        task.cancel()
    await asyncio.gather(*sleeping, return_exceptions=True)
    assert all(task.cancelled() for task in sleeping)


async def test_a_sleep_ends_with_its_call(run):
    with pytest.raises(DeadlineExceeded):
        await run(poll(1), {4096: LONG}, limits=Limits(wall=0.2))


# The rest -----------------------------------------------------------------------------------------


async def test_randomness_comes_in_pieces(run):
    half = MEMORY // 2
    assert half == MAX_RANDOM
    call = (
        f"(i32.add (call $random_get {numbers(0, half)}) (call $random_get {numbers(half, half)}))"
    )
    assert await run(call) == 0
    first, second = run.memory[:half], run.memory[half:]
    assert first != second
    assert len(set(first)) == len(set(second)) == 256
    assert await run(f"(call $random_get {numbers(0, 0)})") == 0
    assert not any(run.memory)


@pytest.mark.parametrize(
    ("at", "size", "errno"),
    [(0, MAX_RANDOM + 1, 28), (0, -1, 28), (MEMORY - 1, 2, 21), (-1, 2, 21)],
)
async def test_randomness_that_cannot_be(run, at, size, errno):
    assert await run(f"(call $random_get {numbers(at, size)})") == errno


async def test_the_environment(run):
    assert await run(f"(call $environ_sizes_get {numbers(0, 4)})") == 0
    expected = "TZ=Asia/Tokyo\0CLAIMS=é\0".encode()
    assert (run.word(0), run.word(4)) == (2, len(expected))
    assert await run(f"(call $environ_get {numbers(0, 100)})") == 0
    assert run.memory[100 : 100 + len(expected)] == expected
    assert (run.word(0), run.word(4)) == (100, 100 + len("TZ=Asia/Tokyo\0"))
    assert await run(f"(call $environ_get {numbers(0, MEMORY - 1)})") == 21
    assert await run(f"(call $environ_sizes_get {numbers(0, -4)})") == 21


async def test_there_are_no_arguments_no_input_and_no_files(run):
    assert await run(f"(call $args_sizes_get {numbers(0, 4)})", {0: b"\xff" * 8}) == 0
    assert (run.word(0), run.word(4)) == (0, 0)
    assert await run(f"(call $args_get {numbers(0, 4)})") == 0
    assert await run(f"(call $fd_read {numbers(0, 8, 1, 0)})", {0: b"\xff" * 4}) == 0
    assert run.word(0) == 0
    for code in (
        f"(call $fd_read {numbers(3, 8, 1, 0)})",
        f"(call $fd_close {numbers(1)})",
        f"(call $fd_seek {numbers(1)} (i64.const 0) {numbers(0, 0)})",
        f"(call $fd_fdstat_get {numbers(1, 0)})",
        f"(call $fd_prestat_get {numbers(3, 0)})",
    ):
        assert await run(code) == 8
    opening = (
        f"(call $path_open {numbers(3, 0, 0, 0, 0)} (i64.const 0) (i64.const 0) {numbers(0, 0)})"
    )
    assert await run(opening) == 52
    assert await run(f"(call $sock_accept {numbers(3, 0, 0)})") == 52
    assert await run("(call $sched_yield)") == 0


@pytest.mark.parametrize(("given", "status"), [(1, 1), (254, 254), (-1, 0xFFFFFFFF), (256, 256)])
async def test_exits(run, given, status):
    with pytest.raises(GuestExit) as caught:
        await run(f"(call $proc_exit {numbers(given)}) (i32.const 0)")
    assert caught.value.status == status


async def test_a_function_with_a_signature_of_another_is_missing(run, monkeypatch):
    monkeypatch.setitem(IMPORTS, "clock_time_get", "i32 i32 i32")
    monkeypatch.setitem(IMPORTS, "poll_oneoff", "i64")
    assert await run(f"(call $clock_time_get {numbers(0, 0, 8)})") == 52
    assert await run("(call $poll_oneoff (i64.const 0))") == 52
