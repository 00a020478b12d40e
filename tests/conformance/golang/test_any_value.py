"""Any value of any type survives the way into a real guest, which makes it anew, and back.

The app is generated: functions for each of many types. One gives not what it got but a copy, which
it builds with the language's own means; the other sends the value to the host, which gives it back.
"""

from __future__ import annotations

import base64
import json
import random
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.guest.golang.layout import bounds_of

FUNCTIONS = 60
SIGNED = ["int", "int8", "int16", "int32", "int64", "rune", "time.Duration"]
UNSIGNED = ["uint", "uint8", "uint16", "uint32", "uint64", "uintptr", "byte"]
INTEGERS = [*SIGNED, *UNSIGNED]
NUMBERS = ["bool", *INTEGERS, "float32", "float64"]


@dataclass(frozen=True)
class Type:
    """A type of Go, and how values of it are made."""

    spelled: str
    kind: str
    inner: tuple[Type, ...] = ()
    fields: tuple[tuple[str, Type], ...] = field(default=(), hash=False)
    """Names as Go has them."""
    length: int = 0


# Choosing types -----------------------------------------------------------------------------------

STRING = Type("string", "string")
TIME = Type("time.Time", "time")
THING = Type("other.Thing", "struct", (), (("Id", Type("int64", "number")), ("When", TIME)))


class Chooser:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.structs: list[Type] = []
        self.named: list[Type] = []
        tree = Type("Tree", "leaf", (), (("Name", STRING),))
        self.tree = Type("Tree", "tree", (tree, Type("[]Tree", "slice", (tree,))))

    def type(self, depth: int) -> Type:
        kinds = ["number", "string", "bytes", "time", "thing"]
        if depth:
            kinds = ["number", "string", "time"] + 2 * [
                "slice", "array", "map", "map", "struct", "struct", "pointer", "named", "box",
            ]  # fmt: skip
        made: Type = getattr(self, f"_{self._random.choice(kinds)}")(depth)
        return made

    def _number(self, depth: int) -> Type:
        return Type(self._random.choice(NUMBERS), "number")

    def _string(self, depth: int) -> Type:
        return STRING

    def _time(self, depth: int) -> Type:
        return TIME

    def _thing(self, depth: int) -> Type:
        return THING

    def _bytes(self, depth: int) -> Type:
        byte = Type(self._random.choice(["byte", "uint8"]), "number")
        return self._random.choice([self._slice_of, self._array_of])(byte)

    def _slice(self, depth: int) -> Type:
        return self._slice_of(self.type(depth - 1))

    def _slice_of(self, inner: Type) -> Type:
        kind = "bytes" if inner.spelled in ("byte", "uint8") else "slice"
        return Type(f"[]{inner.spelled}", kind, (inner,))

    def _array(self, depth: int) -> Type:
        return self._array_of(self.type(depth - 1))

    def _array_of(self, inner: Type) -> Type:
        length = self._random.randrange(4)
        kind = "bytearray" if inner.spelled in ("byte", "uint8") else "array"
        return Type(f"[{length}]{inner.spelled}", kind, (inner,), length=length)

    def _map(self, depth: int) -> Type:
        key, value = self._key(), self.type(depth - 1)
        return Type(f"map[{key.spelled}]{value.spelled}", "map", (key, value))

    def _key(self) -> Type:
        simple = self._random.choice([STRING, self._number(0)])
        match self._random.randrange(6):
            case 0:
                return self._array_of(self._comparable())
            case 1:
                fields = tuple((f"K{index}", self._comparable()) for index in range(2))
                return self._struct_of(fields)
            case 2:
                return self._name_of(simple)
            case _:
                return simple

    def _comparable(self) -> Type:
        return self._random.choice([STRING, Type(self._random.choice(INTEGERS), "number")])

    def _pointer(self, depth: int) -> Type:
        inner = self.type(depth - 1)
        return Type(f"*{inner.spelled}", "pointer", (inner,))

    def _named(self, depth: int) -> Type:
        return self._name_of(self.type(depth - 1))

    def _name_of(self, of: Type) -> Type:
        if of.kind not in ("number", "string", "slice", "array", "map") or of in self.named:
            return of
        made = Type(f"Named{len(self.named)}", of.kind, of.inner, (("underlying", of),), of.length)
        self.named.append(made)
        return made

    def _box(self, depth: int) -> Type:
        inner = self.type(depth - 1)
        return Type(f"Box[{inner.spelled}]", "struct", (), (("V", inner),))

    def _struct(self, depth: int) -> Type:
        fields = [(f"F{index}", self.type(depth - 1)) for index in range(self._random.randrange(6))]
        if self.structs and self._random.random() < 0.3:
            base = self._random.choice(self.structs)
            fields.insert(0, (base.spelled, base))  # embedded
        return self._struct_of(tuple(fields))

    def _struct_of(self, fields: tuple[tuple[str, Type], ...]) -> Type:
        made = Type(f"S{len(self.structs)}_{self._random.randrange(1000)}", "struct", (), fields)
        self.structs.append(made)
        return made


