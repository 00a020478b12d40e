"""Neo4j, over Bolt."""

from __future__ import annotations

from atoll.connections.neo4j.client import Neo4jClient

__all__ = ["Neo4jClient"]
