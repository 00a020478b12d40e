"""AssemblyScript apps: calls through the whole call path, and builds.

Run it with ``python benchmarks/assemblyscript.py``. CPU time of the process per call, medians of
rounds; ``best`` is what a quiet moment gave. Beside it wasmtime-py by its documented API, which has
no limits on a call: it makes an instance, makes it ready, passes the text, and reads the objects
field by field. Builds are of ``atoll build`` as a user starts it, wall time.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import shutil
import struct
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Any

import wasmtime
from measuring import build, rounds

from atoll.app.app import App
from atoll.app.limits import engine_config
from atoll.engine import Engine
from atoll.guest.assemblyscript.program import AssemblyScriptGuest
from atoll.guest.selection import Wanted
from atoll.manifest import parse_manifest
from atoll.toolchain.assemblyscript import AssemblyScriptBuilder

SOURCE = """
class Person {
  id: i32 = 0;
  name: string = "";
  email: string = "";
  score: f64 = 0;
  active: bool = false;
}

export function hello(name: string): string {
  return "Hello, " + name + "!";
}

export function people(count: i32): Person[] {
  const found: Person[] = [];
  for (let i = 0; i < count; i++) {
    const n = i.toString();
    found.push({ id: i, name: "Person " + n, email: "p" + n + "@example.com", score: i * 1.5,
                 active: i % 2 == 0 });
  }
  return found;
}

export function greetAll(names: string[]): i32 {
  return names.length;
}
"""
ALL = tuple(Wanted(name, name) for name in ("id", "name", "email", "score", "active"))
TWO = ALL[:2]
NAMES = [f"Person {number}" for number in range(100)]
PERSON = struct.Struct("<3I4xd?")
SMALL_APP = 'export function sayHello(name: string = "World"): string {\n  return "0" + name;\n}\n'


class Peer:
    """The same by wasmtime-py."""

    def __init__(self, wasm: bytes) -> None:
        self._engine = wasmtime.Engine()
        self._module = wasmtime.Module(self._engine, wasm)
        self._linker = linker = wasmtime.Linker(self._engine)
        for wanted in self._module.imports:
            assert isinstance(wanted.type, wasmtime.FuncType)
            linker.define_func(wanted.module, wanted.name or "", wanted.type, lambda *_: 0)

    def _open(self) -> tuple[wasmtime.Store, Any]:
        store = wasmtime.Store(self._engine)
        exports = self._linker.instantiate(store, self._module).exports(store)
        exports["_initialize"](store)  # type: ignore[operator]
        return store, exports

    def hello(self) -> str:
        store, exports = self._open()
        data = "Bob".encode("utf-16-le")
        pointer = exports["__new"](store, len(data), 2)
        exports["memory"].write(store, data, pointer)
        return self._text(store, exports["memory"], exports["hello"](store, pointer))

    def people(self) -> list[dict[str, Any]]:
        store, exports = self._open()
        memory = exports["memory"]
        array = exports["people"](store, 100)
        _, start, _, length = struct.unpack("<4I", memory.read(store, array, array + 16))
        found = []
        for (pointer,) in struct.iter_unpack("<I", memory.read(store, start, start + 4 * length)):
            id, name, email, score, active = PERSON.unpack(
                memory.read(store, pointer, pointer + PERSON.size)
            )
            found.append(
                {
                    "id": id,
                    "name": self._text(store, memory, name),
                    "email": self._text(store, memory, email),
                    "score": score,
                    "active": active,
                }
            )
        return found

    @staticmethod
    def _text(store: wasmtime.Store, memory: Any, pointer: int) -> str:
        (size,) = struct.unpack("<I", memory.read(store, pointer - 4, pointer))
        return str(memory.read(store, pointer, pointer + size), "utf-16-le")


async def measure_calls(guest: AssemblyScriptGuest, peer: Peer, turns: int) -> None:
    app = App("benchmark", guest, parse_manifest("{}"), {})
    functions = {function.name: function for function in app.interface.functions}

    def ours(name: str, arguments: Any, selection: Any = None) -> Callable[[], Awaitable[Any]]:
        return lambda: app.call(functions[name], arguments, selection=selection)

    async def hello() -> str:
        return peer.hello()

    async def people() -> list[dict[str, Any]]:
        return peer.people()

    outcome = await ours("hello", {"name": "Bob"})()
    assert outcome.value == await hello() == "Hello, Bob!"
    outcome = await ours("people", {"count": 100}, ALL)()
    assert outcome.value == await people()
    measured = [
        ("a text in and out", ours("hello", {"name": "Bob"}), hello, 100, 40),
        ("100 objects, all 5 fields", ours("people", {"count": 100}, ALL), people, 20, 300),
        ("100 objects, 2 of 5 fields", ours("people", {"count": 100}, TWO), people, 20, 150),
        ("100 texts in", ours("greetAll", {"names": NAMES}), None, 20, None),
    ]
    for title, call, other, batch, target in measured:
        samples, theirs = [], []
        for _ in range(turns):  # in turns: what else runs hits both alike
            samples += await rounds(call, batch, 10)
            theirs += await rounds(other, max(1, batch // 10), 3) if other is not None else []
        ratio = f"; wasmtime-py {median(theirs):7.1f} us," if theirs else ""
        ratio += f" {median(theirs) / median(samples):4.1f} times" if theirs else ""
        wanted = f" (target {target})" if target else ""
        print(
            f"{title:<27} median {median(samples):6.1f} us, best {min(samples):6.1f} us"
            f"{wanted}{ratio}"
        )
    await app.close()


def measure_builds(edits: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name) / "app", Path(name) / "cache"
        (folder / "assembly").mkdir(parents=True)
        (folder / "modus.json").write_text("{}")
        source = folder / "assembly" / "index.ts"
        cold, warm = [], []
        for number in range(edits + 1):
            source.write_text(SMALL_APP.replace('"0"', f'"{number}"'))
            seconds = build(folder, cache)
            warm.append(seconds)
        for _ in range(3):
            shutil.rmtree(cache)
            cold.append(build(folder, cache))
        print(f"atoll build with an empty cache: median {median(cold):.2f} s (target 6)")
        print(f"atoll build after an edit: median {median(warm[1:]):.2f} s (target 4)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=5, help="of each measurement of calls")
    parser.add_argument("--edits", type=int, default=5, help="in the measurement of builds")
    arguments = parser.parse_args()
    logging.disable()
    engine = Engine(engine_config(parse_manifest("{}").limits))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "assembly").mkdir()
        (folder / "assembly" / "index.ts").write_text(SOURCE)
        wasm = asyncio.run(AssemblyScriptBuilder().build(folder)).wasm
    guest = AssemblyScriptGuest.load(engine, wasm, cached=False)
    asyncio.run(measure_calls(guest, Peer(wasm), arguments.turns))
    engine.close()
    measure_builds(arguments.edits)


if __name__ == "__main__":
    main()