# Writing the app ----------------------------------------------------------------------------------

OTHER = """package other

import "time"

type Thing struct {
	Id   int64
	When time.Time
}
"""
START = """package main

import (
	"echoes/other"
	"runtime"
	"time"
	"unsafe"

	"github.com/hypermodeinc/modus/sdk/go/pkg/pins"
)

var zone = time.FixedZone("elsewhere", 5400)

var _ other.Thing

type Box[T any] struct {
	V T
}

// at gives the value there. For nothing, the host gives nil.
func at[T any](pointer *T) (value T) {
	if pointer != nil {
		value = *pointer
	}
	return value
}

type Tree struct {
	Name     string
	Children []Tree
	ByName   map[string]*Tree
	Next     *Tree
}

func copyTree(v Tree) Tree {
	out := Tree{Name: string([]byte(v.Name))}
	if v.Children != nil {
		out.Children = []Tree{}
	}
	for _, child := range v.Children {
		out.Children = append(out.Children, copyTree(child))
	}
	if v.ByName != nil {
		out.ByName = map[string]*Tree{}
	}
	for name, each := range v.ByName {
		made := copyTree(*each)
		out.ByName[name] = &made
	}
	if v.Next != nil {
		made := copyTree(*v.Next)
		out.Next = &made
	}
	return out
}

"""

SAME = "return v"
BODIES = {
    "number": SAME,
    "string": "return v[:len(v)/2] + v[len(v)/2:]",
    "time": "return time.Unix(v.Unix(), int64(v.Nanosecond())).In(zone)",
    "bytes": "if v == nil {\n\t\treturn nil\n\t}\n\treturn append(make({name}, 0, 100), v...)",
    "bytearray": SAME,
    "slice": """if v == nil {
		return nil
	}
	out := {name}{}
	for _, each := range v {
		out = append(out, {copy0}(each))
	}
	return out""",
    "array": """var out {name}
	for i, each := range v {
		out[i] = {copy0}(each)
	}
	return out""",
    "map": """if v == nil {
		return nil
	}
	out := {name}{}
	for key, value := range v {
		out[{copy0}(key)] = {copy1}(value)
		if _, found := out[key]; !found {
			panic("a key is not equal to its copy")
		}
	}
	return out""",
    "pointer": """if v == nil {
		return nil
	}
	out := {copy0}(*v)
	return &out""",
}

FUNCTION = """func Echo{index}(v {type}) {type} {
	return {copy}(v)
}

func Swap{index}(a {type}, b {other}) ({other}, {type}) {
	return {copy_other}(b), {copy}(a)
}

//go:wasmimport modus_test mirror{index}
func mirror{index}Raw(v unsafe.Pointer) unsafe.Pointer

//modus:import modus_test mirror{index}
func mirror{index}(v *{type}) *{type} {
	mark := pins.Mark()
	result := (*{type})(mirror{index}Raw(unsafe.Pointer(v)))
	pins.Release(mark)
	runtime.KeepAlive(v)
	return result
}

func Mirror{index}(v {type}) {type} {
	return {copy}(at(mirror{index}(&v)))
}

"""


