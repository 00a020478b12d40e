"""Statements that could leave something in their session are told from those that could not."""

from __future__ import annotations

import pytest

from atoll.connections.mysql.leftovers import effect
from atoll.connections.mysql.parameters import Mode

PLAIN = Mode()


@pytest.mark.parametrize(
    "statement",
    [
        "select 1",
        " SELECT a, count(*) FROM t WHERE b IN (?, ?) GROUP BY a;",
        "(select 1) union (select 2)",
        "insert into t (a, b) values (?, ?) on duplicate key update a = values(a)",
        "INSERT INTO db.`t` (a) VALUES ('@x; set')",
        "replace t(a) values (1)",
        "update t set a = upper(b), c = now() where d = ?",
        "delete from t where a between 1 and 2",
        "with a as (select 1) select * from a",
        "select json_object('a', 1) /* @x */ -- f(x)",
        "show tables",
        "explain select 1",
    ],
)
def test_plain_statements_leave_nothing(statement: str) -> None:
    assert effect(statement, PLAIN).leaves_nothing


@pytest.mark.parametrize(
    "statement",
    [
        "set @x = 1",
        "select @x := 1",
        "select 1 into @x",
        "select get_lock('a', 0)",
        "select `get_lock`('a', 0)",
        "select f (1)",
        "select db.f(1)",
        "select db.upper(1)",
        "start transaction",
        "lock tables t read",
        "use other",
        "create temporary table t (a int)",
        "prepare s from 'select 1'",
        "call p()",
        "do f()",
        "handler t open",
        "select 1; set @x = 1",
        "select 1 /*! into @x */",
        "select /*M! get_lock('a', 0) */ 1",
        "select " + "1, " * 5000 + "1",
        "select last_insert_id(5)",
    ],
)
def test_others_may_leave_something(statement: str) -> None:
    assert not effect(statement, PLAIN).leaves_nothing


def test_quotes_are_for_the_mode() -> None:
    statement = """select "a\\" , f(1) , "b" """
    assert effect(statement, PLAIN).leaves_nothing
    assert not effect(statement, Mode.of("ANSI_QUOTES")).leaves_nothing


@pytest.mark.parametrize(
    "statement", ["select last_insert_id()", "SHOW WARNINGS", "select @@identity"]
)
def test_some_look_back(statement: str) -> None:
    assert effect(statement, PLAIN).looks_back
    assert not effect("select 'last_insert_id'", PLAIN).looks_back


def test_reading_statements_change_nothing() -> None:
    assert effect("select 1 from t", PLAIN).reads
    assert not effect("with a as (select 1) delete from t", PLAIN).reads
    assert not effect("select 1; select 2", PLAIN).reads
    assert not effect("insert into t values (1)", PLAIN).reads
