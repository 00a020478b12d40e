"""The tables of the store, and how they came to be.

Each collection has a table of its words, ``words_<collection>``. Each generation has a table of its
vectors, ``vectors_<generation>``, and one of the removals from it, ``removed_<generation>``; both
are logs that indexes follow by ``seq``, which only grows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Final

_FIRST: Final = (
    # The last ids that were given: of "texts", and the last seq of each generation. None is ever
    # given twice, as AUTOINCREMENT would have it; but many at once, and before rows are written.
    "CREATE TABLE clocks (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO clocks VALUES ('texts', 0)",
    # Without a name, one was dropped, and its rows are being deleted.
    "CREATE TABLE collections (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE)",
    """CREATE TABLE namespaces (
        id INTEGER PRIMARY KEY AUTOINCREMENT, collection INTEGER NOT NULL, name TEXT NOT NULL,
        texts INTEGER NOT NULL DEFAULT 0, UNIQUE (collection, name)
    )""",
    # What filters read stands before the texts, which may go on in other pages. `exact` is the
    # metadata if it has whole numbers of more than 64 bits, which are doubles in `metadata`.
    """CREATE TABLE texts (
        id INTEGER PRIMARY KEY, namespace INTEGER NOT NULL, key TEXT NOT NULL,
        labels TEXT NOT NULL, metadata TEXT NOT NULL, exact TEXT, text TEXT NOT NULL
    )""",
    "CREATE UNIQUE INDEX texts_by_key ON texts (namespace, key)",
    "CREATE INDEX texts_by_namespace ON texts (namespace)",
    """CREATE TABLE generations (
        id INTEGER PRIMARY KEY AUTOINCREMENT, collection INTEGER NOT NULL, method TEXT NOT NULL,
        state TEXT NOT NULL, shape TEXT NOT NULL, embedder TEXT NOT NULL, probe BLOB NOT NULL,
        build TEXT NOT NULL
    )""",
    "CREATE INDEX generations_by_collection ON generations (collection)",
    "CREATE TABLE dropped_generations (id INTEGER PRIMARY KEY)",
    # Of the vectors of one generation in one namespace. `version` changes with its segments.
    """CREATE TABLE indexes (
        generation INTEGER NOT NULL, namespace INTEGER NOT NULL,
        vectors INTEGER NOT NULL DEFAULT 0, last INTEGER NOT NULL DEFAULT 0,
        version INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (generation, namespace)
    ) WITHOUT ROWID""",
    """CREATE TABLE segments (
        id INTEGER PRIMARY KEY AUTOINCREMENT, generation INTEGER NOT NULL,
        namespace INTEGER NOT NULL, file TEXT NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL,
        count INTEGER NOT NULL, bytes INTEGER NOT NULL, checksum TEXT NOT NULL
    )""",
    "CREATE INDEX segments_by_index ON segments (generation, namespace)",
    # `kept_at` in seconds since 1970.
    "CREATE TABLE builds (id TEXT PRIMARY KEY, kept_at INTEGER NOT NULL, content BLOB NOT NULL)",
    "CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
)


def _first(connection: sqlite3.Connection) -> None:
    for statement in _FIRST:
        connection.execute(statement)


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first,)
"""Each from one version to the next."""

PART: Final = "collections"


def version(connection: sqlite3.Connection) -> int:
    """Of the tables; 0 without any."""
    named = connection.execute("SELECT 1 FROM pragma_table_info('atoll_migrations')").fetchone()
    if named is None:
        return 0
    found = connection.execute("SELECT version FROM atoll_migrations WHERE part = ?", (PART,))
    (row,) = found.fetchall() or [(0,)]
    return int(row[0])


def migrate(connection: sqlite3.Connection) -> int:
    """Bring the tables to this version, in a transaction that is open. Gives the version, which may
    be a later one."""
    known = version(connection)
    if known >= len(MIGRATIONS):
        return known
    connection.execute(
        "CREATE TABLE IF NOT EXISTS atoll_migrations"
        " (part text PRIMARY KEY, version integer NOT NULL)"
    )
    for step in MIGRATIONS[known:]:
        step(connection)
    connection.execute(
        "INSERT INTO atoll_migrations (part, version) VALUES (?, ?)"
        " ON CONFLICT (part) DO UPDATE SET version = excluded.version",
        (PART, len(MIGRATIONS)),
    )
    return len(MIGRATIONS)


def create_words(connection: sqlite3.Connection, collection: int) -> None:
    # Without content: the texts are there already, and have to be given to delete their words.
    connection.execute(
        f"CREATE VIRTUAL TABLE words_{collection:d} USING fts5"
        " (text, content = '', tokenize = 'unicode61 remove_diacritics 2')"
    )


def create_vectors(connection: sqlite3.Connection, generation: int) -> None:
    name = f"vectors_{generation:d}"
    connection.execute(
        f"CREATE TABLE {name} (seq INTEGER PRIMARY KEY, text INTEGER NOT NULL UNIQUE,"
        " namespace INTEGER NOT NULL, vector BLOB NOT NULL)"
    )
    connection.execute(f"CREATE INDEX {name}_by_namespace ON {name} (namespace)")
    # `at` is the seq that the vector had.
    removed = f"removed_{generation:d}"
    connection.execute(
        f"CREATE TABLE {removed} (seq INTEGER PRIMARY KEY, text INTEGER NOT NULL,"
        " namespace INTEGER NOT NULL, at INTEGER NOT NULL)"
    )
    connection.execute(f"CREATE INDEX {removed}_by_namespace ON {removed} (namespace)")
    connection.execute("INSERT INTO clocks VALUES (?, 0)", (clock(generation),))


def clock(generation: int) -> str:
    return f"generation {generation:d}"


def advance(connection: sqlite3.Connection, name: str, count: int) -> int:
    """Take so many numbers of a clock; gives the first."""
    found = connection.execute(
        "UPDATE clocks SET last = last + ? WHERE name = ? RETURNING last", (count, name)
    ).fetchall()
    return int(found[0][0]) - count + 1
