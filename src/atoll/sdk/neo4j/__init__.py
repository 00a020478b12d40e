"""Neo4j databases of the manifest.

    from atoll.sdk import neo4j

    people = neo4j.query(Person, "MATCH (p:Person) WHERE p.age > $age RETURN p", {"age": 18})

Every operation has an ``_async`` twin, for ``asyncio.gather`` and the like. Failures raise
``atoll.sdk.DatabaseError``.
"""

from __future__ import annotations

from atoll.sdk.errors import DatabaseError
from atoll.sdk.neo4j.client import (
    execute_query,
    execute_query_async,
    query,
    query_async,
    query_one,
    query_one_async,
)
from atoll.sdk.neo4j.graph import Entity, Node, Path, Point2D, Point3D, Relationship
from atoll.sdk.neo4j.result import EagerResult, Record

__all__ = [
    "DatabaseError",
    "EagerResult",
    "Entity",
    "Node",
    "Path",
    "Point2D",
    "Point3D",
    "Record",
    "Relationship",
    "execute_query",
    "execute_query_async",
    "query",
    "query_async",
    "query_one",
    "query_one_async",
]
