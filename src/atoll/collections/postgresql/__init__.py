"""Collections in PostgreSQL with pgvector, shared by all processes and machines that serve an
app."""

from __future__ import annotations

from atoll.collections.postgresql.backend import PostgresqlBackend

__all__ = ["PostgresqlBackend"]
