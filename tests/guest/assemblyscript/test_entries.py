"""Entries change how a function is called, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import wasmtime
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.engine import Engine, EngineConfig, EngineError, Limits
from atoll.guest.assemblyscript.entries import PREFIX, add_entries, has_free_start
from atoll.guest.assemblyscript.program import AssemblyScriptGuest
from atoll.guest.core.exports import STARTS
from atoll.guest.failure import BadGuestReply, GuestFailure
from atoll.guest.metadata import read_metadata
from atoll.guest.selection import Wanted
from atoll.guest.wasm_binary import outline
from atoll.guest.wasm_encoding import custom_section

SOURCE = """
class Leaf { text: string = ""; weight: f32 = 0; at: Date = new Date(0) }
class Tree {
  id: i64 = 0;
  name: string | null = null;
  open: bool = false;
  data: Uint8Array = new Uint8Array(0);
  leaves: Leaf[] = [];
  byName: Map<string, Leaf | null> = new Map<string, Leaf | null>();
  flags: Set<i16> = new Set<i16>();
  grid: StaticArray<f64> = new StaticArray<f64>(0);
  floats: f32[] = [];
  words: (string | null)[] = [];
  parts: u16[][] = [];
}
class Node { value: i32 = 0; next: Node | null = null }

@external("modus_test", "trees")
declare function trees(count: i32): Tree[];
@external("modus_test", "text")
declare function text(count: i32): string;

