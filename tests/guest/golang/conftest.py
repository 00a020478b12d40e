"""A Go program without code: its memory, its collector, and the helpers that the host calls.

What it knows of types and layouts is worked out here anew, from their names.
"""

from __future__ import annotations

import json
import struct
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from atoll.engine import GuestMemoryError
from atoll.guest.core.metadata import parse_described
from atoll.guest.golang.calling import call_flat, call_with_record
from atoll.guest.golang.codec import Codec, ExportCodec
from atoll.guest.golang.maps import finish
from atoll.guest.golang.metadata import module_of
from atoll.guest.golang.placing import Placed

SIZES = {
    "bool": 1, "byte": 1, "uint8": 1, "int8": 1, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4,
    "rune": 4, "int64": 8, "uint64": 8, "time.Duration": 8, "float32": 4, "float64": 8,
}  # fmt: skip
WORDS = ("int", "uint", "uintptr")


class Shape(NamedTuple):
    size: int
    align: int
    leaves: list[tuple[int, int, str]]
    """Offset, size, WebAssembly type."""


def parts(name: str) -> list[str]:
    """The types that the name of an unnamed type mentions."""
    if name.startswith("*"):
        return [name[1:]]
    if name.startswith("map["):
        depth, at = 0, 3
        while depth or at == 3:
            depth += {"[": 1, "]": -1}.get(name[at], 0)
            at += 1
        return [name[4 : at - 1], name[at:]]
    return [name.split("]", 1)[1]] if name.startswith("[") else []


def shape(name: str, types: Mapping[str, Any], word: int) -> Shape:
    """Of any type, by the rules of the language's calling convention."""
    if name in SIZES or name in WORDS:
        size = SIZES.get(name, word)
        wasm = ("f" if name.startswith("float") else "i") + ("64" if size == 8 else "32")
        return Shape(size, size, [(0, size, wasm)])
    words = 1 if name[0] == "*" or name.startswith("map[") else 0
    words = {"string": 2}.get(name, 3 if name.startswith("[]") else words)
    if words:
        return Shape(words * word, word, [(i * word, word, "i32") for i in range(words)])
    if name == "time.Time":
        return Shape(24, 8, [(0, 8, "i64"), (8, 8, "i64"), (16, word, "i32")])
    if name.startswith("["):
        length, item = name[1:].split("]", 1)
        size, align, leaves = shape(item, types, word)
        each = [(i * size + at, *rest) for i in range(int(length)) for at, *rest in leaves]
        return Shape(int(length) * size, align, each)
    if "underlying" in types[name]:
        return shape(types[name]["underlying"], types, word)
    return struct_shape([field["type"] for field in types[name]["fields"]], types, word)


