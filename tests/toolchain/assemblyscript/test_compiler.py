"""What the compiler is given, and how its complaints reach the author."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from atoll.toolchain.errors import BuildError

ONE = "export function one(): i32 {\n  return 1;\n}\n"


def places(errors: list[BuildError]) -> list[tuple[str, int | None, int | None]]:
    found = []
    for error in errors:
        assert error.code == "COMPILE_FAILED"
        assert error.location is not None
        found.append((error.location.file, error.location.line, error.location.column))
    return found


async def in_thread(build: Any, *arguments: Any) -> Any:
    """A build runs a loop of its own."""
    return await asyncio.to_thread(build, *arguments)


def asconfig(**options: object) -> dict[str, str]:
    return {"asconfig.json": json.dumps({"options": options})}


def test_every_error_has_its_place(refused):
    source = """\
import { twice } from "./more";

export function one(): i32 {
  return "é😀".length + "😀".lengths;
}

export function two(): string {
  return 2;
}
"""
    more = 'export function twice(x: i32): i32 {\r\n\treturn "😀".length + x.y;\r\n}\r\n'
    source += "export function three(): i32 {\n  return twice(1);\n}\n"
    errors = refused(source, {"assembly/more.ts": more})
    assert places(errors) == [
        ("assembly/index.ts", 4, 28),
        ("assembly/index.ts", 8, 10),
        ("assembly/more.ts", 2, 24),
    ]
    assert "'lengths' does not exist" in errors[0].message


def test_a_syntax_error(refused):
    (error, *_) = refused("export function one(): i32 {\n  return 1 +;\n}\n")
    assert error.code == "COMPILE_FAILED"
    assert error.location is not None
    assert (error.location.file, error.location.line) == ("assembly/index.ts", 2)


def test_a_file_that_is_not_there(refused):
    source = 'import { x } from "./nowhere";\nexport function one(): i32 {\n  return x;\n}\n'
    errors = refused(source)
    assert places(errors)[0] == ("assembly/index.ts", 1, 19)
    assert "nowhere" in errors[0].message


def test_a_package_that_is_not_there(refused):
    source = 'import { x } from "@me/lib";\nexport function one(): i32 {\n  return x;\n}\n'
    errors = refused(source)
    assert places(errors)[0] == ("assembly/index.ts", 1, 19)
    assert "@me/lib" in errors[0].message


def test_an_error_in_a_package(refused):
    files = {
        "package.json": '{"dependencies": {"@me/lib": "1"}}',
        "node_modules/@me/lib/assembly/index.ts": "export function f(): i32 {\n  return nope;\n}\n",
    }
    source = (
        'import { f } from "@me/lib/assembly";\nexport function one(): i32 {\n  return f();\n}\n'
    )
    errors = refused(source, files)
    assert places(errors) == [("~lib/@me/lib/assembly/index.ts", 2, 10)]


def test_not_more_errors_than_one_can_read(refused):
    lines = [f"export function f{n}(): i32 {{ return nope{n}; }}" for n in range(40)]
    errors = refused("\n".join(lines))
    assert len(errors) == 20
    assert places(errors)[19][1] == 20


HIDDEN = "export namespace Inner {\n  export function one(): i32 {\n    return 1;\n  }\n}\n"


def test_warnings_have_their_place(build):
    built = build(f"export class Thing {{}}\nexport type Two = Thing;\n{HIDDEN}")
    (warning,) = built.warnings
    assert warning.code == "AS235"
    assert warning.message.startswith("Inner is a namespace: its functions are not in the API")
    assert warning.location is not None
    assert (warning.location.line, warning.location.column) == (3, 18)
    assert warning.severity == "warning"


def test_exports_that_are_not_in_the_api(build):
    """By name and place, wherever an entry file has them from."""
    source = """\
