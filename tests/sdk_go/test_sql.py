"""postgresql, mysql and db: statements as the host gets them, and rows as apps see them."""

from __future__ import annotations

import json
from typing import Any

import pytest

EXECUTE = "modus_sql_client.executeQuery"
SYSTEMS = ["postgresql", "mysql", "other"]
ROW = {
    "id": 2**53, "name": "é✨", "size": 0.1, "pos": "(1.5,-2)", "CORNER": "POINT (3 4)",
    "tags": ["a"], "seen": "2024-02-03T04:05:06.789+01:00", "more": {},
}  # fmt: skip
PLACE = {
    "id": 2**53, "name": "é✨", "size": 0.1, "position": {"longitude": 1.5, "latitude": -2.0},
    "corner": {"x": 3.0, "y": 4.0}, "tags": ["a"], "seen": "2024-02-03T03:05:06.789Z",
}  # fmt: skip


def answer(rows: Any = None, affected: int = 0, id: int = 0, error: str | None = None) -> Any:
    text = json.dumps(rows) if rows is not None else None
    return {"error": error, "resultJson": text, "rowsAffected": affected, "lastInsertId": id}


@pytest.mark.parametrize("system", SYSTEMS)
async def test_statements_without_rows(app, host, system):
    host.answers[EXECUTE] = answer(None, 2**32 - 1, 2**64 - 1)
    told = await app.call("sqlExecute", system=system, statement=" \n update x \t")
    assert told == {"rowsAffected": 2**32 - 1, "lastInsertId": 2**64 - 1}
    assert host.calls == [(EXECUTE, "data", system, "update x", "exec:[1]")]


@pytest.mark.parametrize("system", SYSTEMS)
async def test_rows_of_a_type(app, host, system):
    host.answers[EXECUTE] = answer([ROW, {"name": None}], 2, 2**63)
    rows = await app.call("sqlQuery", system=system, statement="select 1")
    assert rows[0] == PLACE
    empty = {"id": 0, "name": None, "size": 0, "position": None, "corner": {"x": 0, "y": 0}}
    assert rows[1] == {**empty, "tags": None, "seen": "0001-01-01T00:00:00Z"}
    assert host.calls == [(EXECUTE, "data", system, "select 1", "[1]")]


@pytest.mark.parametrize("rows", [None, []])
async def test_no_rows(app, host, rows):
    host.answers[EXECUTE] = answer(rows, 0, 2**63)
    assert await app.call("sqlQuery", system="mysql", statement="s") == rows


@pytest.mark.parametrize("system", SYSTEMS)
async def test_scalars(app, host, system):
    host.answers[EXECUTE] = answer([{"count": -(2**63)}], 1, 7)
    told = await app.call("sqlScalar", system=system, statement="select 1")
    assert told == {"rowsAffected": 1, "lastInsertId": 7, "value": -(2**63)}
    assert host.calls == [(EXECUTE, "data", system, "select 1", "[1]")]


async def test_rows_without_a_type_keep_the_digits_of_numbers(app, host):
    row = {"n": None, "x": {"a": [1]}}
    host.answers[EXECUTE] = {**answer(), "resultJson": '[{"big": 12345678901234567890.50}]'}
    assert await app.call("sqlMaps") == '[{"big":12345678901234567890.50}]'
    host.answers[EXECUTE] = answer([row])
    assert json.loads(await app.call("sqlMaps")) == [row]
    host.answers[EXECUTE] = answer([ROW, ROW])
    assert await app.call("sqlPointers") == ["é✨", "é✨"]


@pytest.mark.parametrize(
    ("type", "value", "shown"),
    [
        ("string", '"é"', "string é"),
        ("bool", "true", "bool true"),
        ("int8", "-128", "int8 -128"),
        ("int", "4294967296", "int 4294967296"),
        ("int64", "-9223372036854775808", "int64 -9223372036854775808"),
        ("uint16", "65535", "uint16 65535"),
        ("uint64", "18446744073709551615", "uint64 18446744073709551615"),
        ("float32", "0.1", "float32 0.1"),
        ("float64", "1e300", "float64 1e+300"),
        ("number", "12345678901234567890.50", "json.Number 12345678901234567890.50"),
        ("any", "[1]", "[]interface {} [1]"),
        ("any", "1", "json.Number 1"),
    ],
)
async def test_scalars_of_every_type(app, host, type, value, shown):
    host.answers[EXECUTE] = {**answer(), "resultJson": f'[{{"x": {value}}}]'}
    assert await app.call("sqlScalarAs", typeName=type) == [shown, ""]