class Source:
    """The text of the app: types, a copying function per type, exported ones per entry."""

    def __init__(self, chooser: Chooser, types: list[Type]) -> None:
        self._copies: dict[str, str] = {"Tree": "copyTree"}
        self._parts = [START]
        for made in chooser.structs:
            self._parts.append(self._struct(made))
        for made in chooser.named:
            self._parts.append(f"type {made.spelled} {made.fields[0][1].spelled}\n\n")
        for index, type in enumerate(types):
            other = types[index - 1]
            text = FUNCTION.replace("{index}", str(index)).replace("{type}", type.spelled)
            text = text.replace("{copy}", self._copy(type)).replace("{other}", other.spelled)
            self._parts.append(text.replace("{copy_other}", self._copy(other)))

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def _struct(self, made: Type) -> str:
        lines = []
        for index, (name, of) in enumerate(made.fields):
            lines.append(f"\t{name}\n" if name == of.spelled else f"\t{name} {of.spelled}\n")
            if index == 1 and not name.startswith("K"):
                lines.append("\thidden *[]byte\n")
        return f"type {made.spelled} struct {{\n{''.join(lines)}}}\n\n"

    def _copy(self, type: Type) -> str:
        """The name of the function that copies a value of this type."""
        name = self._copies.get(type.spelled)
        if name is None:
            name = self._copies[type.spelled] = f"copy{len(self._copies)}"
            signature = f"func {name}(v {type.spelled}) {type.spelled}"
            self._parts.append(f"{signature} {{\n\t{self._body(type)}\n}}\n\n")
        return name

    def _body(self, type: Type) -> str:
        if type.kind == "struct":
            lines = [f"var out {type.spelled}"]
            lines += [f"out.{name} = {self._copy(of)}(v.{name})" for name, of in type.fields]
            if len(type.fields) > 1 and type.fields[1][0].startswith("F"):
                lines.append("out.hidden = &[]byte{1, 2, 3}")
            return "\n\t".join([*lines, "return out"])
        if type.kind == "array" and not type.length:
            return SAME  # some versions of Go cannot compile that loop
        body = BODIES[type.kind].replace("{name}", type.spelled)
        for index, inner in enumerate(type.inner):
            if f"{{copy{index}}}" in body:
                body = body.replace(f"{{copy{index}}}", self._copy(inner))
        return body


# Choosing values ----------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=24)


def moment(seconds: datetime, nanoseconds: int) -> str:
    tail = f".{nanoseconds:09}".rstrip("0") if nanoseconds else ""
    return f"{seconds.replace(microsecond=0).isoformat()}{tail}Z"


TIMES = st.builds(moment, st.datetimes(), st.just(0) | st.integers(0, 10**9 - 1))


def numbers(name: str, *, is_key: bool = False) -> st.SearchStrategy[Any]:
    if name == "bool":
        return st.booleans()
    if name in INTEGERS:
        return st.integers(*bounds_of(name, 8))
    # Zero has two signs, which are equal.
    if name == "float64":
        return st.floats(allow_nan=False, allow_infinity=False).filter(lambda v: v or not is_key)
    # In the fewest digits, as it comes back; very small ones have few.
    few = st.floats(allow_nan=False, allow_infinity=False, width=32).map(
        lambda v: float(f"{v:.6g}")
    )
    return few.filter(lambda v: 1e-30 < abs(v) < 3.4e38 or (v == 0 and not is_key))


def base64_of(data: st.SearchStrategy[bytes]) -> st.SearchStrategy[str]:
    return data.map(lambda data: base64.b64encode(data).decode())


def lower(name: str) -> str:
    return name[0].lower() + name[1:]


