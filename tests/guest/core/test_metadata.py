from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.guest.core.metadata import (
    MAX_FIELDS,
    MAX_MEMBERS,
    Described,
    DescribedSlot,
    check_unique,
    default_of,
    doc_of,
    parse_described,
)
from atoll.guest.failure import MetadataError
from atoll.guest.types import Default


def parse(data: object) -> Described:
    return parse_described(b"\x02", json.dumps(data).encode())


def code_of(version: bytes | None, text: bytes | None) -> str:
    with pytest.raises(MetadataError) as raised:
        parse_described(version, text)
    assert raised.value.hint
    return raised.value.code


@pytest.mark.parametrize("version", [None, b"", b"\x00", b"\x01", b"\x03", b"\x02\x02"])
def test_only_one_version_is_read(version):
    assert code_of(version, b"{}") == "METADATA_VERSION"


def test_no_description():
    assert code_of(b"\x02", None) == "METADATA_MISSING"


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"null", b"{}", b'{"sdk": 1}', b'{"sdk": "x", "types": []}', b"\xff",
     b'{"sdk": "\xff"}', b'{"sdk": "x", "types": {"a": {"id": "1"}}}',
     b'{"sdk": "x", "types": {"a": {"id": 1e30}}}', b'{"sdk": "x", "fnExports": {"f": null}}',
     b'{"sdk": "x", "guest": {"wordSize": "8"}}', b'{"sdk":' + b"[" * 100_000],
)  # fmt: skip
def test_damaged_descriptions(text):
    assert code_of(b"\x02", text) == "METADATA_INVALID"


def test_what_is_not_said_has_a_meaning():
    found = parse({"sdk": "modus-sdk-go"})
    assert (found.sdk_name, found.plugin, found.fn_exports, found.guest) == (
        "modus-sdk-go", "", {}, None,
    )  # fmt: skip
    assert found.extra == {}
    found = parse({"sdk": "a@1@2", "guest": {}, "types": {"t": {}}, "gitRepo": "r", "buildTs": "t"})
    assert (found.sdk_name, found.extra) == ("a", {"buildTs": "t", "gitRepo": "r"})
    assert found.guest is not None
    assert (found.guest.word_size, found.guest.calls, found.guest.compiler) == (4, "flat", "")
    assert (found.types["t"].id, found.types["t"].fields, found.types["t"].underlying) == (
        0, None, None,
    )  # fmt: skip


def test_own_members():
    found = parse({
        "sdk": "x", "unknown": [1],
        "fnExports": {"f": {"argumentsId": 9, "file": "main.go", "line": 3,
                            "parameters": [{"name": "a", "type": "int", "ownDefault": True}],
                            "results": [{"type": "int"}, {"type": "bool", "name": "ok"}]}},
        "types": {"t": {"id": 4, "underlying": "string"},
                  "u": {"fields": [{"name": "a", "type": "int", "hidden": True}]}},
    })  # fmt: skip
    function = found.fn_exports["f"]
    assert (function.arguments_id, function.file, function.line) == (9, "main.go", 3)
    assert function.parameters[0].own_default
    assert [result.name for result in function.results] == ["", "ok"]
    assert found.types["t"].underlying == "string"
    fields = found.types["u"].fields
    assert fields is not None
    assert fields[0].hidden


@pytest.mark.parametrize("member", ["fnExports", "fnImports", "types"])
def test_members_have_a_limit(member):
    assert len(getattr(parse({"sdk": "x", member: {str(i): {} for i in range(MAX_MEMBERS)}}),
                       {"fnExports": "fn_exports", "fnImports": "fn_imports"}.get(member, member))
               ) == MAX_MEMBERS  # fmt: skip
    with pytest.raises(MetadataError, match=str(MAX_MEMBERS + 1)):
        parse({"sdk": "x", member: {str(i): {} for i in range(MAX_MEMBERS + 1)}})


@pytest.mark.parametrize("id", [-1, 1 << 32])
def test_ids_are_words(id):
    with pytest.raises(MetadataError, match="type t has no valid id"):
        parse({"sdk": "x", "types": {"t": {"id": id}}})


def test_fields_have_a_limit():
    fields = [{"name": "a", "type": "int"}] * (MAX_FIELDS + 1)
    parse({"sdk": "x", "types": {"t": {"fields": fields[1:]}}})
    with pytest.raises(MetadataError, match="type t has 2001 fields"):
        parse({"sdk": "x", "types": {"t": {"fields": fields}}})


def test_defaults():
    assert default_of(DescribedSlot("a", "int"), "f") is None
    assert default_of(DescribedSlot("a", "int", None), "f") == Default(None)
    assert default_of(DescribedSlot("a", "int", {"b": [1]}), "f") == Default({"b": [1]})
    value: object = 1
    for _ in range(101):
        value = [value]
    with pytest.raises(MetadataError, match="a default of f nests too deeply"):
        default_of(DescribedSlot("a", "int", {"b": value}), "f")


def test_docs():
    found = parse({"sdk": "x", "types": {"a": {"docs": {"lines": ["1", "2"]}}, "b": {"docs": {}}}})
    assert [doc_of(found.types[name].docs) for name in "ab"] == ["1\n2", None]
    assert doc_of(None) is None


def test_names_of_parameters_differ():
    check_unique(["a", "b"], "function f")
    with pytest.raises(MetadataError, match="function f has two parameters of the same name"):
        check_unique(["a", "b", "a"], "function f")


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["sdk", "types", "fnExports", "fields", "id", "name", "guest"]), inner),
    max_leaves=20).map(lambda data: json.dumps(data).encode()))  # fmt: skip
def test_any_bytes_are_read_or_refused(text):
    with contextlib.suppress(MetadataError):
        parse_described(b"\x02", text)
