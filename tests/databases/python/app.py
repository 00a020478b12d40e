"""Asks databases, for the tests."""

import os
from dataclasses import dataclass

from atoll.sdk import Int64, dgraph, mysql, neo4j, postgresql


@dataclass
class Person:
    id: Int64
    name: str
    nick: str | None
    height: float
    big: Int64


@dataclass
class Place:
    p: postgresql.Point


def run(kind: str, statement: str) -> int:
    """Runs a statement that gives no rows; how many rows it changed."""
    module = mysql if kind == "mysql" else postgresql
    return module.execute(statement).rows_affected


def add_person(kind: str, name: str, nick: str | None, height: float, big: Int64) -> Int64:
    columns = "insert into people (name, nick, height, big) values "
    values = [name, nick, height, big]
    if kind == "mysql":
        return int(mysql.execute(columns + "(?, ?, ?, ?)", values, connection="my").last_insert_id)
    statement = columns + "($1, $2, $3, $4) returning id"
    return int(postgresql.query_scalar(int, statement, values, connection="pg"))


def people(kind: str) -> list[Person]:
    statement = "select id, name, nick, height, big from people order by id"
    module = mysql if kind == "mysql" else postgresql
    return module.query(Person, statement)


def count(kind: str) -> Int64:
    module = mysql if kind == "mysql" else postgresql
    return int(module.query_scalar(int, "select count(*) as n from people"))


def point(kind: str, x: float, y: float) -> str:
    """A point that goes there and comes back."""
    if kind == "mysql":
        [found] = mysql.query(Place, "select point(?, ?) as p", [x, y])
    else:
        [found] = postgresql.query(Place, "select $1::point as p", [postgresql.Point(x, y)])
    return str(found.p)


def run_on(connection: str) -> str:
    """Runs a statement on a connection of any name."""
    postgresql.execute("select 1", connection=connection)
    return "done"


def add_node(name: str, age: Int64) -> str:
    found = neo4j.execute_query(
        "CREATE (p:Person {name: $name, age: $age}) RETURN p, p.age AS age, p.age / 2 AS half",
        {"name": name, "age": age},
    )
    [record] = found.records
    node = record.get("p", neo4j.Node)
    return f"{node.labels[0]} {node.props['name']} {record['age']} {record['half']}"


def set_schema(schema: str) -> str:
    dgraph.alter_schema(schema)
    return "success"


def add_triples(nquads: str, blank: str) -> bool:
    found = dgraph.mutate(dgraph.Mutation(set_nquads=nquads))
    return blank in found.uids


def ask(query: str, name: str) -> str:
    return dgraph.execute(dgraph.Query(query, {"$name": name})).json


def upsert(name: str, nick: str) -> str:
    query = dgraph.Query(
        "query q($name: string) { v as var(func: eq(name, $name)) }", {"$name": name}
    )
    mutation = dgraph.Mutation(
        set_nquads=f'uid(v) <nick> "{dgraph.escape_rdf(nick)}" .',
        condition="@if(gt(len(v), 0))",
    )
    return dgraph.execute(query, mutation).json


def drop_attribute(attribute: str) -> str:
    dgraph.drop_attr(attribute)
    return "success"


def drop_everything() -> str:
    dgraph.drop_all()
    return "success"


def environment(name: str) -> str:
    """A variable of the function's environment."""
    return os.environ.get(name, "nothing")


def keep_bytes(kind: str, data: str) -> str:
    """Bytes, in hexadecimal, that go into a table and come back."""
    module = mysql if kind == "mysql" else postgresql
    place = "?" if kind == "mysql" else "$1"
    module.execute(f"insert into files values ({place})", [bytes.fromhex(data)])
    return module.query_scalar(bytes, "select data from files").hex()
