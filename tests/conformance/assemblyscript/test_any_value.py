"""Any value of any type survives the way into a real guest, which makes it anew, and back.

The app is generated: a function for each of many types. It does not give back what it got but a
copy that it builds with the language's own means: keys are looked up before they are set again.
"""

from __future__ import annotations

import base64
import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.guest.assemblyscript.types import TYPED_ARRAYS
from atoll.guest.core.scalar import INTEGERS

FUNCTIONS = 80
KEYS = ["string", "bool", *INTEGERS, "f32", "f64"]
NUMBERS = ["bool", *INTEGERS, "f32", "f64"]
BYTES = ["ArrayBuffer", "Uint8Array", "Uint8ClampedArray", "u8[]"]
LISTED = [name for name, item in TYPED_ARRAYS.items() if item != "u8"]


@dataclass(frozen=True)
class Type:
    """A type of AssemblyScript, and how values of it are made."""

    spelled: str
    kind: str
    inner: tuple[Type, ...] = ()
    fields: tuple[tuple[str, Type], ...] = field(default=(), hash=False)


# Choosing types -----------------------------------------------------------------------------------


class Chooser:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.classes: list[tuple[Type, Type | None]] = []
        """Each with its base class, whose fields it has as well."""
        tree = Type("Tree", "class", (), (("name", Type("string", "string")),))
        forest = Type("Tree[]", "array", (tree,))
        self.tree = Type("Tree", "tree", (tree, forest))

    def type(self, depth: int) -> Type:
        kinds = ["number", "string", "bytes", "Date", "typed"]
        if depth:
            kinds = ["number", "string", "Date"] + 2 * [
                "array", "fixed", "Set", "Map", "Map", "class", "class", "null",
            ]  # fmt: skip
        kind = self._random.choice(kinds)
        return getattr(self, f"_{kind}", lambda _: Type(kind, kind))(depth)

    def _number(self, depth: int) -> Type:
        return Type(self._random.choice(NUMBERS), "number")

    def _bytes(self, depth: int) -> Type:
        return Type(self._random.choice(BYTES), "bytes")

    def _typed(self, depth: int) -> Type:
        return Type(self._random.choice(LISTED), "typed")

    def _array(self, depth: int) -> Type:
        inner = self.type(depth - 1)
        kind = "bytes" if inner.spelled == "u8" else "array"
        return Type(f"Array<{inner.spelled}>", kind, (inner,))

    def _fixed(self, depth: int) -> Type:
        inner = self.type(depth - 1)
        return Type(f"StaticArray<{inner.spelled}>", "fixed", (inner,))

    def _key(self) -> Type:
        name = self._random.choice(KEYS)
        return Type(name, "string" if name == "string" else "number")

    def _Set(self, depth: int) -> Type:
        key = self._key()
        return Type(f"Set<{key.spelled}>", "Set", (key,))

    def _Map(self, depth: int) -> Type:
        key, value = self._key(), self.type(depth - 1)
        return Type(f"Map<{key.spelled}, {value.spelled}>", "Map", (key, value))

    def _null(self, depth: int) -> Type:
        inner = self.type(depth - 1)
        if inner.kind in ("number", "null"):
            return inner
        return Type(f"{inner.spelled} | null", "null", (inner,))

    def _class(self, depth: int) -> Type:
        base = None
        if self.classes and self._random.random() < 0.3:
            base = self._random.choice(self.classes)[0]
        number = len(self.classes)
        own = tuple(
            (f"f{number}_{index}", self.type(depth - 1))
            for index in range(self._random.randrange(6))
        )
        name = f"C{number}_{self._random.randrange(1 << 32)}"
        made = Type(name, "class", (), (base.fields if base else ()) + own)
        self.classes.append((made, base))
        return made


# Writing the app ----------------------------------------------------------------------------------

TREE = """
export class Tree {
  name!: string;
  children!: Tree[];
  next: Tree | null = null;
}

function copyTree(v: Tree): Tree {
  const out = new Tree();
  out.name = v.name.slice(0, 1) + v.name.slice(1);
  out.children = new Array<Tree>();
  for (let i = 0; i < v.children.length; i++) out.children.push(copyTree(v.children[i]));
  const next = v.next;
  if (next !== null) out.next = copyTree(next);
  return out;
}
"""

