from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.connections.postgresql.leftovers import leaves_nothing


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        "select * from orders where id = $1 and total > (price * (1 - $2))",
        "(select 1) union all (select count(*) from t)",
        'insert into "Order" ("id", a) values ($1, coalesce($2, 3)) returning id',
        "insert into shop.orders (a) select b from c on conflict (a) do update set b = (1)",
        "with x as (select 1), y as materialized (select 2) select * from x",
        "with recursive x(n) as (values (1) union select n + 1 from x) select * from x as y(m)",
        "update t set a = 'set_config(' where b = any($1::int[]) -- set_config(",
        "select $$ set_config('a') $$, $tag$ ( $tag$, E'\\'set_config(', 'it''s set_config('",
        "/* set_config( */ select pg_catalog.lower(a)::numeric(10, 2) from t",
        "delete from t where a in (1) and exists (select 1); select 2",
        "select row_number() over (partition by a) from t",
        "",
    ],
)
def test_plain_statements_leave_nothing(statement: str) -> None:
    assert leaves_nothing(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "select set_config('a.b', 'c', false)",
        "select SET_CONFIG ('a.b', 'c', false)",
        "select set_config/* */('a.b', 'c', false)",
        "select set_config --\n ('a.b', 'c', false)",
        "select pg_catalog.set_config('a.b', 'c', false)",
        "select \"set_config\"('a.b', 'c', false)",
        "select U&\"set\\005fconfig\"('a.b', 'c', false)",
        "select 'it''s' || set_config('a.b', 'c', false)",
        "select pg_advisory_lock(1)",
        "select mine.lower(a) from t",
        "select * from my_function()",
        "with x as (select my_function()) select 1",
        "select 1 into temp t",
        "create temporary table t (a int)",
        "insert into pg_temp_3.t values (1)",
        'insert into "pg_temp".t values (1)',
        "set search_path = x",
        "begin",
        "select 1; listen x",
        "do $$ begin end $$",
        "prepare x as select 1",
        "declare x cursor with hold for select 1",
        "explain analyze select 1",
        "call mine()",
        "select /* /* */ ' */ set_config('a.b', 'c', false) -- '",
        "select 1 --\r, set_config('a.b', 'c', false)",
        "select E''\n'\\', ', set_config('a.b', 'c', false) --'",
        "select e'' -- more\n'\\', ', set_config('a.b', 'c', false) --'",
        "select $\u00a0$ ' $\u00a0$, set_config('a.b', 'c', false) --'",
        'select 1 as a into U&"pg\\005ftemp".t',
        "select " + "1," * 4000 + "1",
    ],
)
def test_others_may_leave_something(statement: str) -> None:
    assert not leaves_nothing(statement)


@given(statement=st.text(alphabet=st.sampled_from("aeE'\"$-/*();., \n\\_1"), max_size=60))
def test_any_text_is_judged(statement: str) -> None:
    assert leaves_nothing(statement) in (True, False)
