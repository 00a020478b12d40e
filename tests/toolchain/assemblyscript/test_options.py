"""Options of the compiler: those that it knows, and what they take."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from atoll.toolchain.assemblyscript.assets import toolchain
from atoll.toolchain.assemblyscript.node import find_node
from atoll.toolchain.assemblyscript.options import OPTIONS
from atoll.toolchain.assemblyscript.settings import Settings, read_settings
from atoll.toolchain.errors import BuildError

TOLD = """\
const { options } = await import(process.argv[1]);
const named = Object.entries(options).filter(([name]) => /^[a-z]/i.test(name));
console.log(JSON.stringify(Object.fromEntries(named.map(([name, { type }]) => [name, type]))));
"""


def read(app, asconfig: object) -> Settings:
    text = json.dumps(asconfig, indent=2)
    return read_settings(app(files={"assembly/index.ts": "", "asconfig.json": text}))


def test_they_are_the_compilers_own():
    """If not: src/atoll/toolchain/assemblyscript/options.json has to become what is told here."""
    compiler = toolchain() / "assemblyscript" / "dist" / "asc.js"
    done = subprocess.run(
        [find_node(), "--input-type=module", "--eval", TOLD, compiler.as_uri()],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == OPTIONS


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("optimizeLevel", "three", "a whole number from 0 to 3"),
        ("optimizeLevel", "3", "a whole number from 0 to 3"),
        ("optimizeLevel", 9, "a whole number from 0 to 3"),
        ("optimizeLevel", True, "a whole number from 0 to 3"),
        ("shrinkLevel", 3, "a whole number from 0 to 2"),
        ("shrinkLevel", -1, "a whole number from 0 to 2"),
        ("initialMemory", 1.5, "a whole number"),
        ("maximumMemory", -1, "a whole number"),
        ("converge", "true", "true or false"),
        ("noAssert", 1, "true or false"),
        ("uncheckedBehavior", 3, "a string"),
        ("enable", 3, "a list of strings"),
        ("disable", [1], "a list of strings"),
    ],
)
@pytest.mark.parametrize("where", ["options", "targets.release"])
def test_values_of_other_types(app, where, name, value, expected):
    options: object = {name: value}
    for key in reversed(where.split(".")):
        options = {key: options}
    with pytest.raises(BuildError) as caught:
        read(app, options)
    error = caught.value
    assert error.code == "ASCONFIG_INVALID"
    assert error.message == f"asconfig.json: {where}.{name} is not {expected}"
    assert error.location is not None
    assert (error.location.file, error.location.line) == ("asconfig.json", 2 + where.count(".") + 1)


def test_values_that_the_compiler_takes(app):
    options = {
        "optimizeLevel": 0, "shrinkLevel": 2.0, "converge": None, "noAssert": True,
        "enable": "simd,threads", "disable": ["bulk-memory"], "sourceMap": True, "bindings": "esm",
        "initialMemory": 10, "runPasses": "inlining", "pedantic": False,
    }  # fmt: skip
    assert read(app, {"options": options, "targets": {"debug": options}}).warnings == ()


@pytest.mark.parametrize(
    ("asconfig", "line", "where", "like"),
    [
        ({"options": {"optimizeLevl": 3}}, 3, "options.optimizeLevl", "optimizeLevel"),
        ({"targets": {"debug": {"NoAssert": 1}}}, 4, "targets.debug.NoAssert", "noAssert"),
        ({"options": {"-O3": True}}, 3, "options.-O3", None),
        ({"option": {}}, 2, "option", "options"),
    ],
)
def test_unknown_names(app, asconfig, line, where, like):
    found = read(app, asconfig)
    (warning,) = found.warnings
    assert warning.code == "OPTION_UNKNOWN"
    assert warning.message == f"asconfig.json: {where} is not known, and left out"
    assert warning.hint == (None if like is None else f"did you mean {like}?")
    assert warning.location is not None
    assert (warning.location.file, warning.location.line) == ("asconfig.json", line)
    assert json.dumps(where.rpartition(".")[2]) not in found.config


def test_notes_for_editors_are_let_pass(app: object):
    assert read(app, {"$schema": "https://example.com/asconfig.json"}).warnings == ()


def test_numbers_that_json_does_not_have(app, tmp_path: Path):
    text = '{"options": {"initialMemory": Infinity}}'
    with pytest.raises(BuildError, match="initialMemory is not a whole number"):
        read_settings(app(files={"assembly/index.ts": "", "asconfig.json": text}))
