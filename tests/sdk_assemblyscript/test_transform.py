"""What the compiler's transform says of an app, and what it refuses."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

from atoll.guest.metadata import read_metadata
from atoll.guest.wasm_binary import custom_section
from atoll.toolchain.assemblyscript import AssemblyScriptBuilder
from atoll.toolchain.errors import BuildError

APP = Path(__file__).parents[2] / "sdk" / "assemblyscript" / "tests" / "transform"
STRING = "~lib/string/String"
HOOKS = ["activate", "get_state", "handle_event", "handle_message", "set_state"]


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def wasm(request, build_assemblyscript) -> bytes:
    return build_assemblyscript(APP, release=request.param)


@pytest.fixture(scope="module")
def said(wasm) -> dict[str, Any]:
    """The metadata as it is written."""
    assert custom_section(wasm, "modus_metadata_version") == b"\x02"
    return metadata_of(wasm)


def metadata_of(wasm: bytes) -> dict[str, Any]:
    text = custom_section(wasm, "modus_metadata")
    assert text is not None
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(request, run_app) -> Any:
    return run_app("transform", release=request.param)


def parameters_of(said: dict[str, Any], name: str) -> list[Any]:
    return said["fnExports"][name]["parameters"]


def fields_of(said: dict[str, Any], name: str) -> list[tuple[str, str]]:
    return [(field["name"], field["type"]) for field in said["types"][name]["fields"]]


def test_who_was_built(said):
    assert list(said)[:4] == ["plugin", "sdk", "buildId", "buildTs"]
    assert said["plugin"].startswith("transform")
    assert re.fullmatch(r"modus-sdk-as@\d+\.\d+\.\d+", said["sdk"])
    assert re.fullmatch(r"[0-9a-v]{20}", said["buildId"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", said["buildTs"])


def test_all_exports_and_nothing_else(said):
    names = list(said["fnExports"])
    assert names == sorted(names)
    own = [name for name in names if not name.startswith("_")]
    assert own == sorted(
        [
            "add",
            "alias",
            "areaOf",
            "buffers",
            "circle",
            "color",
            "default",
            "defaults",
            "doubled",
            "fromStar",
            "half",
            "main",
            "notMine",
            "nullables",
            "oneLine",
            "pair",
            "plainComment",
            "primitives",
            "raw",
            "rest",
            "spaced",
            "unended",
            "wide",
            "withRemark",
        ]
    )
    assert [name for name in names if name.startswith("_")] == [f"_modus_agent_{n}" for n in HOOKS]


def test_imports_without_those_of_the_system(said):
    assert list(said["fnImports"]) == ["modus_system.logMessage"]
    assert said["fnImports"]["modus_system.logMessage"] == {
        "parameters": [{"name": "level", "type": STRING}, {"name": "message", "type": STRING}]
    }


def test_nothing_is_written_for_nothing(said):
    assert said["fnExports"]["plainComment"] == {}
    assert said["fnExports"]["notMine"] == {"results": [{"type": "i32"}]}


def test_types_of_primitives(said):
    assert [p["type"] for p in parameters_of(said, "primitives")] == [
        "bool", "i8", "u8", "i16", "u16", "i32", "u32", "i64",
    ]  # fmt: skip
    assert [p["type"] for p in parameters_of(said, "wide")] == ["u64", "usize", "f32", "f64"]
    assert said["fnExports"]["primitives"]["results"] == [{"type": "isize"}]
    assert parameters_of(said, "color") == [{"name": "value", "type": "i32"}]


def test_names_of_types(said):
    types = {
        name: [p["type"] for p in found["parameters"]] + [r["type"] for r in found["results"]]
        for name, found in said["fnExports"].items()
        if "results" in found and "parameters" in found
    }
    assert types["alias"] == [f"~lib/array/Array<{STRING}>"] * 2
    assert types["spaced"] == ["assembly/shapes/NS.Inner"] * 2
    assert types["pair"] == [
        f"assembly/shapes/Pair<{STRING},i32>",
        "assembly/shapes/Pair<i32,assembly/shapes/Label|null>",
    ]
    assert types["nullables"] == [
        "~lib/array/Array<assembly/shapes/Unseen|null>",
        f"~lib/map/Map<{STRING},~lib/wasi_date/wasi_Date|null> | null",
        "~lib/typedarray/Uint8Array | null",
    ]
    assert types["raw"] == ["~lib/json-as/assembly/index/JSON.Raw"] * 2
    assert types["rest"] == ["i32", "~lib/array/Array<i32>", "i32"]


DEFAULTS = [
    5, 'bee\n"', -1.5, True, None, [1, -2], "", "", -7, "", -9007199254740991, "", "", "", 0.1, "q",
]  # fmt: skip


def test_defaults(said):
    parameters = parameters_of(said, "defaults")
    assert [p["default"] for p in parameters] == DEFAULTS
    own = [p["name"] for p in parameters if p.get("ownDefault")]
    assert own == ["g", "h", "j", "l", "m", "n"]
    assert ["default" in p for p in parameters_of(said, "add")] == [False, True]


async def test_defaults_are_evaluated_by_the_function(app):
    assert await app.call("defaults") == (
        '5|bee\n"|-1.5|true|null|1,-2|9007199254740993|10|-7|ab|-9007199254740991|'
        "18446744073709551615|0.0|4|0.1|q"
    )
    assert (await app.call("defaults", a=1, b="x", c=2)).startswith("1|x|2.0|true|null|")


def test_fields_inherited_ones_first(said):
    base = [("name", STRING), ("secret", "i64"), ("kept", "bool"), ("id", "u16")]
    assert fields_of(said, "assembly/shapes/Base") == base
    assert fields_of(said, "assembly/shapes/Circle") == [*base, ("radius", "f64")]
    assert fields_of(said, "~lib/json-as/assembly/index/JSON.Raw") == [("data", STRING)]


def test_types_reached_only_through_nullable_arguments(said):
    assert fields_of(said, "assembly/shapes/Unseen") == [("deep", "assembly/shapes/Deep")]
    assert fields_of(said, "assembly/shapes/Deep") == [("size", "u8")]
    assert "assembly/shapes/Label" in said["types"]
    assert "~lib/wasi_date/wasi_Date" in said["types"]


def test_what_has_no_fields(said):
    plain = {name for name, found in said["types"].items() if "fields" not in found}
    assert plain == {
        "~lib/array/Array<assembly/shapes/Unseen|null>",
        "~lib/array/Array<i32>",
        f"~lib/array/Array<{STRING}>",
        f"~lib/map/Map<{STRING},~lib/wasi_date/wasi_Date|null>",
        "~lib/set/Set<i32>",
        "~lib/staticarray/StaticArray<f64>",
        "~lib/typedarray/Float64Array",
        "~lib/typedarray/Uint8Array",
        "~lib/wasi_date/wasi_Date",
    }
    assert STRING not in said["types"]
    assert "~lib/arraybuffer/ArrayBuffer" not in said["types"]


def test_ids_are_apart(said):
    ids = [found["id"] for found in said["types"].values()]
    assert len(set(ids)) == len(ids)
    assert min(ids) > 2


def test_docs(said):
    docs = {name: found.get("docs") for name, found in said["fnExports"].items()}
    assert docs["add"] == {"lines": ["Adds up.", "@param a what to add", "to b"]}
    assert docs["oneLine"] == {"lines": ["In one line."]}
    assert docs["withRemark"] == {"lines": ["Kept."]}
    assert docs["doubled"] == {"lines": ["Twice as much."]}
    assert docs["plainComment"] is None
    assert docs["notMine"] is None
    types = said["types"]
    assert types["assembly/shapes/Base"]["docs"] == {"lines": ["The base."]}
    assert types["assembly/shapes/Circle"]["docs"] == {"lines": ["Between decorator and class."]}
    fields = {
        field["name"]: field.get("docs") for field in types["assembly/shapes/Circle"]["fields"]
    }
    assert fields["name"] == {"lines": ["Its name."]}
    assert fields["radius"] == {"lines": ["How far."]}
    assert fields["kept"] is None
    pair = types[f"assembly/shapes/Pair<{STRING},i32>"]["fields"]
    assert [field.get("docs") for field in pair] == [{"lines": ["The first."]}, None]


def test_it_reads_back(wasm):
    assert read_metadata(wasm).interface.function("areaOf") is not None


async def test_instances_that_only_the_host_makes(app):
    circle = {"name": "c", "secret": 1, "kept": True, "id": 7, "radius": 2.0}
    assert await app.call("areaOf", value=circle) == 12.0
    assert (await app.call("circle", value=circle))["id"] == 7
    unseen = [{"deep": {"size": 3}}, None]
    assert await app.call("nullables", a=unseen, b=[]) == "AAA="


async def test_functions_of_other_files_and_without_semicolons(app):
    assert await app.call("half", n=8) == 4
    assert await app.call("fromStar", text="x") == "x*"
    assert await app.call("unended") == "xy"


def build(folder: Path, source: str) -> Any:
    (folder / "assembly").mkdir(exist_ok=True)
    (folder / "assembly" / "index.ts").write_text(source)
    (folder / "package.json").write_text('{"name": "@me/orchard", "version": "1.2.3"}')
    return asyncio.run(AssemblyScriptBuilder().build(folder, release=False))


def refusals(folder: Path, source: str) -> list[tuple[str, int, int]]:
    """The messages of all errors with their line and column."""
    with pytest.raises(BuildError) as caught:
        build(folder, source)
    found = []
    for error in (caught.value, *caught.value.more):
        assert error.location is not None
        assert error.location.file == "assembly/index.ts"
        found.append((error.message, error.location.line, error.location.column))
    return found


def test_the_smallest_app(tmp_path):
    built = build(tmp_path, "export function one(): i32 {\n  return 1\n}\n")
    assert metadata_of(built.wasm)["plugin"] == "@me/orchard@1.2.3"
    assert built.warnings == ()


def test_signatures_that_cannot_cross_the_border(tmp_path):
    source = """\
