"""Functions that stream: their elements, read from a memory that may lie, and who takes them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wasmtime import wat2wasm

from atoll.engine import Engine, EngineConfig, Limits
from atoll.guest.assemblyscript.codec import Codec
from atoll.guest.assemblyscript.metadata import parse_module
from atoll.guest.assemblyscript.module import Module, Signature
from atoll.guest.assemblyscript.program import AssemblyScriptGuest
from atoll.guest.assemblyscript.types import parse_type
from atoll.guest.failure import BadGuestReply, GuestFailure, MetadataError
from atoll.guest.selection import Wanted
from atoll.guest.types import ListOf, Nullable, Ref, Scalar
from atoll.guest.wasm_encoding import custom_section
from atoll.host.streams import Streams

S = "~lib/string/String"
SOURCE = """
import { stream as s, Stream as Of } from "@hypermode/modus-sdk-as";

class Crate {
  fruit: string = "pear";
  kilos: f64 = 2;
  parts: Crate[] = [];
}

/** Tells words. */
@stream
export function words(count: i32, size: i32 = 1): Of<string> {
  for (let i = 0; i < count; i++) s.emit(i.toString().repeat(size));
}
@stream
export function numbers(): Of<f64> {
  for (let i = 0; i < 3; i++) s.emit(i);
  [0.5].forEach((n) => { s.emit(n); });
  helped(0.25);
}
function helped(n: f64): void { s.emit(n) }
@stream
export function wide(): Of<u64> { s.emit(u64.MAX_VALUE) }
@stream
export function small(): Of<i8> { s.emit(-1) }
@stream
export function crates(): Of<Crate> {
  s.emit(new Crate());
  s.emit({ fruit: "fig", kilos: 0.5, parts: [new Crate()] });
}
@stream
export function perhaps(): Of<string[] | null> {
  s.emit(["a", "b"]);
  s.emit(null);
}
@stream
export function nothing(): Of<Crate> { s.emit(changetype<Crate>(0)) }
@stream
export function untilNobodyListens(): Of<bool> {
  let count = 0;
  while (s.emit(count > 1)) count++;
  console.log(count.toString());
}
@stream
export function outer(): Of<string> { s.emit("begin"); words(2); s.emit("end") }
@stream
export function confused(): Of<string> { numbers() }
export function unmarked(): void { s.emit(1) }
@stream
export function failing(): Of<i32> { s.emit(1); throw new Error("no more") }
@stream
export function endless(): Of<i32> { for (let i = 0; ; i++) s.emit(i) }
"""


@pytest.fixture(scope="module")
def engine():
    engine = Engine(EngineConfig(concurrency=4))
    yield engine
    engine.close()


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def wasm(request, build_assemblyscript, tmp_path_factory) -> bytes:
    folder: Path = tmp_path_factory.mktemp("app")
    (folder / "assembly").mkdir()
    (folder / "assembly" / "index.ts").write_text(SOURCE)
    return build_assemblyscript(folder, release=request.param)


@pytest.fixture(scope="module", params=[True, False], ids=["entries", "plain"])
def app(request, engine, wasm, assemblyscript_app) -> Any:
    return assemblyscript_app(engine, wasm, entries=request.param)


def test_what_they_give_is_in_the_interface(app):
    interface = app.guest.interface
    types = {
        "words": Scalar("String"),
        "wide": Scalar("UInt64"),
        "crates": Ref("Crate"),
        "perhaps": Nullable(ListOf(Scalar("String"))),
    }
    for name, type in types.items():
        assert (interface.function(name).streams, interface.function(name).result) == (True, type)
    assert interface.function("words").doc == "Tells words."
    assert [field.name for field in interface.types["Crate"].fields] == ["fruit", "kilos", "parts"]
    assert not interface.function("unmarked").streams
    assert app.guest.may_wait


async def test_elements_in_their_order(app):
    assert await app.stream("words", count=3, size=2) == ["00", "11", "22"]
    assert await app.stream("words", count=0) == []


async def test_elements_are_of_the_declared_type(app):
    assert await app.stream("numbers") == [0.0, 1.0, 2.0, 0.5, 0.25]
    assert await app.stream("wide") == [2**64 - 1]
    assert await app.stream("small") == [-1]
    assert await app.stream("perhaps") == [["a", "b"], None]


async def test_elements_are_as_the_caller_selects_them(app):
    pear = {"fruit": "pear", "kilos": 2.0, "parts": []}
    fig = {"fruit": "fig", "kilos": 0.5, "parts": [pear]}
    assert await app.stream("crates") == [pear, fig]
    selection = (
        Wanted("what", "fruit"),
        Wanted("__typename", None, None, "Crate"),
        Wanted("in", "parts", (Wanted("kilos", "kilos"),)),
    )
    assert await app.stream("crates", selection) == [
        {"what": "pear", "__typename": "Crate", "in": []},
        {"what": "fig", "__typename": "Crate", "in": [{"kilos": 2.0}]},
    ]


async def test_a_null_that_the_type_does_not_allow(app):
    with pytest.raises(BadGuestReply, match="an element of the stream is null"):
        await app.stream("nothing")


async def test_a_function_goes_on_when_its_element_is_taken(app):
    taken: list[Any] = []
    ready = asyncio.Semaphore(0)

    async def emit(element: Any) -> None:
        await ready.acquire()
        taken.append(element)

    running = asyncio.create_task(app.stream("words", count=3, emit=emit))
    for count in range(4):
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert len(taken) == min(count, 3)
        ready.release()
    await running


async def test_a_client_that_leaves_ends_the_call(app):
    class Left(Exception):
        pass

    taken: list[Any] = []

    async def emit(element: Any) -> None:
        if element == 1000:
            raise Left
        taken.append(element)

    with pytest.raises(Left):
        await app.stream("endless", emit=emit)
    assert taken == list(range(1000))


async def test_a_failure_comes_behind_what_was_told(app):
    taken: list[Any] = []

    async def emit(element: Any) -> None:
        taken.append(element)

    with pytest.raises(GuestFailure, match="no more"):
        await app.stream("failing", emit=emit)
    assert taken == [1]


async def test_nobody_listens(app):
    assert await app.call("untilNobodyListens") is None
    assert app.lines == ["0"]


async def test_functions_that_stream_by_way_of_one_another(app):
    assert await app.stream("outer") == ["begin", "0", "1", "end"]


async def test_values_of_another_type_are_refused_by_the_guest(app):
    with pytest.raises(GuestFailure, match=r"streams values of type String, not f64"):
        await app.stream("confused")
    with pytest.raises(GuestFailure, match="for functions marked with @stream"):
        await app.call("unmarked")


async def test_an_element_that_is_too_large(engine, wasm):
    guest = AssemblyScriptGuest.load(engine, wasm, max_bytes=1000)
    taken: list[Any] = []

    class Host:
        payload_limit = 1000

        async def take(self, element: Any) -> None:
            taken.append(element)

        streams = property(lambda self: Streams(self.take))

    async def stream(size: int) -> None:
        async with guest.execute(
            Limits(), environment={}, host=Host(), on_log=lambda level, line: None
        ) as invocation:
            function = guest.interface.function("words")
            await invocation.invoke(function, {"count": 2, "size": size}, None)

    await stream(300)  # each may be as large as a result may be
    assert len(taken) == 2
    with pytest.raises(BadGuestReply, match="payloadMb"):
        await stream(600)


# Reading one element ------------------------------------------------------------------------------


class Memory:
    def __init__(self, size: int = 1 << 12) -> None:
        self.data = bytearray(size)

    def view(self) -> memoryview:
        return memoryview(self.data)

    def write(self, pointer: int, data: bytes) -> None:
        self.data[pointer : pointer + len(data)] = data


def reader(text: str) -> Any:
    signature = Signature("f", (), None, None, element=parse_type(text))
    module = Module("p", "modus-sdk-as@1", {"f": signature}, {}, {})
    return Codec(module, max_bytes=1 << 10).export("f").element_reader(None)


@pytest.mark.parametrize(
    ("type", "format", "value"),
    [
        ("bool", "B", True), ("i8", "b", -7), ("u8", "B", 200), ("i16", "h", -300),
        ("u16", "H", 60_000), ("i32", "i", -(2**31)), ("u32", "I", 2**32 - 1),
        ("i64", "q", -(2**63)), ("u64", "Q", 2**64 - 1), ("f64", "d", 0.1),
    ],
)  # fmt: skip
def test_numbers(type, format, value):
    memory = Memory()
    struct.pack_into(f"<{format}", memory.data, 13, value)
    assert reader(type)(memory, 13) == value


def test_a_float_is_read_in_its_shortest_form():
    memory = Memory()
    struct.pack_into("<ff", memory.data, 8, 0.1, math.inf)
    assert reader("f32")(memory, 8) == 0.1
    assert reader("f32")(memory, 12) == math.inf  # what JSON cannot carry is GraphQL's to refuse


def test_texts():
    memory = Memory()
    text = "né🎉\0".encode("utf-16-le") + b"\x00\xd8"
    struct.pack_into("<II", memory.data, 56, 2, len(text))
    memory.write(64, text)
    struct.pack_into("<I", memory.data, 8, 64)
    assert reader(S)(memory, 8) == "né🎉\0\N{REPLACEMENT CHARACTER}"
    assert reader(f"{S} | null")(memory, 12) is None


@given(
    type=st.sampled_from(["i8", "f64", "u64", S, f"{S} | null", "~lib/arraybuffer/ArrayBuffer"]),
    slot=st.integers(0, 2**32 - 1) | st.integers(0, 1 << 12),
    pointer=st.integers(0, 2**32 - 1) | st.integers(0, 1 << 12),
    content=st.binary(max_size=200),
)
def test_whatever_lies_there_is_read_or_refused(type, slot, pointer, content):
    memory = Memory()
    memory.write(1000, content)
    if slot + 4 <= len(memory.data):
        struct.pack_into("<I", memory.data, slot, pointer)
    with contextlib.suppress(BadGuestReply):
        json.dumps(reader(type)(memory, slot))


def described(**function: Any) -> Module:
    text = json.dumps({"sdk": "modus-sdk-as@1", "fnExports": {"f": function}})
    return parse_module(b"\x02", text.encode())


def test_metadata():
    signature = described(stream=True, results=[{"type": S}]).exports["f"]
    assert (signature.result, signature.element) == (None, parse_type(S))
    signature = described(stream=False, results=[{"type": S}]).exports["f"]
    assert (signature.result, signature.element) == (parse_type(S), None)


@pytest.mark.parametrize(
    ("function", "code"),
    [
        ({"stream": True}, "METADATA_INVALID"),
        ({"stream": "yes", "results": [{"type": S}]}, "METADATA_INVALID"),
        ({"stream": True, "results": [{"type": "a/b/C"}]}, "TYPE_MISSING"),
        ({"stream": True, "results": [{"type": S}, {"type": S}]}, "METADATA_INVALID"),
    ],
)
def test_metadata_that_cannot_be(function, code):
    with pytest.raises(MetadataError) as caught:
        described(**function)
    assert caught.value.code == code


# Modules that nobody compiled ---------------------------------------------------------------------

HOSTILE = """
(module
  (import "atoll_stream" "put" (func $put (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "__new") (param i32 i32) (result i32) (i32.const 2048))
  (func (export "__pin") (param i32) (result i32) (local.get 0))
  (func (export "__unpin") (param i32))
  (func (export "_initialize"))
  (func (export "f") (param i32) {result}
    (i32.store (i32.const 64) (i32.const 0x7ffffff0))
    (drop (call $put (local.get 0))) {value})
)"""


async def run(engine: Engine, slot: int, type: str = S) -> list[Any]:
    exports = {
        "f": {
            "parameters": [{"name": "slot", "type": "i32"}],
            "results": [{"type": type}],
            "stream": True,
        }
    }
    text = json.dumps({"sdk": "modus-sdk-as@1", "fnExports": exports}).encode()
    wasm = bytes(wat2wasm(HOSTILE.format(result="", value="")))
    wasm += custom_section("modus_metadata_version", b"\2")
    wasm += custom_section("modus_metadata", text)
    guest = AssemblyScriptGuest.load(engine, wasm, cached=False)
    taken: list[Any] = []

    class Host:
        payload_limit = 1000

        async def take(self, element: Any) -> None:
            taken.append(element)

        streams = property(lambda self: Streams(self.take))

    async with guest.execute(
        Limits(), environment={}, host=Host(), on_log=lambda level, line: None
    ) as invocation:
        await invocation.invoke(guest.interface.function("f"), {"slot": slot}, None)
    return taken


@pytest.mark.parametrize("type", [S, "f64", "i8"])
@pytest.mark.parametrize("slot", [65536, -1, -(2**31), 2**31 - 1])
async def test_slots_outside_of_memory(engine, type, slot):
    with pytest.raises(BadGuestReply, match="outside its memory"):
        await run(engine, slot, type)


async def test_a_reference_that_leads_nowhere(engine):
    with pytest.raises(BadGuestReply):
        await run(engine, 64)


async def test_the_last_byte_of_memory(engine):
    assert await run(engine, 65535, "u8") == [0]
    with pytest.raises(BadGuestReply):
        await run(engine, 65535, "u16")


async def test_a_module_whose_function_is_not_as_it_says(engine):
    text = json.dumps(
        {"sdk": "modus-sdk-as@1", "fnExports": {"f": {
            "parameters": [{"name": "slot", "type": "i32"}], "results": [{"type": "i32"}],
            "stream": True}}}
    ).encode()  # fmt: skip
    wat = HOSTILE.format(result="(result i32)", value="(i32.const 1)")
    wasm = bytes(wat2wasm(wat)) + custom_section("modus_metadata_version", b"\2")
    wasm += custom_section("modus_metadata", text)
    with pytest.raises(MetadataError) as caught:
        AssemblyScriptGuest.load(engine, wasm, cached=False)
    assert caught.value.code == "MODULE_MISMATCH"
