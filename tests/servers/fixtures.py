"""Fixtures of real servers, which ``tests/conftest.py`` registers for all tests.

A server is started when the first test asks for it, and is shared by all; a test that stops, kills
or restarts one has a server of its own, from a fixture ``own_...``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from atoll_servers import cache

if TYPE_CHECKING:  # each test run loads this file, few need a server
    from atoll_servers.dgraph import Dgraph
    from atoll_servers.llama import Llama
    from atoll_servers.mariadb import MariaDB
    from atoll_servers.neo4j import Neo4j
    from atoll_servers.pgvector import PgVector
    from atoll_servers.postgresql import PostgreSQL


def pytest_configure(config: pytest.Config) -> None:
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is not None:
        cache.shown = capture.global_and_fixture_disabled


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A running PostgreSQL, shared by all tests: use a database or tables of your own."""
    from atoll_servers.postgresql import PostgreSQL

    with PostgreSQL() as server:
        yield server


@pytest.fixture
def own_postgresql() -> Iterator[Callable[[], PostgreSQL]]:
    """Starts a PostgreSQL for this test alone."""
    from atoll_servers.postgresql import PostgreSQL

    with ExitStack() as stack:
        yield lambda: stack.enter_context(PostgreSQL())


@pytest.fixture(scope="session")
def pgvector() -> Iterator[PgVector]:
    """A running PostgreSQL with pgvector, shared by all tests: use a database of your own."""
    from atoll_servers.pgvector import PgVector

    with PgVector() as server:
        yield server


@pytest.fixture
def own_pgvector() -> Iterator[Callable[[], PgVector]]:
    """Starts a PostgreSQL with pgvector for this test alone."""
    from atoll_servers.pgvector import PgVector

    with ExitStack() as stack:
        yield lambda: stack.enter_context(PgVector())


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """A running MariaDB, shared by all tests: use a database or tables of your own."""
    from atoll_servers.mariadb import MariaDB

    with MariaDB() as server:
        yield server


@pytest.fixture
def own_mariadb() -> Iterator[Callable[[], MariaDB]]:
    """Starts a MariaDB for this test alone."""
    from atoll_servers.mariadb import MariaDB

    with ExitStack() as stack:
        yield lambda: stack.enter_context(MariaDB())


@pytest.fixture(scope="session")
def neo4j() -> Iterator[Neo4j]:
    """A running Neo4j, shared by all tests: use labels of your own."""
    from atoll_servers.neo4j import Neo4j

    with Neo4j() as server:
        yield server


@pytest.fixture
def own_neo4j() -> Iterator[Callable[[], Neo4j]]:
    """Starts a Neo4j for this test alone. It takes many seconds."""
    from atoll_servers.neo4j import Neo4j

    with ExitStack() as stack:
        yield lambda: stack.enter_context(Neo4j())


@pytest.fixture(scope="session")
def dgraph() -> Iterator[Dgraph]:
    """A running Dgraph, shared by all tests: use predicates of your own."""
    from atoll_servers.dgraph import Dgraph

    with Dgraph() as server:
        yield server


@pytest.fixture
def own_dgraph() -> Iterator[Callable[..., Dgraph]]:
    """Starts a Dgraph for this test alone; takes its ``token`` and ``tls``."""
    from atoll_servers.dgraph import Dgraph

    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(Dgraph(**options))


@pytest.fixture(scope="session")
def llama() -> Iterator[Llama]:
    """A running server of llama.cpp that chats."""
    pytest.importorskip("xllamacpp")
    from atoll_servers.llama import Llama

    with Llama() as server:
        yield server


@pytest.fixture(scope="session")
def llama_embeddings() -> Iterator[Llama]:
    """A running server of llama.cpp that embeds."""
    pytest.importorskip("xllamacpp")
    from atoll_servers.llama import Llama

    with Llama(embeddings=True) as server:
        yield server
