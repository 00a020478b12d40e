"""Functions that give a stream: modules laid out by hand, and a client that the test plays."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest
import wasmtime

from atoll.engine import Engine, EngineConfig, Limits
from atoll.guest.core.metadata import parse_described
from atoll.guest.failure import BadGuestReply, MetadataError
from atoll.guest.golang.metadata import module_of
from atoll.guest.golang.program import GoGuest
from atoll.guest.types import ListOf, Nullable, Ref, Scalar
from atoll.guest.wasm_encoding import custom_section

# A record's function sends the words of memory from 1024 on, to which `count` slots of `size` bytes
# belong, until there are no more or nobody listens: it does not go on then.
MODULE = """
(module
  (import "atoll_stream" "put" (func $put (param i32) (result i32)))
  (memory (export "memory") 2)
  (func (export "_initialize"))
  (func (export "__new") (param i32) (result i32) (i32.const 512))
  (func (export "__make") (param i32 i32) (result i32) (unreachable))
  (func (export "__read_map") (param $id i32) (param $at i32) (result i64)
    (i64.load (i32.wrap_i64 (i64.load (local.get $at)))))
  (func $send
    (local $at i32)
    (local.set $at (i32.const 1024))
    (loop $next
      (if (i32.ge_u (local.get $at) (i32.load (i32.const 1016))) (then (return)))
      (if (call $put (local.get $at)) (then (return)))
      (local.set $at (i32.add (local.get $at) (i32.load (i32.const 1020))))
      (br $next)))
  %s
  %s)
"""
RECORDS = """
  (func (export "tell") (param i32) (result i32) (call $send) (i32.const 0))
  (func (export "plain") (param i32) (result i32) (call $send) (i32.const 0))
  (func (export "fail") (param i32) (result i32) (call $send) (unreachable))"""
FLAT = """
  (func (export "tell") (call $send))
  (func (export "plain") (call $send))
  (func (export "fail") (call $send) (unreachable))"""
NOTE = {"main.Note": {"id": 3, "fields": [
    {"name": "text", "type": "string"}, {"name": "secret", "type": "int8", "hidden": True},
    {"name": "stars", "type": "int"}, {"name": "next", "type": "*main.Note"}]},
    "*main.Note": {"id": 4}, "map[string]int64": {"id": 5}, "[]string": {"id": 6},
    "[]int64": {"id": 7}, "[]main.Note": {"id": 8}}  # fmt: skip


class Client:
    """The host's side, with a client who listens to so many elements."""

    payload_limit = 1 << 20

    def __init__(self, patience: int = 1 << 30) -> None:
        self.got: list[Any] = []
        self.patience = patience

    @property
    def streams(self) -> Client:
        return self

    async def emit(self, element: Any) -> None:
        if len(self.got) >= self.patience:
            raise Gone
        self.got.append(element)


class Gone(Exception):
    code = "NOT_STREAMING"


@pytest.fixture(scope="module")
def engine():
    engine = Engine(EngineConfig(concurrency=4))
    yield engine
    engine.close()


class Teller:
    def __init__(self, engine: Engine, wat: str, metadata: Any, max_bytes: int) -> None:
        wasm = bytes(wasmtime.wat2wasm(wat))
        wasm += custom_section("modus_metadata_version", b"\x02")
        wasm += custom_section("modus_metadata", json.dumps(metadata).encode())
        self.guest = GoGuest.load(engine, wasm, cached=False, max_bytes=max_bytes)
        assert self.guest.broken == {}

    async def __call__(self, name: str = "tell", *, selection: Any = None, client: Any = None):
        client = client or Client()
        function = self.guest.interface.function(name)
        execution = self.guest.execute(
            Limits(), environment={}, host=client, on_log=lambda level, line: None
        )
        async with execution as invocation:
            assert await invocation.invoke(function, {}, selection) is None
        return client.got


@pytest.fixture
def teller(engine):
    def make(element: str, slots: bytes, size: int, memory: dict[int, bytes] | None = None, *,
             word: int = 8, max_bytes: int = 1 << 20) -> Teller:  # fmt: skip
        end = struct.pack("<II", 1024 + len(slots), size)
        placed = {1016: end, 1024: slots, **(memory or {})}
        data = "".join(f'(data (i32.const {at}) "{wat(found)}")' for at, found in placed.items())
        code = MODULE % (RECORDS if word == 8 else FLAT, data)
        return Teller(engine, code, described(element, word), max_bytes)

    return make


def wat(data: bytes) -> str:
    return "".join(f"\\{byte:02x}" for byte in data)


def described(element: str, word: int = 8) -> dict[str, Any]:
    streaming = {"results": [{"type": element}], "stream": True}
    return {
        "sdk": "modus-sdk-go@0.18.0",
        "fnExports": {"tell": streaming, "fail": streaming, "plain": {}},
        "types": NOTE,
        **({"guest": {"wordSize": 8, "calls": "records"}} if word == 8 else {}),
    }


def words(*values: int, word: int = 8) -> bytes:
    return struct.pack(f"<{len(values)}{'Q' if word == 8 else 'I'}", *values)


@pytest.mark.parametrize("word", [4, 8])
async def test_elements_come_one_by_one(teller, word):
    slots = words(4096, 1, 4097, 2, 0, 0, word=word)
    tell = teller("string", slots, 2 * word, {4096: "aé".encode()}, word=word)
    assert await tell() == ["a", "é", ""]


