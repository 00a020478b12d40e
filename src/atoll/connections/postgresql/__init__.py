"""PostgreSQL databases of an app."""

from __future__ import annotations

from atoll.connections.postgresql.client import PostgresqlClient

__all__ = ["PostgresqlClient"]
