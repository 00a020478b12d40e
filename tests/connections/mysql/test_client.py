"""Statements, each a transaction of its own, over sessions that keep nothing of them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from atoll.connections import ConnectionFailed

SECRET = "p4ss-word"
AT = "2024-01-02T03:04:05.123Z"
LATER = "2024-01-02T03:04:05.123+02:00"


async def failure(run: Any) -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        await run
    assert "connection [db]" in caught.value.message
    assert SECRET not in caught.value.message + (caught.value.hint or "")
    return caught.value


async def test_a_statement_is_committed(fresh: Any, mariadb: Any) -> None:
    await fresh.execute("CREATE TABLE t (a int)")
    assert await fresh.execute("INSERT INTO t VALUES (?)", 42) == (None, 1, 0)
    name = await fresh.value("SELECT database()")
    assert mariadb.execute("SELECT a FROM t", database=name) == "42"


async def test_a_statement_that_fails_leaves_nothing(fresh: Any) -> None:
    await fresh.execute("CREATE TABLE t (a int unique)")
    error = await failure(fresh.execute("INSERT INTO t VALUES (1), (2), (1)"))
    assert error.code == "STATEMENT_FAILED"
    assert error.details == {"code": "1062", "sqlState": "23000"}
    assert await fresh.rows("SELECT * FROM t") == []


async def test_rows_affected_are_those_found_and_the_id_is_the_first_new_one(fresh: Any) -> None:
    await fresh.execute("CREATE TABLE t (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, a int)")
    assert await fresh.execute("INSERT INTO t (a) VALUES (1), (2)") == (None, 2, 1)
    assert await fresh.execute("UPDATE t SET a = 1") == (None, 2, 0)
    assert await fresh.execute("UPDATE t SET a = 1") == (None, 2, 0)
    assert await fresh.execute("ALTER TABLE t AUTO_INCREMENT = 18446744073709551614")
    result = await fresh.execute("INSERT INTO t (a) VALUES (3)")
    assert result.last_insert_id == 2**64 - 2
    assert await fresh.execute("SELECT * FROM t") == (None, 0, 0)
    assert await fresh.query("SELECT * FROM t WHERE a = 1") == (
        b'[{"id":1,"a":1},{"id":2,"a":1}]', 2, 0,
    )  # fmt: skip
    result = await fresh.query("INSERT INTO t (id, a) VALUES (9, 8) RETURNING a")
    assert result == (b'[{"a":8}]', 1, 0)


async def test_rows_affected_may_be_those_changed(connect: Any, mariadb: Any) -> None:
    url = mariadb.url_of(await asyncio.to_thread(mariadb.new_database))
    database = connect(url + "?clientFoundRows=false")
    await database.execute("CREATE TABLE t (a int)")
    await database.execute("INSERT INTO t VALUES (1), (2)")
    assert await database.execute("UPDATE t SET a = 2") == (None, 1, 0)


@pytest.mark.parametrize(
    ("statement", "question", "answer"),
    [
        ("SET @x = 1", "SELECT @x", None),
        ("SELECT @x := 1", "SELECT @x", None),
        ("SET SESSION sql_mode = 'ANSI_QUOTES'", 'SELECT "a" AS b', "a"),
        ("SET sql_mode = 'NO_BACKSLASH_ESCAPES'", "SELECT '\\''", "'"),
        ("SET time_zone = '+05:00'", "SELECT @@time_zone", "+00:00"),
        ("SET NAMES latin1", "SELECT 'Zoë'", "Zoë"),
        ("SET autocommit = 0", "SELECT @@autocommit", 1),
        ("USE mysql", "SELECT database() = 'mysql'", 0),
        ("SELECT GET_LOCK(CONCAT('a', DATABASE()), 0)",
         "SELECT IS_USED_LOCK(CONCAT('a', DATABASE()))", None),
        ("CREATE TEMPORARY TABLE t2 (a int)",
         "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 't2'", 0),
        ("INSERT INTO t VALUES ()", "SELECT LAST_INSERT_ID()", 0),
        ("LOCK TABLES t READ", "SELECT COUNT(*) FROM u", 0),
        ("PREPARE p FROM 'SELECT 1'",
         "SELECT COUNT(*) FROM information_schema.session_status "
         "WHERE variable_name = 'prepared_stmt_count' AND variable_value > '0'", 0),
    ],
)  # fmt: skip
async def test_nothing_of_a_statement_reaches_the_next(
    fresh: Any, statement: str, question: str, answer: Any
) -> None:
    await fresh.execute("CREATE TABLE t (a int PRIMARY KEY AUTO_INCREMENT)")
    await fresh.execute("CREATE TABLE u (a int)")
    before = await fresh.value("SELECT CONNECTION_ID()")
    await fresh.execute(statement)
    assert await fresh.value(question) == answer
    # The session has been cleared, not replaced.
    assert await fresh.value("SELECT CONNECTION_ID()") == before


async def test_what_a_failing_statement_leaves_does_not_reach_the_next(fresh: Any) -> None:
    await failure(fresh.query("SELECT @x := 1, (SELECT 1 UNION SELECT 2)"))
    assert await fresh.value("SELECT @x") is None


async def test_a_transaction_left_open_is_rolled_back(fresh: Any) -> None:
    await fresh.execute("CREATE TABLE t (a int)")
    await fresh.execute("START TRANSACTION")
    await fresh.execute("INSERT INTO t VALUES (1)")
    await fresh.execute("ROLLBACK")
    assert await fresh.value("SELECT COUNT(*) FROM t") == 1


async def test_without_a_database_a_session_that_used_one_is_replaced(
    connect: Any, mariadb: Any
) -> None:
    database = connect(mariadb.url_of(""), max_size=1)
    await database.execute("USE mysql")
    assert await database.value("SELECT DATABASE()") is None


async def test_procedures_give_their_first_rows(fresh: Any) -> None:
    await fresh.execute("CREATE TABLE t (a int)")
    await fresh.execute(
        "CREATE PROCEDURE p(x int) BEGIN INSERT INTO t VALUES (x); SELECT a FROM t; SELECT 5; END"
    )
    assert await fresh.query("CALL p(?)", 7) == (b'[{"a":7}]', 1, 0)
    await fresh.execute("CALL p(8)")
    assert await fresh.rows("SELECT a FROM t") == [{"a": 7}, {"a": 8}]


async def test_several_statements_are_refused(fresh: Any) -> None:
    await fresh.execute("CREATE TABLE t (a int)")
    error = await failure(fresh.execute("INSERT INTO t VALUES (1); DROP TABLE t"))
    assert error.details == {"code": "1064", "sqlState": "42000"}
    assert await fresh.value("SELECT COUNT(*) FROM t") == 0


async def test_several_statements_are_one_transaction_where_they_are_allowed(
    connect: Any, mariadb: Any
) -> None:
    url = mariadb.url_of(await asyncio.to_thread(mariadb.new_database))
    database = connect(url + "?multiStatements=true", max_size=1)
    await database.execute("CREATE TABLE t (a int unique)")
    await failure(database.execute("INSERT INTO t VALUES (1); INSERT INTO t VALUES (1)"))
    assert await database.value("SELECT COUNT(*) FROM t") == 0
    result = await database.query("INSERT INTO t VALUES (?); SELECT a FROM t; SET @x = 1", 3)
    assert result.json == b'[{"a":3}]'
    assert await database.value("SELECT COUNT(*) + COALESCE(@x, 0) FROM t") == 1


async def test_dates_with_offsets_are_taken_by_date_columns_and_by_text_columns(
    fresh: Any,
) -> None:
    await fresh.execute(
        "CREATE TABLE t (a DATETIME(3), b TIMESTAMP(3) NULL, c VARCHAR(40), d DATE, e VARCHAR(40))"
    )
    for _ in range(2):
        result = await fresh.execute(
            "INSERT INTO t VALUES (?, ?, ?, ?, ?)", LATER, AT, LATER, AT, "x"
        )
        assert result == (None, 1, 0)
    found = {"a": "2024-01-02T01:04:05.123", "b": AT, "c": LATER, "d": "2024-01-02", "e": "x"}
    assert await fresh.rows("SELECT * FROM t") == [found, found]
    for column, value in (("a", LATER), ("b", AT), ("c", LATER)):
        query = f"SELECT COUNT(*) FROM t WHERE {column} = ? AND c = ?"
        assert await fresh.value(query, value, LATER) == 2
    change = "UPDATE t SET c = ?, e = ? WHERE a = ?"
    assert await fresh.execute(change, AT, LATER, LATER) == (None, 2, 0)
    assert (await fresh.rows("SELECT c, e FROM t LIMIT 1")) == [{"c": AT, "e": LATER}]


async def test_without_strict_mode_dates_with_offsets_are_right_too(
    connect: Any, mariadb: Any
) -> None:
    url = mariadb.url_of(await asyncio.to_thread(mariadb.new_database))
    database = connect(url + "?sql_mode=''")
    await database.execute("CREATE TABLE t (a DATETIME, b TIMESTAMP(3) NULL)")
    await database.execute("INSERT INTO t VALUES (?, ?)", LATER, AT)
    assert await database.rows("SELECT * FROM t") == [{"a": "2024-01-02T01:04:05", "b": AT}]
    assert await database.value("SELECT COUNT(*) FROM t WHERE b = ?", AT) == 1
    await database.execute("DELETE FROM t WHERE b = ?", AT)
    assert await database.rows("SELECT * FROM t") == []


async def test_a_text_that_is_no_date_is_refused_as_it_is(fresh: Any) -> None:
    await fresh.execute("CREATE TABLE t (a DATETIME)")
    for value in ("2024-02-30T00:00:00Z", "soon"):
        error = await failure(fresh.execute("INSERT INTO t VALUES (?)", value))
        assert error.details == {"code": "1292", "sqlState": "22007"}


async def test_json_columns_take_lists_and_objects(fresh: Any) -> None:
    await fresh.execute("CREATE TABLE t (a JSON)")
    await fresh.execute("INSERT INTO t VALUES (?), (?)", {"k": [1, "ä'\\"]}, [None])
    rows = await fresh.rows("SELECT JSON_VALUE(a, '$.k[1]') AS a FROM t")
    assert rows == [{"a": "ä'\\"}, {"a": None}]


@pytest.mark.parametrize(
    ("statement", "parameters", "code", "state", "said"),
    [
        ("SELEC ?", ("hidden",), "1064", "42000", "near 'SELEC ?' at line 1"),
        (
            "SELECT ?, FROM t WHERE a = ?",
            ("hidden", "hidden"),
            "1064",
            "42000",
            "near 'FROM t WHERE a = ?'",
        ),
        ("SELECT 1 + (? 5", ("hidden hidden",), "1064", "42000", "line 1"),
        ("SELECT * FROM missing", (), "1146", "42S02", "missing"),
        ("SELECT missing", (), "1054", "42S22", "missing"),
        ("SELECT (SELECT 1 UNION SELECT 2)", (), "1242", "21000", "more than 1 row"),
        ("", (), "1065", "42000", "empty"),
    ],
)
async def test_says_why_a_statement_was_refused(
    fresh: Any, statement: str, parameters: Any, code: str, state: str, said: str
) -> None:
    error = await failure(fresh.query(statement, *parameters))
    assert error.code == "STATEMENT_FAILED"
    assert error.details == {"code": code, "sqlState": state}
    assert said in error.message
    assert "hidden" not in error.message


async def test_an_error_in_the_middle_of_a_result_is_told(fresh: Any) -> None:
    await fresh.execute("CREATE FUNCTION f(x int) RETURNS int DETERMINISTIC "
                        "RETURN IF(x < 15000, x, (SELECT 1 UNION SELECT 2))")  # fmt: skip
    error = await failure(fresh.query("SELECT f(seq) FROM seq_1_to_20000"))
    assert error.details == {"code": "1242", "sqlState": "21000"}
    assert await fresh.value("SELECT 1") == 1


@pytest.mark.parametrize("parameters", [(), (1, 2)])
async def test_parameters_must_be_as_many_as_placeholders(fresh: Any, parameters: Any) -> None:
    before = await fresh.value("SELECT CONNECTION_ID()")
    error = await failure(fresh.query("SELECT '?', ?", *parameters))
    assert error.code == "INVALID_PARAMETERS"
    assert f"needs 1 parameter, not {len(parameters)}" in error.message
    assert await fresh.value("SELECT CONNECTION_ID()") == before


async def test_a_statement_longer_than_the_server_takes_is_not_sent(fresh: Any) -> None:
    before = await fresh.value("SELECT CONNECTION_ID()")
    longest = await fresh.value("SELECT @@max_allowed_packet")
    error = await failure(fresh.query("SELECT LENGTH(?)", "x" * longest))
    assert error.details == {"code": "1153", "sqlState": "08S01"}
    assert await fresh.value("SELECT CONNECTION_ID()") == before
    almost = longest - len("SELECT LENGTH( '' )") - 2
    assert await fresh.value("SELECT LENGTH(?)", "x" * almost) == almost


@pytest.mark.parametrize(
    "statement",
    ["SELECT REPEAT('x', 5000)", "SELECT seq FROM seq_1_to_1000000", "SELECT REPEAT('x', 9000000)"],
)
async def test_results_must_not_be_too_large(
    connect: Any, mariadb: Any, processes: Any, statement: str
) -> None:
    database = connect(mariadb.url, max_bytes=4096, max_size=1)
    error = await failure(database.query(statement))
    assert error.code == "RESULT_TOO_LARGE"
    assert "4096 bytes" in error.message
    assert await database.value("SELECT 1") == 1
    assert (await database.execute(statement)).json is None


async def test_a_result_may_be_as_large_as_allowed(connect: Any, mariadb: Any) -> None:
    result = b'[{"a":"' + b"x" * 5000 + b'"}]'
    database = connect(mariadb.url, max_bytes=len(result))
    assert (await database.query("SELECT REPEAT('x', 5000) AS a")).json == result
    error = await failure(database.query("SELECT REPEAT('x', 5001) AS a"))
    assert error.code == "RESULT_TOO_LARGE"


async def test_usage_tells_of_the_pool(fresh: Any) -> None:
    assert fresh.client.usage() == (0, 0, 0)
    await fresh.value("SELECT 1")
    assert fresh.client.usage() == (1, 1, 0)
    tasks = [asyncio.create_task(fresh.query("SELECT SLEEP(0.2)")) for _ in range(3)]
    await asyncio.sleep(0.1)
    assert fresh.client.usage() == (1, 0, 2)
    await asyncio.gather(*tasks)
    assert fresh.client.usage() == (1, 1, 0)


async def test_a_thousand_calls_go_through_twenty_sessions(connect: Any, mariadb: Any) -> None:
    database = connect(mariadb.url, max_size=20)
    done: list[int] = []

    async def call(number: int) -> int:
        found = await database.value("SELECT ? AS a FROM (SELECT SLEEP(0.001)) AS s", number)
        done.append(number)
        return int(found)

    found = await asyncio.gather(*(call(number) for number in range(1000)))
    assert found == list(range(1000))
    assert database.client.usage() == (20, 20, 0)
    # Who came first was served first, up to what runs at the same time.
    assert max(abs(place - number) for place, number in enumerate(done)) < 200


async def test_sessions_are_used_again(fresh: Any) -> None:
    numbers = {await fresh.value("SELECT CONNECTION_ID()") for _ in range(5)}
    assert len(numbers) == 1


async def test_old_sessions_are_replaced(connect: Any, mariadb: Any) -> None:
    database = connect(mariadb.url, max_size=1, lifetime_seconds=0.0)
    numbers = {await database.value("SELECT CONNECTION_ID()") for _ in range(3)}
    assert len(numbers) == 3


async def test_collation_and_variables_are_those_of_the_address(connect: Any, mariadb: Any) -> None:
    database = connect(
        f"{mariadb.url}?collation=utf8mb4_unicode_ci&max_statement_time=17&time_zone='SYSTEM'",
        max_size=1,
    )
    question = "SELECT @@collation_connection AS a, @@max_statement_time AS b, @@time_zone AS c"
    expected = [{"a": "utf8mb4_unicode_ci", "b": 17.0, "c": "+00:00"}]
    assert await database.rows(question) == expected
    await database.execute("SET max_statement_time = 3")
    assert await database.rows(question) == expected


async def test_rows_are_json_objects_in_utf8(fresh: Any) -> None:
    result = await fresh.query("SELECT 'Zoë' AS `né`, 1 AS b")
    assert result.json.decode() == '[{"né":"Zoë","b":1}]'
    assert json.loads(result.json) == [{"né": "Zoë", "b": 1}]