@pytest.mark.parametrize(
    ("type", "slots", "size", "expected"),
    [
        ("int8", b"\x01\xff", 1, [1, -1]),
        ("bool", b"\x01\x00", 1, [True, False]),
        ("float32", struct.pack("<f", 0.1), 4, [0.1]),
        ("uint64", b"\xff" * 8, 8, [2**64 - 1]),
        ("[2]int32", struct.pack("<4i", 1, -2, 3, 4), 8, [[1, -2], [3, 4]]),
        ("[]int32", words(4096, 2, 2, 0, 0, 0), 24, [[0x64636261, 0], None]),
        ("*string", words(5000, 0), 8, ["abcd", None]),
    ],
)
async def test_elements_of_any_type(teller, type, slots, size, expected):
    memory = {4096: b"abcd", 5000: words(4096, 4)}
    assert await teller(type, slots, size, memory)() == expected


def note(text: int, stars: int, next: int) -> bytes:
    return words(text, 3, 7, stars, next)


async def test_records_have_what_is_selected_of_them(teller, selecting):
    memory = {4096: b"onetwo", 6000: note(4099, 2, 0)}
    tell = teller("main.Note", note(4096, 1, 6000), 40, memory)
    two = {"text": "two", "stars": 2, "next": None}
    assert await tell() == [{"text": "one", "stars": 1, "next": two}]
    selection = selecting.selection_of({"n: stars": None, "next": {"text": None}})
    assert await tell(selection=selection) == [{"n": 1, "next": {"text": "two"}}]


async def test_maps_in_elements(teller):
    header = struct.pack("<ii", 7040, 7000)  # as one word: the keys in its upper half
    memory = {
        4096: b"ab", 6000: header, 7000: words(7100, 2, 2), 7040: words(7200, 2, 2),
        7100: words(4097, 1, 4096, 1), 7200: words(20, 10),
    }  # fmt: skip
    tell = teller("map[string]int64", words(6000, 0, 6000), 8, memory)
    pairs = [{"key": "a", "value": 10}, {"key": "b", "value": 20}]
    assert await tell() == [pairs, None, pairs]


async def test_a_function_learns_that_nobody_listens(teller):
    client = Client(patience=2)
    # The third element would be refused, if the function got so far.
    tell = teller("string", words(4096, 1, 4096, 2, 0, 0, 1 << 40, 1), 16, {4096: b"ab"})
    assert await tell(client=client) == ["a", "ab"]


async def test_what_comes_before_a_failure_has_been_sent(teller):
    client = Client()
    tell = teller("int8", b"\x01\x02", 1)
    with pytest.raises(Exception, match="unreachable"):
        await tell("fail", client=client)
    assert client.got == [1, 2]


async def test_a_function_without_a_stream_is_not_heard(teller):
    assert await teller("int8", b"\x01\x02", 1)("plain") == []


@pytest.mark.parametrize(
    ("type", "slots", "size", "message"),
    [
        ("string", words(1 << 20, 1), 16, "outside its memory"),
        ("string", words(4096, 1 << 63), 16, "larger than limits.payloadMb"),
        ("string", words(0, 1 << 16), 16, "larger than limits.payloadMb"),
        ("[]string", words(4096, 1 << 40, 1 << 40), 24, "larger than limits.payloadMb"),
        ("*main.Note", words((2 << 16) - 8), 8, "outside its memory"),
        ("map[string]int64", words(1032, 1040 << 32 | 1040, 4096, 1 << 40, 1 << 40), 8, "larger"),
    ],
)
async def test_elements_that_lie_end_the_call(teller, type, slots, size, message):
    client = Client()
    with pytest.raises(BadGuestReply, match=message):
        await teller(type, slots, size, max_bytes=1 << 16)(client=client)
    assert client.got == []


async def test_a_slot_outside_of_memory(teller):
    tell = teller("int64", b"", 8, {1016: struct.pack("<II", 3 << 16, (2 << 16) - 1028)})
    client = Client()
    with pytest.raises(BadGuestReply, match="outside its memory"):
        await tell(client=client)
    assert client.got == [0]


@pytest.mark.parametrize("word", [4, 8])
async def test_each_element_may_be_as_large_as_a_result(teller, word):
    slots = words(*[4096, 60_000] * 50, word=word)
    tell = teller("string", slots, 2 * word, {4096: b"x" * 60_000}, word=word, max_bytes=1 << 16)
    assert [len(text) for text in await tell()] == [60_000] * 50


def interface_of_stream(changes: dict[str, Any]) -> Any:
    metadata = described("[]main.Note")
    metadata["fnExports"]["tell"].update(changes)
    text = json.dumps(metadata).encode()
    return module_of(parse_described(b"\x02", text))


def test_a_function_that_streams_has_the_type_of_an_element(teller):
    interface = teller("[]main.Note", b"", 24).guest.interface
    function, plain = interface.function("tell"), interface.function("plain")
    assert (function.streams, plain.streams) == (True, False)
    assert function.result == Nullable(ListOf(Ref("Note")))
    assert interface.types["Note"].fields[0].type == Scalar("String")


@pytest.mark.parametrize(
    "changes",
    [{"results": []}, {"results": [{"type": "int"}, {"type": "int"}]}, {"stream": "yes"},
     {"results": [{"type": "[16777216][16777216]int"}]}],
)  # fmt: skip
def test_streams_that_cannot_be(changes):
    with pytest.raises(MetadataError) as raised:
        interface_of_stream(changes)
    assert raised.value.code == "METADATA_INVALID"


async def test_an_element_of_a_type_that_is_not_described(engine):
    metadata = described("chan int") | {"types": {"chan int": {}}}
    wasm = bytes(wasmtime.wat2wasm(MODULE % (RECORDS, "")))
    wasm += custom_section("modus_metadata_version", b"\x02")
    wasm += custom_section("modus_metadata", json.dumps(metadata).encode())
    guest = GoGuest.load(engine, wasm, cached=False)
    assert "its type chan int is not described" in guest.broken["tell"]