CONVERT = "could not convert database result to "


@pytest.mark.parametrize(
    ("type", "value", "error"),
    [
        ("int8", "128", CONVERT + 'int8: strconv.ParseInt: parsing "128": value out of range'),
        ("int", "1.0", CONVERT + 'int: strconv.ParseInt: parsing "1.0": invalid syntax'),
        ("string", "1", CONVERT + "string: unsupported type"),
        ("string", "null", CONVERT + "string: could not convert <nil> to string"),
        ("any", "null", CONVERT + "interface {}: could not convert <nil> to interface {}"),
        ("time", '"2024-01-01"', CONVERT + "time.Time: could not convert string to time.Time"),
    ],
)
async def test_scalars_of_another_type(app, host, type, value, error):
    host.answers[EXECUTE] = {**answer(), "resultJson": f'[{{"x": {value}}}]'}
    assert await app.call("sqlScalarAs", typeName=type) == ["", error]


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        (None, "no result returned from database query"),
        ([], "no result returned from database query"),
        ([{"a": 1}] * 3, "expected a single row from a scalar database query, but received 3"),
        (
            [{"a": 1, "b": 2}],
            "expected a single column from a scalar database query, but received 2",
        ),
    ],
)
async def test_what_is_no_scalar(app, host, rows, error):
    host.answers[EXECUTE] = answer(rows)
    assert await app.error("sqlScalar", system="mysql", statement="x") == error


@pytest.mark.parametrize("function", ["sqlExecute", "sqlQuery", "sqlScalar"])
@pytest.mark.parametrize("system", SYSTEMS)
async def test_errors_of_the_database(app, host, function, system):
    host.answers[EXECUTE] = answer([ROW], 1, error="table é is full")
    error = await app.error(function, system=system, statement="x")
    assert error == "database returned an error: table é is full"
    host.answers[EXECUTE] = None
    error = await app.error(function, system=system, statement="x")
    assert error == "no response received from database query"


@pytest.mark.parametrize("text", ["", "{", '{"id": 1}', '[{"id": "text"}]'])
async def test_rows_that_do_not_fit(app, host, text):
    host.answers[EXECUTE] = {**answer(), "resultJson": text}
    error = await app.error("sqlQuery", system="postgresql", statement="x")
    assert error.startswith("could not JSON deserialize database response: ")


async def test_parameters_of_every_type(app, host):
    host.answers[EXECUTE] = answer()
    await app.call("sqlParameters")
    (_, _, system, _, text), rows, none = host.calls
    assert (system, text[:5]) == ("postgresql", "exec:")
    assert json.loads(text[5:]) == [
        None, True, 'é <&> "✨"', "pointer", None, "named",
        -1, -128, -32768, -(2**31), -(2**63),
        1, 255, 65535, 2**32 - 1, 2**64 - 1,
        0.1, 1e300, 12345678901234567890.5,
        "2024-02-03T04:05:06.789+01:00",
        "AP8=", [1, 2], [], [True, False],
        {"a": 1}, {"name": "i", "sizes": None}, {"name": "p", "sizes": []},
        "(1,2.5)", "(-3,4)", "(5,6)", "(7,8)",
    ]  # fmt: skip
    assert 'é <&> \\"✨\\"' in text  # not escaped for HTML
    assert ",12345678901234567890.5," in text
    assert rows == (EXECUTE, "data", "postgresql", "none", "[]")
    assert none == (EXECUTE, "data", "mysql", "none", "exec:[]")


async def test_parameters_that_are_no_json_do_not_reach_the_host(app, host):
    error = await app.error("sqlBadParameter")
    assert error == "could not JSON serialize query parameters: json: unsupported type: chan int"
    assert host.calls == []