BODIES = {
    "number": "return v;",
    "string": "return v.slice(0, v.length / 2) + v.slice(v.length / 2);",
    "Date": """const out = new Date(v.getTime());
  assert(out.toISOString() == v.toISOString());
  return out;""",
    "ArrayBuffer": """const out = new ArrayBuffer(v.byteLength);
  for (let i = 0; i < v.byteLength; i++) {
    store<u8>(changetype<usize>(out) + i, load<u8>(changetype<usize>(v) + i));
  }
  return out;""",
    "typed": """const out = new {name}(v.length);
  for (let i = 0; i < v.length; i++) out[i] = v[i];
  return out;""",
    "array": """const out = new {name}();
  for (let i = 0; i < v.length; i++) out.push({copy0}(v[i]));
  return out;""",
    "fixed": """const out = new {name}(v.length);
  for (let i = 0; i < v.length; i++) out[i] = {copy0}(v[i]);
  return out;""",
    "Set": """const out = new {name}();
  const all = v.values();
  assert(all.length == v.size);
  for (let i = 0; i < all.length; i++) {
    assert(v.has(all[i]));
    out.add({copy0}(all[i]));
  }
  return out;""",
    "Map": """const out = new {name}();
  const keys = v.keys();
  assert(keys.length == v.size);
  for (let i = 0; i < keys.length; i++) {
    const key = {copy0}(keys[i]);
    assert(v.has(key));
    out.set(key, {copy1}(v.get(key)));
    assert(v.delete(key) && !v.has(key));
  }
  return out;""",
    "null": "if (v === null) return null;\n  return {copy0}(v);",
}


class Source:
    """The text of the app: classes, a copying function per type, an exported one per entry."""

    def __init__(self, chooser: Chooser, types: list[Type]) -> None:
        self._copies: dict[str, str] = {"Tree": "copyTree"}
        self._parts = [TREE]
        for made, base in chooser.classes:
            self._parts.append(self._class(made, base))
        for index, type in enumerate(types):
            copy = self._copy(type)
            self._parts.append(
                f"export function echo{index}(value: {type.spelled}): {type.spelled} {{\n"
                f"  return {copy}(value);\n}}\n"
            )

    @property
    def text(self) -> str:
        return "\n".join(self._parts)

    def _class(self, made: Type, base: Type | None) -> str:
        own = made.fields[len(base.fields) if base else 0 :]
        lines = [
            f"  {name}{_initial(type)};" for name, type in own
        ]  # of what may not be null, the host or the copy gives the first value
        extends = f" extends {base.spelled}" if base else ""
        return "\n".join([f"export class {made.spelled}{extends} {{", *lines, "}\n"])

    def _copy(self, type: Type) -> str:
        """The name of the function that copies a value of this type."""
        name = self._copies.get(type.spelled)
        if name is None:
            name = self._copies[type.spelled] = f"copy{len(self._copies)}"
            self._parts.append(
                f"function {name}(v: {type.spelled}): {type.spelled} {{\n  {self._body(type)}\n}}\n"
            )
        return name

    def _body(self, type: Type) -> str:
        if type.kind == "class":
            lines = [f"const out = new {type.spelled}();"]
            lines += [f"out.{name} = {self._copy(of)}(v.{name});" for name, of in type.fields]
            return "\n  ".join([*lines, "return out;"])
        kind = type.kind
        if kind == "bytes":
            kind = "ArrayBuffer" if type.spelled == "ArrayBuffer" else "typed"
        body = BODIES[kind].replace("{name}", type.spelled.replace("u8[]", "Array<u8>"))
        for index, inner in enumerate(type.inner if kind not in ("typed", "tree") else ()):
            body = body.replace(f"{{copy{index}}}", self._copy(inner))
        return body


def _initial(type: Type) -> str:
    if type.kind == "number":
        return f": {type.spelled} = {'false' if type.spelled == 'bool' else '0'}"
    return f": {type.spelled} = null" if type.kind == "null" else f"!: {type.spelled}"


# Choosing values ----------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=24)
DATES = st.datetimes().map(lambda m: m.replace(microsecond=0).isoformat() + "Z")
SMALL_FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=32)


def numbers(name: str) -> st.SearchStrategy[Any]:
    if name == "bool":
        return st.booleans()
    if name in INTEGERS:
        return st.integers(*INTEGERS[name])
    if name == "f32":
        # In the fewest digits, as it comes back.
        return SMALL_FLOATS.map(lambda v: float(f"{v:.6g}")).filter(_has_six_digits)
    return st.floats(allow_nan=False, allow_infinity=False)


