"""Stores in a PostgreSQL with pgvector."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from atoll.collections.postgresql import PostgresqlBackend
from atoll.collections.postgresql.limits import Limits

if TYPE_CHECKING:
    from atoll_servers.pgvector import PgVector

EAGER = Limits(smallest_index=100, few=20, few_filtered=10, furthest=200)
"""Has an index of few vectors."""


@pytest.fixture
def url(pgvector: PgVector) -> str:
    """Of a place in which nothing is stored."""
    return pgvector.new_schema()


@pytest.fixture
def open_store(url: str) -> Iterator[Callable[..., PostgresqlBackend]]:
    """Opens a store in the same place each time, as another process would."""
    opened: list[PostgresqlBackend] = []

    def open_(where: str = url, limits: Limits = EAGER) -> PostgresqlBackend:
        opened.append(PostgresqlBackend(lambda: where, limits))
        return opened[-1]

    yield open_
    for each in opened:
        each.close()


@pytest.fixture
def store(open_store: Callable[..., PostgresqlBackend]) -> PostgresqlBackend:
    return open_store()


@pytest.fixture
def query(url: str) -> Callable[..., list[tuple[Any, ...]]]:
    """Asks the database itself."""

    def ask(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(sql.encode(), parameters or None)
            return cursor.fetchall() if cursor.description else []

    return ask
