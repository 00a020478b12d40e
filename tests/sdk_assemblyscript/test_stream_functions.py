"""What the compiler's transform says of functions that stream, and what it refuses."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from atoll.guest.wasm_binary import custom_section
from atoll.toolchain.assemblyscript import AssemblyScriptBuilder
from atoll.toolchain.errors import BuildError

IMPORT = 'import { stream, Stream } from "@hypermode/modus-sdk-as"\n'


def build(folder: Path, source: str, **others: str) -> Any:
    (folder / "assembly").mkdir(exist_ok=True)
    for name, text in {"index": source, **others}.items():
        (folder / "assembly" / f"{name}.ts").write_text(text)
    return asyncio.run(AssemblyScriptBuilder().build(folder, release=False))


def exports(folder: Path, source: str, **others: str) -> dict[str, Any]:
    """What metadata says of the app's own functions."""
    built = build(folder, source, **others)
    assert built.warnings == ()
    text = custom_section(built.wasm, "modus_metadata")
    assert text is not None
    found: dict[str, Any] = json.loads(text)["fnExports"]
    return {name: said for name, said in found.items() if not name.startswith("_")}


def refusals(folder: Path, source: str) -> list[tuple[str, int, int]]:
    with pytest.raises(BuildError) as caught:
        build(folder, source)
    found = []
    for error in (caught.value, *caught.value.more):
        assert error.location is not None
        found.append((error.message, error.location.line, error.location.column))
    return found


def test_all_ways_to_write_it(tmp_path):
    source = """\
import { stream as out, Stream as Told } from "@hypermode/modus-sdk-as"
export * from "./others"

/** In a line. */
// @ts-ignore: decorator
@stream
export function one(a: i32 = 2): Told<u8[]> { out.emit([1]) }

@stream export function two(): Told<f32> {
  out.emit(1)
}

@stream
function three(): Told<Map<string, i32>> { out.emit(new Map<string, i32>()) }
export { three as four }
"""
    others = """\
import { stream, Stream } from "@hypermode/modus-sdk-as"
import { Fruit } from "./fruit"
@stream
export function five(): Stream<Fruit | null> { stream.emit(null) }
"""
    fruit = "export class Fruit { name: string = ''; parts: Array<Fruit | null> = [] }\n"
    found = exports(tmp_path, source, others=others, fruit=fruit)
    results = {name: (said["results"], said["stream"]) for name, said in found.items()}
    assert results == {
        "one": ([{"type": "~lib/array/Array<u8>"}], True),
        "two": ([{"type": "f32"}], True),
        "four": ([{"type": "~lib/map/Map<~lib/string/String,i32>"}], True),
        "five": ([{"type": "assembly/fruit/Fruit | null"}], True),
    }
    assert found["one"]["parameters"] == [{"name": "a", "type": "i32", "default": 2}]
    assert found["one"]["docs"] == {"lines": ["In a line."]}


def test_other_functions_are_as_they_were(tmp_path):
    source = 'import { Stream } from "./own"\nexport function f(): Stream<i32> { return [1] }\n'
    found = exports(tmp_path, source, own="export type Stream<T> = T[]\n")
    assert found == {"f": {"results": [{"type": "~lib/array/Array<i32>"}]}}


def test_a_mark_without_a_stream(tmp_path):
    source = IMPORT + "@stream\nexport function f(): string { return 'x' }\n"
    source += "@stream\nexport function g(): void {}\n"
    source += "type Words = Stream<string>\n@stream\nexport function h(): Words {}\n"
    first, second, third = refusals(tmp_path, source)
    assert first == (
        "@stream says that f gives its results one by one; write Stream<T> as its result, where T"
        " is the type of one of them",
        3,
        17,
    )
    assert second[1:] == (5, 17)
    assert third[1:] == (8, 17)


def test_a_mark_without_the_import(tmp_path):
    found = refusals(tmp_path, "@stream\nexport function f(): Stream<string> {}\n")
    assert found[0][1:] == (2, 17)
    assert found[0][0].endswith("; import { stream, Stream } from the SDK")


def test_a_stream_without_a_mark(tmp_path):
    source = IMPORT + "export function f(): Stream<string> { stream.emit('x') }\n"
    assert refusals(tmp_path, source) == [
        ("f gives a Stream; write @stream before: export function f", 2, 22)
    ]


def test_methods_do_not_stream(tmp_path):
    source = IMPORT + "class A {\n  @stream\n  f(): Stream<string> { stream.emit('x') }\n}\n"
    source += "export function g(): i32 { return 0 }\n"
    ((message, line, column),) = refusals(tmp_path, source)
    assert "not for methods like f" in message
    assert (line, column) == (4, 3)


def test_elements_that_cannot_cross_the_border(tmp_path):
    source = IMPORT + "class Holder { f: ((a: i32) => i32) | null = null }\n"
    source += "@stream\nexport function f(): Stream<Holder> { stream.emit(new Holder()) }\n"
    ((message, line, column),) = refusals(tmp_path, source)
    assert message.startswith("What the function 'f' streams is of class Holder, whose field 'f'")
    assert (line, column) == (4, 29)


def test_a_stream_of_nothing(tmp_path):
    source = IMPORT + "@stream\nexport function f(): Stream<void> {}\n"
    found = refusals(tmp_path, source)
    assert any("is void: a stream has values" in message for message, _, _ in found)


def test_elements_of_another_type(tmp_path):
    source = IMPORT + "@stream\nexport function f(): Stream<string> {\n  stream.emit(1)\n}\n"
    ((message, line, column),) = refusals(tmp_path, source)
    assert "not assignable to type '~lib/string/String'" in message
    assert (line, column) == (4, 15)
