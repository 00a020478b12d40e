"""Stores in a PostgreSQL with pgvector."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from atoll.collections.postgresql import PostgresqlBackend

if TYPE_CHECKING:
    from atoll_servers.pgvector import PgVector


@pytest.fixture
def url(pgvector: PgVector) -> str:
    """Of an empty database."""
    return pgvector.url_of(pgvector.new_database())


@pytest.fixture
def open_store(url: str) -> Iterator[Callable[..., PostgresqlBackend]]:
    """Opens a store in the same database each time, as another process would."""
    opened: list[PostgresqlBackend] = []

    def open_(where: str = url) -> PostgresqlBackend:
        opened.append(PostgresqlBackend(lambda: where))
        return opened[-1]

    yield open_
    for each in opened:
        each.close()


@pytest.fixture
def store(open_store: Callable[..., PostgresqlBackend]) -> PostgresqlBackend:
    return open_store()
