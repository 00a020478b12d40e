"""Who follows whom, in Neo4j."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from atoll.sdk import UserError, neo4j


@dataclass
class Person:
    name: str
    born: date | None = None


@dataclass
class Suggestion:
    person: Person
    followed_by: list[str]


def start_anew() -> int:
    """Forget everybody; how many there were."""
    neo4j.execute_query(
        "CREATE CONSTRAINT member_name IF NOT EXISTS FOR (m:Member) REQUIRE m.name IS UNIQUE"
    )
    return neo4j.query_one(
        int,
        "MATCH (m:Member) WITH collect(m) AS members FOREACH (m IN members | DETACH DELETE m)"
        " RETURN size(members) AS gone",
    )


def join(people: list[Person]) -> list[str]:
    """Become members. Dates go as text, so the query says that they are dates."""
    return neo4j.query(
        str,
        "UNWIND $people AS person MERGE (m:Member {name: person.name})"
        " SET m.born = date(person.born) RETURN m.name",
        {"people": people},
    )


def follow(follower: str, followed: str) -> str:
    """Let one member follow another; since when."""
    result = neo4j.execute_query(
        "MATCH (a:Member {name: $follower}), (b:Member {name: $followed})"
        " MERGE (a)-[f:FOLLOWS]->(b) ON CREATE SET f.since = date() RETURN a, f",
        {"follower": follower, "followed": followed},
    )
    if not result.records:
        raise UserError(f"{follower} or {followed} is not a member.")
    [record] = result.records
    node, relationship = record.get("a", neo4j.Node), record.get("f", neo4j.Relationship)
    since = relationship.get("since", date)
    return f"{node.props['name']} {relationship.type} {followed} since {since:%Y}"


def suggestions(name: str) -> list[Suggestion]:
    """Whom a member may like: those whom the ones that they follow follow."""
    return neo4j.query(
        Suggestion,
        "MATCH (me:Member {name: $name})-[:FOLLOWS]->(friend)-[:FOLLOWS]->(other)"
        " WHERE other <> me AND NOT (me)-[:FOLLOWS]->(other)"
        " WITH other, friend ORDER BY friend.name"
        " RETURN other {.name, .born} AS person, collect(friend.name) AS followed_by"
        " ORDER BY size(followed_by) DESC, person.name",
        {"name": name},
    )


def chain(start: str, end: str) -> list[str]:
    """The shortest way from one member to another."""
    query = (
        "MATCH (a:Member {name: $start}), (b:Member {name: $end})"
        " MATCH path = shortestPath((a)-[:FOLLOWS*..10]->(b)) RETURN path"
    )
    path = neo4j.query_one(neo4j.Path, query, {"start": start, "end": end})
    return [str(node.props["name"]) for node in path.nodes] if path else []