export const twice = (x: i32): i32 => x * 2;
export let half: (x: i32) => i32 = (x: i32): i32 => x / 2;
export const two = 2;
export function same<T>(x: T): T {
  return x;
}
export { less, Thing } from "./more";
export * from "./others";
"""
    more = "export const less = (x: i32): i32 => x - 1;\nexport class Thing {}\n"
    others = "export function first<T>(x: T[]): T {\n  return x[0];\n}\n"
    built = build(source, {"assembly/more.ts": more, "assembly/others.ts": others})
    variable = (
        "{0} is a variable, not a function: it is not in the API; write: export function {0}(...)"
    )
    generic = "{} is generic: it is not in the API; "
    generic += "export a function without type parameters that calls it"
    assert sorted(
        (w.location.file, w.location.line, w.location.column, w.message) for w in built.warnings
    ) == [
        ("assembly/index.ts", 1, 14, variable.format("twice")),
        ("assembly/index.ts", 2, 12, variable.format("half")),
        ("assembly/index.ts", 4, 17, generic.format("same")),
        ("assembly/more.ts", 1, 14, variable.format("less")),
        ("assembly/others.ts", 1, 17, generic.format("first")),
    ]
    assert [name for name in built.metadata.module.exports if not name.startswith("_")] == []


def test_how_a_default_export_is_called(build):
    """The compiler exports a function that has a name twice."""
    built = build("export default function one(): i32 {\n  return 1;\n}\n")
    (warning,) = built.warnings
    assert (warning.location.line, warning.location.column) == (1, 25)
    assert warning.message == (
        "one is in the API twice: as one, and as default;"
        " export it without `default` to have it under its own name only"
    )
    names = [name for name in built.metadata.module.exports if not name.startswith("_")]
    assert names == ["default", "one"]
    (warning,) = build(f"{ONE[7:]}export {{ one as default }};\n").warnings
    assert warning.message.startswith("one is in the API as default; ")


def test_warnings_can_be_disabled(build):
    assert build(HIDDEN, asconfig(disableWarning=[235])).warnings == ()


async def test_packages_of_npm(build, call):
    """One of the registry, whose own dependencies it brings, and one in a folder beside the app."""
    dependencies = {"assemblyscript-json": "1.1.0", "@me/lib": "file:./lib"}
    source = """\
import { JSON } from "assemblyscript-json/assembly";
import { seven } from "@me/lib/assembly";

export function read(text: string): i64 {
  const found = (<JSON.Obj>JSON.parse(text)).getInteger("n");
  return found ? found.valueOf() * seven() : 0;
}
"""
    files = {
        "package.json": json.dumps({"dependencies": dependencies}),
        "lib/package.json": '{"name": "@me/lib", "version": "1.0.0"}',
        "lib/assembly/index.ts": "export function seven(): i64 {\n  return 7;\n}\n",
    }
    built = await in_thread(build, source, files)
    assert await call(built.wasm, "read", text='{"n": 6}') == 42


async def test_the_apps_own_node_modules(build, call):
    """They may hold other versions of Atoll's own packages, which are left alone."""
    files = {
        "package.json": '{"dependencies": {"@me/lib": "1", "json-as": "^0.9.0"}}',
        "node_modules/@me/lib/assembly/index.ts": (
            'import { JSON } from "json-as";\n'
            "export function told(x: i32[]): string {\n  return JSON.stringify(x);\n}\n"
        ),
        "node_modules/@me/lib/node_modules/json-as/index.ts": "this is no source\n",
        "node_modules/json-as/index.ts": "nor is this\n",
        "node_modules/json-as/transform/index.js": "nor this\n",
        "node_modules/@hypermode/modus-sdk-as/index.ts": "nor this\n",
        "node_modules/assemblyscript/std/assembly/array.ts": "nor this\n",
    }
    source = 'import { told } from "@me/lib/assembly";\n'
    source += "export function tell(): string {\n  return told([1, 2]);\n}\n"
    built = await in_thread(build, source, files)
    assert await call(built.wasm, "tell") == "[1,2]"


RENAMER = """\
export default class {
  afterParse(parser) {
    for (const source of parser.sources) {
      if (source.internalPath === "assembly/index") source.statements[0].name.text = "NAME";
    }
    console.log("said in passing");
  }
}
"""


async def test_own_transforms(build, call):
    """From a file, and from a package; secrets are no business of theirs."""
    spy = "export default class {\n  afterParse() {\n"
    spy += "    if (process.env.MODUS_X_KEY) throw new Error('seen');\n  }\n}\n"
    files = {
        **asconfig(transform=["./renamer.mjs", "@me/lib/transform.mjs", "unnamed"]),
        "renamer.mjs": RENAMER.replace("NAME", "two"),
        "package.json": '{"dependencies": {"@me/lib": "1"}}',
        "node_modules/@me/lib/transform.mjs": spy,
        "node_modules/unnamed/index.js": "module.exports = class {};\n",
    }
    built = await in_thread(build, ONE, files)
    assert await call(built.wasm, "two") == 1