export function echo(tree: Tree): Tree { return tree }
export function maybe(tree: Tree | null): Tree | null { return tree }
export function many(tree: Tree, count: i32): Tree[] {
  const found: Tree[] = [];
  for (let i = 0; i < count; i++) found.push(tree);
  return found;
}
export function same(text: string): string { return text }
export function texts(text: string, count: i32): string[] {
  return new Array<string>(count).fill(text);
}
export function join(a: string, b: string, c: string | null, n: i32 = 7): string {
  return a + b + (c === null ? "-" : c!) + n.toString();
}
export function numbers(a: i64, b: u64, c: f32, d: f64, e: bool): string {
  return `${a} ${b} ${c} ${d} ${e}`;
}
export function none(): void {}
export function chain(length: i32): Node {
  const first = new Node();
  let last = first;
  for (let i = 0; i < length; i++) { last.next = new Node(); last = last.next!; last.value = i }
  return first;
}
export function ask(count: i32): Tree[] { return trees(count) }
export function askTwice(count: i32): string {
  const first = trees(1);
  const second = trees(count);
  const name = first[0].name;
  return text(3) + (name === null ? "" : name!) + second.length.toString();
}
export function scribble(tree: Tree): Tree {
  memory.fill(8, 0xff, 1016);
  return tree;
}
export function wasNull(): Tree { return changetype<Tree>(0) }
export function lies(what: i32): Tree {
  const tree = new Tree();
  tree.name = "fine";
  const at = changetype<usize>(tree.leaves);
  if (what == 0) store<u32>(at, 0x7fffffff, 12);
  if (what == 1) { store<u32>(at, 0xfffffff0, 4); store<u32>(at, 1, 12) }
  if (what == 2) { tree.leaves.push(new Leaf()); store<u32>(load<u32>(at, 4), 0) }
  if (what == 3) store<u32>(changetype<usize>(tree.name!) - 4, 0xffffffff);
  if (what == 4) store<u32>(changetype<usize>(tree.name!) - 8, 1);
  if (what == 5) store<u32>(changetype<usize>(tree.byName), 0x10000000, 16);
  return tree;
}
"""


class Host:
    payload_limit = 1 << 24
    streams: Any = None
    tree: Any = None

    async def call(self, name: str, payload: str) -> tuple[bool, str]:
        raise AssertionError

    async def run_import(self, name: str, arguments: Any) -> Any:
        return "x" * arguments[0] if name.endswith("text") else [self.tree] * arguments[0]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = Engine(EngineConfig(concurrency=4))
    yield engine
    engine.close()


@pytest.fixture(scope="module", params=["debug", "release"])
def module(
    request: pytest.FixtureRequest,
    build_assemblyscript: Callable[..., bytes],
    tmp_path_factory: Any,
) -> bytes:
    folder: Path = tmp_path_factory.mktemp("entries")
    (folder / "assembly").mkdir()
    (folder / "assembly" / "index.ts").write_text(SOURCE)
    wasm = build_assemblyscript(folder, release=request.param == "release")
    assert has_free_start(wasm) == (request.param == "release")
    return wasm


class Both:
    """The same module with entries and without."""

    def __init__(self, engine: Engine, wasm: bytes, max_bytes: int = 1 << 24) -> None:
        self._quick, self._plain = (
            AssemblyScriptGuest.load(engine, wasm, entries=entries, max_bytes=max_bytes)
            for entries in (True, False)
        )
        assert self._quick.has_entries
        assert not self._plain.has_entries
        self.free_start = has_free_start(wasm)
        self.host = Host()

    async def __call__(self, name: str, /, selection: Any = None, **arguments: Any) -> Any:
        """What both give, which must be the same; an error is given as such."""
        quick, plain = [
            await self._call(guest, name, selection, arguments)
            for guest in (self._quick, self._plain)
        ]
        if isinstance(plain, Exception):
            assert (type(quick), str(quick)) == (type(plain), str(plain))
        else:
            assert json.dumps(quick) == json.dumps(plain)  # also in the order of entries
        return plain

    async def _call(self, guest: Any, name: str, selection: Any, arguments: Any) -> Any:
        function = guest.interface.function(name)
        try:
            async with guest.execute(
                Limits(), environment={}, host=self.host, on_log=lambda level, line: None
            ) as execution:
                return await execution.invoke(function, arguments, selection)
        except (GuestFailure, BadGuestReply, EngineError) as error:
            return error


@pytest.fixture(scope="module")
def both(engine: Engine, module: bytes) -> Both:
    return Both(engine, module)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
"""Of all sizes: the shortest form of most is found in the sandbox, of the others by the host."""
ORDINARY = st.floats(-1e9, 1e9, width=32)
LEAVES = st.fixed_dictionaries(
    {
        "text": TEXTS,
        "weight": FLOATS,
        "at": st.integers(-(10**14), 10**14).map(lambda n: n),
    }
)
TREES = st.fixed_dictionaries(
    {
        "id": st.integers(-(2**63), 2**63 - 1),
        "name": st.none() | TEXTS,
        "open": st.booleans(),
        "data": st.binary(max_size=20),
        "leaves": st.lists(LEAVES, max_size=4),
        "byName": st.dictionaries(TEXTS, st.none() | LEAVES, max_size=10).map(
            lambda found: [{"key": key, "value": value} for key, value in found.items()]
        ),
        "flags": st.lists(st.integers(-(2**15), 2**15 - 1), unique=True, max_size=10),
        "grid": st.lists(st.floats(allow_nan=False), max_size=5),
        "floats": st.lists(FLOATS | ORDINARY, max_size=12),
        "words": st.lists(st.none() | TEXTS, max_size=5),
        "parts": st.lists(st.lists(st.integers(0, 2**16 - 1), max_size=3), max_size=3),
    }
)
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


LEAF = {"text": None, "weight": None, "at": None}
FIELDS = {
    "id": None, "name": None, "open": None, "data": None, "flags": None, "floats": None,
    "leaves": LEAF, "byName": {"key": None, "value": LEAF},
}  # fmt: skip


@SLOW
@given(tree=TREES, data=st.data())
async def test_any_value_and_selection(both: Both, selecting: Any, tree: Any, data: Any):
    selection = data.draw(selecting.selections(FIELDS, lambda fields: fields))
    found = await both("echo", selection, tree=tree)
    whole = await both("echo", tree=tree)
    assert json.dumps(found) == json.dumps(selecting.projected(whole, selection))
    assert whole["words"] == tree["words"]
    assert whole["grid"] == tree["grid"]


TREE = {
    "id": -5, "name": "n\u00e4m\U0001f600", "open": True, "data": "AQID",
    "leaves": [{"text": "a", "weight": 0.1, "at": "2024-12-31T23:59:59.5Z"}],
    "byName": [{"key": "k", "value": None}], "flags": [3, -3], "grid": [0.5],
    "floats": [0.1, 5.0], "words": ["w", None], "parts": [[1], []],
}  # fmt: skip


async def test_small_and_large(both: Both):
    assert await both("echo", tree=TREE) == TREE
    assert await both("maybe", tree=None) is None
    assert await both("maybe", tree=TREE) == TREE
    for count in (0, 1, 5, 300):
        assert await both("many", tree=TREE, count=count) == [TREE] * count
    for size in (0, 1, 400, 500, 600, 70_000):
        text = "\u00e9" * size
        assert await both("same", text=text) == text
        assert await both("texts", text=text, count=3) == [text] * 3


async def test_all_kinds_of_parameters(both: Both):
    assert await both("join", a="1", b="2", c=None) == "12-7"
    assert await both("join", a="1", b="2", c="3", n=4) == "1234"
    numbers = {"a": -(2**63), "b": 2**64 - 1, "c": 0.5, "d": 1e300, "e": True}
    assert (await both("numbers", **numbers)).startswith("-9223372036854775808 1844674407370955161")
    assert await both("none") is None
    assert isinstance(await both("numbers", **{**numbers, "b": -1}), GuestFailure)


async def test_results_without_end_in_sight(both: Both):
    found = await both("chain", length=3)
    assert found["next"]["next"]["next"] == {"value": 2, "next": None}
    assert isinstance(await both("chain", length=1000), BadGuestReply)
    wanted = (Wanted("value", "value"), Wanted("next", "next", (Wanted("value", "value"),)))
    assert await both("chain", wanted, length=1000) == {"value": 0, "next": {"value": 0}}


def kind(name: str) -> Wanted:
    return Wanted("kind", None, None, name)


async def test_entries_are_as_the_selection_has_them(both: Both):
    leaf = Wanted("t", "text"), kind("Leaf"), Wanted("again", "text")
    pair = kind("Pair"), Wanted("v", "value", leaf), Wanted("k", "key"), Wanted("w", "value", ())
    wanted = (
        Wanted("open", "open"), kind("Tree"), Wanted("a", "name"), Wanted("id", "id"),
        Wanted("b", "name"), Wanted("first", "leaves", leaf[:1]), Wanted("map", "byName", pair),
        Wanted("second", "leaves", (kind("Leaf"),)),
    )  # fmt: skip
    tree = {**TREE, "byName": [{"key": "k", "value": TREE["leaves"][0]}, {"key": "n"}]}
    found = await both("maybe", wanted, tree=tree)
    pairs = [
        {"kind": "Pair", "v": {"t": "a", "kind": "Leaf", "again": "a"}, "k": "k", "w": {}},
        {"kind": "Pair", "v": None, "k": "n", "w": None},
    ]
    name = TREE["name"]
    assert json.dumps(found) == json.dumps({
        "open": True, "kind": "Tree", "a": name, "id": -5, "b": name, "first": [{"t": "a"}],
        "map": pairs, "second": [{"kind": "Leaf"}],
    })  # fmt: skip
    assert await both("maybe", wanted, tree=None) is None
    assert await both("many", (kind("Tree"),), tree=tree, count=3) == [{"kind": "Tree"}] * 3
    assert await both("many", (), tree=tree, count=3) == [{}] * 3


@pytest.mark.parametrize("count", [0, 1, 14, 15, 16, 17, 255, 1000, 70_000])
async def test_objects_with_any_number_of_entries(both: Both, count: int):
    constants = tuple(Wanted(f"k{n}", None, None, "T") for n in range(count))
    found = await both("echo", (*constants, Wanted("open", "open")), tree=TREE)
    assert list(found) == [*(wanted.key for wanted in constants), "open"]
    assert await both("echo", constants, tree=TREE) == dict.fromkeys(found.keys() - {"open"}, "T")


async def test_entries_count_against_the_limit_of_results(engine: Engine, module: bytes):
    both = Both(engine, module, max_bytes=100_000)
    wanted = tuple(Wanted(f"k{n}", None, None, "T") for n in range(1000))
    assert len(await both("many", wanted[:1], tree=TREE, count=100)) == 100
    assert isinstance(await both("many", wanted, tree=TREE, count=100), BadGuestReply)


async def test_what_host_functions_give(both: Both):
    both.host.tree = {**TREE, "data": b"\1\2\3", "byName": {"k": None}}
    for count in (0, 1, 100):
        assert await both("ask", count=count) == [TREE] * count
    assert await both("askTwice", count=30) == f"xxx{TREE['name']}30"


@pytest.mark.parametrize("what", range(6))
async def test_memory_that_lies(both: Both, what: int):
    assert isinstance(await both("lies", what=what), BadGuestReply)
    # What is not asked for is not looked at.
    wanted = (Wanted("id", "id"), Wanted("open", "open"))
    assert await both("lies", wanted, what=what) == {"id": 0, "open": False}


async def test_memory_that_is_written_over(both: Both):
    """What the host puts into the first KiB is no more than arguments."""
    if both.free_start:  # else the module's own data are there
        assert await both("scribble", tree=TREE) == TREE


async def test_no_result_where_there_must_be_one(both: Both):
    assert isinstance(await both("wasNull"), BadGuestReply)


async def test_results_have_a_limit(engine: Engine, module: bytes):
    both = Both(engine, module, max_bytes=100_000)
    assert isinstance(await both("texts", text="x" * 1000, count=1000), BadGuestReply)


def test_the_module_stays_as_it_is(module: bytes):
    described = read_metadata(module).module
    assert described is not None
    extended = add_entries(module, described, STARTS)
    assert extended is not None
    before, after = outline(module), outline(extended)
    assert after.imports == before.imports
    assert after.functions[: len(before.functions)] == before.functions
    assert after.exports[: len(before.exports)] == before.exports
    added = {export.name for export in after.exports[len(before.exports) :]}
    assert {f"{PREFIX}{name}" for name in described.exports} <= added
    assert read_metadata(extended) == read_metadata(module)
    assert add_entries(extended, described, STARTS) is None


OWN = {"f": {"parameters": [{"name": "a", "type": "i32"}], "results": [{"type": "i32"}]}}
OWN_ENTRIES = """
  (memory (export "memory") 1)
  (func (export "__new") (param i32 i32) (result i32) (i32.const 2048))
  (func (export "__pin") (param i32) (result i32) (local.get 0))
  (func (export "__unpin") (param i32))
  (func (export "_initialize"))
  (func (export "f") (param i32) (result i32) (local.get 0))
  (func (export "atoll:f") (param i32 i32) (result f64) (f64.const 0))
  (func (export "atoll:build") (param i32))
