"""Texts are read from JSONL and CSV as they were written, and what is wrong names its line."""

from __future__ import annotations

import io
import json
import tracemalloc

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.collections.transfer.csv import read_csv, write_csv, write_csv_header
from atoll.collections.transfer.jsonl import read_jsonl, write_jsonl
from atoll.collections.transfer.line import ONLY_METHOD, BadLine, Fields, Line
from atoll.collections.transfer.lines import FileLines, UnreadableFile
from atoll.collections.types import StoredText, Text

characters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
names = st.text(characters, min_size=1, max_size=20)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 53), 1 << 53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(characters, max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
stored_texts = st.builds(
    StoredText,
    id=st.just(1),
    namespace=st.text(characters, max_size=10),
    key=names,
    text=st.text(characters, max_size=200),
    labels=st.lists(st.text(characters, max_size=10), max_size=4).map(tuple),
    metadata=st.dictionaries(names, json_values, max_size=4),
)
vectors = st.lists(st.floats(-(2.0**49), 2.0**49, width=32), min_size=1, max_size=8).map(
    lambda numbers: numpy.array(numbers, dtype=numpy.float32)
)
with_vectors = st.lists(
    st.tuples(stored_texts, st.dictionaries(names, vectors, max_size=2)), min_size=1, max_size=4
)


def lines(content: bytes) -> FileLines:
    return FileLines(io.BytesIO(content), "texts")


def jsonl(content: str | bytes, **fields: str) -> list[Line | BadLine]:
    content = content.encode() if isinstance(content, str) else content
    return list(read_jsonl(lines(content), Fields(**fields)))


def csv(content: str | bytes, fields: Fields | None = None, **options) -> list[Line | BadLine]:
    content = content.encode() if isinstance(content, str) else content
    return list(read_csv(lines(content), fields or Fields(), **options))


def reasons(found: list[Line | BadLine]) -> dict[int, str]:
    return {one.number: one.reason for one in found if isinstance(one, BadLine)}


def same_vectors(found, expected) -> bool:
    return found.keys() == expected.keys() and all(
        numpy.array_equal(found[name], expected[name]) for name in expected
    )


def check(read: list[Line | BadLine], written) -> None:
    assert reasons(read) == {}
    assert len(read) == len(written)
    for line, (stored, of_methods) in zip(read, written, strict=True):
        assert line.text == Text(stored.key, stored.text, stored.labels, stored.metadata)
        # Equal numbers of different types, and orders of members, would be equal as well.
        assert json.dumps(line.text.metadata) == json.dumps(stored.metadata)
        assert (line.namespace or "") == stored.namespace
        assert same_vectors(line.vectors, of_methods)


@given(with_vectors)
def test_jsonl_is_read_as_it_was_written(written):
    check(jsonl(b"".join(write_jsonl(*one) for one in written)), written)


@given(with_vectors)
def test_csv_is_read_as_it_was_written(written):
    rows = b"".join(write_csv(*one) for one in written)
    check(csv(write_csv_header(vectors=True) + rows), written)


@given(st.lists(stored_texts, max_size=3))
def test_csv_without_vectors_has_no_column_of_them(written):
    rows = b"".join(write_csv(one) for one in written)
    read = csv(write_csv_header() + rows)
    check(read, [(one, {}) for one in written])


@given(st.binary(max_size=300))
def test_any_bytes_are_texts_or_bad_lines(content: bytes):
    for read in (jsonl, csv):
        try:
            found = read(content)
        except UnreadableFile:
            continue
        for one in found:
            assert isinstance(one, Line | BadLine)
            assert 1 <= one.number <= content.count(b"\n") + 1


@given(st.lists(json_values, max_size=5))
def test_any_json_is_a_text_or_a_bad_line(values):
    found = jsonl("".join(json.dumps(value) + "\n" for value in values))
    assert [one.number for one in found] == list(range(1, len(values) + 1))


def test_members_of_a_line():
    (line,) = jsonl(
        '{"key": "a", "text": "Ä", "labels": ["x"], "namespace": "n", "metadata": {"year": 1},'
        ' "author": {"name": "B"}, "vector": [1, 0.5]}'
    )
    assert line.text == Text("a", "Ä", ("x",), {"year": 1, "author": {"name": "B"}})
    assert line.namespace == "n"
    assert line.vectors[ONLY_METHOD].tolist() == [1, 0.5]
    assert line.vectors[ONLY_METHOD].dtype == numpy.float32


def test_members_may_have_other_names():
    (line,) = jsonl('{"id": 17, "body": "b", "text": "t"}', key="id", text="body")
    assert line.text == Text("17", "b", (), {"text": "t"})


def test_a_text_without_a_key_always_gets_the_same_one():
    first, other, again = jsonl('{"text":"a"}\n{"text":"a","x":1}\n{"key":null,"text":"a"}')
    assert first.text.key == again.text.key
    assert first.text.key != other.text.key
    assert len(first.text.key) == 36


def test_empty_lines_are_passed_over_and_counted():
    assert [one.number for one in jsonl('\n{"text":"a"}\r\n  \n{"text":"b"}')] == [2, 4]
    assert [one.number for one in csv('text\n\n"a\nb"\n\nc\n')] == [3, 6]


def test_a_byte_order_mark_is_no_part_of_the_text():
    assert jsonl(b'\xef\xbb\xbf{"text":"a"}')[0].text.text == "a"
    assert csv(b"\xef\xbb\xbftext\r\na\r\n")[0].text.text == "a"


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "no JSON"),
        ('{"text": "a",}', "column 14"),
        ('{"text": "a"} x', "no JSON"),
        ("[1]", "no object"),
        (DEEP, "nested too deeply"),
        ('{"text": "a", "x": ' + "[" * 2000 + "]" * 2000 + "}", "nested too deeply"),
        ("{}", 'has no "text"'),
        ('{"text": null}', 'has no "text"'),
        ('{"text": 1}', "a number, not a string"),
        ('{"text": "a\\u0000"}', "U+0000"),
        ('{"text": "a\\ud800"}', "half of a surrogate pair"),
        ('{"text": "a", "x": {"y": ["\\u0000"]}}', "metadata has the character U+0000"),
        ('{"text": "a", "\\udfff": 1}', "half of a surrogate pair"),
        ('{"text": "a", "key": true}', "true, not a string"),
        ('{"text": "a", "key": 1.5}', "a number, not a string"),
        (f'{{"text": "a", "key": "{"k" * 1025}"}}', "at most 1024"),
        (f'{{"text": "{"é" * 600_000}"}}', "at most 1048576"),
        (f'{{"text": "a", "namespace": "{"n" * 256}"}}', "at most 255"),
        ('{"text": "a", "labels": "x"}', "a string, not an array"),
        ('{"text": "a", "labels": [1]}', 'one of "labels" that is a number'),
        (json.dumps({"text": "a", "labels": ["x"] * 101}), "at most 100"),
        ('{"text": "a", "metadata": []}', "an array, not an object"),
        ('{"text": "a", "metadata": {"x": 1}, "x": 2}', 'has "x" both'),
        (f'{{"text": "a", "x": "{"x" * 66_000}"}}', "at most 65536"),
        ('{"text": "a", "x": NaN}', "NaN is no number"),
        ('{"text": "a", "x": 1e999}', "too large"),
        ('{"text": "a", "vector": []}', "an empty array"),
        ('{"text": "a", "vector": [1, "2"]}', "a string among its numbers"),
        ('{"text": "a", "vector": [1, true]}', "true among its numbers"),
        ('{"text": "a", "vector": [1e39]}', "a number beyond 1e+15"),
        ('{"text": "a", "vector": [1, -1.1e15]}', "a number beyond 1e+15"),
        (f'{{"text": "a", "vector": [1{"0" * 400}]}}', "a number beyond 1e+15"),
        (json.dumps({"text": "a", "vector": [0] * 16_001}), "16000 are the most"),
        ('{"text": "a", "vector": [1], "vectors": {"m": [1]}}', "has both"),
        ('{"text": "a", "vectors": [1]}', "not an object by search method"),
        ('{"text": "a", "vectors": {"m": 1}}', "of search method [m] that is a number"),
        ('{"text": "a", "vectors": {"": [1]}}', "without a name"),
    ],
    ids=lambda value: value[:40],
)
def test_a_bad_line_of_jsonl_is_told_and_the_next_one_is_read(line: str, reason: str):
    bad, good = jsonl(f'{line}\n{{"text": "good"}}\n')
    assert isinstance(bad, BadLine)
    assert bad.number == 1
    assert reason in bad.reason
    assert "\n" not in bad.reason
    assert len(bad.reason) < 200
    assert good.text.text == "good"


