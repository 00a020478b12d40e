"""Streams at the border of core modules, by a module that reads one and echoes it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from wasmtime import wat2wasm

from atoll.engine import CoreProgram, Engine, EngineConfig, GuestMemoryError, Limits
from atoll.guest.failure import BadGuestReply
from atoll.guest.streams import StreamBorder, stream_imports

# echo(handle, capacity): emits every chunk of the stream, which are JSON; gives the last status
# and length.
ECHO = """
(module
  (import "atoll_stream" "next" (func $next (param i32 i32 i32) (result i64)))
  (import "atoll_stream" "close" (func $close (param i32)))
  (import "atoll_stream" "emit" (func $emit (param i32 i32) (result i32)))
  (import "atoll_stream" "put" (func $put (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "echo") (param $handle i32) (param $capacity i32) (result i64)
    (local $got i64)
    (loop $again
      (local.set $got
        (call $next (local.get $handle) (i32.const 64) (local.get $capacity)))
      (if (i64.lt_u (local.get $got) (i64.const 0x100000000))
        (then
          (drop (call $emit (i32.const 64) (i32.wrap_i64 (local.get $got))))
          (br $again))))
    (local.get $got))
  (func (export "next") (param i32 i32 i32) (result i64)
    (call $next (local.get 0) (local.get 1) (local.get 2)))
  (func (export "emit") (param i32 i32) (result i32)
    (call $emit (local.get 0) (local.get 1)))
  (func (export "put") (param i32) (result i32) (call $put (local.get 0)))
  (func (export "close") (param i32) (call $close (local.get 0))))
"""


class Refused(Exception):
    code = "NO_SUCH_STREAM"
    message = "stream 9 is not open in this call"


class Source:
    """One stream, number 1, and a client that takes what is emitted."""

    def __init__(self, *chunks: str, listening: bool = True) -> None:
        self.chunks = list(chunks)
        self.sent: list[Any] = []
        self.closed: list[int] = []
        self.listening = listening

    async def next(self, handle: int) -> str | None:
        await asyncio.sleep(0)
        if handle != 1:
            raise Refused(Refused.message)
        return self.chunks.pop(0) if self.chunks else None

    async def close(self, handle: int) -> None:
        self.closed.append(handle)

    async def emit(self, element: Any) -> None:
        if not self.listening:
            raise Refused
        await asyncio.sleep(0)
        self.sent.append(element)


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    engine = Engine(EngineConfig(concurrency=4, cache=tmp_path_factory.mktemp("cache")))
    imports = stream_imports(lambda execution: execution.data)
    yield CoreProgram(engine, engine.compile_module(wat2wasm(ECHO)), imports)
    engine.close()


async def run(program, source, export, *arguments):
    async with program.execute(Limits(), StreamBorder(source)) as execution:
        result = await execution.call(export, *arguments)
        return result, bytes(execution.read(64, 64))


async def test_chunks_in_and_out(program):
    source = Source("1", '{"a":null}', '"drei €"')
    (result, _) = await run(program, source, "echo", 1, 64)
    assert source.sent == [1, {"a": None}, "drei €"]
    assert result == 1 << 32


async def test_a_chunk_that_does_not_fit_is_kept(program):
    source = Source("12345678")
    async with program.execute(Limits(), StreamBorder(source)) as execution:
        assert await execution.call("next", 1, 64, 4) == 3 << 32 | 8
        assert execution.read(64, 8) == bytes(8)
        assert await execution.call("next", 1, 64, 8) == 8
        assert execution.read(64, 8) == b"12345678"
        assert await execution.call("next", 1, 64, 8) == 1 << 32


@pytest.mark.parametrize(
    ("message", "expected"),
    [("stream 9 is", b"stream 9"), ("euro €", b"euro \xe2\x82\xac"), ("euros €", b"euros ")],
)
async def test_failure_gives_the_message_cut_to_the_buffer(program, monkeypatch, message, expected):
    monkeypatch.setattr(Refused, "message", message)
    result, memory = await run(program, Source(), "next", 9, 64, 8)
    assert result == 2 << 32 | len(expected)
    assert memory[:9] == expected.ljust(9, b"\0")


@pytest.mark.parametrize("text", ['{"a":', "\xff", "", "[" * 20])
async def test_what_is_not_json_is_no_element(program, text):
    source = Source(text)
    with pytest.raises(BadGuestReply, match="not JSON"):
        await run(program, source, "echo", 1, 64)
    assert source.sent == []


async def test_nobody_listens(program):
    source = Source("1", listening=False)
    async with program.execute(Limits(), StreamBorder(source)) as execution:
        await execution.call("next", 1, 64, 8)
        assert await execution.call("emit", 64, 1) == 1
        execution.data.read_element = lambda execution, slot: slot
        assert await execution.call("put", 64) == 1


async def test_elements_are_read_as_the_running_function_streams_them(program):
    source = Source()
    async with program.execute(Limits(), StreamBorder(source)) as execution:
        execution.data.read_element = lambda execution, slot: [slot, execution.read(64, 2)]
        execution.write(64, b"ab")
        assert await execution.call("put", 64) == 0
        assert await execution.call("put", -1) == 0
    assert source.sent == [[64, b"ab"], [0xFFFFFFFF, b"ab"]]


async def test_a_function_that_streams_nothing_is_not_heard(program):
    source = Source()
    result, _ = await run(program, source, "put", 64)
    assert (result, source.sent) == (1, [])


async def test_an_element_that_lies_ends_the_call(program):
    def read(execution, slot):
        raise BadGuestReply("no such element")

    source = Source()
    async with program.execute(Limits(), StreamBorder(source)) as execution:
        execution.data.read_element = read
        with pytest.raises(BadGuestReply, match="no such element"):
            await execution.call("put", 64)


async def test_close(program):
    source = Source("a")
    await run(program, source, "close", 1)
    assert source.closed == [1]


@pytest.mark.parametrize(
    ("export", "arguments"),
    [
        ("next", (1, 65533, 64)),
        ("next", (1, -1, 64)),
        ("emit", (0, -1)),
        ("emit", (65536, 1)),
        ("emit", (-1, 2)),
    ],
)
async def test_lying_pointers(program, export, arguments):
    source = Source("abcdef")
    with pytest.raises(GuestMemoryError):
        await run(program, source, export, *arguments)
    assert source.sent == []
