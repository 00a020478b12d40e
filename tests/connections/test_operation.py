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
