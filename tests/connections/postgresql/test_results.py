"""What each type of PostgreSQL becomes in JSON, and what its parameters are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

RESULTS = [
    ("null", "null"),
    ("true", "true"),
    ("false", "false"),
    ("1::int2", "1"),
    ("(-2147483648)::int4", "-2147483648"),
    ("9223372036854775807::int8", "9223372036854775807"),
    ("(-9223372036854775808)::int8", "-9223372036854775808"),
    ("4294967295::oid", "4294967295"),
    ("123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"),
    ("1.50::numeric(10,2)", "1.50"),
    ("0.00000000000000000001::numeric", "0.00000000000000000001"),
    ("-0.5::numeric", "-0.5"),
    ("'NaN'::numeric", '"NaN"'),
    ("'Infinity'::numeric", '"Infinity"'),
    ("'-Infinity'::numeric", '"-Infinity"'),
    ("0.1::float4", "0.1"),
    ("0.1::float8", "0.1"),
    ("1e300::float8", "1e+300"),
    ("'NaN'::float8", '"NaN"'),
    ("'Infinity'::float4", '"Infinity"'),
    ("'-Infinity'::float8", '"-Infinity"'),
    ("'a\"b\\c'::text", r'"a\"b\\c"'),
    ("'é日本😀'::text", '"é日本😀"'),
    ("''::text", '""'),
    ("'x'::varchar(5)", '"x"'),
    ("'x'::char(3)", '"x  "'),
    ("'x'::name", '"x"'),
    ("'x'::\"char\"", '"x"'),
    ("'x'", '"x"'),
    (r"'\x00ff10'::bytea", '"AP8Q"'),
    ("''::bytea", '""'),
    ("'{\"b\": [1, null], \"a\": 1.10}'::json", '{"b": [1, null], "a": 1.10}'),
    ("'{\"b\": [1, null], \"a\": 1.10}'::jsonb", '{"a": 1.10, "b": [1, null]}'),
    ("'null'::jsonb", "null"),
    ("'12345678901234567890123'::jsonb", "12345678901234567890123"),
    ("'6f4f5c1e-0000-4000-8000-00000000000a'::uuid", '"6f4f5c1e-0000-4000-8000-00000000000a"'),
    ("'2024-01-02'::date", '"2024-01-02T00:00:00Z"'),
    ("'0001-01-01'::date", '"0001-01-01T00:00:00Z"'),
    ("'infinity'::date", '"infinity"'),
    ("'-infinity'::date", '"-infinity"'),
    ("'0044-03-15 BC'::date", '"0044-03-15 BC"'),
    ("'10000-01-01'::date", '"10000-01-01"'),
    ("'2024-01-02 03:04:05'::timestamp", '"2024-01-02T03:04:05Z"'),
    ("'2024-01-02 03:04:05.120000'::timestamp", '"2024-01-02T03:04:05.12Z"'),
    ("'infinity'::timestamp", '"infinity"'),
    ("'0044-03-15 01:02:03 BC'::timestamp", '"0044-03-15 01:02:03 BC"'),
    ("'10000-01-01 00:00:00'::timestamp", '"10000-01-01 00:00:00"'),
    ("'2024-01-02 03:04:05.000001+02'::timestamptz", '"2024-01-02T01:04:05.000001Z"'),
    ("'-infinity'::timestamptz", '"-infinity"'),
    ("'0044-03-15 01:02:03+00 BC'::timestamptz", '"0044-03-15 01:02:03+00 BC"'),
    ("'03:04:05.5'::time", '"03:04:05.5"'),
    ("'03:04:05+02'::timetz", '"03:04:05+02"'),
    ("'1 year 2 days 03:04:05'::interval", '"1 year 2 days 03:04:05"'),
    ("point(1.5, -2)", '"(1.5,-2)"'),
    ("'((0,0),(1,1))'::box", '"(1,1),(0,0)"'),
    ("'192.168.0.1/24'::inet", '"192.168.0.1/24"'),
    ("'08:00:2b:01:02:03'::macaddr", '"08:00:2b:01:02:03"'),
    ("int4range(1, 5)", '"[1,5)"'),
    ("'{[1,3),[5,7)}'::int4multirange", '"{[1,3),[5,7)}"'),
    ("row(1, 'a b')", '"(1,\\"a b\\")"'),
    ("'1.50'::money", '"$1.50"'),
    ("B'101'", '"101"'),
    ("'<a/>'::xml", '"<a/>"'),
    ("'pg_class'::regclass", '"pg_class"'),
    ("'1 2 3'::int2vector", '"1 2 3"'),
    ("to_tsvector('english', 'cats')", "\"'cat':1\""),
    ("array[1, null, 3]", "[1,null,3]"),
    ("'{}'::int[]", "[]"),
    ("array[[1, 2], [3, 4]]", "[[1,2],[3,4]]"),
    ("'[0:1]={5,6}'::int[]", "[5,6]"),
    ("array['a', 'b\"c', 'd,e', '', 'NULL', null, '{x}', E'f\\\\g']",
     r'["a","b\"c","d,e","","NULL",null,"{x}","f\\g"]'),
    ("array[1.10, 'NaN'::numeric]", '[1.10,"NaN"]'),
    ("array[true, false]", "[true,false]"),
    ("array['2024-01-02'::date]", '["2024-01-02T00:00:00Z"]'),
    ("array['2024-01-02 03:04:05+00'::timestamptz]", '["2024-01-02T03:04:05Z"]'),
    ("array['{\"a\": [1, \"x\"]}'::jsonb, 'null']", '[{"a": [1, "x"]},null]'),
    (r"array['\x00'::bytea]", '["AA=="]'),
    ("array[point(1, 2)]", '["(1,2)"]'),
    ("array['((0,0),(1,1))'::box, '((0,0),(2,2))']", '["(1,1),(0,0)","(2,2),(0,0)"]'),
    ("array[row(1, 'a')]", '["(1,a)"]'),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "json"), RESULTS)
async def test_each_type_has_its_form_in_json(database, expression, json) -> None:
    result = await database.run(f"SELECT {expression} AS x")
    assert result.json.decode() == f'[{{"x":{json}}}]'


PARAMETERS = [
    ("$1::int4 + 1", 41, "42"),
    ("$1::int8", 2**63 - 1, "9223372036854775807"),
    ("$1::numeric", 10**40, "1" + "0" * 40),
    ("$1::numeric", Decimal("1.10"), "1.10"),
    ("$1::float8", Decimal("1E+5"), "100000"),
    ("$1::text", 5, '"5"'),
    ("$1::text", Decimal("1.10"), '"1.10"'),
    ("$1::text", True, '"true"'),
    ("$1::bool", True, "true"),
    ("$1::int4", None, "null"),
    ("$1", "untyped", '"untyped"'),
    ("$1::date", "2024-01-02", '"2024-01-02T00:00:00Z"'),
    ("$1::date", "2024-01-02T00:00:00Z", '"2024-01-02T00:00:00Z"'),
    ("$1::timestamptz", "2024-01-02T03:04:05.5+02:00", '"2024-01-02T01:04:05.5Z"'),
    ("$1::timestamp", "2024-01-02T03:04:05Z", '"2024-01-02T03:04:05Z"'),
    ("$1::interval", "1 day", '"1 day"'),
    ("$1::uuid", "6f4f5c1e00004000800000000000000a", '"6f4f5c1e-0000-4000-8000-00000000000a"'),
    ("$1::point", "(1,2)", '"(1,2)"'),
    ("$1::bytea", r"\x00ff", '"AP8="'),
    ("decode($1, 'base64')", "AP8=", '"AP8="'),
    ("$1::jsonb", '{"a": 1}', '{"a": 1}'),
    ("$1::jsonb", {"a": [1, None, Decimal("1.10")]}, '{"a": [1, null, 1.10]}'),
    ("$1::jsonb", [1, "a"], '[1, "a"]'),
    ("$1::json", [], "[]"),
    ("$1::text", [1, "a"], '"[1,\\"a\\"]"'),
    ("$1::int4[]", [], "[]"),
    ("$1::int4[]", [1, None, 3], "[1,null,3]"),
    ("$1::int4[]", [[1, 2], [3, 4]], "[[1,2],[3,4]]"),
    ("$1::text[]", ["a", 'b"c', "d\\e", "f,g", "", "NULL", None, "{}"],
     r'["a","b\"c","d\\e","f,g","","NULL",null,"{}"]'),
    ("$1::text[]", [1, True, Decimal("1.10")], '["1","true","1.10"]'),
    ("$1::numeric[]", [Decimal("1.10"), 10**30], "[1.10,1" + "0" * 30 + "]"),
    ("$1::bool[]", [True, False], "[true,false]"),
    ("$1::date[]", ["2024-01-02"], '["2024-01-02T00:00:00Z"]'),
    ("$1::jsonb[]", [{"a": 1}, [1, 2], None, 3], '[{"a": 1},[1, 2],null,3]'),
    ("$1::box[]", ["(1,1),(0,0)"], '["(1,1),(0,0)"]'),
    ("2 = any($1)", [1, 2], "true"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "value", "json"), PARAMETERS)
async def test_parameters_are_what_the_statement_needs(database, expression, value, json) -> None:
    result = await database.run(f"SELECT {expression} AS x", value)
    assert result.json.decode() == f'[{{"x":{json}}}]'


async def test_scalars_fit_columns_of_any_type(fresh) -> None:
    await fresh.run("CREATE TABLE t (a text, b int, c numeric, d timestamptz, e varchar, f uuid)")
    values: list[Any] = [7, "8", "9.90", "2024-01-02", Decimal("1.0"), None]
    await fresh.run("INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6)", *values)
    assert (await fresh.run("SELECT * FROM t")).json == (
        b'[{"a":"7","b":8,"c":9.90,"d":"2024-01-02T00:00:00Z","e":"1.0","f":null}]'
    )


async def test_types_of_the_database_itself(fresh) -> None:
    await fresh.run(
        "CREATE TYPE mood AS ENUM ('sad', 'so, so'); CREATE TYPE pair AS (a int, b text);"
        "CREATE DOMAIN doc AS jsonb; CREATE DOMAIN positive AS int CHECK (value > 0);"
        "CREATE DOMAIN numbers AS int[];"
        "CREATE TABLE t (mood mood, moods mood[], pairs pair[], doc doc, docs doc[],"
        "                positives positive[], numbers numbers, price money)"
    )
    values = ["sad", ["sad", "so, so", None], ["(1,x)"], {"a": 1}, [{"b": 2}, [3]], [1], [1, 2], 5]
    await fresh.run("INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", *values)
    expected = (
        b'[{"mood":"sad","moods":["sad","so, so",null],"pairs":["(1,x)"],"doc":{"a": 1},'
        b'"docs":[{"b": 2},[3]],"positives":[1],"numbers":[1,2],"price":"$5.00"}]'
    )
    assert (await fresh.run("SELECT * FROM t")).json == expected
    assert (await fresh.run("SELECT * FROM t")).json == expected


async def test_many_rows_of_types_that_are_yet_unknown(fresh) -> None:
    await fresh.run("CREATE TYPE mood AS ENUM ('sad', 'glad')")
    rows = await fresh.rows("SELECT i, array['sad'::mood] AS m FROM generate_series(1, 100) i")
    assert rows == [{"i": i, "m": ["sad"]} for i in range(1, 101)]


async def test_the_time_zone_and_date_style_of_the_database_make_no_difference(
    postgresql, fresh, connect
) -> None:
    name = await fresh.value("SELECT current_database()")
    postgresql.execute(f"ALTER DATABASE {name} SET TimeZone = 'Asia/Kolkata'")
    postgresql.execute(f"ALTER DATABASE {name} SET DateStyle = 'German, DMY'")
    postgresql.execute(f"ALTER DATABASE {name} SET bytea_output = 'escape'")
    other = connect(postgresql.url_of(name), max_size=1)
    statement = (
        "SELECT $1::timestamptz AS a, '1850-01-01 00:00:00+00'::timestamptz AS b,"
        r" '03.02.2024'::date AS c, '\x00ff'::bytea AS d"
    )
    expected = {
        "a": "2024-01-02T03:04:05.12Z",
        "b": "1850-01-01T00:00:00Z",
        "c": "2024-02-03T00:00:00Z",
        "d": "AP8=",
    }
    for _ in range(2):
        assert await other.rows(statement, "2024-01-02T03:04:05.12Z") == [expected]
        # It is so also after the session was cleared.
        await other.run("SET DateStyle = 'SQL, DMY'")
        await other.settled()


async def test_the_last_of_columns_with_one_name_is_taken(database) -> None:
    assert (await database.run("SELECT 1 AS a, 2 AS b, 3 AS a")).json == b'[{"a":3,"b":2}]'


async def test_rows_without_columns_and_results_without_rows(database) -> None:
    assert (await database.run("SELECT")).json == b"[{}]"
    assert (await database.run("SELECT 1 WHERE false")).json == b"[]"
    assert (await database.run("")).json == b"[]"
    assert (await database.run("SELECT 1", rows=False)).json is None


async def test_names_of_columns_may_have_any_characters(database) -> None:
    assert await database.rows('SELECT 1 AS "a\\b""é"') == [{'a\\b"é': 1}]


@pytest.mark.parametrize("count", [1, 15, 16, 17, 32, 1000])
async def test_rows_affected_are_those_of_the_command(fresh, count) -> None:
    await fresh.run("CREATE TABLE t (a int)")
    series = "generate_series(1, $1::int)"
    inserted = await fresh.run(f"INSERT INTO t SELECT * FROM {series}", count, rows=False)
    assert inserted == (None, count, 0)
    selected = await fresh.run("SELECT a FROM t ORDER BY a")
    assert selected.rows_affected == count
    assert [row["a"] for row in await fresh.rows("SELECT a FROM t")] == list(range(1, count + 1))
    updated = await fresh.run("UPDATE t SET a = a + 1 RETURNING a")
    assert updated.rows_affected == count
    assert (await fresh.run("DELETE FROM t")).rows_affected == count
    assert (await fresh.run("SELECT a FROM t")).rows_affected == 0


async def test_of_several_results_the_last_with_rows_is_taken(database) -> None:
    result = await database.run(
        "SELECT 1 AS a; SELECT generate_series(1, 40) AS b; CREATE TEMP TABLE t (x int)"
    )
    assert result.rows_affected == 40
    assert result.json.startswith(b'[{"b":1},{"b":2},')
    result = await database.run("SELECT generate_series(1, 40) AS b; SELECT 1 AS a WHERE false")
    assert result == (b"[]", 0, 0)


async def test_text_that_is_not_utf_8_is_an_error(database) -> None:
    from atoll.connections import ConnectionFailed

    with pytest.raises(ConnectionFailed, match="not UTF-8") as caught:
        await database.run("SET client_encoding = 'LATIN1'; SELECT U&'\\00e9'")
    assert caught.value.code == "STATEMENT_FAILED"
    assert await database.value("SELECT U&'\\00e9'") == "é"
