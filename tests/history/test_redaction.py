"""What rules name is not stored, whatever it stands in."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atoll.history.redaction import REDACTED, Rules
from atoll.history.stored import store
from atoll.manifest import Redaction

NONE = Rules(Redaction())
CARD = "4111111111111111"


def fields(*paths: str) -> Rules:
    return Rules(Redaction(fields=paths))


def patterns(*texts: str) -> Rules:
    return Rules(Redaction(patterns=texts))


CHAT: dict[str, Any] = {
    "user": "ann",
    "messages": [{"role": "user", "content": "Hi"}, {"role": "user", "content": ["a", {"b": 1}]}],
    "metadata": {"user": "bob", "deep": {"user": "eve"}},
}


@pytest.mark.parametrize(
    ("path", "left_out"),
    [
        ("user", ["ann"]),
        ("messages.*.content", ["Hi", "b"]),
        ("messages.0.content", ["Hi"]),
        ("messages.1.content.1", ["b"]),
        ("*.user", ["bob"]),
        ("**.user", ["ann", "bob", "eve"]),
        ("metadata.**.user", ["bob", "eve"]),
        ("metadata.**", ["bob", "deep", "eve"]),
        ("metadata", ["bob", "deep", "eve"]),
        ("**", ["ann", "messages", "Hi", "b", "bob", "deep", "eve"]),
        ("messages.content", []),
        ("User", []),
        ("user.name", []),
    ],
)
def test_paths(path: str, left_out: list[str]):
    found = json.dumps(fields(path).value(CHAT))
    for word in ("ann", "messages", "Hi", "b", "bob", "deep", "eve"):
        assert (f'"{word}"' in found) == (word not in left_out), (word, found)
    assert (REDACTED in found) == bool(left_out)


def test_patterns_apply_to_texts_keys_and_numbers():
    found = patterns(r"\b\d{16}\b").value(
        {"a": f"card {CARD}.", CARD: int(CARD), "b": [int(CARD) * 10, 5, True, None, 0.5]}
    )
    assert found == {
        "a": f"card {REDACTED}.",
        REDACTED: REDACTED,
        "b": [int(CARD) * 10, 5, True, None, 0.5],
    }


def test_replacements_are_taken_as_they_are():
    assert patterns("(a)(b)").text(r"xab\1") == r"x[redacted]\1"


NAMES = st.sampled_from(["user", "a", "messages", "b.c"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None), max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


def members(value: Any, name: str) -> list[Any]:
    if isinstance(value, dict):
        below = [found for item in value.values() for found in members(item, name)]
        return [*([value[name]] if name in value else []), *below]
    return [f for item in value for f in members(item, name)] if isinstance(value, list) else []


@given(JSON)
@settings(max_examples=300, deadline=None, database=None)
def test_no_field_of_that_name_stays(value: Any):
    stored = store(json.dumps(value), fields("**.user"), 10**6)
    assert stored.text is not None
    assert all(found == REDACTED for found in members(json.loads(stored.text), "user"))


def planted(value: Any) -> st.SearchStrategy[Any]:
    """``value`` in some place of other data."""
    return st.recursive(
        st.just(value),
        lambda inner: (
            st.builds(lambda i, j: [j, i], inner, JSON)
            | st.builds(lambda i, k, j: {"x": j, k: i}, inner, st.text(max_size=3), JSON)
        ),
        max_leaves=1,
    )


@given(
    planted(f"see {CARD}!") | planted({CARD: 1}) | planted(int(CARD)),
    st.integers(min_value=20, max_value=2000),
    st.booleans(),
)
@settings(max_examples=300, deadline=None, database=None)
def test_nothing_that_a_pattern_matches_stays(value: Any, limit: int, stream: bool):
    text = json.dumps(value, ensure_ascii=False)
    if stream:
        text = f"data: {text}\n\n"
    stored = store(text, patterns(r"\d{16}"), limit, stream=stream)
    assert stored.text is not None
    assert CARD not in stored.text


@given(
    st.text(st.characters(codec=None)) | JSON.map(json.dumps), st.integers(20, 200), st.booleans()
)
@settings(max_examples=500, deadline=None, database=None)
def test_what_is_stored_is_json_within_bounds_that_databases_take(
    text: str, limit: int, stream: bool
):
    for rules in (NONE, fields("a"), patterns("[0-9]+")):
        stored = store(text, rules, limit, stream=stream)
        assert stored.text is not None
        json.loads(stored.text)
        assert stored.size == len(stored.text.encode())  # so that it can be encoded, too
        assert "\0" not in stored.text
        assert not re.search(r"\\u(0000|[dD][89a-fA-F])", stored.text.replace("\\\\", ""))
        assert stored.size <= 7 * limit + 100


@given(JSON)
@settings(max_examples=200, deadline=None, database=None)
def test_json_that_databases_take_is_stored_as_it_is(value: Any):
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    if "\0" in text or "\\u0000" in text:
        return
    assert json.loads(store(text, NONE, 10**6).text or "") == value


@pytest.mark.parametrize("rules", [fields("user"), fields("**.x")], ids=["plain", "deep"])
@pytest.mark.parametrize("text", ["<p>secret</p>", '{"user": "secret', "[" * 5000 + '"secret"'])
def test_what_cannot_be_looked_through_is_left_out_whole(rules: Rules, text: str):
    for stream in (False, True):
        assert json.loads(store(text, rules, 10**6, stream=stream).text or "") == REDACTED


def test_fields_of_streams_are_those_of_the_whole_answer():
    events = [
        {"id": "1", "choices": [{"index": 0, "delta": {"role": "assistant", "content": "sec"}}]},
        {
            "id": "1",
            "choices": [{"index": 0, "delta": {"content": "ret"}, "finish_reason": "stop"}],
        },
    ]
    text = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
    stored = store(text, fields("choices.*.message.content"), 10**6, stream=True).text or ""
    assert "sec" not in stored
    assert json.loads(stored)["choices"][0]["finish_reason"] == "stop"
    assert "secret" in (store(text, NONE, 10**6, stream=True).text or "")
    assert "secret" not in (store(text, patterns("s.cret"), 10**6, stream=True).text or "")


def test_fields_of_other_streams_are_those_of_each_event():
    text = 'data: {"say": "secret", "n": 1}\n\ndata: {"say": "secr'
    stored = json.loads(store(text, fields("say"), 10**6, stream=True).text or "")
    assert stored == [{"say": REDACTED, "n": 1}, REDACTED]


def test_a_pattern_that_would_take_ages_elsewhere_takes_none():
    rules = patterns("(a+)+$", "(a|aa)*b")
    started = time.monotonic()
    text = "a" * 200_000 + "!"
    assert rules.text(text) == text
    assert time.monotonic() - started < 30  # by Python's own expressions this never ends


def test_rules_hold_in_the_database(record, invocation, database, query):
    record(
        invocation(
            input=json.dumps({"user": "ann", "messages": [{"content": f"my card is {CARD}"}]}),
            output=f"oops, {CARD}",
        ),
        invocation(input=json.dumps({"n": "1e5"}), output='{"n": 1e99999}'),
        redaction=Redaction(patterns=(r"\d{16}",)),
    )
    rows = query("SELECT CAST(input AS text), CAST(output AS text) FROM inferences")
    assert len(rows) == 2
    assert CARD not in str(rows)
    if "history.db" in database.place:
        connection = sqlite3.connect(database.place)
        assert CARD not in "\n".join(connection.iterdump())
        connection.close()


def test_rules_hold_for_what_a_database_takes_only_as_text(record, invocation, query):
    record(
        invocation(input=json.dumps({"user": "secret"})[:-1] + ', "n": 1e999999}'),
        redaction=Redaction(fields=("user",)),
    )
    assert "secret" not in str(query("SELECT CAST(input AS text) FROM inferences"))