interface Shape { area(): f64 }
class Square implements Shape { area(): f64 { return 1 } }
@unmanaged class Loose { a: i32 = 0 }
class Holder { f: ((a: i32) => i32) | null = null }

export function one(good: i32,
  callback: (a: i32) => i32): i32 { return callback(good) }
export function two(shape: Shape): f64 { return shape.area() }
export function three(loose: Loose): i32 { return loose.a }
export function four(): Holder[] { return [] }
export function five(map: Map<string, Holder | null>): i32 { return map.size }
export function six(): i32 { return <i32>new Square().area() }
"""
    found = {(line, column): message for message, line, column in refusals(tmp_path, source)}
    assert found.keys() == {(7, 3), (8, 21), (9, 23), (10, 25), (11, 22)}
    assert found[7, 3].startswith("Parameter 'callback' of the exported function 'one' is a funct")
    assert "'two' is of the interface Shape" in found[8, 21]
    assert "'three' is of the unmanaged class Loose" in found[9, 23]
    assert "The result of the exported function 'four'" in found[10, 25]
    assert "class Holder, whose field 'f' is a function" in found[10, 25]
    assert "Parameter 'map'" in found[11, 22]


def test_exceptions(tmp_path):
    source = """\
import { Exception } from "try-as";
export function f(): i32 {
  try {
    return 1;
  } catch (e) {
    return (e as Exception).toString().length;
  }
}
"""
    first, second = refusals(tmp_path, source)
    assert first[1:] == (1, 1)
    assert "try-as is not supported" in first[0]
    assert "throw new Error(...)" in first[0]
    assert second[1:] == (3, 3)


def test_a_condition_in_a_string(tmp_path):
    source = """\
