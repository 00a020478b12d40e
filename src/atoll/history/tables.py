"""The tables of the history, and how they came to be.

The first columns of both tables are those of Modus, under the same names, so that queries that were
written for them work; the others are Atoll's own. A database that Modus used is taken over: it gets
the columns that it lacks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from atoll.history.database import Kind, Session


class Column(NamedTuple):
    name: str
    kind: Kind
    rest: str = ""


PLUGINS = (
    Column("id", "uuid", "PRIMARY KEY"),
    Column("name", "text"),
    Column("version", "text"),
    Column("language", "text"),
    Column("sdk_version", "text"),
    Column("build_id", "text", "UNIQUE"),
    Column("build_time", "moment"),
    Column("git_repo", "text"),
    Column("git_commit", "text"),
)
INFERENCES = (
    Column("id", "uuid", "PRIMARY KEY"),
    Column("model_hash", "text"),
    Column("input", "json"),
    Column("output", "json"),
    Column("started_at", "moment"),
    Column("duration_ms", "int"),
    Column("plugin_id", "uuid", "REFERENCES plugins(id)"),
    Column("function", "text"),
    # Atoll's own.
    Column("app", "text"),
    Column("model", "text"),
    Column("source_model", "text"),
    Column("connection", "text"),
    Column("asked_model", "text"),
    Column("call_id", "text"),
    Column("status", "text"),
    Column("failure", "text"),
    Column("streamed", "bool"),
    Column("attempts", "int"),
    Column("first_byte_ms", "int"),
    Column("input_tokens", "bigint"),
    Column("output_tokens", "bigint"),
    Column("cost", "float"),
    Column("currency", "text"),
    Column("truncated", "bool"),
    Column("stored_bytes", "bigint"),
)
NAMES = tuple(column.name for column in INFERENCES)
PLUGIN_NAMES = tuple(column.name for column in PLUGINS)


def insertion(table: str, names: tuple[str, ...], unique: str) -> str:
    """An INSERT for these columns, which leaves a row alone that is there already."""
    marks = ", ".join("?" for _ in names)
    into = f"{table} ({', '.join(names)})"
    return f"INSERT INTO {into} VALUES ({marks}) ON CONFLICT ({unique}) DO NOTHING"  # noqa: S608


def _first(session: Session) -> None:
    _ensure(session, "plugins", PLUGINS)
    _ensure(session, "inferences", INFERENCES)
    # Modus keeps only what was answered.
    for column in ("input", "output", "plugin_id", "function"):
        session.make_optional("inferences", column)
    for column in ("version", "git_repo", "git_commit"):
        session.make_optional("plugins", column)
    # Has all that retention asks for.
    session.execute(
        "CREATE INDEX IF NOT EXISTS inferences_by_time ON inferences (started_at, id, stored_bytes)"
    )
    session.execute("CREATE INDEX IF NOT EXISTS inferences_by_call ON inferences (call_id)")


MIGRATIONS: tuple[Callable[[Session], None], ...] = (_first,)
"""Each from one version to the next. The processes of the version before go on writing while
others are of the next: columns are added, never changed or taken away."""


def migrate(session: Session) -> None:
    """Bring the tables to this version; those of a later one stay as they are. Processes that do so
    at the same time wait for each other."""
    if _version(session) >= len(MIGRATIONS):
        return
    with session.transaction(alone=True):
        session.execute(
            "CREATE TABLE IF NOT EXISTS atoll_migrations"
            " (part text PRIMARY KEY, version integer NOT NULL)"
        )
        for step in MIGRATIONS[_version(session) :]:
            step(session)
        session.execute(
            "INSERT INTO atoll_migrations (part, version) VALUES ('history', ?)"
            " ON CONFLICT (part) DO UPDATE SET version = excluded.version",
            (len(MIGRATIONS),),
        )


def _version(session: Session) -> int:
    if not session.columns("atoll_migrations"):
        return 0
    found = session.query("SELECT version FROM atoll_migrations WHERE part = 'history'")
    version: int = found[0][0] if found else 0
    return version


def _ensure(session: Session, table: str, columns: tuple[Column, ...]) -> None:
    known = session.columns(table)
    if not known:
        members = ", ".join(_definition(session, column) for column in columns)
        session.execute(f"CREATE TABLE {table} ({members})")
        return
    for column in columns:
        if column.name not in known:
            session.execute(f"ALTER TABLE {table} ADD COLUMN {_definition(session, column)}")


def _definition(session: Session, column: Column) -> str:
    return f"{column.name} {session.type_of(column.kind)} {column.rest}".rstrip()
