"""The codec of component values, through a component that echoes.

The component's parameter and result is a tuple of more than sixteen flat values whose first is the
type under test. Such a tuple travels through memory, where parameter and result look the same, so
one core function that passes pointers on is an echo for every type. On its way the value goes
through a host function: each example is encoded and decoded twice.
"""

from __future__ import annotations

import asyncio
import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import wasmtime
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.engine import (
    ComponentImport,
    ComponentProgram,
    Engine,
    Err,
    Limits,
    Ok,
    ValueMismatch,
    Variant,
)

LIMITS = Limits(memory=64 << 20)


@dataclass(frozen=True)
class Shape:
    """A component type: named definitions, an expression over them, and values of it."""

    definitions: tuple[str, ...]
    expression: str
    values: st.SearchStrategy[Any]


def plain(expression: str, values: st.SearchStrategy[Any]) -> Shape:
    return Shape((), expression, values)


def integers(bits: int, signed: bool) -> st.SearchStrategy[int]:
    low = -(1 << bits - 1) if signed else 0
    return st.integers(low, low + (1 << bits) - 1)


TEXT = st.text(st.characters(codec="utf-8"))
SCALARS = [
    plain("bool", st.booleans()),
    *[plain(f"s{bits}", integers(bits, True)) for bits in (8, 16, 32, 64)],
    *[plain(f"u{bits}", integers(bits, False)) for bits in (8, 16, 32, 64)],
    plain("f32", st.floats(width=32, allow_nan=False)),
    plain("f64", st.floats(allow_nan=False)),
    plain("char", st.characters(codec="utf-8")),
    plain("string", TEXT),
]
BYTES = plain("(list u8)", st.binary(max_size=300))
NAMES = st.lists(
    st.from_regex(r"[a-z]{2,8}(-[a-z]{2,4})?", fullmatch=True), min_size=1, max_size=4, unique=True
)


def named(definitions: tuple[str, ...], body: str, values: st.SearchStrategy[Any]) -> Shape:
    """Records and the like cross a component's border only under a name."""
    name = f"$t{len(definitions)}"
    line = f'(type {name}d {body}) (import "t{len(definitions)}" (type {name} (eq {name}d)))'
    return Shape((*definitions, line), name, values)


@st.composite
def shapes(draw: Any, definitions: tuple[str, ...] = (), depth: int = 3) -> Shape:
    """Any type, at most ``depth`` levels deep."""

    def inner(before: tuple[str, ...]) -> Shape:
        return draw(shapes(before, depth - 1))  # type: ignore[no-any-return]

    kinds = ["scalar", "enum", "flags", "bytes"]
    if depth > 0:
        kinds += ["list", "tuple", "record", "option", "result", "variant"]
    match draw(st.sampled_from(kinds)):
        case "scalar":
            found = draw(st.sampled_from(SCALARS))
            return Shape(definitions, found.expression, found.values)
        case "bytes":
            return Shape(definitions, BYTES.expression, BYTES.values)
        case "enum":
            names = draw(NAMES)
            return named(definitions, quoted("enum", names), st.sampled_from(names))
        case "flags":
            names = draw(NAMES)
            values = st.frozensets(st.sampled_from(names))
            return named(definitions, quoted("flags", names), values)
        case "list":
            element = inner(definitions)
            if element.expression == "u8":
                return Shape(element.definitions, BYTES.expression, BYTES.values)
            values = st.lists(element.values, max_size=5)
            return Shape(element.definitions, f"(list {element.expression})", values)
        case "tuple":
            first = inner(definitions)
            second = inner(first.definitions)
            return Shape(
                second.definitions,
                f"(tuple {first.expression} {second.expression})",
                st.tuples(first.values, second.values),
            )
        case "record":
            fields: dict[str, Shape] = {}
            for name in draw(NAMES):
                fields[name] = field = inner(definitions)
                definitions = field.definitions
            parts = " ".join(f'(field "{n}" {f.expression})' for n, f in fields.items())
            values = st.fixed_dictionaries({n: f.values for n, f in fields.items()})
            return named(definitions, f"(record {parts})", values)
        case "option":
            payload = inner(definitions)
            if payload.expression.startswith("(option"):
                return payload  # two levels of None are one in Python
            values = st.none() | payload.values
            return Shape(payload.definitions, f"(option {payload.expression})", values)
        case "result":
            ok = inner(definitions)
            err = inner(ok.definitions)
            form = draw(st.sampled_from(["both", "ok", "error", "neither"]))
            ok_values: st.SearchStrategy[Any] = st.builds(Ok)
            err_values: st.SearchStrategy[Any] = st.builds(Err)
            expression = "(result"
            if form in ("both", "ok"):
                expression += f" {ok.expression}"
                ok_values = st.builds(Ok, ok.values)
            if form in ("both", "error"):
                expression += f" (error {err.expression})"
                err_values = st.builds(Err, err.values)
            return Shape(err.definitions, expression + ")", ok_values | err_values)
        case _:
            cases: list[str] = []
            options: list[st.SearchStrategy[Any]] = []
            for name in draw(NAMES):
                if draw(st.booleans()):
                    cases.append(f'(case "{name}")')
                    options.append(st.just(Variant(name)))
                else:
                    payload = inner(definitions)
                    definitions = payload.definitions
                    cases.append(f'(case "{name}" {payload.expression})')
                    options.append(st.builds(Variant, st.just(name), payload.values))
            return named(definitions, f"(variant {' '.join(cases)})", st.one_of(options))