def struct_shape(
    fields: list[str], types: Mapping[str, Any], word: int, *, padded: bool = True
) -> Shape:
    at, align, last, leaves = 0, 1, 1, []
    for field in fields:
        found = shape(field, types, word)
        while at % found.align:
            at += 1
        leaves += [(at + offset, size, wasm) for offset, size, wasm in found.leaves]
        at += found.size
        align = max(align, found.align)
        last = found.size
    # The standard compiler lets no field end where the next object begins.
    at += padded and word == 8 and at > 0 and last == 0
    return Shape(-(-at // align) * align, align, leaves)


def offsets(fields: list[str], types: Mapping[str, Any], word: int) -> list[int]:
    found = []
    for index, field in enumerate(fields):
        before = struct_shape(fields[:index], types, word, padded=False)
        end = max((at + size for at, size, _ in before.leaves), default=0)
        end = max(
            [end] + [at + shape(f, types, word).size for at, f in zip(found, fields, strict=False)]
        )
        found.append(-(-end // shape(field, types, word).align) * shape(field, types, word).align)
    return found


def described(
    functions: Mapping[str, tuple[list[str], list[str]]],
    declared: Mapping[str, Any] | None = None,
    *,
    word: int = 4,
    imports: Mapping[str, tuple[list[str], list[str]]] | None = None,
) -> dict[str, Any]:
    """Metadata as a build tool writes it, for functions with these parameters and results."""
    declared = declared or {}
    types: dict[str, Any] = {}
    pending = [n for f in [*functions.values(), *(imports or {}).values()] for n in f[0] + f[1]]
    while pending:
        name = pending.pop()
        if name in types or name in SIZES or name in WORDS or name in ("string", "[]byte"):
            continue
        info = dict(declared.get(name, {}))
        if "fields" in info and isinstance(info["fields"], dict):
            info["fields"] = [
                {"name": n.removeprefix("-"), "type": t, "hidden": n.startswith("-")}
                for n, t in info["fields"].items()
            ]
        types[name] = info
        pending += [field["type"] for field in info.get("fields", ())]
        pending += [info["underlying"]] if "underlying" in info else []
        pending += parts(name)
        pending += [f"[]{part}" for part in parts(name)] if name.startswith("map[") else []
    for id, name in enumerate(sorted(types), 3):
        types[name]["id"] = id

    def function(parameters: list[str], results: list[str], id: int) -> dict[str, Any]:
        names = ["value", *(f"value{i}" for i in range(2, len(parameters) + 1))]
        return {
            "parameters": [{"name": n, "type": t} for n, t in zip(names, parameters, strict=False)],
            "results": [{"type": t} for t in results],
            "argumentsId": id if word == 8 else 0,
        }

    first = len(types) + 3
    return {
        "sdk": "modus-sdk-go@0.18.0",
        "fnExports": {n: function(*f, first + i) for i, (n, f) in enumerate(functions.items())},
        "fnImports": {n: function(*f, 0) for n, f in (imports or {}).items()},
        "types": types,
        **({"guest": {"wordSize": 8, "calls": "records"}} if word == 8 else {}),
    }


class Object(NamedTuple):
    size: int
    scanned: bool


class FakeGuest:
    """Runs helpers and the functions that give back what they get.

    Before whatever may allocate, its collector runs: objects that are neither pinned nor reachable
    from what is (or from ``stack``) are overwritten.
    """

    def __init__(self, metadata: Mapping[str, Any]) -> None:
        self.types: dict[str, Any] = dict(metadata["types"])
        self.functions = metadata["fnExports"]
        self.is_flat = "guest" not in metadata
        self.word = 4 if self.is_flat else 8
        self.pack = struct.Struct("<I" if self.is_flat else "<Q")
        self.names = {info["id"]: name for name, info in self.types.items()}
        self.data = bytearray(8192)
        self.top = 4096
        self.objects: dict[int, Object] = {}
        self.maps: dict[int, list[tuple[bytes, bytes]]] = {}
        self.pins: Counter[int] = Counter()
        self.stack: list[int] = []
        self.calls: Counter[str] = Counter()

    # Memory ---------------------------------------------------------------------------------------

    def view(self) -> memoryview:
        return memoryview(self.data)

    def read(self, pointer: int, length: int) -> bytes:
        if pointer < 0 or length < 0 or pointer + length > len(self.data):
            raise GuestMemoryError("outside")
        return bytes(self.data[pointer : pointer + length])

    def write(self, pointer: int, data: bytes) -> None:
        if pointer < 0 or pointer + len(data) > len(self.data):
            raise GuestMemoryError("outside")
        self.data[pointer : pointer + len(data)] = data

    def shape(self, name: str) -> Shape:
        return shape(name, self.types, self.word)

    def at(self, pointer: int) -> int:
        return int(self.pack.unpack(self.read(pointer, self.word))[0])

    def allocate(self, data: bytes, *, scanned: bool = True) -> int:
        pointer = self.top
        self.top = (pointer + len(data) + 32) & ~15
        if self.top > len(self.data):  # elsewhere: views of before are of no use
            self.data = self.data + bytes(self.top - len(self.data) + 4096)
        self.write(pointer, data)
        self.objects[pointer] = Object(max(len(data), 1), scanned)
        return pointer

    def collect(self) -> None:
        starts = sorted(self.objects)
        live: set[int] = set()
        pending = [*(p for p, n in self.pins.items() if n), *self.stack]
        while pending:
            pointer = pending.pop()
            index = bisect_right(starts, pointer) - 1
            if index < 0:
                continue
            start = starts[index]
            found = self.objects[start]
            if start in live or pointer >= start + found.size:
                continue
            live.add(start)
            inside = [self.read(start, found.size)] if found.scanned else []
            inside += [each for pair in self.maps.get(start, ()) for each in pair]
            for data in inside:
                pending += [n for (n,) in struct.iter_unpack("<I", data[: len(data) & ~3]) if n]
        for start in self.objects.keys() - live:
            self.write(start, b"\xa5" * self.objects.pop(start).size)
            self.maps.pop(start, None)

    # Calls ----------------------------------------------------------------------------------------

    async def call(self, name: str, *arguments: Any) -> Any:
        self.calls[name] += 1
        if name in self.functions:
            return self.echo(name, arguments)
        if name != "__unpin":
            self.collect()
        found = getattr(self, name.strip("_"))(*(n & 0xFFFFFFFF for n in arguments))
        bits = 64 if name == "__read_map" else 32
        return found if found is None or found < 1 << bits - 1 else found - (1 << bits)

    def run(self, steps: Any) -> Any:
        result = None
        try:
            while True:
                result = run(self.call(*steps.send(result)))
        except StopIteration as stop:
            return stop.value

    def pinned(self, pointer: int) -> int:
        self.pins[pointer] += 1
        return pointer

    def new(self, id: int) -> int:
        name = self.names.get(id)
        if name is None:
            signature = next((f for f in self.functions.values() if f["argumentsId"] == id), None)
            if signature is None or self.is_flat:
                return 0
            return self.pinned(self.allocate(bytes(self.fields(signature["parameters"]).size)))
        return self.pinned(self.allocate(bytes(self.shape(name.removeprefix("*")).size)))

    def make(self, id: int, count: int) -> int:
        name = {1: "[]byte"}.get(id) or self.names[id]
        if name.startswith("map["):
            return self.pinned(self.cell(self.new_map()))
        size = count * self.shape(name[2:]).size
        data = self.allocate(bytes(size), scanned=name != "[]byte")
        return self.pinned(self.cell(data, count, count))

    def cell(self, *words: int) -> int:
        return self.allocate(b"".join(map(self.pack.pack, words)))

    def new_map(self) -> int:
        pointer = self.allocate(bytes(16))
        self.maps[pointer] = []
        return pointer

    def unpin(self, pointer: int) -> None:
        assert self.pins[pointer] > 0
        self.pins[pointer] -= 1

    def malloc(self, size: int) -> int:
        pointer = self.allocate(b"\x5a" * size, scanned=False) if size else 0
        if pointer:
            self.pinned(pointer)
        return pointer

    def read_map(self, id: int, variable: int) -> int:
        key, value = parts(self.names[id])
        entries = self.maps[ref] if (ref := self.at(variable)) else []
        headers = []
        for name, data in ((key, [k for k, _ in entries]), (value, [v for _, v in entries])):
            at = self.allocate(b"".join(data))
            assert len(b"".join(data)) == len(data) * self.shape(name).size
            headers.append(self.cell(at, len(data), len(data)))
        if not self.is_flat:
            for header in headers:
                self.pinned(header)
        return headers[0] << 32 | headers[1]

    def write_map(self, id: int, variable: int, keys: int, values: int) -> None:
        assert self.names[id].startswith("map[")
        found = [
            self.elements(each, part)
            for each, part in zip((keys, values), parts(self.names[id]), strict=True)
        ]
        # Whatever order the map has, it is not that of its making.
        self.maps[self.at(variable)] += reversed(list(zip(*found, strict=True)))

    def elements(self, header: int, item: str) -> list[bytes]:
        size, data = self.shape(item).size, self.at(header)
        return [self.read(data + i * size, size) for i in range(self.at(header + self.word))]

    # The functions --------------------------------------------------------------------------------

    def fields(self, slots: Iterable[Mapping[str, Any]]) -> Shape:
        return struct_shape([slot["type"] for slot in slots], self.types, self.word)

    def echo(self, name: str, arguments: tuple[Any, ...]) -> Any:
        signature = self.functions[name]
        types = [slot["type"] for slot in signature["parameters"]]
        assert types == [slot["type"] for slot in signature["results"]]
        whole = self.fields(signature["parameters"])
        self.stack = [n & 0xFFFFFFFF for n in arguments if isinstance(n, int)]
        self.collect()
        if not self.is_flat:
            data = self.read(arguments[0] & 0xFFFFFFFF, whole.size) if types else b""
            return self.pinned(self.allocate(self.copy_all(types, data))) if types else 0
        words, at = list(arguments), 0
        is_direct = len(whole.leaves) == 1
        if whole.size and not is_direct:
            at = words.pop(0) & 0xFFFFFFFF
        content = bytearray(whole.size)
        for (offset, size, wasm), word in zip(whole.leaves, words, strict=True):
            if wasm[0] == "f":
                struct.pack_into("<f" if size == 4 else "<d", content, offset, word)
            else:
                raw = word & ((1 << 8 * size) - 1)
                content[offset : offset + size] = raw.to_bytes(size, "little")
        copy = self.copy_all(types, bytes(content))
        self.stack = []
        if not is_direct:
            self.write(at, copy)
            return None
        ((offset, size, wasm),) = whole.leaves
        if wasm[0] == "f":
            return struct.unpack_from("<f" if size == 4 else "<d", copy, offset)[0]
        # Only the bits of the type count; those above are whatever was in the register.
        bits = 1 if types[0] == "bool" else 8 * size
        word = int.from_bytes(copy[offset : offset + size], "little") | -2 << bits - 1
        if bits == 8 * size and size >= 4:
            word &= (1 << bits) - 1
        return word if word < 1 << 8 * max(size, 4) - 1 else word - (1 << 8 * size)

    def copy_all(self, types: list[str], data: bytes) -> bytes:
        out = bytearray(len(data))
        for at, name in zip(offsets(types, self.types, self.word), types, strict=True):
            size = self.shape(name).size
            out[at : at + size] = self.copy(name, data[at : at + size])
        return bytes(out)

    def copy(self, name: str, data: bytes) -> bytes:
        """A value and all that belongs to it anew, with nothing of it pinned."""
        first, count, *_ = [n for (n,) in self.pack.iter_unpack(data[: 2 * self.word])] + [0, 0] \
            if len(data) >= self.word and len(data) % self.word == 0 else (0, 0)  # fmt: skip
        if name in SIZES or name in WORDS or name == "time.Time":
            return data
        if name == "string":
            at = self.allocate(self.read(first, count), scanned=False) if count else 0
            return self.pack.pack(at) + data[self.word :]
        if name.startswith("*"):
            inner = self.shape(name[1:]).size
            at = self.allocate(self.copy(name[1:], self.read(first, inner))) if first else 0
            return self.pack.pack(at)
        if name.startswith("map["):
            if not first:
                return data
            ref, (key, value) = self.new_map(), parts(name)
            self.maps[ref] = [(self.copy(key, k), self.copy(value, v)) for k, v in self.maps[first]]
            return self.pack.pack(ref)
        if name.startswith("[]"):
            if not first:
                return data
            size = self.shape(name[2:]).size
            each = [self.read(first + i * size, size) for i in range(count)]
            at = self.allocate(b"".join(self.copy(name[2:], item) for item in each))
            return self.pack.pack(at) + self.pack.pack(count) * 2
        if name.startswith("["):
            size, item = self.shape(parts(name)[0]).size, parts(name)[0]
            cut = range(0, len(data), size) if size else ()
            return b"".join(self.copy(item, data[i : i + size]) for i in cut)
        info = self.types[name]
        if "underlying" in info:
            return self.copy(info["underlying"], data)
        return self.copy_all([field["type"] for field in info["fields"]], data)


def run(coroutine: Any) -> Any:
    """Run what never waits, though it may let others have their turns."""
    try:
        while True:
            assert coroutine.send(None) is None, "it waits"
    except StopIteration as stop:
        return stop.value


class Border:
    """Values across the border of a fake guest: of its export ``f``, which gives back what it gets,
    and of its import ``modus_test.f``, which takes and gives a pointer to such a value."""

    def __init__(self, metadata: dict[str, Any], max_bytes: int) -> None:
        self.metadata = metadata
        text = json.dumps(metadata).encode()
        self.module = module_of(parse_described(b"\x02", text))
        self.codec = Codec(self.module, max_bytes=max_bytes)
        self.guest = FakeGuest(metadata)

    def call(self, arguments: Mapping[str, Any], selection: Any = None) -> Any:
        codec = self.codec.export("f")
        calling = call_flat if self.guest.is_flat else call_with_record
        return run(calling(self.guest, codec, codec.encode(arguments), selection))

    def echo(self, value: Any, selection: Any = None) -> Any:
        return self.call({"value": value}, selection)

    def element(self, value: Any, selection: Any = None) -> Any:
        """Of a stream that gives such values, read where one lies."""
        signature = self.module.exports["f"]
        (result,) = signature.results
        streaming = replace(signature, results=(), element=result.type)
        arguments = self.codec.export("f").encode({"value": value})
        placed = Placed(self.module.word)
        data = self.guest.run(arguments.place(self.guest, placed))
        slot = self.guest.pinned(self.guest.allocate(data))
        read = ExportCodec(self.codec, streaming).element_reader(selection)
        reader, found = read(self.guest, slot)
        self.guest.run(finish(reader, self.guest, self.module.word))
        return found

    def give(self, value: Any) -> Any:
        """A host function's result, as WebAssembly takes it; the guest holds on to it."""
        codec = self.codec.imported("modus_test.f")
        encoded = codec.encode(value)
        if encoded is None:
            return codec.raw(None)
        placed = Placed(self.module.word)
        data = self.guest.run(encoded.place(self.guest, placed))
        if self.guest.is_flat:
            self.guest.run(placed.unpin())
        raw = codec.raw(data)
        self.guest.stack = [raw & 0xFFFFFFFF]
        return raw

    def take(self, *raw: Any) -> Any:
        """The arguments of a host function."""
        codec = self.codec.imported("modus_test.f")
        reader, arguments = codec.decode(self.guest, raw)
        self.guest.run(codec.finish(reader, self.guest))
        return arguments


@pytest.fixture
def border():
    def make(name: str, declared: Any = None, *, word: int = 4, max_bytes: int = 1 << 20) -> Border:
        functions = {"f": ([name], [name])}
        imports = {"modus_test.f": (["*" + name], ["*" + name])}
        return Border(described(functions, declared, word=word, imports=imports), max_bytes)

    return make


@pytest.fixture
def border_of():
    """Of a function with several parameters, which are its results."""

    def make(names: list[str], declared: Any = None, *, word: int = 4) -> Border:
        return Border(described({"f": (names, names)}, declared, word=word), 1 << 20)

    return make


@pytest.fixture
def describe():
    return described


@pytest.fixture
def shape_of():
    return shape, struct_shape, offsets