def test_an_empty_text_is_one():
    (line,) = jsonl('{"key": "a", "text": ""}\n')
    assert line.text == Text("a", "")
    first, nothing, last = csv("key,text\na,\n,\nb,x\n")
    assert first.text == Text("a", "")
    assert nothing == BadLine(3, "has empty cells only")
    assert last.text == Text("b", "x")


@pytest.mark.parametrize(
    "given",
    ['"vector": [1, 2]', '"vector": []', '"vectors": {"m": [null]}', '"vector": 1, "vectors": 2'],
)
def test_vectors_that_are_not_wanted_are_not_even_looked_at(given: str):
    content = f'{{"text": "a", {given}}}\n'.encode()
    (line,) = read_jsonl(lines(content), Fields(with_vectors=False))
    assert isinstance(line, Line)
    assert (line.text.text, line.text.metadata, line.vectors) == ("a", {}, {})


def test_columns_of_vectors_that_are_not_wanted_are_not_even_looked_at():
    found = csv('text,vector\na,"[1, 2]"\nb,no JSON\n', Fields(with_vectors=False))
    assert [one.text.text for one in found if isinstance(one, Line)] == ["a", "b"]
    assert all(isinstance(one, Line) and not one.vectors for one in found)


def test_a_bad_line_says_whether_only_its_vectors_are_to_blame():
    blamed = ['{"text": "a", "vector": []}', '{"text": "a", "vectors": {"m": [1, "2"]}}']
    others = ["{", "{}", '{"text": "a", "labels": 1}']
    found = jsonl("\n".join([*blamed, *others]) + "\n")
    assert [one.of_vectors for one in found] == [True, True, False, False, False]
    (cell,) = csv("text,vector\na,no JSON\n")
    assert cell.of_vectors
    (cell,) = csv("text,metadata\na,no JSON\n")
    assert not cell.of_vectors


