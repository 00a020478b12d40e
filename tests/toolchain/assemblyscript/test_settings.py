"""What an app's package.json and asconfig.json say, and what they may not say."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.toolchain.assemblyscript.assets import toolchain
from atoll.toolchain.assemblyscript.settings import Settings, read_settings
from atoll.toolchain.errors import BuildError

SDK = "@hypermode/modus-sdk-as"
INDEX = {"assembly/index.ts": ""}


@pytest.fixture
def read(app: Callable[..., Path]) -> Callable[..., Settings]:
    def read(asconfig: object = None, package: object = None) -> Settings:
        files = dict(INDEX)
        for name, content in (("asconfig.json", asconfig), ("package.json", package)):
            if content is not None:
                files[name] = content if isinstance(content, str) else json.dumps(content, indent=2)
        return read_settings(app(files=files))

    return read


@pytest.fixture
def refused(read: Callable[..., Settings]) -> Callable[..., BuildError]:
    def refused(asconfig: object = None, package: object = None) -> BuildError:
        with pytest.raises(BuildError) as caught:
            read(asconfig, package)
        return caught.value

    return refused


def place(error: BuildError) -> tuple[str, int | None, int | None]:
    assert error.location is not None
    return error.location.file, error.location.line, error.location.column


def config_of(found: Settings) -> dict[str, Any]:
    config: dict[str, Any] = json.loads(found.config)
    return config


def test_an_app_without_either_file(read):
    found = read()
    assert (found.name, found.version) == ("app", "")
    assert found.dependencies == {}
    assert found.transforms == ()
    assert config_of(found)["entries"] == ["assembly/index.ts"]


def test_a_generated_app(read):
    asconfig = {
        "extends": f"./node_modules/{SDK}/plugin.asconfig.json",
        "options": {"transform": [f"{SDK}/transform", "json-as/transform"]},
    }
    package = {
        "name": "@me/fruit",
        "version": "1.2.3",
        "dependencies": {SDK: "0.17.5", "json-as": "^1.0.2"},
        "devDependencies": {"assemblyscript": "^0.27.31", "visitor-as": "^0.11.4"},
        "overrides": {"assemblyscript": "$assemblyscript"},
    }
    found = read(asconfig, package)
    assert (found.name, found.version) == ("@me/fruit", "1.2.3")
    assert found.dependencies == {}
    assert found.transforms == ()
    assert found.warnings == ()
    assert "transform" not in config_of(found)["options"]


def test_what_the_compiler_is_told(read):
    options = config_of(read())["options"]
    assert options["exportStart"] == "_initialize"
    assert options["exportRuntime"] is True
    assert options["runtime"] == "incremental"
    assert "Date=wasi_Date" in options["use"]
    targets = config_of(read())["targets"]
    assert targets["debug"] == {"debug": True}
    assert targets["release"]["optimizeLevel"] == 3


def test_the_libraries_are_those_of_the_toolchain(read):
    options = config_of(read())["options"]
    assert options["lib"] == [
        f"./node_modules/{SDK}/overrides",
        "./node_modules/@assemblyscript/wasi-shim/assembly",
    ]
    for path in options["lib"]:
        assert (toolchain().parent / path).is_dir()


def test_options_are_honoured(read):
    found = read(
        {
            "options": {
                "use": ["a=b"],
                "lib": "./one, ./two",
                "enable": ["simd"],
                "disableWarning": 235,
                "outFile": "build/mine.wasm",
                "transform": "./mine.mjs",
            },
            "targets": {
                "release": {"optimizeLevel": 1, "textFile": "x.wat", "transform": ["theirs/t"]},
                "test": "whatever",
            },
        }
    )
    config = config_of(found)
    assert config["options"]["use"][0] == "a=b"
    assert config["options"]["lib"][-2:] == ["./one", "./two"]
    assert config["options"]["enable"] == ["simd"]
    assert "disableWarning" not in config["options"]
    assert "outFile" not in config["options"]
    assert config["targets"]["release"]["optimizeLevel"] == 1
    assert config["targets"]["release"]["shrinkLevel"] == 0
    assert "textFile" not in config["targets"]["release"]
    assert "test" not in config["targets"]
    assert found.transforms == ("./mine.mjs", "theirs/t")


@pytest.mark.parametrize(
    ("given", "disabled"),
    [
        (235, {235, 228}),
        ([1, 2], {1, 2, 228}),
        (False, {228}),
        (None, {228}),
        (True, None),
        ([], None),
    ],
)
def test_warnings_that_are_not_shown(read, given, disabled):
    assert read({"options": {"disableWarning": given}}).disabled == disabled


@pytest.mark.parametrize("start", ["_initialize", "_start"])
def test_how_modules_are_started_is_atolls(read, start):
    found = read({"options": {"exportStart": start, "runtime": "incremental"}})
    assert config_of(found)["options"]["exportStart"] == "_initialize"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"runtime": "stub"}, 'options.runtime is "stub"; apps run with "incremental" only'),
        ({"exportRuntime": False}, "options.exportRuntime is false; apps run with true only"),
        ({"exportStart": "main"}, 'options.exportStart is "main"'),
        ({"importMemory": True}, "options.importMemory is not possible in an app"),
        ({"noExportMemory": False}, "options.noExportMemory is not possible"),
        ({"memoryBase": 65536}, "options.memoryBase is not possible in an app"),
        ({"tableBase": 100}, "options.tableBase is not possible in an app"),
        ({"lowMemoryLimit": 65536}, "options.lowMemoryLimit is not possible in an app"),
        ({"use": [1]}, "use is not a list of strings"),
        ({"lib": {}}, "lib is not a list of strings"),
        ({"transform": 3}, "transform is not a list of strings"),
        ({"disableWarning": "x"}, "disableWarning is not a list of numbers"),
    ],
)
def test_options_that_cannot_be_had(refused, options, said):
    error = refused({"options": options})
    assert error.code == "ASCONFIG_INVALID"
    assert said in error.message
    assert place(error) == ("asconfig.json", 3, 5)


def test_options_of_a_target_that_cannot_be_had(refused):
    error = refused({"targets": {"release": {"runtime": "minimal"}}})
    assert "targets.release.runtime" in error.message
    assert place(error) == ("asconfig.json", 4, 7)
    assert error.hint == 'remove "runtime"'


@pytest.mark.parametrize(
    ("asconfig", "said"),
    [
        ({"options": []}, "options is not an object"),
        ({"targets": [1]}, "targets is not an object"),
        ({"targets": {"debug": 3}}, "targets.debug is not an object"),
        ({"entries": "assembly/index.ts"}, "entries is not a list of files"),
        ({"entries": [1]}, "entries is not a list of files"),
        ({"extends": "./base.json"}, 'extends is "./base.json"'),
        ({"extends": 3}, "extends is 3"),
    ],
)
def test_malformed_configurations(refused, asconfig, said):
    error = refused(asconfig)
    assert error.code == "ASCONFIG_INVALID"
    assert said in error.message
    assert place(error)[0] == "asconfig.json"
    assert place(error)[1] in (2, 3)


@pytest.mark.parametrize("file", ["asconfig.json", "package.json"])
@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{\n  "a": 1,\n}', (3, 1)),
        ('{\n  // why\n  "a": 1\n}', (2, 3)),
        ("", (1, 1)),
        ('{"a": "\x01"}', (1, 8)),
    ],
)
def test_broken_json(refused, file, text, where):
    error = refused(text) if file == "asconfig.json" else refused(None, text)
    assert error.code in ("ASCONFIG_INVALID", "PACKAGE_INVALID")
    assert f"{file} is not valid JSON" in error.message
    assert place(error)[0] == file
    # Newer versions of Python point at the comma itself.
    assert place(error)[1:] == where or text.splitlines()[1].rstrip().endswith(",")
    assert "(char" not in error.message


@pytest.mark.parametrize("text", ["[]", "3", "null", "[" * 100_000, "9" * 5000])
def test_json_that_is_no_object(refused, text):
    assert refused(text).code == "ASCONFIG_INVALID"
    assert refused(None, text).code == "PACKAGE_INVALID"


def test_text_that_is_not_utf8(app):
    folder = app(files=INDEX)
    (folder / "asconfig.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(BuildError, match="cannot be read") as caught:
        read_settings(folder)
    assert caught.value.code == "ASCONFIG_INVALID"


def test_a_byte_order_mark_is_let_pass(app):
    folder = app(files=INDEX)
    (folder / "package.json").write_bytes(b'\xef\xbb\xbf{"name": "x"}')
    assert read_settings(folder).name == "x"


def test_no_entry(app):
    folder = app(files={"assembly/main.ts": ""})
    with pytest.raises(BuildError, match=r"there is no assembly/index\.ts") as caught:
        read_settings(folder)
    assert caught.value.code == "NO_ENTRY"
    assert caught.value.location is None


def test_entries(app, refused):
    folder = app(
        files={"assembly/main.ts": "", "asconfig.json": '{"entries": ["assembly/main.ts"]}'}
    )
    assert config_of(read_settings(folder))["entries"] == ["assembly/main.ts"]
    error = refused({"entries": ["assembly/index.ts", "src/x.ts"]})
    assert error.code == "NO_ENTRY"
    assert place(error) == ("asconfig.json", 4, 5)


@pytest.mark.parametrize("entry", ["x" * 5000, "a\0b", "\ud800", "assembly", "/etc/" + "y/" * 3000])
def test_entries_with_impossible_names(refused, entry):
    error = refused({"entries": [entry]})
    assert error.code == "NO_ENTRY"
    assert len(error.message) < 500
    assert place(error) == ("asconfig.json", 3, 5)


@pytest.mark.parametrize("key", ["name", "version"])
@pytest.mark.parametrize("value", ["a\0b", "\ud800", "x" * 300_000, "a\nb"])
def test_names_and_versions_that_cannot_be_told(refused, key, value):
    error = refused(None, {"private": True, key: value})
    assert error.code == "PACKAGE_INVALID"
    assert error.message.startswith(f"package.json: {key} ")
    assert len(error.message) < 500
    assert place(error) == ("package.json", 3, 3)


@pytest.mark.parametrize("key", ["dependencies", "devDependencies"])
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("a\0b", "1"),
        ("\ud800", "1"),
        ("x" * 300_000, "1"),
        ("../up", "1"),
        ("a b", "1"),
        ("", "1"),
        ("@me/lib", "file:\0"),
        ("@me/lib", "\ud800"),
        ("@me/lib", "x" * 300_000),
    ],
)
def test_dependencies_that_npm_cannot_have(refused, key, name, wanted):
    transform = {"options": {"transform": [f"{name}/transform"]}}
    error = refused(transform, {"private": True, key: {name: wanted}})
    assert error.code == "PACKAGE_INVALID"
    assert len(error.message) < 500
    assert error.location is not None
    assert error.location.file == "package.json"


def test_other_packages_and_not_the_tools(read):
    found = read(
        None,
        {
            "dependencies": {
                "assemblyscript-json": "^1.1.0",
                "@me/lib": "file:../lib",
                "json-as": "1",
                "try-as": "1",
                "@types/node": "22",
                "broken": 3,
            },
            "devDependencies": {"prettier": "3", "as-test": "1"},
        },
    )
    assert found.dependencies == {"assemblyscript-json": "^1.1.0", "@me/lib": "file:../lib"}


@pytest.mark.parametrize("prefix", ["", "./node_modules/"])
@pytest.mark.parametrize("path", ["", "/index.js", "/lib/index.js"])
def test_atolls_own_transforms_are_not_run_twice(read, prefix, path):
    named = [f"{prefix}{package}/transform{path}" for package in (SDK, "json-as")]
    assert read({"options": {"transform": [*named, f"{prefix}@me/lib"]}}).transforms == ("@me/lib",)


def test_packages_of_transforms_are_needed_too(read):
    package = {"devDependencies": {"@me/lib": "1", "@me/library": "2", "other": "3"}}
    found = read({"options": {"transform": ["@me/lib/transform", "./other"]}}, package)
    assert found.dependencies == {"@me/lib": "1"}


@pytest.mark.parametrize("key", ["dependencies", "devDependencies"])
def test_dependencies_that_are_no_object(refused, key):
    error = refused(None, {key: ["x"]})
    assert error.code == "PACKAGE_INVALID"
    assert place(error) == ("package.json", 2, 3)


def test_exceptions_are_left_out_with_a_warning(read):
    found = read({"options": {"transform": [f"{SDK}/transform", "try-as/transform", "./x.mjs"]}})
    assert found.transforms == ("./x.mjs",)
    (warning,) = found.warnings
    assert warning.code == "TRANSFORM_IGNORED"
    assert "try-as/transform is left out" in warning.message
    assert warning.location is not None
    assert (warning.location.line, warning.location.column) == (5, 7)
    assert warning.hint is not None
    assert "throw new Error" in warning.hint


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
keys = st.sampled_from(
    ["extends", "entries", "options", "targets", "transform", "use", "lib", "disableWarning"]
)


@given(
    st.dictionaries(keys, json_values | st.dictionaries(keys, json_values)),
    st.dictionaries(st.sampled_from(["name", "version", "dependencies"]), json_values),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_they_hold_the_answer_is_settings_or_a_build_error(app, asconfig, package):
    texts = {"asconfig.json": json.dumps(asconfig), "package.json": json.dumps(package)}
    folder = app(files={**INDEX, **texts})
    with contextlib.suppress(BuildError):
        json.loads(read_settings(folder).config)