def values(type: Type, *, is_key: bool = False) -> st.SearchStrategy[Any]:
    match type.kind:
        case "number":
            of = type.fields[0][1].spelled if type.fields else type.spelled
            return numbers(of, is_key=is_key)
        case "string":
            return TEXTS
        case "time":
            return TIMES
        case "bytes":
            return st.none() | base64_of(st.binary(max_size=20))
        case "bytearray":
            return base64_of(st.binary(min_size=type.length, max_size=type.length))
        case "slice":
            return st.none() | st.lists(values(type.inner[0]), max_size=4)
        case "array":
            inner = values(type.inner[0], is_key=is_key)
            return st.lists(inner, min_size=type.length, max_size=type.length)
        case "map":
            return st.none() | pairs(type)
        case "pointer":
            return st.none() | values(type.inner[0])
        case "tree":
            nothing = trees(st.none(), st.none(), st.none())
            return st.recursive(nothing, lambda inner: trees(
                st.none() | st.lists(inner, max_size=2),
                st.none() | pairs_of(TEXTS, inner),
                st.none() | inner,
            ), max_leaves=8)  # fmt: skip
        case _:
            fields = {lower(name): values(of, is_key=is_key) for name, of in type.fields}
            return st.fixed_dictionaries(fields)


def trees(*parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    children, by_name, after = parts
    return st.fixed_dictionaries(
        {"name": TEXTS, "children": children, "byName": by_name, "next": after}
    )


def pairs(type: Type) -> st.SearchStrategy[Any]:
    return pairs_of(values(type.inner[0], is_key=True), values(type.inner[1]))


def pairs_of(keys: st.SearchStrategy[Any], of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    found = st.lists(st.tuples(keys, of), max_size=9, unique_by=lambda pair: text_of(pair[0]))
    return found.map(lambda all: [{"key": key, "value": value} for key, value in all])


def normal(type: Type, value: Any, *, is_sent: bool = False) -> Any:
    """Maps are in the order of their keys, which is the host's work where keys have an order: it is
    done here for what was sent only. Others are in that of their texts."""
    if value is None or type.kind in ("number", "string", "time", "bytes", "bytearray"):
        return value
    if type.kind in ("slice", "array"):
        return [normal(type.inner[0], each, is_sent=is_sent) for each in value]
    if type.kind == "pointer":
        return normal(type.inner[0], value, is_sent=is_sent)
    if type.kind in ("struct", "tree"):
        fields = {lower(name): of for name, of in type.fields or tree_fields(type)}
        return {name: normal(fields[name], v, is_sent=is_sent) for name, v in value.items()}
    parts = dict(zip(("key", "value"), type.inner, strict=True))
    found = [
        {name: normal(parts[name], each, is_sent=is_sent) for name, each in pair.items()}
        for pair in value
    ]
    if type.inner[0].kind not in ("number", "string"):
        return sorted(found, key=text_of)
    return sorted(found, key=lambda pair: pair["key"]) if is_sent else found


def tree_fields(tree: Type) -> tuple[tuple[str, Type], ...]:
    children, by_name = Type("", "slice", (tree,)), Type("", "map", (STRING, tree))
    return ("Name", STRING), ("Children", children), ("ByName", by_name), ("Next", tree)


def text_of(value: Any) -> str:
    """Tells True from 1, 1.0 from 1 and -0.0 from 0.0."""
    return json.dumps(value, sort_keys=True)


def fields_of(type: Type) -> dict[str, Type] | None:
    """The fields that a selection can name; lists are looked through."""
    if type.kind == "map":
        return dict(zip(("key", "value"), type.inner, strict=True))
    if type.kind == "struct":
        return {lower(name): of for name, of in type.fields}
    if type.inner and type.kind != "tree":
        return fields_of(type.inner[0])
    return None


def settled(type: Type, value: Any, selection: Any) -> Any:
    """What was selected, with those maps whose keys have no order in the order of their texts."""
    if value is None or selection is None:
        return normal(type, value)
    if type.kind in ("slice", "array"):
        return [settled(type.inner[0], each, selection) for each in value]
    if type.kind == "pointer":
        return settled(type.inner[0], value, selection)
    objects = value if type.kind == "map" else [value]
    fields = fields_of(type) or {}
    found = [
        {
            key: constant if field is None else settled(fields[field], each[key], inner)
            for key, field, inner, constant in selection
        }
        for each in objects
    ]
    if type.kind != "map":
        return found[0]
    return found if type.inner[0].kind in ("number", "string") else sorted(found, key=json.dumps)


# The tests ----------------------------------------------------------------------------------------

CHOOSER = Chooser(seed=11)
TYPES = [*(CHOOSER.type(3) for _ in range(FUNCTIONS - 1)), CHOOSER.tree]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("echoes")
    (folder / "other").mkdir()
    (folder / "other" / "other.go").write_text(OTHER)
    (folder / "main.go").write_text(Source(CHOOSER, TYPES).text)
    sdk = "github.com/hypermodeinc/modus/sdk/go v0.18.0"
    (folder / "go.mod").write_text(f"module echoes\n\ngo 1.23\n\nrequire {sdk}\n")
    return folder


@pytest.fixture(scope="module")
def app(run_app: Any, folder: Path) -> Any:
    host = {f"modus_test.mirror{index}": lambda value: value for index in range(FUNCTIONS)}
    return run_app(folder, host)


def test_all_kinds_of_types_are_there():
    found, spelled, pending = set(), set(), list(TYPES)
    while pending:
        type = pending.pop()
        found.add(type.kind)
        spelled.add(type.spelled)
        pending += [*type.inner, *(of for _, of in type.fields)]
    assert found == {*BODIES, "struct", "tree", "leaf"}
    assert any(name.startswith("Box[") for name in spelled)
    assert any(name == of.spelled for made in CHOOSER.structs for name, of in made.fields)
    assert len(CHOOSER.named) > 2


def check(count: int) -> Any:
    return settings(
        max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )


def came_back(type: Type, found: Any, sent: Any) -> bool:
    return text_of(normal(type, found)) == text_of(sent)


@pytest.mark.parametrize("index", range(FUNCTIONS))
@check(4)
@given(data=st.data())
async def test_any_value_survives(app, index, data):
    type = TYPES[index]
    value = data.draw(values(type), label=type.spelled)
    sent = normal(type, value, is_sent=True)
    assert came_back(type, await app.call(f"echo{index}", v=value), sent)
    assert came_back(type, await app.call(f"mirror{index}", v=value), sent)


# The collector runs whenever there is a little more than before, and overwrites what it frees.
PRESSURE = {"GOGC": "1", "GODEBUG": "gcstoptheworld=2,clobberfree=1"}


@check(25)
@given(data=st.data())
async def test_any_value_survives_under_pressure(app, data):
    index = data.draw(st.integers(0, FUNCTIONS - 1))
    type = TYPES[index]
    value = data.draw(values(type), label=type.spelled)
    sent = normal(type, value, is_sent=True)
    found = await app.invoke(f"mirror{index}", {"v": value}, environment=PRESSURE)
    assert came_back(type, found, sent)


@check(60)
@given(data=st.data())
async def test_several_values_survive(app, data):
    index = data.draw(st.integers(0, FUNCTIONS - 1))
    type, other = TYPES[index], TYPES[index - 1]
    a = data.draw(values(type), label=type.spelled)
    b = data.draw(values(other), label=other.spelled)
    found = await app.call(f"swap{index}", a=a, b=b)
    assert came_back(other, found["item1"], normal(other, b, is_sent=True))
    assert came_back(type, found["item2"], normal(type, a, is_sent=True))


@check(120)
@given(data=st.data())
async def test_what_is_selected_comes_back_and_nothing_else(app, selecting, data):
    index = data.draw(st.sampled_from([i for i, t in enumerate(TYPES) if t.inner or t.fields]))
    type = TYPES[index]
    value = data.draw(values(type), label=type.spelled)
    selection = data.draw(selecting.selections(type, fields_of))
    found = await app.invoke(f"echo{index}", {"v": value}, selection)
    sent = selecting.projected(normal(type, value, is_sent=True), selection)
    assert selecting.in_order(settled(type, found, selection), selection) == selecting.in_order(
        settled(type, sent, selection), selection
    )