def test_bytes_that_are_not_utf8_are_told_with_their_place():
    found = jsonl(b'{"text":"a"}\n{"text":"caf\xe9"}\n{"text":"b"}\n')
    assert reasons(found) == {2: "is not UTF-8: byte 0xe9 in column 13"}
    found = csv(b"text\na\ncaf\xe9\nb\n")
    assert reasons(found) == {3: "is not UTF-8: byte 0xe9 in column 4"}
    assert [one.text.text for one in found if isinstance(one, Line)] == ["a", "b"]


@pytest.mark.parametrize("read", [jsonl, csv])
@pytest.mark.parametrize(
    ("content", "code"),
    [("text\na\n".encode("utf-16"), "NOT_UTF8"), (b"\x1f\x8b\x08\x00abc", "COMPRESSED")],
)
def test_files_in_other_encodings_are_told_as_such(read, content: bytes, code: str):
    with pytest.raises(UnreadableFile) as failed:
        read(content)
    assert failed.value.code == code
    assert failed.value.hint


def test_cells_become_members():
    rows = 'key,text,labels,namespace,year,place,note\n1,"a ""b""\nc",x; y,n,1999,1999,\n'
    (line,) = csv(rows, numbers=["year"])
    assert line.text == Text("1", 'a "b"\nc', ("x", "y"), {"year": 1999, "place": "1999"})
    assert line.namespace == "n"
    (line,) = csv('text,labels,metadata,vector\na,"[""p;q"", "" r""]","{""x"": [1]}","[1, 2]"\n')
    assert line.text.labels == ("p;q", " r")
    assert line.text.metadata == {"x": [1]}
    assert line.vectors[ONLY_METHOD].tolist() == [1, 2]


def test_columns_may_have_other_names_and_delimiters():
    (line,) = csv("id;body;tags\n7;b;x\n", Fields("id", "body", "tags"), delimiter=";")
    assert line.text == Text("7", "b", ("x",), {})