"""


async def test_functions_of_the_modules_own_are_no_entries(engine: Engine):
    metadata = {"sdk": "modus-sdk-as@1", "fnExports": OWN, "fnImports": {}, "types": {}}
    wasm = bytes(wasmtime.wat2wasm(f"(module {OWN_ENTRIES})"))
    wasm += custom_section("modus_metadata_version", b"\2")
    wasm += custom_section("modus_metadata", json.dumps(metadata).encode())
    guest = AssemblyScriptGuest.load(engine, wasm)
    function = guest.interface.function("f")
    assert function is not None
    async with guest.execute(
        Limits(), environment={}, host=Host(), on_log=lambda level, line: None
    ) as execution:
        assert await execution.invoke(function, {"a": 7}, None) == 7


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_damaged_modules(module: bytes, data: Any):
    """They get entries or stay as they are; compiling them shows that they are damaged."""
    described = read_metadata(module).module
    assert described is not None
    damaged = bytearray(module[: data.draw(st.integers(0, len(module)))])
    for _ in range(data.draw(st.integers(0, 3))):
        if damaged:
            damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    add_entries(bytes(damaged), described, STARTS)


RUNTIME = """
  (memory (export "memory") 1)
  (func (export "__new") (param i32 i32) (result i32) (i32.const 2048))
  (func (export "__pin") (param i32) (result i32) (local.get 0))
  (func (export "__unpin") (param i32))
  (func (export "_initialize"))