def quoted(keyword: str, names: list[str]) -> str:
    inside = " ".join(f'"{name}"' for name in names)
    return f"({keyword} {inside})"


PADDING = (1, 2**64 - 1, *range(15))
_ECHO = """
(component
  {definitions}
  (type $v (tuple {expression} {padding}))
  (import "echo" (func $echo (param "v" $v) (result $v)))
  (core module $memory
    (memory (export "memory") 1)
    (global $top (mut i32) (i32.const 65536))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $top) (i32.const 15)) (i32.const -16)))
      (global.set $top (i32.add (local.get $at) (local.get 3)))
      (if (i32.gt_u (global.get $top) (i32.mul (memory.size) (i32.const 65536))) (then
        (drop (memory.grow (i32.add (i32.const 1) (i32.div_u (local.get 3) (i32.const 65536)))))))
      (local.get $at)))
  (core instance $m (instantiate $memory))
  (alias core export $m "memory" (core memory $mem))
  (alias core export $m "realloc" (core func $realloc))
  (core func $lowered (canon lower (func $echo) (memory $mem) (realloc $realloc)))
  (core module $pass
    (import "h" "echo" (func $echo (param i32 i32)))
    (func (export "echo") (param i32) (result i32)
      (call $echo (local.get 0) (i32.const 64)) (i32.const 64)))
  (core instance $p (instantiate $pass
    (with "h" (instance (export "echo" (func $lowered))))))
  (func (export "run") (param "v" $v) (result $v)
    (canon lift (core func $p "echo") (memory $mem) (realloc $realloc))))
"""

Echo = Callable[[Shape], Callable[[Any], Any]]


@pytest.fixture(scope="module")
def echo(engine: Engine) -> Echo:
    """For a shape, a function from a value to (what the host saw, what came back)."""

    @functools.cache
    def program(definitions: tuple[str, ...], expression: str) -> ComponentProgram:
        padding = " ".join(["u64"] * len(PADDING))
        wat = _ECHO.format(
            definitions="\n".join(definitions), expression=expression, padding=padding
        )
        wasm = bytes(wasmtime.wat2wasm(wat))
        imports = [ComponentImport("", "echo", host)]
        return ComponentProgram(engine, engine.compile_component(wasm, cached=False), imports)

    def host(execution: Any, value: Any) -> Any:
        execution.data.append(value[0])
        assert value[1:] == PADDING
        return value

    def for_shape(shape: Shape) -> Callable[[Any], Any]:
        made = program(shape.definitions, shape.expression)

        async def run(value: Any) -> Any:
            seen: list[Any] = []
            async with made.execute(LIMITS, seen) as execution:
                back = await execution.call("run", (value, *PADDING))
            return seen[0], back[0]

        return run

    return for_shape


def same(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float) and math.isnan(a):
        return math.isnan(b)
    return type(a) is type(b) and bool(a == b)


@pytest.mark.parametrize("shape", [*SCALARS, BYTES], ids=lambda shape: shape.expression)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_scalars_come_back(echo: Echo, shape: Shape, data: st.DataObject) -> None:
    value = data.draw(shape.values)
    for found in await echo(shape)(value):
        assert same(found, value)


@pytest.mark.parametrize("shape", SCALARS, ids=lambda shape: shape.expression)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_lists_of_scalars_come_back(echo: Echo, shape: Shape, data: st.DataObject) -> None:
    if shape.expression == "u8":
        return  # a list of these is bytes
    values = data.draw(st.lists(shape.values, max_size=40))
    listed = plain(f"(list {shape.expression})", shape.values)
    for found in await echo(listed)(values):
        assert found == values
    for found in await echo(listed)(tuple(values)):
        assert found == values


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_any_type_comes_back(echo: Echo, data: st.DataObject) -> None:
    shape = data.draw(shapes())
    value = data.draw(shape.values)
    for found in await echo(shape)(value):
        assert found == value


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, -0.0])
@pytest.mark.parametrize("expression", ["f32", "f64"])
async def test_special_floats(echo: Echo, expression: str, number: float) -> None:
    for found in await echo(plain(expression, st.nothing()))(number):
        assert same(found, number)
        assert math.copysign(1, found) == math.copysign(1, number) or math.isnan(number)


