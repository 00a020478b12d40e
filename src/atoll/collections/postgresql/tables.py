"""The tables of collections, how they came to be, and pgvector, which they need.

Texts of all collections are in one table. Each generation has a table of its vectors, as f32; what
an index keeps of them is an expression of its own.
"""

# ruff: noqa: S608 - statements are put together of our own names; values are parameters

from __future__ import annotations

import hashlib
import re
from typing import Final

from atoll.collections.errors import CollectionError
from atoll.collections.postgresql.sessions import STATEMENT_SECONDS, VARIABLE, Session

PREFIX: Final = "atoll_collection"
VECTORS: Final = f"{PREFIX}_vectors_"
_PLAIN_DIMENSIONS = 1900
"""Vectors up to here fit in a page beside the rest of their row."""

_CURRENT = 1
_OLDEST = (0, 7, 0)
_ITERATIVE = (0, 8, 0)
_NO_EXTENSION = ("0A000", "58P01")
_FORBIDDEN = "42501"

_TABLES = (
    f"""CREATE TABLE {PREFIX}_schema (version integer NOT NULL)""",
    f"""CREATE TABLE {PREFIX}_namespaces (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        collection text COLLATE "C" NOT NULL,
        name text COLLATE "C" NOT NULL,
        UNIQUE (collection, name))""",
    # How many texts a namespace has is the sum of its rows: writers do not wait for each other.
    f"""CREATE TABLE {PREFIX}_counts (namespace integer NOT NULL, texts bigint NOT NULL)""",
    f"""CREATE INDEX ON {PREFIX}_counts (namespace)""",
    f"""CREATE TABLE {PREFIX}_items (
        id bigint PRIMARY KEY,
        namespace integer NOT NULL,
        digest uuid NOT NULL,
        key text COLLATE "C" NOT NULL,
        text text NOT NULL,
        labels text[] COLLATE "C" NOT NULL,
        metadata jsonb NOT NULL,
        words tsvector NOT NULL,
        UNIQUE (namespace, digest))""",
    f"""CREATE SEQUENCE {PREFIX}_ids AS bigint CACHE 1 OWNED BY {PREFIX}_items.id""",
    f"""CREATE INDEX ON {PREFIX}_items (namespace, id)""",
    f"""CREATE INDEX ON {PREFIX}_items USING gin (words)""",
    f"""CREATE INDEX ON {PREFIX}_items USING gin (labels)""",
    f"""CREATE INDEX ON {PREFIX}_items USING gin (metadata jsonb_path_ops)""",
    f"""CREATE TABLE {PREFIX}_generations (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        collection text NOT NULL,
        method text NOT NULL,
        serving boolean NOT NULL,
        dimension integer NOT NULL,
        distance text NOT NULL,
        quantization text NOT NULL,
        exact boolean NOT NULL,
        connectivity integer NOT NULL,
        ef_construction integer NOT NULL,
        ef_search integer NOT NULL,
        embedder text NOT NULL,
        probe bytea NOT NULL,
        build text NOT NULL)""",
    f"""CREATE TABLE {PREFIX}_builds (
        id text PRIMARY KEY,
        content bytea NOT NULL,
        kept_at timestamptz NOT NULL DEFAULT now())""",
    f"""CREATE TABLE {PREFIX}_notes (name text PRIMARY KEY, value text NOT NULL)""",
    f"""INSERT INTO {PREFIX}_schema VALUES ({_CURRENT})""",
)


def lock_key(*names: str) -> int:
    """Of an advisory lock, which are shared by all who use the database."""
    digest = hashlib.blake2b("\0".join((PREFIX, *names)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def vectors_table(generation: int) -> str:
    return f"{VECTORS}{int(generation)}"


def create_vectors_table(session: Session, generation: int, dimension: int) -> None:
    table = vectors_table(generation)
    session.execute(
        f"CREATE TABLE {table} (text bigint PRIMARY KEY, namespace integer NOT NULL, "
        f"vector vector({int(dimension)}) NOT NULL)"
    )
    session.execute(f"CREATE INDEX ON {table} (namespace)")
    if dimension <= _PLAIN_DIMENSIONS:  # to be read without a detour
        session.execute(f"ALTER TABLE {table} ALTER COLUMN vector SET STORAGE PLAIN")


def begin(session: Session) -> None:
    """Settings of a new session."""
    session.set(
        statement_timeout=f"{STATEMENT_SECONDS}s",
        jit="off",
        # A plan for any limit and filter would compare all vectors.
        plan_cache_mode="force_custom_plan",
        # Who had to wait for a lock is to see what was written meanwhile.
        default_transaction_isolation="read committed",
    )
    # What is acknowledged is on the disk, whatever the database's other users think of it.
    session.query(
        "SELECT set_config('synchronous_commit', 'on', false) "
        "WHERE current_setting('synchronous_commit') = 'off'"
    )
    found = session.query(
        "SELECT nspname, extversion, to_regtype('vector') IS NOT NULL FROM pg_extension "
        "JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'vector'"
    )
    if found:
        ((schema, version, visible),) = found
        if not visible:
            path = "current_setting('search_path') || ', ' || quote_ident(%s)"
            session.query(f"SELECT set_config('search_path', {path}, false)", (schema,))
        if _version(version) >= _ITERATIVE:
            session.walks_on = True
        session.knows_vectors = True


def migrate(session: Session) -> None:
    """Have all tables be there. Several processes may do so at once."""
    with session.transaction():
        session.query("SELECT pg_advisory_xact_lock(%s)", (lock_key("migrations"),))
        _ensure_pgvector(session)
        ((exists,),) = session.query("SELECT to_regclass(%s) IS NOT NULL", (f"{PREFIX}_schema",))
        if not exists:
            for statement in _TABLES:
                session.execute(statement)
        ((version,),) = session.query(f"SELECT max(version) FROM {PREFIX}_schema")
        if version > _CURRENT:
            raise CollectionError(
                "STORE_UNAVAILABLE",
                "the collections in PostgreSQL are those of a newer version of Atoll",
                "update Atoll",
            )


def _ensure_pgvector(session: Session) -> None:
    import psycopg

    sql = "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
    found = session.query(sql)
    if not found:
        try:
            session.execute("CREATE EXTENSION vector")
        except psycopg.Error as error:
            if error.sqlstate in _NO_EXTENSION:
                raise CollectionError(
                    "STORE_UNAVAILABLE",
                    f"the PostgreSQL server of {VARIABLE} has no pgvector, which collections need",
                    "install pgvector on the server (the package postgresql-<version>-pgvector "
                    f"on Debian), or leave {VARIABLE} away to keep collections in files",
                ) from None
            if error.sqlstate == _FORBIDDEN:
                raise CollectionError(
                    "STORE_UNAVAILABLE",
                    f"the user of {VARIABLE} may not add pgvector to its database",
                    "have an administrator run CREATE EXTENSION vector; in that database",
                ) from None
            raise
        found = session.query(sql)
    if _version(found[0][0]) < _OLDEST:
        raise CollectionError(
            "STORE_UNAVAILABLE",
            f"collections need pgvector 0.7 or later; the database has {found[0][0]}",
            "install a newer one, and run ALTER EXTENSION vector UPDATE; in the database",
        )


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])
