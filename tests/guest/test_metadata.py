from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.guest.metadata import MetadataError, parse_description, read_metadata
from atoll.guest.types import (
    Default,
    EnumType,
    EnumValue,
    ListOf,
    MapOf,
    Nullable,
    ObjectType,
    Ref,
    Scalar,
)

COMPONENT = b"\0asm\x0d\x00\x01\x00"
IDENTITY = "0123456789abcdef" * 4

Description = dict[str, Any]
MakeFile = Callable[..., bytes]


def code_of(wasm: bytes) -> str:
    with pytest.raises(MetadataError) as raised:
        read_metadata(wasm)
    assert raised.value.message == str(raised.value)
    return raised.value.code


def test_reads_functions_and_types(description: Description, app_file: MakeFile) -> None:
    metadata = read_metadata(app_file({"atoll-metadata": json.dumps(description).encode()}))
    assert metadata.kind == "module"
    assert metadata.language == "python"
    assert metadata.runtime == "CPython 3.14.0"
    assert metadata.base is None
    function = metadata.interface.function("getPersonById")
    assert function is not None
    assert function == metadata.interface.function("get_person_by_id")
    assert (function.doc, function.file, function.line) == ("Find a person.", "app.py", 3)
    person_id, mood = function.parameters
    assert (person_id.type, person_id.doc, person_id.default) == (Scalar("Int"), "which one", None)
    assert (mood.type, mood.default) == (Nullable(Ref("Mood")), Default(None))
    assert function.result == ListOf(Ref("Person"))
    reset = metadata.interface.functions[1]
    assert (reset.result, reset.parameters, reset.doc) == (None, (), None)
    person = metadata.interface.types["Person"]
    assert isinstance(person, ObjectType)
    assert person.fields[1].type == MapOf(Scalar("String"), Scalar("Int"))
    assert person.fields[2].default == Default(3)
    values = (EnumValue("GOOD", "fine"), EnumValue("BAD"))
    assert metadata.interface.types["Mood"] == EnumType("Mood", values)


def test_a_function_that_streams(description: Description) -> None:
    description["functions"][0]["stream"] = True
    _, _, interface = parse_description(json.dumps(description))
    assert [function.streams for function in interface.functions][:2] == [True, False]
    assert interface.functions[0].result is not None
    description["functions"][0]["stream"] = "yes"
    with pytest.raises(MetadataError):
        parse_description(json.dumps(description))


def test_an_image_names_its_base(description: Description, app_file: MakeFile) -> None:
    text = json.dumps(description).encode()
    image = app_file({"atoll-metadata": text, "atoll-base": IDENTITY.encode()})
    assert read_metadata(image).base == IDENTITY


def test_reads_a_component(description: Description, app_file: MakeFile) -> None:
    wasm = app_file({"atoll-metadata": json.dumps(description).encode()}, COMPONENT)
    assert read_metadata(wasm).kind == "component"


@pytest.mark.parametrize("wasm", [b"", b"PK\x03\x04 a zip", b"\0as", b"\0asm\x02\0\0\0"])
def test_refuses_what_is_not_wasm(wasm: bytes) -> None:
    assert code_of(wasm) == "NOT_WASM"


def test_refuses_wasm_of_others(app_file: MakeFile) -> None:
    assert code_of(app_file({"name": b"\x00\x01\x00"})) == "NOT_ATOLL"


def test_refuses_a_file_that_is_cut_off(description: Description, app_file: MakeFile) -> None:
    wasm = app_file({"atoll-metadata": json.dumps(description).encode()})
    codes = {code_of(wasm[:length]) for length in range(8, len(wasm))}
    # Right after the header, nothing is missing but the description.
    assert codes == {"NOT_ATOLL", "WASM_MALFORMED"}
    assert code_of(wasm[:-1]) == "WASM_MALFORMED"


def test_names_both_versions(description: Description, app_file: MakeFile) -> None:
    description["version"] = 7
    wasm = app_file({"atoll-metadata": json.dumps(description).encode()})
    with pytest.raises(MetadataError, match="version 7; this one reads version 1") as raised:
        read_metadata(wasm)
    assert raised.value.code == "METADATA_VERSION"


def _set(*path: str | int, value: object) -> Callable[[Any], None]:
    def change(description: Any) -> None:
        for step in path[:-1]:
            description = description[step]
        description[path[-1]] = value

    return change


