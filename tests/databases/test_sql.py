"""PostgreSQL and MariaDB from functions in every language, with nothing in between left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

KINDS = ("postgresql", "mysql")
TABLES = {
    "postgresql": "create table people (id bigserial primary key, name text not null, nick text,"
    " height double precision, big bigint)",
    "mysql": "create table people (id bigint auto_increment primary key, name text not null,"
    " nick text, height double, big bigint)",
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def call(
    request: pytest.FixtureRequest,
    language: str,
    kind: str,
    make_app: Any,
    call_of: Callable[..., Any],
) -> Any:
    server = request.getfixturevalue("mariadb" if kind == "mysql" else "postgresql")
    database = server.new_database()
    secrets = {"MODUS_PG_PASSWORD": server.password, "MODUS_MY_PASSWORD": server.password}
    name, scheme = ("my", "mysql") if kind == "mysql" else ("pg", "postgresql")
    address = f"{scheme}://{server.user}:{{{{PASSWORD}}}}@{server.host}:{server.port}/{database}"
    return call_of(make_app(language, {name: {"type": kind, "connString": address}}, secrets))


async def test_rows_go_there_and_come_back(call: Any, kind: str) -> None:
    assert await call("run", kind=kind, statement=TABLES[kind]) == 0
    first = await call("addPerson", kind=kind, name="Ann ✨ O'Neil", nick=None, height=1.5, big=1)
    await call(
        "addPerson",
        kind=kind,
        name="\\ \" ' ; -- ?",
        nick="",
        height=-0.25,
        big=-(2**63),
    )
    last = await call("addPerson", kind=kind, name="", nick="n", height=1e300, big=2**63 - 1)
    assert int(last) == int(first) + 2
    assert int(await call("count", kind=kind)) == 3
    people = await call("people", kind=kind)
    assert [person["name"] for person in people] == ["Ann ✨ O'Neil", "\\ \" ' ; -- ?", ""]
    assert [person["nick"] for person in people] == [None, "", "n"]
    assert [person["height"] for person in people] == [1.5, -0.25, 1e300]
    assert [int(person["big"]) for person in people] == [1, -(2**63), 2**63 - 1]
    assert await call("run", kind=kind, statement="update people set nick = 'x'") == 3
    assert await call("run", kind=kind, statement="delete from people where big = 1") == 1


async def test_no_rows(call: Any, kind: str) -> None:
    await call("run", kind=kind, statement=TABLES[kind])
    assert await call("people", kind=kind) in ([], None)  # Go has no empty slices there
    assert int(await call("count", kind=kind)) == 0


async def test_points(call: Any, kind: str) -> None:
    assert await call("point", kind=kind, x=1.5, y=-2.25) == "(1.5,-2.25)"


@pytest.mark.parametrize("language", ["python"])
async def test_bytes(call: Any, kind: str) -> None:
    type = "blob" if kind == "mysql" else "bytea"
    await call("run", kind=kind, statement=f"create table files (data {type})")
    data = bytes(range(256)).hex()
    assert await call("keepBytes", kind=kind, data=data) == data