def _has_six_digits(value: float) -> bool:
    """Subnormal 32-bit floats have fewer."""
    return value == 0 or 2e-38 < abs(value) < 3.4e38


def keys(type: Type) -> st.SearchStrategy[Any]:
    if type.kind == "string":
        return TEXTS
    # Zero has two signs, which are equal; very small 32-bit floats have few digits.
    return numbers(type.spelled).filter(
        lambda v: not isinstance(v, float) or abs(v) > (0 if type.spelled == "f64" else 1e-30)
    )


def values(type: Type) -> st.SearchStrategy[Any]:
    match type.kind:
        case "number":
            return numbers(type.spelled).filter(
                lambda v: type.spelled != "f32" or v == 0 or abs(v) > 1e-30
            )
        case "string":
            return TEXTS
        case "bytes":
            return st.binary(max_size=20).map(lambda data: base64.b64encode(data).decode())
        case "Date":
            return DATES
        case "typed":
            item = TYPED_ARRAYS[type.spelled]
            return st.lists(values(Type(item, "number")), max_size=6)
        case "array" | "fixed":
            return st.lists(values(type.inner[0]), max_size=5)
        case "Set":
            return st.lists(keys(type.inner[0]), unique=True, max_size=20)
        case "Map":
            found = st.dictionaries(keys(type.inner[0]), values(type.inner[1]), max_size=20)
            return found.map(lambda m: [{"key": k, "value": v} for k, v in m.items()])
        case "null":
            return st.none() | values(type.inner[0])
        case "tree":
            return st.recursive(
                trees(st.just([]), st.none()),
                lambda inner: trees(st.lists(inner, max_size=3), st.none() | inner),
                max_leaves=12,
            )
        case _:
            return st.fixed_dictionaries({name: values(of) for name, of in type.fields})


def trees(
    children: st.SearchStrategy[Any], after: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"name": TEXTS, "children": children, "next": after})


def fields_of(type: Type) -> dict[str, Type] | None:
    """The fields that a selection can name; lists are looked through."""
    if type.kind == "Map":
        return dict(zip(("key", "value"), type.inner, strict=True))
    if type.kind == "class":
        return dict(type.fields)
    if type.inner and type.kind != "tree":
        return fields_of(type.inner[0])
    return None


def exact(value: Any) -> str:
    """Tells True from 1, 1.0 from 1 and -0.0 from 0.0."""
    return json.dumps(value, sort_keys=True)


# The tests ----------------------------------------------------------------------------------------

CHOOSER = Chooser(seed=7)
TYPES = [*(CHOOSER.type(3) for _ in range(FUNCTIONS - 1)), CHOOSER.tree]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("echoes")
    (folder / "assembly").mkdir()
    (folder / "assembly" / "index.ts").write_text(Source(CHOOSER, TYPES).text)
    return folder


@pytest.fixture(scope="module", params=[True, False], ids=["entries", "no entries"])
def app(request: Any, run_app: Any, folder: Path) -> Any:
    return run_app(folder, release=True, entries=request.param)


def test_all_kinds_of_types_are_there():
    found, pending = set(), list(TYPES)
    while pending:
        type = pending.pop()
        found.add(type.kind)
        pending += [*type.inner, *(of for _, of in type.fields)]
    assert found == {*BODIES, "bytes", "class", "tree"} - {"ArrayBuffer"}
    assert any(base for _, base in CHOOSER.classes)


@pytest.mark.parametrize("index", range(FUNCTIONS))
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_any_value_survives(app, index, data):
    type = TYPES[index]
    value = data.draw(values(type), label=type.spelled)
    assert exact(await app.invoke(f"echo{index}", {"value": value})) == exact(value)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_what_is_selected_comes_back_and_nothing_else(app, selecting, data):
    index = data.draw(st.sampled_from([i for i, t in enumerate(TYPES) if t.inner or t.fields]))
    value = data.draw(values(TYPES[index]), label=TYPES[index].spelled)
    selection = data.draw(selecting.selections(TYPES[index], fields_of))
    found = await app.invoke(f"echo{index}", {"value": value}, selection)
    expected = selecting.projected(value, selection)
    assert selecting.in_order(found, selection) == selecting.in_order(expected, selection)