def _nested(depth: int) -> object:
    found: object = {"scalar": "Int"}
    for _ in range(depth):
        found = {"list": found}
    return found


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (_set("functions", 0, "result", value={"scalar": "Complex"}), "unknown type"),
        (_set("functions", 0, "result", value={"ref": "Nobody"}), "unknown type"),
        (_set("functions", 0, "result", value={"map": [{"scalar": "Int"}]}), "unknown type"),
        (_set("functions", 0, "result", value=_nested(40)), "too deeply"),
        (
            _set("functions", 0, "parameters", 0, "default", value={"value": _nested(150)}),
            "default",
        ),
        (_set("functions", 0, "name", value="a{b"), "is not a name"),
        (_set("functions", 0, "name", value="__schema"), "is not a name"),
        (_set("functions", 0, "name", value="reset"), "two functions"),
        (_set("functions", 0, "parameters", 0, "name", value="mood"), "two parameters"),
        (_set("types", "Person", "fields", 0, "name", value="n"), "two fields"),
        (_set("types", "Mood", "values", 0, "name", value="BAD"), "two values"),
        (_set("types", "Mood", "kind", value="union"), "neither an object nor an enum"),
        (_set("types", "Int", value={"kind": "enum", "values": []}), "name of a scalar"),
        (_set("functions", value={}), "Expected `array`"),
        (_set("language", value=None), "Expected `str`"),
    ],
)
def test_refuses_descriptions_that_do_not_hold_together(
    description: Description, app_file: MakeFile, change: Callable[[Any], None], complaint: str
) -> None:
    change(description)
    wasm = app_file({"atoll-metadata": json.dumps(description).encode()})
    with pytest.raises(MetadataError, match=complaint) as raised:
        read_metadata(wasm)
    assert raised.value.code == "METADATA_INVALID"


def _many(what: str, count: int) -> str:
    functions = [
        {"name": f"f{n}", "export": f"f{n}", "parameters": [], "result": None} for n in range(count)
    ]
    types = {f"T{n}": {"kind": "enum", "values": [{"name": "A"}]} for n in range(count)}
    members = {"functions": [], **{what: {"functions": functions, "types": types}[what]}}
    return json.dumps({"version": 1, "language": "python", "runtime": "3", **members})


@pytest.mark.parametrize("what", ["functions", "types"])
def test_the_number_of_functions_and_types_has_a_bound(what: str) -> None:
    _, _, interface = parse_description(_many(what, 10_000))
    assert len(getattr(interface, what)) == 10_000
    with pytest.raises(MetadataError, match=f"has 10001 {what}; at most 10000") as raised:
        parse_description(_many(what, 10_001))
    assert raised.value.code == "METADATA_INVALID"


@pytest.mark.parametrize("base", [b"", b"short", IDENTITY.encode() + b"0", b"\xff" * 64])
def test_refuses_a_base_that_is_no_hash(
    description: Description, app_file: MakeFile, base: bytes
) -> None:
    text = json.dumps(description).encode()
    assert code_of(app_file({"atoll-metadata": text, "atoll-base": base})) == "METADATA_INVALID"


def test_refuses_a_component_with_a_base(description: Description, app_file: MakeFile) -> None:
    sections = {
        "atoll-metadata": json.dumps(description).encode(),
        "atoll-base": IDENTITY.encode(),
    }
    assert code_of(app_file(sections, COMPONENT)) == "METADATA_INVALID"


@given(st.binary(max_size=200), st.sampled_from([b"", b"\0asm\x01\0\0\0", COMPONENT]))
def test_any_bytes_give_a_metadata_error(content: bytes, header: bytes) -> None:
    with pytest.raises(MetadataError):
        read_metadata(header + content)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(json_values)
def test_any_json_gives_a_metadata_error(value: object) -> None:
    with pytest.raises(MetadataError):
        parse_description(json.dumps(value))


@given(st.data())
def test_a_description_with_anything_changed_is_read_or_refused(data: st.DataObject) -> None:
    """Every place of a good description, with any JSON in it: never another exception."""
    description: Any = json.loads(json.dumps(GOOD))
    place = description
    path: list[Any] = []
    while isinstance(place, (dict, list)) and place and (not path or data.draw(st.booleans())):
        keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
        path.append(data.draw(st.sampled_from(keys)))
        place = place[path[-1]]
    _set(*path, value=data.draw(json_values))(description)
    with contextlib.suppress(MetadataError):
        parse_description(json.dumps(description))


GOOD = {
    "version": 1,
    "language": "python",
    "runtime": "CPython",
    "functions": [
        {
            "name": "f",
            "export": "f",
            "parameters": [{"name": "x", "type": {"list": {"ref": "T"}}, "default": {"value": 1}}],
            "result": {"map": [{"scalar": "String"}, {"nullable": {"ref": "E"}}]},
        }
    ],
    "types": {
        "T": {"kind": "object", "fields": [{"name": "a", "type": {"scalar": "Int"}}]},
        "E": {"kind": "enum", "values": [{"name": "A"}]},
    },
}


def test_deep_json_is_refused() -> None:
    with pytest.raises(MetadataError):
        parse_description('{"version":1,"language":' + "[" * 100_000)
