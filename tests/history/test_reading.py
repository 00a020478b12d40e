"""The history is read the same way from both databases."""

from __future__ import annotations

import json

import pytest

from atoll.history.errors import HistoryError
from atoll.history.reading import Wanted, find_inference, find_inferences


@pytest.fixture
def reading(database):
    """Sessions that were opened to read, closed at the end."""
    opened = []

    def open():
        opened.append(database.open_to_read())
        return opened[-1]

    yield open
    for each in opened:
        if each is not None:
            each.close()


@pytest.fixture
def some(record, invocation):
    return record(
        invocation(started_at=1000.5, function="ask", call_id="c1"),
        invocation(started_at=3000, function="tell", call_id="c2", failure="TIMEOUT", output=None),
        invocation(started_at=2000, function="ask", call_id="c2", cost=0.5, currency="EUR"),
    )


def test_functions_are_found_by_each_of_their_names(record, invocation, reading):
    record(*(invocation(function=name) for name in ("askTwice", "ask_twice", "asktwice", "ask")))
    names = [one["function"] for one in find_inferences(reading(), Wanted(function="ask_twice"))]
    assert sorted(names) == ["askTwice", "ask_twice"]
    assert len(find_inferences(reading(), Wanted(function="askTwice"))) == 1
    assert len(find_inferences(reading(), Wanted(function="_"))) == 0


def test_the_newest_first(some, reading):
    found = find_inferences(reading(), Wanted())
    assert [one["started_at"] for one in found] == [
        "1970-01-01T00:50:00.000Z",
        "1970-01-01T00:33:20.000Z",
        "1970-01-01T00:16:40.500Z",
    ]
    assert found[0]["status"] == "failed"
    assert found[1]["cost"] == 0.5
    assert found[2]["output"] == {"choices": [{"message": {"content": "Hello"}}]}
    assert found[2]["streamed"] is False
    assert found[2]["plugin"]["build_id"] == "b1"
    assert found[2]["plugin"]["build_time"] == "2026-01-02T03:04:05.000Z"


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Wanted(function="ask"), 2),
        (Wanted(function="ask", call="c2"), 1),
        (Wanted(model="chat"), 3),
        (Wanted(model="chap"), 0),
        (Wanted(failed=True), 1),
        (Wanted(since=2000), 2),
        (Wanted(since=2000, failed=True), 1),
        (Wanted(limit=1), 1),
        (Wanted(function="' OR 1=1 --"), 0),
        (Wanted(status="ok"), 2),
        (Wanted(status="failed"), 1),
        (Wanted(status="cancelled"), 0),
        (Wanted(search="hELLO"), 2),
        (Wanted(search="Hi", status="failed"), 1),
    ],
)
def test_those_that_are_wanted(some, reading, wanted, count):
    assert len(find_inferences(reading(), wanted)) == count


def test_one_by_its_id_or_the_beginning_of_it(record, invocation, reading):
    ids = ["0199f3c2-77ab-7000-8000-000000000001", "0199f3c2-77ac-7000-8000-000000000002"]
    record(*(invocation(id=id) for id in ids))
    session = reading()
    assert find_inference(session, ids[0])["id"] == ids[0]
    assert find_inference(session, "0199F3C2-77AC")["id"] == ids[1]
    for unknown in ("0199f3c3", "%", "_" * 36, "'", "0199f3c2-77ab-7000-8000-00000000000x"):
        assert find_inference(session, unknown) is None
    with pytest.raises(HistoryError, match="several"):
        find_inference(session, "0199f3c2")


def test_nothing_written_yet(reading):
    session = reading()
    assert session is None or find_inferences(session, Wanted()) == []


def test_reading_changes_nothing(some, reading):
    with pytest.raises(HistoryError):
        reading().execute("DELETE FROM inferences")


def _talk(text: str) -> str:
    return json.dumps({"messages": [{"role": "user", "content": text}]}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ('say "now"', ["quoted"]),
        ("100%", ["percent"]),
        ("100_", []),
        ("a_b", ["underscore"]),
        ("!", ["mark"]),
        ("first\nsecond", ["lines"]),
        ("back\\slash", ["backslash"]),
        ("größe", ["plain", "escaped"]),
        ("\0", []),
        ("\ud800", []),
        ("?", ["mark"]),
    ],
)
def test_texts_are_found_as_they_were_written(record, invocation, reading, search, expected):
    texts = {
        "quoted": _talk('Please say "now"'),
        "percent": _talk("100% sure"),
        "hundred": _talk("100 sure"),
        "underscore": _talk("a_b"),
        "no-underscore": _talk("acb"),
        "mark": _talk("why?!"),
        "lines": _talk("first\nsecond"),
        "backslash": _talk("back\\slash"),
        "plain": _talk("die größe"),
        "escaped": json.dumps({"q": "die größe"}),
    }
    record(*(invocation(function=name, input=text) for name, text in texts.items()))
    found = find_inferences(reading(), Wanted(search=search))
    assert sorted(one["function"] for one in found) == sorted(expected)


def test_pages_have_each_once_though_many_are_of_one_moment(record, invocation, reading):
    record(*(invocation(started_at=1000 + index // 4) for index in range(11)))
    session = reading()
    whole = [one["id"] for one in find_inferences(session, Wanted())]
    paged: list[str] = []
    while page := find_inferences(session, Wanted(limit=3, before=paged[-1] if paged else "")):
        paged += [one["id"] for one in page]
    assert paged == whole
    assert len(set(whole)) == 11


@pytest.mark.parametrize(
    "id", ["0199f3c2-77ab-7000-8000-000000000001", "0199f3c2", "' OR 1=1", "\0", "x" * 5000]
)
def test_nothing_comes_after_one_that_is_gone(some, reading, id):
    assert find_inferences(reading(), Wanted(before=id)) == []


@pytest.mark.parametrize("text", ["\0", "\ud800", "x" * 100_000, "a" * 100_000])
def test_nothing_is_found_by_what_nothing_can_be(some, reading, text):
    for wanted in (
        Wanted(model=text), Wanted(function=text), Wanted(call=text), Wanted(search=text),
    ):  # fmt: skip
        assert find_inferences(reading(), wanted) == []
    assert find_inference(reading(), text) is None


@pytest.mark.parametrize("text", ["%" * 20_000, "\U0001f600" * 20_000])
def test_a_very_long_text_is_found_by_its_beginning(record, invocation, reading, text):
    record(invocation(function="long", input=_talk(text[:4000])))
    (found,) = find_inferences(reading(), Wanted(search=text))
    assert found["function"] == "long"


def test_what_cannot_be_read_as_json_is_given_as_its_text(record, invocation, reading):
    deep = "[" * 900 + "]" * 900
    record(invocation(input=f'{{"n": {"1" * 5000}}}', output=deep))
    (found,) = find_inferences(reading(), Wanted())
    assert "1" * 5000 in str(found["input"])
    assert found["output"] is not None
