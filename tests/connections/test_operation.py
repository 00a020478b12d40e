"""What the log and the metrics learn of statements: their shape, and never a value or a secret."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.connections import ConnectionFailed
from atoll.connections.operation import SQL, Operations
from atoll.connections.statements import Dialect
from atoll.manifest import PostgresqlConnection

CONNECTION = PostgresqlConnection("main-db", "postgres://h/d")


class Observed:
    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str | None]] = []

    def operation_finished(
        self, connection: str, type: str, seconds: float, failure: str | None
    ) -> None:
        assert seconds >= 0
        self.seen.append((connection, type, failure))


def begin(statement: str = "select 'x' from t where a = 1", observer: Any = None) -> Any:
    return Operations(observer).begin(CONNECTION, SQL, statement, Dialect.POSTGRESQL)


def failed(message: str, parameters: Any = (), secrets: tuple[str, ...] = ()) -> ConnectionFailed:
    error = ConnectionFailed("STATEMENT_FAILED", message, details={"sqlState": "42703"})
    begin().failed(error, parameters, secrets)
    return error


def test_a_statement_is_logged_by_its_shape(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "atoll.connections")
    begin().completed()
    started, completed = caplog.records
    assert started.message == "Starting database query."
    assert completed.message == "Completed database query."
    fields = completed.fields  # type: ignore[attr-defined]
    assert fields["statement"] == "select ? from t where a = ?"
    assert (fields["connection"], fields["type"]) == ("main-db", "postgresql")
    assert fields["duration_ms"] >= 0


def test_each_outcome_is_observed_once() -> None:
    observed = Observed()
    begin(observer=observed).completed()
    begin(observer=observed).cancelled()
    begin(observer=observed).failed(ConnectionFailed("TIMEOUT", "late"), (), ())
    assert [failure for *_, failure in observed.seen] == [None, "CANCELLED", "TIMEOUT"]


def test_a_failure_says_where_and_why(caplog: pytest.LogCaptureFixture) -> None:
    error = failed('column "age" does not exist')
    [record] = caplog.records
    fields = record.fields  # type: ignore[attr-defined]
    assert record.message == "Error querying database."
    assert (fields["code"], fields["sqlState"]) == ("STATEMENT_FAILED", "42703")
    assert fields["detail"] == 'column "age" does not exist'
    assert error.logged


@pytest.mark.parametrize(
    ("message", "parameters", "shown"),
    [
        ('invalid input syntax for type integer: "abc"', ["abc"], ': "?"'),
        ("Key (email)=(ann@example.com) already exists", ["ann@example.com"], "(email)=(?)"),
        ("value 123456 is out of range", [123456], "value ? is out"),
        ("relation t1 of 1", [1], "relation t1 of ?"),
        ('bad: {"a": "b"}', [{"a": "b"}], "bad: ?"),
        ("bad deep", [[["deep"]]], "bad ?"),
        ("true is none", [True, None], "true is none"),
        ("Node with name `x y`", {"name": "x y"}, "name `?`"),
    ],
)
def test_parameters_are_not_repeated(message: str, parameters: Any, shown: str) -> None:
    error = failed(message, parameters)
    assert shown in error.message
    assert str(error) == error.message


@given(st.text(min_size=4))
def test_secrets_are_not_repeated(secret: str) -> None:
    error = failed(f"password {secret} refused", secrets=(secret,))
    assert secret not in error.message or secret in "password *** refused"


def test_of_secrets_within_each_other_nothing_is_left() -> None:
    assert failed("no abcdefgh", secrets=("abcd", "abcdefgh")).message == "no ***"


@pytest.mark.parametrize("depth", [500, 100_000])
def test_parameters_of_any_depth_are_looked_through(depth: int) -> None:
    nested: Any = "hidden"
    for _ in range(depth):
        nested = {"a": nested}
    assert failed("bad hidden", [nested]).message == "bad ?"


def test_each_object_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    monkeypatch.setattr("json.dumps", lambda value, **_: written.append(value) or "{}")
    failed("bad", [{"a": {"b": {"c": 1}}}, {"d": 2}])
    assert written == [{"a": {"b": {"c": 1}}}, {"d": 2}]


def test_a_long_message_is_cut_when_nothing_hidden_is_left_in_it() -> None:
    hidden = "hidden" * 100_000
    assert failed(f"bad {hidden}", [hidden]).message == "bad ?"
    shown = failed("bad " + "x" * 7_000_000, [1]).message
    assert shown.startswith("bad xxx")
    assert len(shown) < 10_000


def test_a_message_too_long_to_be_searched_for_all_parameters_is_not_shown() -> None:
    shown = failed("bad " + "x" * 7_000_000, [f"v{number}" for number in range(200_000)]).message
    assert "xxx" not in shown
    assert "connection [main-db]" in shown


@pytest.mark.parametrize(
    ("statement", "message", "shown"),
    [
        ("select 'abc'::int", 'invalid input syntax: "abc"', 'invalid input syntax: "?"'),
        ("select $$a b$$::int", 'invalid input syntax: "a b"', 'invalid input syntax: "?"'),
        ("select 'it''s'::int", 'invalid: "it\'s"', 'invalid: "?"'),
        ("select x from t", 'column "x" does not exist', 'column "x" does not exist'),
    ],
)
def test_literals_of_the_statement_are_not_repeated(
    statement: str, message: str, shown: str
) -> None:
    error = ConnectionFailed("STATEMENT_FAILED", message)
    begin(statement).failed(error, (), ())
    assert error.message == shown


def test_all_that_a_database_says_is_cut_and_searched() -> None:
    error = ConnectionFailed(
        "STATEMENT_FAILED",
        "m",
        "try value-1 " + "h" * 10_000,
        details={"sqlState": "22000", "column": "value-1" + "c" * 10_000},
    )
    begin().failed(error, ["value-1"], ())
    assert error.hint is not None
    assert len(error.hint) < 1100
    assert error.details is not None
    assert len(error.details["column"]) < 300
    assert "value-1" not in error.hint + error.details["column"]
    assert error.details["sqlState"] == "22000"


def test_our_own_words_are_not_searched_for_values() -> None:
    error = ConnectionFailed("INVALID_PARAMETERS", "the statement needs 1 parameters, not 2")
    begin().failed(error, [2, 1], ())
    assert error.message == "the statement needs 1 parameters, not 2"