"""


@pytest.mark.parametrize(
    ("text", "extended"),
    [
        (RUNTIME, True),
        (RUNTIME + '(data (i32.const 8) "x")', True),
        (RUNTIME + '(func (export "atoll:x"))', False),
        (RUNTIME + "(tag)", True),
        (RUNTIME.replace("__unpin", "x"), False),
        (RUNTIME.replace('(param i32))', '(param i64))'), False),
        (RUNTIME.replace("_initialize", "_start"), True),
        (RUNTIME.replace("_initialize", "x"), False),
    ],
)  # fmt: skip
def test_which_modules_get_entries(module: bytes, text: str, extended: bool):
    described = read_metadata(module).module
    assert described is not None
    wasm = bytes(wasmtime.wat2wasm(f"(module {text})"))
    assert (add_entries(wasm, described, STARTS) is not None) == extended


@pytest.mark.parametrize(
    ("text", "free"),
    [
        ("", True),
        ('(data (i32.const 1024) "x")', True),
        ('(data (i32.const 5000) "x") (data (i32.const 1036) "x")', True),
        ('(data (i32.const 5000) "x")', False),
        ('(data "passive") (data (i32.const 1036) "x")', False),
        ('(data (i32.const 1036) "x") (data (i32.const 1023) "x")', False),
        ('(data (i32.const -1) "x")', False),
        ('(data (global.get $at) "x")', False),
    ],
)
def test_modules_whose_memory_is_free_at_its_start(text: str, free: bool):
    wat = f'(module (import "a" "b" (global $at i32)) (memory 1) {text})'
    assert has_free_start(bytes(wasmtime.wat2wasm(wat))) == free


def test_functions_with_another_signature_get_none(module: bytes):
    described = read_metadata(module).module
    assert described is not None
    wasm = bytes(wasmtime.wat2wasm(f'(module {RUNTIME} (func (export "same") (param i64)))'))
    extended = add_entries(wasm, described, STARTS)
    assert extended is not None
    names = {export.name for export in outline(extended).exports}
    assert f"{PREFIX}build" in names
    assert f"{PREFIX}same" not in names
