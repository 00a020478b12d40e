from __future__ import annotations

import datetime
import enum
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, TypedDict

import pytest

from atoll.sdk import DatabaseError, HostError, HostUnavailable, mysql, postgresql, testing


@dataclass
class Person:
    id: int
    full_name: str
    tags: list[str] = field(default_factory=list)


class Row(NamedTuple):
    id: int
    name: str


class Movie(TypedDict):
    title: str


class Mood(enum.Enum):
    HAPPY = "happy"


ROWS = [
    {"id": 1, "fullName": "Ann", "extra": None},
    {"id": 2, "fullName": "Bob", "extra": None},
]


def gives(answer: Any) -> Any:
    """A host whose only database gives that, whatever it is asked."""
    return testing.host(connections={"db": lambda statement: answer})


def sent(module: Any, parameters: Any) -> Any:
    """The JSON of a statement's parameters."""
    with gives(0) as host:
        module.execute("insert", parameters)
    return host.statements[0].request["parameters"]


def test_rows_become_dataclasses() -> None:
    with gives(ROWS) as host:
        people = postgresql.query(Person, "select * from people where id > $1", [0])
    assert people == [Person(1, "Ann"), Person(2, "Bob")]
    assert host.statements == [
        testing.Statement(
            connection="",
            operation="sql.query",
            text="select * from people where id > $1",
            parameters=[0],
            request={
                "connection": "",
                "type": "postgresql",
                "statement": "select * from people where id > $1",
                "parameters": "[0]",
                "rows": True,
            },
        )
    ]


def test_rows_become_other_things() -> None:
    with gives([{"id": 1, "name": "Ann"}]):
        assert postgresql.query(Row, "...") == [Row(1, "Ann")]
        assert postgresql.query(dict, "...") == [{"id": 1, "name": "Ann"}]
        assert postgresql.query(dict[str, Any], "...") == [{"id": 1, "name": "Ann"}]
        assert postgresql.query(tuple[int, str], "...") == [(1, "Ann")]
        assert postgresql.query(Any, "...") == [{"id": 1, "name": "Ann"}]
    with gives([{"title": "Alien"}]):
        assert postgresql.query(Movie, "...") == [{"title": "Alien"}]
        assert postgresql.query(str, "...") == ["Alien"]
    with gives([{"tags": ["a"]}, {"tags": None}]):
        assert postgresql.query(list[str] | None, "...") == [["a"], None]


def test_the_connection_and_type_are_named() -> None:
    with testing.host(connections={"a": lambda s: ROWS, "b": lambda s: []}) as host:
        assert mysql.query(Person, "...", connection="b") == []
        assert len(postgresql.query(Person, "...", connection="a")) == 2
        with pytest.raises(DatabaseError, match="names no connection"):
            mysql.query(Person, "...")
    assert [each.request["type"] for each in host.statements] == ["mysql", "postgresql", "mysql"]


def test_one_row() -> None:
    with gives(ROWS), pytest.raises(DatabaseError, match="the result has 2 rows, and at most 1"):
        postgresql.query_one(Person, "...")
    with gives(ROWS[:1]):
        assert postgresql.query_one(Person, "...") == Person(1, "Ann")
    with gives([]):
        assert postgresql.query_one(Person, "...") is None


def test_scalars() -> None:
    with gives([{"count": 3}]):
        assert postgresql.query_scalar(int, "select count(*)") == 3
    with gives([{"sum": None}]):
        assert postgresql.query_scalar(int | None, "...") is None
        with pytest.raises(DatabaseError, match="expected int, got NULL") as failed:
            postgresql.query_scalar(int, "...")
        assert failed.value.hint == "If it may be NULL, make its type `int | None`."
    with gives([]), pytest.raises(DatabaseError, match="has no rows"):
        postgresql.query_scalar(int, "...")


def test_decimals_are_exact() -> None:
    exact = Decimal("0.10000000000000000000001")
    with gives([{"n": exact}]):
        assert postgresql.query_scalar(Decimal, "...") == exact
        assert postgresql.query(dict[str, Decimal], "...") == [{"n": exact}]
        assert postgresql.query(dict, "...") == [{"n": 0.1}]


def test_execute() -> None:
    with gives(postgresql.ExecuteResult(3, 7)) as host:
        done = mysql.execute("insert into people values (?)", ["Ann"])
    assert (done.rows_affected, done.last_insert_id) == (3, 7)
    assert host.statements[0].request["rows"] is False


async def test_async_twins() -> None:
    with gives(ROWS[:1]) as host:
        assert await postgresql.query_async(Person, "1") == [Person(1, "Ann")]
        assert await postgresql.query_one_async(Person, "2") == Person(1, "Ann")
        assert await postgresql.query_scalar_async(int, "3") == 1
        assert (await postgresql.execute_async("4", [1])).rows_affected == 1
    assert [each.text for each in host.statements] == ["1", "2", "3", "4"]


def test_a_missing_column_is_named() -> None:
    with gives([{"id": 1, "name": "Ann"}]), pytest.raises(DatabaseError) as failed:
        postgresql.query(Person, "...")
    assert failed.value.code == "RESULT_MISMATCH"
    assert failed.value.message == (
        "row 1 of the result does not fit Person: "
        "there is no column for Person.full_name; there are id, name"
    )
    assert failed.value.hint is not None
    assert "as full_name" in failed.value.hint