async def test_an_int_may_stand_for_a_float(echo: Echo) -> None:
    assert await echo(plain("f64", st.nothing()))(3) == (3.0, 3.0)
    assert await echo(plain("(list f64)", st.nothing()))([1, 2.5]) == ([1.0, 2.5], [1.0, 2.5])


@pytest.mark.parametrize("size", [0, 1, 2500, 1 << 20])
async def test_bytes_of_any_size(echo: Echo, size: int) -> None:
    value = bytes(range(256)) * (size // 256) + bytes(size % 256)
    run = echo(BYTES)
    for given_as in (value, bytearray(value), memoryview(value)):
        assert await run(given_as) == (value, value)


WRONG: list[tuple[str, Any]] = [
    ("bool", 1), ("bool", None), ("u8", 256), ("u8", -1), ("u8", True), ("u8", 1.0), ("u8", "1"),
    ("s8", 128), ("s64", 2**63), ("u64", -1), ("f32", "1"), ("f32", True), ("f32", 1e300),
    ("f64", 10**400), ("char", ""), ("char", "ab"), ("char", "\ud800"), ("char", 97),
    ("string", b"x"), ("string", None), ("string", "\udfff"), ("(list u8)", [1]),
    ("(list u8)", "x"), ("(list u32)", b"x"), ("(list u32)", "x"), ("(list u32)", 1),
    ("(list u32)", [1, -1]), ("(list u32)", [1, "x"]), ("(list string)", ["a", 1, "b"]),
    ("(tuple u8 string)", (1,)), ("(tuple u8 string)", (1, "a", 2)),
    ("(tuple u8 string)", ("a", "b")), ("(tuple string u8)", ("a", "b")), ("(option u8)", "x"),
    ("(option (list string))", ["a", None]), ("(result u8 (error string))", 1),
    ("(result u8 (error string))", Ok("x")), ("(result u8 (error string))", Err(1)),
    ("(result)", Ok(1)), ("(result (error u8))", Ok(1)), ("(result u8)", Ok()),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "value"), WRONG)
async def test_values_of_another_type_are_refused(echo: Echo, expression: str, value: Any) -> None:
    run = echo(plain(expression, st.nothing()))
    for _ in range(3):  # what was encoded before the mismatch must be freed once, not twice
        with pytest.raises(ValueMismatch):
            await run(value)


NAMED: list[tuple[str, list[Any]]] = [
    ('(record (field "aa" u8) (field "bb" string))',
     [{}, {"aa": 1}, {"aa": 1, "bb": "x", "cc": 1}, {"aa": "x", "bb": "x"}, [1, "x"],
      {"bb": "x", "aa": 256}]),
    ('(enum "aa" "bb")', ["cc", "", 0, None, ["aa"]]),
    ('(flags "aa" "bb")', [{"cc"}, ["aa"], "aa", None]),
    ('(variant (case "aa") (case "bb" string))',
     ["aa", Variant("cc"), Variant("aa", 1), Variant("bb"), Variant("bb", 5), None]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "wrong"), NAMED)
async def test_values_of_another_named_type_are_refused(
    echo: Echo, body: str, wrong: list[Any]
) -> None:
    run = echo(named((), body, st.nothing()))
    for value in wrong:
        with pytest.raises(ValueMismatch):
            await run(value)


async def test_a_type_may_mention_resources(engine: Engine) -> None:
    wasm = bytes(
        wasmtime.wat2wasm(
            """
            (component
              (import "r" (type $r (sub resource)))
              (import "give" (func $give (param "r" (own $r)))))
            """
        )
    )
    compiled = engine.compile_component(wasm)
    imports = [ComponentImport("", "give", lambda execution, given: None)]
    for offered in (imports, []):
        async with ComponentProgram(engine, compiled, offered).execute(LIMITS):
            pass  # only a value would be refused


async def test_memory_is_given_back(echo: Echo) -> None:
    """Thousands of large values: what is not freed would show."""
    import resource

    run = echo(plain("(list string)", st.nothing()))
    value = ["x" * 1000] * 100

    async def rounds(count: int) -> int:
        for _ in range(count):
            await run(value)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = await rounds(50)
    after = await rounds(400)  # 160 MB if none were freed
    assert after - before < 40_000, "kilobytes"
    await asyncio.sleep(0)