def test_a_transform_that_fails(refused):
    transform = 'export default class {\n  afterParse() {\n    throw new Error("boom");\n  }\n}\n'
    (error,) = refused(ONE, {**asconfig(transform="./bad.mjs"), "bad.mjs": transform})
    assert error.code == "COMPILER_FAILED"
    assert error.message == "the AssemblyScript compiler gave up: boom"
    assert error.location is not None
    assert (error.location.file, error.location.line) == ("bad.mjs", 3)


def test_a_transform_that_throws_after_the_compiler_is_done(refused):
    transform = "export default class {\n  afterCompile() {\n    null.x;\n  }\n}\n"
    (error,) = refused(ONE, {**asconfig(transform="./bad.mjs"), "bad.mjs": transform})
    assert error.code == "COMPILER_FAILED"
    assert "null" in error.message


def test_a_transform_that_ends_the_process(refused):
    transform = "process.stderr.write('farewell\\n');\nprocess.exit(0);\n"
    (error,) = refused(ONE, {**asconfig(transform="./bad.mjs"), "bad.mjs": transform})
    assert error.code == "COMPILER_FAILED"
    assert error.message == "the AssemblyScript compiler gave up: farewell"


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("./mine.mjs", "file ./mine.mjs"),
        ("../mine.mjs", "file ../mine.mjs"),
        ("theirs/transform", "package with the transform theirs/transform"),
        ("json-as/other", "package with the transform json-as/other"),
    ],
)
def test_transforms_that_are_not_there(refused, name, missing):
    config = f'{{\n  "options": {{\n    "transform": ["{name}"]\n  }}\n}}\n'
    (error,) = refused(ONE, {"asconfig.json": config})
    assert error.code == "ASCONFIG_INVALID"
    assert error.message == f"asconfig.json: there is no {missing}"
    assert error.hint
    assert (error.location.file, error.location.line) == ("asconfig.json", 3)
    assert error.location.column == 19


REQUIRE = 'import { createRequire } from "node:module";\ncreateRequire(import.meta.url)'


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("export default (", "Unexpected end"),
        ('import "leftpad";', "Cannot find package 'leftpad'"),
        (f"{REQUIRE}('leftpad');", "Cannot find module 'leftpad'"),
        ("throw 'no';", "no"),
    ],
)
def test_transforms_that_cannot_be_loaded(refused, source, reason):
    (error,) = refused(ONE, {**asconfig(transform="./bad.mjs"), "bad.mjs": source})
    assert error.code == "COMPILER_FAILED"
    assert f"the transform ./bad.mjs cannot be loaded: {reason}" in error.message
    assert error.location.file == "bad.mjs"


def test_what_the_compiler_itself_refuses(refused):
    (error,) = refused(ONE, asconfig(use=["nonsense"]))
    assert (
        error.message == "the AssemblyScript compiler gave up: Global alias 'nonsense' is invalid."
    )


async def test_json_of_classes_whose_base_is_exported_again(build, call):
    """Elsewhere than where it is declared: the fields that they inherit must be there."""
    source = """\
import { JSON } from "json-as";
import { FunctionDefinition, Tool } from "@hypermode/modus-sdk-as/models/openai/chat";
import { Base, Far } from "./all";
import { Deep } from "./folder";

@json
class MyTool extends Tool {
  more: string = "m";
}

@json
class Near extends Base {
  b: i32 = 2;
}

@json
class Further extends Far {
  d: i32 = 4;
}

@json
class Deeper extends Deep {
  f: i32 = 6;
}

export function texts(): string[] {
  const tool = new MyTool();
  tool.function.name = "f";
  return [
    JSON.stringify(tool),
    JSON.stringify(new Near()),
    JSON.stringify(new Further()),
    JSON.stringify(new Deeper()),
  ];
}

export function sum(data: string): i32 {
  const near = JSON.parse<Near>(data);
  return near.a + near.b;
}
"""
    files = {
        "assembly/all.ts": 'export { Base } from "./base";\nexport * from "./far";\n',
        "assembly/base.ts": "@json\nexport class Base {\n  a: i32 = 1;\n}\n",
        "assembly/far.ts": "@json\nexport class Far {\n  c: i32 = 3;\n}\n",
        "assembly/folder/index.ts": "@json\nexport class Deep {\n  e: i32 = 5;\n}\n",
    }
    built = await in_thread(build, source, files)
    assert built.warnings == ()
    assert [json.loads(text) for text in await call(built.wasm, "texts")] == [
        {"type": "function", "function": {"name": "f"}, "more": "m"},
        {"a": 1, "b": 2},
        {"c": 3, "d": 4},
        {"e": 5, "f": 6},
    ]
    assert await call(built.wasm, "sum", data='{"b": 20, "a": 10}') == 30