@pytest.mark.parametrize(
    "labels", [("[a",), ("[]",), ("a;b",), (" a",), ("",), ("a", "", "b"), ("a", "[b]"), ("é", '"')]
)
def test_labels_that_look_like_something_else_stay_as_they_are(labels: tuple[str, ...]):
    row = write_csv(StoredText(1, "", "k", "text", labels))
    (line,) = csv(write_csv_header() + row)
    assert line.text.labels == labels


@pytest.mark.parametrize(
    ("digits", "number"),
    [("1", 1), ("-0.50", -0.5), (" 2e3 ", 2000.0), ("12345678901234567890", 12345678901234567890)],
)
def test_numbers_are_read_where_they_are_asked_for(digits: str, number: float):
    (line,) = csv(f"text,n\na,{digits}\n", numbers=["n"])
    assert line.text.metadata == {"n": number}
    assert type(line.text.metadata["n"]) is type(number)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n", 'no column "text" in its first line: "a", "b"'),
        ("text,a,a\n", 'two columns named "a"'),
        ("key;text\n", 'no column "text"'),
        ('"text\n', "quote that is not closed"),
        ("text," + ",".join(map(str, range(1000))), "1000 are the most"),
    ],
)
def test_a_file_without_the_columns_is_told_as_such(content: str, said: str):
    with pytest.raises(UnreadableFile) as failed:
        csv(content)
    assert said in failed.value.message


def test_another_delimiter_is_guessed_at():
    with pytest.raises(UnreadableFile) as failed:
        csv("key;text\n1;a\n")
    assert failed.value.hint is not None
    assert '--delimiter ";"' in failed.value.hint


def test_a_column_of_numbers_must_be_there():
    with pytest.raises(UnreadableFile, match='no column "yaer"'):
        csv("text,year\na,1\n", numbers=["yaer"])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a", "has 1 cells, and the first line has 5"),
        ("k,a,b,c,1,2", "has 6 cells"),
        ('k,"a"b,,,', "something after a closing quote"),
        ("k,a\rb,,,", "carriage return"),
        (",,,,", "has empty cells only"),
        ("k,a\0,,,", "U+0000"),
        ("k,a,,,x", '"x" in column "n", which is no number'),
        ("k,a,,,0x1", "no number"),
        ("k,a,,,1_000", "no number"),
        ("k,a,,,1e999", "too large"),
        ("k,a,[1],,", 'one of "labels" that is a number'),
        ("k,a,[,,", "something else than JSON"),
        ('k,a,,"{",', 'something else than JSON in column "metadata"'),
        ("k,a,,1,", 'has "metadata" that is a number'),
    ],
)
def test_a_bad_row_of_csv_is_told_and_the_next_one_is_read(row: str, reason: str):
    content = f"key,text,labels,metadata,n\n{row}\nk,good,,,\n"
    bad, good = csv(content, numbers=["n"])
    assert isinstance(bad, BadLine)
    assert bad.number == 2
    assert reason in bad.reason
    assert good.text.text == "good"


def test_a_quote_that_is_not_closed_is_told_with_the_line_it_begins_in():
    found = csv('text\na\n"b\nc\nd\n')
    assert reasons(found) == {3: "has a quote that is not closed"}


def test_long_texts_fit_into_cells():
    text = "long " * 200_000
    assert csv(f'text\n"{text}"\n')[0].text.text == text


class Endless(io.RawIOBase):
    """A file of one line of many mebibytes, and a short one."""

    def __init__(self, start: bytes, size: int) -> None:
        self._parts = iter([start, *[b"x" * (1 << 20)] * (size >> 20), b'"\n{"text":"b"}\n'])

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        part = next(self._parts, b"")
        buffer[: len(part)] = part
        return len(part)


def test_a_line_without_end_is_not_held_in_memory():
    file = io.BufferedReader(Endless(b'{"text":"', 200 << 20), 2 << 20)
    tracemalloc.start()
    try:
        bad, good = read_jsonl(FileLines(file, "texts"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert bad == BadLine(1, "is longer than 16 MiB")
    assert good.number == 2
    assert peak < 100 << 20
