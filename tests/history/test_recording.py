"""What of an invocation is in the tables, in both databases."""

from __future__ import annotations

import json
from typing import Any

from atoll.history import Program
from atoll.manifest import InferenceSettings, Model, ModelSettings
from atoll.models.invocation import KEPT_OF_STREAM


def one(query: Any, columns: str) -> tuple[Any, ...]:
    (row,) = query(f"SELECT {columns} FROM inferences")
    return row


def test_the_columns_of_modus_are_there_under_its_names(record, invocation, query):
    asked = invocation(started_at=1_700_000_000.1237)
    record(asked)
    row = one(
        query,
        "CAST(id AS text), model_hash, CAST(input AS text), CAST(output AS text),"
        " started_at, duration_ms, function",
    )
    assert row[:2] == (asked.id, asked.model.hash)
    assert json.loads(row[2]) == json.loads(asked.input)
    assert json.loads(row[3]) == json.loads(asked.output)
    shown = row[4] if isinstance(row[4], str) else row[4].isoformat(timespec="milliseconds")
    assert shown.replace("+00:00", "Z") == "2023-11-14T22:13:20.123Z"
    assert row[5:] == (250, "ask")


def test_a_build_is_one_row_that_inferences_refer_to(record, invocation, query, program):
    record(invocation(), invocation())
    record(invocation())
    found = query(
        "SELECT p.name, p.version, p.language, p.sdk_version, p.build_id, count(*)"
        " FROM inferences i JOIN plugins p ON p.id = i.plugin_id"
        " GROUP BY p.name, p.version, p.language, p.sdk_version, p.build_id"
    )
    assert found == [("shop", "1.2", "python", "atoll@1", "b1", 3)]


def test_our_own_columns(record, invocation, query):
    record(invocation(asked="best", cost=0.0125, currency="EUR", attempts=2, first_seconds=0.1))
    assert one(
        query,
        "app, model, source_model, connection, asked_model, call_id, status, failure, attempts,"
        " first_byte_ms, input_tokens, output_tokens, cost, currency",
    ) == (
        *("shop", "chat", "gpt-4o-mini", "openai", "best", "c1", "ok", None, 2),
        *(100, 3, 5, 0.0125, "EUR"),
    )
    assert not one(query, "streamed")[0]
    assert not one(query, "truncated")[0]


def test_what_failed_is_kept_with_its_code(record, invocation, query):
    record(
        invocation(function="a", failure="RATE_LIMITED", output=None, usage=None),
        invocation(function="b", failure="CANCELLED", output=None, usage=None),
    )
    found = query(
        "SELECT function, status, failure, output, input_tokens FROM inferences ORDER BY function"
    )
    assert found == [
        ("a", "failed", "RATE_LIMITED", None, None),
        ("b", "cancelled", "CANCELLED", None, None),
    ]


def test_an_invocation_outside_of_a_call(record, invocation, query):
    record(invocation(call_id="", function=""))
    assert one(query, "call_id, function") == (None, None)


def test_a_stream_is_kept_as_the_answer_that_it_amounts_to(record, invocation, query):
    events = [{"choices": [{"delta": {"content": text}}]} for text in ("Hel", "lo")]
    text = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
    record(invocation(streamed=True, output=text, first_seconds=0.01))
    assert one(query, "streamed")[0]
    answer = json.loads(one(query, "CAST(output AS text)")[0])
    assert answer["choices"] == [{"index": 0, "message": {"content": "Hello"}}]


def test_what_is_not_json_is_kept_as_a_text(record, invocation, query):
    record(invocation(output="<html>\0\ud800 no"))
    assert json.loads(one(query, "CAST(output AS text)")[0]) == "<html>\ufffd\ufffd no"


def test_escapes_that_no_database_takes_are_replaced(record, invocation, query):
    record(invocation(input='{"a\\u0000": ["\\ud800x", "\\ud83d\\ude00"]}'))
    assert json.loads(one(query, "CAST(input AS text)")[0]) == {"a\ufffd": ["\ufffdx", "😀"]}


def test_numbers_beyond_a_databases_own(record, invocation, query):
    history = record(invocation(input='{"n": 1e999999}', output="1" * 4000), invocation())
    assert history.counts.recorded == 2
    (first, _) = query("SELECT CAST(input AS text) FROM inferences ORDER BY id")
    assert "n" in first[0]


def test_names_with_anything_in_them(record, invocation, query):
    history = record(invocation(function="f\0\ud800", model=Model("m" * 5000, "c")))
    assert history.counts.recorded == 1
    assert one(query, "function, length(model)") == ("f\ufffd?", 1000)


def test_large_texts_are_cut_and_stay_json(record, invocation, query):
    image = "x" * 100_000
    record(
        invocation(
            input=json.dumps({"model": "m", "image": image}), output=json.dumps([0.5] * 9**5)
        ),
        max_kb=2,
    )
    input, output, truncated, size = one(
        query, "CAST(input AS text), CAST(output AS text), truncated, stored_bytes"
    )
    assert truncated
    assert json.loads(input)["model"] == "m"
    assert "more characters]" in json.loads(input)["image"]
    assert json.loads(output)[:10] == [0.5] * 10
    assert len(input) < 3000 > len(output)
    assert 0 < size < 5000


def test_a_stream_of_which_not_all_came_here_is_marked(record, invocation, query):
    record(invocation(streamed=True, output="x" * KEPT_OF_STREAM))
    assert one(query, "truncated")[0]


def test_the_same_invocation_twice_is_one_row(record, invocation, query):
    asked = invocation()
    record(asked)
    again = record(asked)
    assert again.counts.failed == 0
    assert one(query, "count(*)") == (1,)


def test_what_is_turned_off_is_not_recorded(record, invocation, query):
    quiet = Model("quiet", "c", settings=ModelSettings(record=False))
    record(invocation(model=quiet), invocation(function="kept"))
    assert one(query, "function") == ("kept",)
    history = record(invocation(), record=False)
    assert history.counts.recorded == 0
    assert one(query, "count(*)") == (1,)


def test_nothing_is_made_before_there_is_something_to_write(open_history, database, program):
    history = open_history()
    history.recorder(program, InferenceSettings())
    assert history.close() == 0
    session = database.open_to_read()
    assert session is None or not session.columns("inferences")
    if session is not None:
        session.close()


def test_builds_of_which_little_is_known(open_history, invocation, query):
    history = open_history()
    for build in ("x", "y"):
        recorder = history.recorder(Program("app", "go", "", build), InferenceSettings())
        recorder.invocation_finished(invocation())
    history.close(30)
    found = query("SELECT build_id, version, build_time, git_repo FROM plugins ORDER BY build_id")
    assert found == [("x", None, None, None), ("y", None, None, None)]


def test_a_build_that_the_database_does_not_take_keeps_no_invocation(
    open_history, invocation, query, database
):
    history = open_history()
    recorder = history.recorder(Program("a", "go", "", "b", "no time"), InferenceSettings())
    recorder.invocation_finished(invocation())
    history.close(30)
    assert history.counts.recorded == 1
    (plugin,) = one(query, "plugin_id")
    assert (plugin is None) == database.place.startswith("PostgreSQL")