import { JSON } from "json-as"

@json
class Old<T> {
  @omitif("this.x == 1 && this.y.length > 0")
  x: i32 = 1
  y: string = "this"
  z: T | null = null
}

export function f(): string {
  return JSON.stringify(new Old<string>())
}
"""
    (warning,) = build(tmp_path, source).warnings
    assert (warning.location.line, warning.location.column) == (5, 11)
    new = "@omitif((self: Old<T>): bool => self.x == 1 && self.y.length > 0)"
    assert warning.message.endswith(new)
    rewritten = source.replace('@omitif("this.x == 1 && this.y.length > 0")', new)
    assert build(tmp_path, rewritten).warnings == ()


def test_a_condition_that_cannot_be_read(tmp_path):
    source = '@json\nclass A {\n  @omitif("this.x == ")\n  x: i32 = 0\n}\n'
    messages = refusals(tmp_path, source + "export function f(): i32 { return 0 }\n")
    assert ("The condition of @omitif cannot be read: this.x == ", 3, 11) in messages


def test_errors_of_decorators_have_a_place(tmp_path):
    source = 'import { JSON } from "json-as"\n@json\nclass A {\n  @omitnull()\n  x: i32 = 0\n}\n'
    source += "export function f(): string { return JSON.stringify(new A()) }\n"
    ((message, line, _column),) = refusals(tmp_path, source)
    assert "@omitnull cannot be used on primitive types" in message
    assert line == 4


def test_a_class_without_its_decorator(tmp_path):
    source = 'import { JSON } from "json-as"\nclass In { n: i32 = 3 }\n'
    source += "@json\nclass Out { in: In = new In() }\n"
    source += "export function f(): string { return JSON.stringify(new Out()) }\n"
    (warning,) = build(tmp_path, source).warnings
    assert (warning.location.line, warning.location.column) == (2, 7)
    assert warning.message.endswith("write @json before it: @json class In")


def test_a_class_that_json_cannot_carry(tmp_path):
    source = 'import { JSON } from "json-as"\nclass Plain { n: i32 = 3 }\nclass Other {}\n'
    source += "@json\nclass Good { n: i32 = 3 }\n"
    source += "export function f(): Plain { return JSON.parse<Plain>('{}') }\n"
    source += "export function g(): string { return JSON.stringify([new Plain(), new Plain()]) }\n"
    source += "export function h(): string { return JSON.stringify(new Map<string, Other>()) }\n"
    source += "export function i(): Good { return JSON.parse<Good>('{}') }\n"
    warnings = build(tmp_path, source).warnings
    assert [(w.location.line, w.location.column) for w in warnings] == [(2, 7), (3, 7)]
    assert warnings[0].message.endswith("write @json before it: @json class Plain")
