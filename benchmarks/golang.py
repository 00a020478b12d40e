"""Go apps: calls through the whole call path, reading of results, and builds.

Run it with ``python benchmarks/golang.py``. CPU time of the process per call, medians of rounds;
``best`` is what a quiet moment gave. Beside it wasmtime-py by its documented API, which has no
limits on a call: it makes an instance, makes it ready, passes the text, and reads the objects field
by field. TinyGo is no package, so its share is measured with a module of the same interface that is
written in WebAssembly's text form: what the host does for it is the same. Builds are of
``atoll build`` as a user starts it, wall time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import shutil
import struct
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Any

import wasmtime
from measuring import build, rounds

from atoll.app.app import App
from atoll.app.limits import engine_config
from atoll.engine import Engine, Limits
from atoll.guest.golang.program import GoGuest
from atoll.guest.guest import Guest
from atoll.guest.selection import Wanted
from atoll.guest.wasm_encoding import custom_section
from atoll.manifest import parse_manifest
from atoll.toolchain.golang import GoBuilder

GO_MOD = "module bench\n\ngo 1.24\n"
SOURCE = """
package main

import "strconv"

type Person struct {
	Id     int32
	Name   string
	Email  string
	Score  float64
	Active bool
}

func Hello(name string) string {
	return "Hello, " + name + "!"
}

func People(count int) []Person {
	found := make([]Person, count)
	for i := range found {
		n := strconv.Itoa(i)
		email := "p" + n + "@example.com"
		found[i] = Person{int32(i), "Person " + n, email, float64(i) * 1.5, i%2 == 0}
	}
	return found
}

func GreetAll(names []string) int {
	return len(names)
}
"""
FLAT = """
(module
  (memory (export "memory") 2)
  (global $next (mut i32) (i32.const 4096))
  (func (export "_initialize"))
  (func $malloc (export "malloc") (param $size i32) (result i32)
    (global.get $next)
    (global.set $next (i32.and (i32.const -16)
      (i32.add (global.get $next) (i32.add (local.get $size) (i32.const 31))))))
  (func (export "__new") (param i32) (result i32) (call $malloc (i32.const 64)))
  (func (export "__make") (param $id i32) (param $size i32) (result i32) (local $cell i32)
    (local.set $cell (call $malloc (i32.const 12)))
    (i32.store (local.get $cell) (call $malloc (local.get $size)))
    (i32.store offset=4 (local.get $cell) (local.get $size))
    (i32.store offset=8 (local.get $cell) (local.get $size))
    (local.get $cell))
  (func (export "__unpin") (param i32))
  (func (export "hello") (param $out i32) (param $data i32) (param $size i32)
    (i32.store (local.get $out) (local.get $data))
    (i32.store offset=4 (local.get $out) (local.get $size))))
"""
FLAT_METADATA = {
    "sdk": "modus-sdk-go@0.18.0",
    "plugin": "bench",
    "fnExports": {
        "hello": {
            "parameters": [{"name": "name", "type": "string"}],
            "results": [{"type": "string"}],
        }
    },
}
ALL = tuple(Wanted(name, name) for name in ("id", "name", "email", "score", "active"))
TWO = ALL[:2]
NAMES = [f"Person {number}" for number in range(100)]
PERSON = struct.Struct("<i4x4Qd?7x")
SMALL_APP = """package main

func SayHello(name string) string { return "0" + name }
"""


class Peer:
    """The same by wasmtime-py, by the module's own interface."""

    def __init__(self, wasm: bytes, ids: dict[str, int]) -> None:
        self._ids = ids
        self._engine = wasmtime.Engine()
        self._module = wasmtime.Module(self._engine, wasm)
        self._linker = linker = wasmtime.Linker(self._engine)
        linker.define_wasi()
        for wanted in self._module.imports:
            if wanted.module.startswith("modus_"):
                assert isinstance(wanted.type, wasmtime.FuncType)
                linker.define_func(wanted.module, wanted.name or "", wanted.type, lambda *_: 0)

    def _open(self) -> tuple[wasmtime.Store, Callable[[str], Any]]:
        store = wasmtime.Store(self._engine)
        store.set_wasi(wasmtime.WasiConfig())
        instance = self._linker.instantiate(store, self._module)
        exports = instance.exports(store)
        exports["_initialize"](store)  # type: ignore[operator]
        return store, exports.__getitem__

    def hello(self) -> str:
        store, export = self._open()
        memory = export("memory")
        data = b"Bob"
        cell = export("__make")(store, 2, len(data))
        address, size = struct.unpack("<2Q", memory.read(store, cell, cell + 16))
        memory.write(store, data, address)
        arguments = export("__new")(store, self._ids["hello"])
        memory.write(store, struct.pack("<2Q", address, size), arguments)
        results = export("hello")(store, arguments)
        return self._text(
            store, memory, *struct.unpack("<2Q", memory.read(store, results, results + 16))
        )

    def people(self) -> list[dict[str, Any]]:
        store, export = self._open()
        memory = export("memory")
        arguments = export("__new")(store, self._ids["people"])
        memory.write(store, struct.pack("<q", 100), arguments)
        results = export("people")(store, arguments)
        start, length = struct.unpack("<2Q", memory.read(store, results, results + 16))
        found = []
        data = memory.read(store, start, start + length * PERSON.size)
        for id, name, n, email, e, score, active in PERSON.iter_unpack(data):
            found.append(
                {
                    "id": id,
                    "name": self._text(store, memory, name, n),
                    "email": self._text(store, memory, email, e),
                    "score": score,
                    "active": active,
                }
            )
        return found

    @staticmethod
    def _text(store: wasmtime.Store, memory: Any, at: int, size: int) -> str:
        return str(memory.read(store, at, at + size), "utf-8")


