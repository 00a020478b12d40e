from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atoll.manifest.jsonc import (
    MAX_DEPTH,
    ArrayNode,
    JsoncError,
    Node,
    ObjectNode,
    ScalarNode,
    parse_jsonc,
    to_python,
)

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=25,
)
TRIVIA = st.lists(
    st.sampled_from([" ", "\n", "\t", "\r\n", "/**/", "/* } ] , \" ' // */", '// { " /*\n', "//\n"])
).map("".join)
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def fail(text: str) -> JsoncError:
    with pytest.raises(JsoncError) as caught:
        parse_jsonc(text, file="modus.json")
    return caught.value


def walk(node: Node) -> list[Node]:
    found: list[Node] = [node]
    if isinstance(node, ObjectNode):
        for member in node.members:
            found += walk(member.value)
    elif isinstance(node, ArrayNode):
        for item in node.items:
            found += walk(item)
    return found


@given(VALUES, st.booleans(), st.sampled_from([None, 0, 2]))
def test_reads_json_as_the_standard_library_does(
    value: Any, ascii_only: bool, indent: int | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert to_python(parse_jsonc(text, file="f")) == json.loads(text)


@given(VALUES, st.data())
def test_comments_and_trailing_commas_change_nothing(value: Any, data: st.DataObject) -> None:
    plain = json.dumps(value)
    parts = []
    previous = ""
    for token in TOKEN.findall(plain):
        if token in "}]" and previous not in ("{", "[") and data.draw(st.booleans()):
            parts += [data.draw(TRIVIA), ","]
        parts += [data.draw(TRIVIA), token]
        previous = token
    text = "".join([*parts, data.draw(TRIVIA)])
    assert to_python(parse_jsonc(text, file="f")) == value


@given(VALUES)
def test_every_location_points_at_its_value(value: Any) -> None:
    text = json.dumps(value, indent=1, ensure_ascii=False)
    # json.dumps leaves only \n as a line end outside of strings, but some characters in strings
    # look like line ends to str.splitlines, so lines are split by hand.
    lines = text.split("\n")
    for node in walk(parse_jsonc(text, file="f")):
        column = node.location.column
        assert column is not None
        rest = lines[node.location.line - 1][column - 1 :]
        if isinstance(node, ScalarNode):
            # From there on, the line reads as this very value.
            found, _ = json.JSONDecoder().raw_decode(rest)
            assert found == node.value
        else:
            assert rest[0] == ("{" if isinstance(node, ObjectNode) else "[")


@given(st.text() | st.text(alphabet="{}[],:\"\\/*-+.eE019 \n'tnu\ud800\ufeff\x00"))
@settings(max_examples=400)
def test_hostile_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        parse_jsonc(text, file="f")
        return
    except JsoncError as error:
        refusal = error
    assert refusal.location.line <= text.count("\n") + text.count("\r") + 1
    assert refusal.message


@given(st.text(alphabet='{}[],:"\\-+.eE019 \ntrue', max_size=12))
@settings(max_examples=400)
def test_accepts_nothing_that_is_not_json(text: str) -> None:
    try:
        value = to_python(parse_jsonc(text, file="f"))
    except JsoncError:
        return
    try:
        assert value == json.loads(text)
    except json.JSONDecodeError:
        # Only trailing commas may be the reason. (Taking them out may also change a string.)
        json.loads(re.sub(r",(\s*[}\]])", r"\1", text))


def test_keys_and_values_have_locations() -> None:
    node = parse_jsonc('\ufeff{ // é\r\n  "a": [1,\r"b"]}', file="modus.json")
    assert isinstance(node, ObjectNode)
    member = node.members[0]
    assert str(node.location) == "modus.json:1:1"
    assert str(member.location) == "modus.json:2:3"
    assert str(member.value.location) == "modus.json:2:8"
    assert isinstance(member.value, ArrayNode)
    assert str(member.value.items[1].location) == "modus.json:3:1"


def test_of_a_repeated_key_the_last_counts() -> None:
    node = parse_jsonc('{"a": 1, "b": 2, "a": 3}', file="f")
    assert to_python(node) == {"a": 3, "b": 2}
    assert isinstance(node, ObjectNode)
    assert [(old.location.column, new.location.column) for old, new in node.duplicates()] == [
        (2, 18)
    ]


def test_half_a_surrogate_pair_is_the_replacement_character() -> None:
    text = r'["\ud83d\ude00", "\ud83d", "\ude00x", "\ud83dA"]'
    assert to_python(parse_jsonc(text, file="f")) == ["😀", "�", "�x", "�A"]


@pytest.mark.parametrize("opening", ["[", '{"a":', '[[[{"k":'])
def test_depth_is_limited(opening: str) -> None:
    error = fail(opening * 100_000)
    assert error.message == f"Nested deeper than {MAX_DEPTH} levels."


def test_the_deepest_allowed_nesting_is_read() -> None:
    parse_jsonc("[" * MAX_DEPTH + "]" * MAX_DEPTH, file="f")
    fail("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("", "1:1", "The file is empty: expected a JSON object.", "Write {} at least."),
        (" // only\n", "2:1", "The file is empty: expected a JSON object.", "Write {} at least."),
        ("{", "1:2", 'Expected a key or "}", found the end of the file.', None),
        ("{} x", "1:4", "Expected the end of the file, found x.", None),
        ('{"a" 1}', "1:6", 'Expected ":" after the key "a", found \'1\'.', None),
        ('{"a": 1 "b": 2}', "1:8", 'Expected "," or "}", found \'"\'.', "Add a comma here."),
        ('{"a": 1\n "b": 2}', "1:8", 'Expected "," or "}", found \'"\'.', "Add a comma here."),
        ('{"a": 1]', "1:8", 'Expected "," or "}", found \']\'.', None),
        ('{"a": }', "1:7", "Expected a value, found '}'.", None),
        ("[1,,2]", "1:4", "Expected a value, found ','.", None),
        ("[,]", "1:2", "Expected a value, found ','.", None),
        (
            "{a: 1}",
            "1:2",
            'Expected a key or "}", found a.',
            'Keys stand in double quotes: "key": value.',
        ),
        (
            "['x']",
            "1:2",
            'Expected a value, found "\'".',
            'JSON strings stand in double quotes: "…".',
        ),
        ("[True]", "1:2", "Expected a value, found True.", "Write true."),
        ("[NaN]", "1:2", "Expected a value, found NaN.", "Put text in double quotes."),
        ("[none-such]", "1:2", "Expected a value, found none.", "Put text in double quotes."),
        ("[01]", "1:2", "This is not a JSON number.", None),
        ("[1.]", "1:3", 'Expected "," or "]", found \'.\'.', "Add a comma here."),
        ("[-]", "1:3", "Expected a digit after the minus sign.", None),
        ("[1e999]", "1:2", "This number is too large.", None),
        pytest.param(
            f"[{'9' * 5000}]", "1:2", "This number has too many digits.", None, id="digits"
        ),
        ('["a', "1:2", "This string is never closed.", 'Close it with ".'),
        ('["a\nb"]', "1:2", "This string is never closed.", 'Close it with ".'),
        (
            '["a\tb"]',
            "1:4",
            "A string may not contain the control character '\\t'.",
            "Write \\u0009.",
        ),
        ('["\\x"]', "1:3", "Unknown escape in a string.", 'A backslash itself is written "\\\\".'),
        ('["\\u12"]', "1:3", "Expected four hexadecimal digits after \\u.", None),
        ("/* x", "1:1", "This comment is never closed.", 'Close it with "*/".'),
        ('["\ud800"]', "1:3", "A string may not contain half of a surrogate pair.", None),
    ],
)
def test_errors(text: str, place: str, message: str, hint: str | None) -> None:
    error = fail(text)
    assert (str(error.location), error.message, error.hint) == (
        f"modus.json:{place}",
        message,
        hint,
    )
    assert str(error) == message


def test_numbers_keep_their_kind() -> None:
    value = to_python(parse_jsonc("[1, 1.0, -0, 1e2, 123456789012345678901]", file="f"))
    assert [type(item) for item in value] == [int, float, int, float, int]
    assert value[4] == 123456789012345678901
    assert math.isfinite(value[3])
