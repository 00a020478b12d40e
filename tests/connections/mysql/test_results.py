"""Every type of column, as it is given and taken."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest
from asyncmy.connection import Connection
from asyncmy.errors import MySQLError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.connections.mysql.parameters import Mode, fill

ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


@pytest.mark.parametrize(
    ("column", "written", "expected"),
    [
        ("TINYINT(1)", "1", "1"),
        ("TINYINT UNSIGNED", "255", "255"),
        ("SMALLINT", "-32768", "-32768"),
        ("MEDIUMINT", "8388607", "8388607"),
        ("INT(8) ZEROFILL", "42", "42"),
        ("BIGINT", "-9223372036854775808", "-9223372036854775808"),
        ("BIGINT UNSIGNED", "18446744073709551615", "18446744073709551615"),
        ("DECIMAL(10,2)", "1.5", "1.50"),
        ("DECIMAL(10,2)", "-0.5", "-0.50"),
        ("DECIMAL(10,3) ZEROFILL", "0.5", "0.500"),
        ("DECIMAL(5,0) ZEROFILL", "0", "0"),
        ("DECIMAL(5,0) ZEROFILL", "12", "12"),
        ("DECIMAL(65,30)", "12345678901234567890123456789012345.123456789012345678901234567891",
         "12345678901234567890123456789012345.123456789012345678901234567891"),
        ("FLOAT", "0.1", "0.1"),
        ("DOUBLE", "0.1", "0.1"),
        ("DOUBLE", "1.7976931348623157e308", "1.7976931348623157e308"),
        ("DOUBLE", "-5e-324", "-5e-324"),
        ("DATE", "'2024-02-29'", '"2024-02-29"'),
        ("DATE", "'0000-00-00'", '"0000-00-00"'),
        ("DATETIME", "'2024-01-02 03:04:05'", '"2024-01-02T03:04:05"'),
        ("DATETIME(6)", "'9999-12-31 23:59:59.999999'", '"9999-12-31T23:59:59.999999"'),
        ("DATETIME(3)", "'2024-01-02 03:04:05'", '"2024-01-02T03:04:05.000"'),
        ("DATETIME", "'0000-00-00 00:00:00'", '"0000-00-00 00:00:00"'),
        ("TIMESTAMP NULL", "'2024-01-02 03:04:05'", '"2024-01-02T03:04:05Z"'),
        ("TIMESTAMP(6) NULL", "'2024-01-02 03:04:05.5'", '"2024-01-02T03:04:05.500000Z"'),
        ("TIMESTAMP NULL", "'0000-00-00 00:00:00'", '"0000-00-00 00:00:00"'),
        ("TIME", "'-838:59:59'", '"-838:59:59"'),
        ("TIME(3)", "'01:02:03.5'", '"01:02:03.500"'),
        ("YEAR", "2024", "2024"),
        ("YEAR", "0", "0"),
        ("BIT(1)", "b'1'", "1"),
        ("BIT(64)", "b'" + "1" * 64 + "'", "18446744073709551615"),
        ("BOOLEAN", "TRUE", "1"),
        ("CHAR(3)", "'a'", '"a"'),
        ("VARCHAR(20)", "'Zoë \U0001f600'", '"Zoë \U0001f600"'),
        ("VARCHAR(20) CHARACTER SET latin1", "'Zoë'", '"Zoë"'),
        ("TEXT", "'a\\nb\"'", '"a\\nb\\""'),
        ("LONGTEXT", "''", '""'),
        ("BINARY(3)", "x'0041'", '"AEEA"'),
        ("VARBINARY(5)", "x'ff'", '"/w=="'),
        ("BLOB", "'abc'", '"YWJj"'),
        ("LONGBLOB", "''", '""'),
        ("ENUM('a','b')", "'b'", '"b"'),
        ("SET('a','b')", "'a,b'", '"a,b"'),
        ("JSON", "'{\"a\": 1}'", '"{\\"a\\": 1}"'),
        ("POINT", "ST_GeomFromText('POINT(1 2.5)', 4326)", '"POINT (1 2.5)"'),
        ("GEOMETRY", "ST_GeomFromText('LINESTRING(0 0,1 1)')", '"LINESTRING (0 0, 1 1)"'),
        ("UUID", "'123e4567-e89b-12d3-a456-426655440000'",
         '"123e4567-e89b-12d3-a456-426655440000"'),
        ("INET6", "'::1'", '"::1"'),
        ("INT", "NULL", "null"),
        ("BLOB", "NULL", "null"),
        ("POINT", "NULL", "null"),
    ],
)  # fmt: skip
async def test_columns_are_json(fresh: Any, column: str, written: str, expected: str) -> None:
    await fresh.execute(f"CREATE TABLE t (a {column})")
    await fresh.execute(f"INSERT IGNORE INTO t VALUES ({written})")
    result = await fresh.query("SELECT a FROM t")
    assert result == (f'[{{"a":{expected}}}]'.encode(), 1, 0)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1", 1),
        ("1.50", Decimal("1.50")),
        ("1e1", 10.0),
        ("NULL", None),
        ("'x'", "x"),
        ("x'41'", "QQ=="),
        ("NOW() > '2020-01-01'", 1),
        ("TIMESTAMP'2024-01-02 03:04:05'", "2024-01-02T03:04:05"),
        ("FROM_UNIXTIME(0)", "1970-01-01T00:00:00"),
        ("DATE_FORMAT('2024-01-02', '%d.%m.')", "02.01."),
        ("CONCAT(1, 'a')", "1a"),
        ("GROUP_CONCAT('a')", "a"),
        ("CAST('a' AS BINARY)", "YQ=="),
        ("CAST(5 AS CHAR)", "5"),
        ("JSON_OBJECT('a', 1)", '{"a": 1}'),
        ("SUM(2)", Decimal(2)),
        ("COUNT(*)", 1),
        ("MD5('')", "d41d8cd98f00b204e9800998ecf8427e"),
        ("@@session.time_zone", "+00:00"),
        ("@@character_set_client", "utf8mb4"),
    ],
)
async def test_expressions_are_json(fresh: Any, expression: str, expected: Any) -> None:
    result = await fresh.query(f"SELECT {expression} AS a")
    [row] = json.loads(result.json, parse_float=lambda text: Decimal(text))
    assert row["a"] == expected


async def test_of_columns_with_the_same_name_the_last_is_given(fresh: Any) -> None:
    assert await fresh.rows("SELECT 1 AS a, 2 AS b, 3 AS a") == [{"a": 3, "b": 2}]


async def test_columns_may_have_any_name(fresh: Any) -> None:
    assert await fresh.rows('SELECT 1 AS `Zoë "x"\\`, 2 AS `?`') == [{'Zoë "x"\\': 1, "?": 2}]


async def test_no_rows_are_an_empty_list(fresh: Any) -> None:
    assert await fresh.query("SELECT 1 FROM DUAL WHERE 1 = 0") == (b"[]", 0, 0)
    await fresh.execute("CREATE TABLE t (a int)")
    assert await fresh.query("INSERT INTO t VALUES (1)") == (b"[]", 0, 0)


async def test_system_statements_have_rows_of_text(fresh: Any) -> None:
    await fresh.execute("CREATE TABLE t (a int)")
    [row] = await fresh.rows("SHOW CREATE TABLE t")
    assert row["Create Table"].startswith("CREATE TABLE `t`")
    assert (await fresh.rows("DESCRIBE t"))[0]["Type"] == "int(11)"


@pytest.mark.parametrize("size", [1, 250, 251, 70_000, (1 << 24) - 2, 1 << 24, 20_000_000])
async def test_values_may_be_as_long_as_packets_and_longer(
    connect: Any, mariadb: Any, size: int
) -> None:
    database = connect(mariadb.url, max_bytes=40 << 20)
    await database.execute("SET GLOBAL max_allowed_packet = 64 * 1024 * 1024")
    await database.client.close()
    database = connect(mariadb.url, max_bytes=40 << 20)
    result = await database.query("SELECT REPEAT('x', ?) AS a, 1 AS b", size)
    assert result.json == b'[{"a":"' + b"x" * size + b'","b":1}]'
    assert await database.value("SELECT LENGTH(?)", "y" * size) == size


async def test_many_rows_arrive_in_order(fresh: Any) -> None:
    rows = await fresh.rows("SELECT seq AS a, NULL AS b FROM seq_1_to_20000")
    assert rows == [{"a": number, "b": None} for number in range(1, 20_001)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, 1),
        (False, 0),
        (None, None),
        (2**63, 2**63),
        (-(2**63), -(2**63)),
        (Decimal("12345678901234567890.123456789"), Decimal("12345678901234567890.123456789")),
        (Decimal("-0.10"), Decimal("-0.10")),
        ([1, "ä", None, True], '[1,"ä",null,true]'),
        ({"a": {"b": [Decimal("1.10")]}}, '{"a":{"b":[1.10]}}'),
    ],
)
async def test_parameters_keep_their_values(fresh: Any, value: Any, expected: Any) -> None:
    result = await fresh.query("SELECT ? AS a", value)
    [row] = json.loads(result.json, parse_float=lambda text: Decimal(text))
    assert row["a"] == expected


@pytest.mark.parametrize("mode", ["", "NO_BACKSLASH_ESCAPES", "ANSI", "ANSI,NO_BACKSLASH_ESCAPES"])
async def test_any_text_comes_back_as_it_was(connect: Any, mariadb: Any, mode: str) -> None:
    url = f"{mariadb.url}?sql_mode=%27{mode}%27"
    database = connect(url)
    await database.execute("CREATE OR REPLACE TABLE texts (a LONGTEXT, b LONGTEXT)")
    assert mode in await database.value("SELECT @@sql_mode") or mode.startswith("ANSI")
    texts = st.lists(
        st.sampled_from(["'", '"', "\\", "\0", "`", "?", "--", "/*", "*/", "\n", "\x1a", "%", ";"])
        | ANY_TEXT,
        max_size=8,
    ).map("".join)

    async def check(values: tuple[str, str]) -> None:
        first, second = values
        [row] = await database.rows(
            "SELECT ? AS a, '?' AS x, /* ? */ ? AS b -- ?\n, `c?`FROM(SELECT 1 AS `c?`)AS t",
            first,
            second,
        )
        assert row == {"a": first, "x": "?", "b": second, "c?": 1}
        await database.execute("INSERT INTO texts VALUES (?,?)", first, second)
        [row] = await database.rows("SELECT a, b FROM texts WHERE a = BINARY ?", first)
        assert row == {"a": first, "b": second}
        assert (await database.execute("DELETE FROM texts")).rows_affected == 1

    await _each(check, st.tuples(texts, texts))


async def _each(check: Any, strategy: st.SearchStrategy[Any]) -> None:
    """Run an asynchronous check for many values, on this loop."""
    loop = asyncio.get_running_loop()

    @settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def run(value: Any) -> None:
        asyncio.run_coroutine_threadsafe(check(value), loop).result(30)

    await asyncio.to_thread(run)


@pytest.mark.parametrize("mode", ["", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES"])
async def test_placeholders_are_those_that_the_server_finds(
    connect: Any, mariadb: Any, mode: str
) -> None:
    server = Connection(
        host=mariadb.host, port=mariadb.port, user=mariadb.user, password=mariadb.password
    )
    await server.connect()
    await server.query(f"SET NAMES utf8mb4, sql_mode = '{mode}'")
    pieces = st.sampled_from(
        ["?", "'?'", "'a''?'", "'\\\\?'", '"?"', '"a\\"', "`?`", "/* ? */", "-- ?\n", "# ?\n",
         "--?", "'", '"', "\\", "\\'", ",", "1", " ", "\n", "/*", "*/", "AS a", "\u00a0"]
    )  # fmt: skip
    counts = []

    async def check(parts: list[str]) -> None:
        statement = "SELECT 1 " + "".join(parts)
        try:
            prepared = await server.prepare(statement)
        except MySQLError:
            return
        await prepared.close()
        counts.append(prepared.parameter_count)
        assert len(fill(statement, [7] * counts[-1], Mode.of(mode)).literals) == counts[-1]

    whole = st.sampled_from([",?", ",'?'", ",/*?*/?", ',"?"', ",1 -- ?\n", ",1 # ?\n", ",2--?"])
    some = st.lists(pieces, max_size=12) | st.lists(whole, min_size=2, max_size=8)
    await _each(check, some)
    server.close()
    assert any(counts)
