"""What authors are told who write TypeScript, or forget to say where a name is from."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from atoll.toolchain.assemblyscript.hints import Diagnostic, hint_for
from atoll.toolchain.errors import BuildError

Mistake = tuple[str, str | None]

READ: list[Mistake] = [
    ("export async function f(): i32 { return 1; }", "no async"),
    ("export default async function f(): i32 { return 1; }", "no async"),
    ("async function f(): i32 { return 1; }", "no async"),
    ("class A { async f(): i32 { return 1; } }", "no async"),
    ("export function f(): i32 { return await g(); }", "no async"),
    ("const f = async (): i32 => 1;", "no async"),
    ("function f(p: string | i32): void {}", "one type, or it and null"),
    ('type F = "a" | "b";', "one type, or it and null"),
    ("function f(p: { a: i32 }): void {}", "declare a class"),
    ("function f(p: [i32, string]): void {}", "use an array, or a class"),
    ("function f(p: i32) {}", "types of parameters"),
    ("function f(): void { let x; }", "types of parameters"),
    ("function f(): void { const { a } = g(); }", "one by one"),
    ("function f(): void { const [a] = g(); }", "one by one"),
    ("function f(): void { g({ ...a }); }", "fields one by one"),
    ("function f(): void { const b = a ?? 1; }", "write: a !== null ? a : b"),
    ("function f(): void { a?.b(); }", "write: a !== null ? a.b : null"),
    ("function* f(): i32[] {}", "no generators"),
    ("function f(): void { for (const k in a) {} }", "for (let i = 0"),
    ('import { a } from "left-pad/assembly";', 'add "left-pad" under dependencies'),
    ('import { a } from "@me/thing";', 'add "@me/thing" under dependencies'),
    ('import { a } from "known/more";', "known has no such file"),
    ('import { a } from "fs";', "fs is of Node.js"),
    ('import { a } from "./more.js";', "leave .js away"),
    ('import { a } from "@hypermode/modus-sdk-as/models/openai/chats";',
     'did you mean "@hypermode/modus-sdk-as/models/openai/chat"?'),
    ("function f(): void { 1 +; }", None),
]  # fmt: skip
"""Found while the compiler reads."""

COMPILED: list[Mistake] = [
    ('http.fetch("x");', 'add: import { http } from "@hypermode/modus-sdk-as";'),
    ('new http.Request("x");', 'add: import { http } from "@hypermode/modus-sdk-as";'),
    ('new SystemMessage("x");',
     'add: import { SystemMessage } from "@hypermode/modus-sdk-as/models/openai/chat";'),
    ("JSON.stringify(1);", 'add: import { JSON } from "json-as";'),
    ('fetch("x");', 'write http.fetch, and add: import { http } from "@hypermode/modus-sdk-as";'),
    ("new Request();", "write dgraph.Request or http.Request"),
    ("let x: any = 1;", "write the type that it has"),
    ("let x: Promise<i32> | null = null;", "no async"),
    ("undefined;", "write null"),
    ("for (const v of [1]) {}", "for (let i = 0"),
    ("const k = n; [1].map<i32>((v) => v + k);", "variables of the one around it"),
    ("const o = { a: 1 };", "name its class"),
    ("console.log(n);", "write x.toString()"),
    ('let x: i32 = "1";', "i32.parse(text)"),
    ("let x: i32 = 2.5 * <f64>n;", "convert it: <i32>(...)"),
    ("const d = new Date(0); d + 1;", "<i64>(x.getTime() / 1000)"),
    ("const d = new Date(0); let x: i64 = d;", "<i64>(x.getTime() / 1000)"),
    ("let x: string = nothing;", "check for null before"),
    ("nowhere;", None),
]  # fmt: skip
"""Statements: found while the compiler compiles."""


def in_files(mistakes: list[Mistake], form: str = "{}") -> dict[str, str]:
    files = {f"assembly/m{n}.ts": f"\n{form.format(m[0])}\n" for n, m in enumerate(mistakes)}
    return {
        **files,
        "asconfig.json": json.dumps({"entries": list(files)}),
        "package.json": json.dumps({"dependencies": {"known": "1"}}),
        "node_modules/known/package.json": "{}",
    }


@pytest.mark.parametrize("part", [slice(0, 10), slice(10, 20), slice(20, None)])
def test_what_is_found_while_reading(refused: Callable[..., list[BuildError]], part: slice):
    mistakes = READ[part]
    check(refused("", in_files(mistakes)), mistakes)


@pytest.mark.parametrize("part", [slice(0, 10), slice(10, None)])
def test_what_is_found_while_compiling(refused: Callable[..., list[BuildError]], part: slice):
    mistakes = COMPILED[part]
    form = "export function f(n: i32, nothing: string | null = null): void {{ {} }}"
    check(refused("", in_files(mistakes, form)), mistakes)


def check(errors: list[BuildError], mistakes: list[Mistake]) -> None:
    """The first error of each file is that of its mistake, at its place."""
    found: dict[str, BuildError] = {}
    for error in errors:
        assert error.location is not None
        found.setdefault(error.location.file, error)
    told = []
    for number, (source, hint) in enumerate(mistakes):
        error = found[f"assembly/m{number}.ts"]
        assert error.location is not None
        assert error.location.line == 2, source
        if hint is None:
            assert error.hint is None, source
        elif hint not in "\n".join(told):  # a hint is given once
            assert error.hint is not None, (source, error.message)
            assert hint in error.hint, (source, error.message)
            told.append(error.hint)


def test_a_parameter_without_a_type(refused):
    (error,) = refused("export function f(p): i32 {\n  return p;\n}\n")
    assert error.location.column == 20
    assert error.hint.startswith("types of parameters")


def test_names_that_a_module_does_not_export(refused):
    source = """\
import { UserMessage, htp } from "@hypermode/modus-sdk-as";
import { Nonsense } from "json-as";
"""
    elsewhere, alike, unknown = refused(source)
    assert elsewhere.hint is not None
    assert 'import { UserMessage } from "@hypermode/modus-sdk-as/models/openai/chat"' in (
        elsewhere.hint
    )
    assert alike.hint == "did you mean http?"
    assert unknown.hint is None


@pytest.mark.parametrize("column", [None, 1, 99])
@pytest.mark.parametrize("text", ["", "é"])
def test_a_place_that_the_file_does_not_have(column: int | None, text: str):
    found: Any = Diagnostic("'{' expected.", 1005, 3, "a.ts", 1, column, text)
    assert hint_for(found) is None