def test_optional_columns_must_be_there_too() -> None:
    @dataclass
    class Named:
        name: str | None

    with (
        gives([{"nmae": "typo"}]),
        pytest.raises(DatabaseError, match="no column"),
    ):
        postgresql.query(Named, "...")


def test_a_mismatch_names_row_and_column_but_no_value() -> None:
    rows = [*ROWS, {"id": "the secret", "fullName": "x"}]
    with gives(rows), pytest.raises(DatabaseError) as failed:
        postgresql.query(Person, "...")
    assert failed.value.message == (
        "row 3 of the result does not fit Person: id: expected int, got text"
    )


def test_a_scalar_takes_one_column() -> None:
    with gives(ROWS), pytest.raises(DatabaseError, match="there are 3 columns"):
        postgresql.query(int, "...")


def test_errors_of_the_database() -> None:
    def fail(statement: testing.Statement) -> Any:
        details = {"sqlState": "23505", "code": "1062"}
        raise HostError("STATEMENT_FAILED", "duplicate key", "change it", details)

    with testing.host(connections={"db": fail}), pytest.raises(DatabaseError) as failed:
        postgresql.execute("...")
    error = failed.value
    assert (error.code, error.message, error.hint) == (
        "STATEMENT_FAILED",
        "duplicate key",
        "change it",
    )
    assert (error.sql_state, error.database_code) == ("23505", "1062")
    with pytest.raises(HostUnavailable):
        postgresql.execute("...")


@pytest.mark.parametrize("statement", [None, b"select 1", ["select 1"]])
@pytest.mark.parametrize("run", [postgresql.execute, lambda s: mysql.query(dict, s)])
def test_a_statement_is_text(run: Callable[[Any], Any], statement: Any) -> None:
    with gives([]), pytest.raises(TypeError, match="a statement is a str with placeholders"):
        run(statement)


@pytest.mark.parametrize("parameters", ["abc", b"abc", {"a": 1}, 5, {1, 2}])
def test_parameters_are_a_list(parameters: Any) -> None:
    with gives([]), pytest.raises(TypeError, match="are a list, with one value for each"):
        postgresql.execute("...", parameters)


def test_a_parameter_that_cannot_be_sent_is_named() -> None:
    with gives([]), pytest.raises(TypeError, match=r"parameter 2 \(\$2\) cannot be sent.*object"):
        postgresql.execute("...", [1, object()])
    with gives([]), pytest.raises(TypeError, match="JSON has no NaN"):
        postgresql.execute("...", [float("nan")])


MOMENT = datetime.datetime(2020, 1, 2, 3, 4, 5, 6, datetime.timezone(datetime.timedelta(hours=2)))
COMMON = [
    (None, "null"),
    (True, "true"),
    (2**64, "18446744073709551616"),
    (0.5, "0.5"),
    (Decimal("1.50"), "1.50"),
    ("it's 'x' -- $1", json.dumps("it's 'x' -- $1")),
    (datetime.date(2020, 1, 2), '"2020-01-02"'),
    (datetime.time(3, 4), '"03:04:00"'),
    (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
    (Mood.HAPPY, '"happy"'),
    ([1, None, "a"], '[1,null,"a"]'),
    ({"a": [1.5]}, '{"a":[1.5]}'),
    (Person(1, "Ann"), '{"id":1,"full_name":"Ann","tags":[]}'),
]
POSTGRESQL = [
    (MOMENT, '"2020-01-02T03:04:05.000006+02:00"'),
    (MOMENT.replace(tzinfo=None), '"2020-01-02T03:04:05.000006"'),
    (b"\x00\xff", '"\\\\x00ff"'),
    (datetime.timedelta(1, 2), '"1 days 2 seconds 0 microseconds"'),
    (postgresql.Point(1, 2.5), '"(1,2.5)"'),
    (postgresql.Location(1, 2.5), '"(1,2.5)"'),
]
MYSQL = [
    (MOMENT, '"2020-01-02 01:04:05.000006"'),
    (MOMENT.replace(tzinfo=None), '"2020-01-02 03:04:05.000006"'),
    (b"\x00\xff", '{"$bytes":"AP8="}'),
    (-datetime.timedelta(1, 3723), '"-25:02:03.000000"'),
    (mysql.Point(1, 2.5), '"POINT (1 2.5)"'),
]


@pytest.mark.parametrize(("value", "text"), COMMON + POSTGRESQL, ids=str)
def test_parameters_of_postgresql(value: Any, text: str) -> None:
    assert sent(postgresql, [value, 1]) == f"[{text},1]"


@pytest.mark.parametrize(("value", "text"), COMMON + MYSQL, ids=str)
def test_parameters_of_mysql(value: Any, text: str) -> None:
    assert sent(mysql, (value,)) == f"[{text}]"


def test_values_stay_out_of_the_statement() -> None:
    with gives(0) as host:
        postgresql.execute("insert into people values ($1)", ["'); drop table people; --"])
    assert host.statements[0].text == "insert into people values ($1)"
    assert host.statements[0].parameters == ["'); drop table people; --"]