def caller(guest: Guest) -> Callable[..., Callable[[], Awaitable[Any]]]:
    app = App("benchmark", guest, parse_manifest("{}"), {})
    functions = {function.name: function for function in app.interface.functions}

    def of(name: str, arguments: Any, selection: Any = None) -> Callable[[], Awaitable[Any]]:
        return lambda: app.call(functions[name], arguments, selection=selection)

    return of


def report(title: str, samples: list[float], target: int | None, theirs: list[float]) -> None:
    wanted = f" (target {target})" if target else ""
    ratio = ""
    if theirs:
        times = median(theirs) / median(samples)
        ratio = f"; wasmtime-py {median(theirs):7.1f} us, {times:4.1f} times"
    print(
        f"{title:<40} median {median(samples):6.1f} us, best {min(samples):6.1f} us{wanted}{ratio}"
    )


async def measure_calls(guest: GoGuest, flat: GoGuest, peer: Peer, turns: int) -> None:
    ours, tiny = caller(guest), caller(flat)

    async def hello() -> str:
        return peer.hello()

    async def people() -> list[dict[str, Any]]:
        return peer.people()

    assert (await ours("hello", {"name": "Bob"})()).value == await hello() == "Hello, Bob!"
    assert (await tiny("hello", {"name": "Bob"})()).value == "Bob"
    assert (await ours("people", {"count": 100}, ALL)()).value == await people()
    measured = [
        ("a text in and out", ours("hello", {"name": "Bob"}), hello, 50, 800),
        ("the same, a small module of flat calls", tiny("hello", {"name": "Bob"}), None, 100, 150),
        (
            "100 objects, all 5 fields, whole call",
            ours("people", {"count": 100}, ALL),
            people,
            20,
            None,
        ),
        ("100 texts in", ours("greetAll", {"names": NAMES}), None, 20, None),
    ]
    for title, call, other, batch, target in measured:
        samples, theirs = [], []
        for _ in range(turns):  # in turns: what else runs hits both alike
            samples += await rounds(call, batch, 10)
            theirs += await rounds(other, max(1, batch // 10), 3) if other is not None else []
        report(title, samples, target, theirs)


async def measure_reading(guest: GoGuest, turns: int) -> None:
    """Of results that are in the guest's memory already."""
    codec = guest.codec.export("people")
    async with guest.execute(Limits(), environment={}, host=NoHost(), on_log=print) as execution:
        await execution.call("_initialize")
        at = await execution.call("__new", codec.signature.arguments_id)
        execution.write(at, struct.pack("<q", 100))
        results = await execution.call("people", at)

        def reading(selection: Any) -> Callable[[], Awaitable[Any]]:
            async def read() -> Any:
                return codec.read(execution, results, selection)[1]

            return read

        assert len(await reading(ALL)()) == 100
        for title, selection, target in (
            ("reading 100 objects, all 5 fields", ALL, 300),
            ("reading 100 objects, 2 of 5 fields", TWO, 150),
        ):
            report(title, await rounds(reading(selection), 50, 10 * turns), target, [])


class NoHost:
    payload_limit = 1 << 30
    streams: Any = None

    async def call(self, name: str, payload: str) -> tuple[bool, str]:
        raise AssertionError(name)

    async def run_import(self, name: str, arguments: Any) -> Any:
        raise AssertionError(name)

    def refuse_result(self, name: str, reason: str) -> None:
        raise AssertionError(reason)


def measure_builds(edits: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name) / "app", Path(name) / "cache"
        folder.mkdir()
        (folder / "modus.json").write_text("{}")
        (folder / "go.mod").write_text(GO_MOD)
        source = folder / "main.go"
        warm = []
        for number in range(edits + 1):
            source.write_text(SMALL_APP.replace('"0"', f'"{number}"'))
            warm.append(build(folder, cache))
        print(f"atoll build with an empty cache: {warm[0]:.2f} s")
        print(f"atoll build after an edit: median {median(warm[1:]):.2f} s")
        builds = []
        builder = GoBuilder(cache=cache / "atoll")
        for number in range(edits + 1):
            source.write_text(SMALL_APP.replace('"0"', f'"in process {number}"'))
            started = time.perf_counter()
            asyncio.run(builder.build(folder))
            builds.append(time.perf_counter() - started)
        shutil.rmtree(cache)
        print(f"of it from source to WebAssembly: median {median(builds[1:]):.2f} s (target 0.35)")


def flat_module() -> bytes:
    return (
        bytes(wasmtime.wat2wasm(FLAT))
        + custom_section("modus_metadata_version", b"\x02")
        + custom_section("modus_metadata", json.dumps(FLAT_METADATA).encode())
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=5, help="of each measurement of calls")
    parser.add_argument("--edits", type=int, default=5, help="in the measurement of builds")
    arguments = parser.parse_args()
    logging.disable()
    engine = Engine(engine_config(parse_manifest("{}").limits))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "go.mod").write_text(GO_MOD)
        (folder / "main.go").write_text(SOURCE)
        wasm = asyncio.run(GoBuilder().build(folder)).wasm
    guest = GoGuest.load(engine, wasm, cached=False)
    flat = GoGuest.load(engine, flat_module(), cached=False)
    ids = {name: found.arguments_id for name, found in guest.module.exports.items()}
    asyncio.run(measure_calls(guest, flat, Peer(wasm, ids), arguments.turns))
    asyncio.run(measure_reading(guest, arguments.turns))
    engine.close()
    if arguments.edits:
        measure_builds(arguments.edits)


if __name__ == "__main__":
    main()
