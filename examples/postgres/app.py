"""A to-do list in PostgreSQL, with tags (an array) and notes (JSON)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from atoll.sdk import DatabaseError, UserError, postgresql

UNIQUE_VIOLATION = "23505"


@dataclass
class Note:
    text: str
    link: str | None = None


@dataclass
class Task:
    id: int
    title: str
    done: bool
    due: date | None
    tags: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def create_tables() -> bool:
    """Begin anew, with an empty list."""
    postgresql.execute("drop table if exists tasks")
    postgresql.execute(
        "create table tasks (id serial primary key, title text unique not null,"
        " done boolean not null default false, due date,"
        " tags text[] not null default '{}', notes jsonb not null default '[]')"
    )
    return True


def add_task(title: str, due: date | None = None, tags: list[str] | None = None) -> int:
    """Add a task; its id. Values are parameters, and never part of the statement's text."""
    try:
        return postgresql.query_scalar(
            int,
            "insert into tasks (title, due, tags) values ($1, $2, $3) returning id",
            [title, due, tags or []],
        )
    except DatabaseError as error:
        if error.sql_state == UNIQUE_VIOLATION:
            raise UserError(f"There is a task named {title!r} already.") from None
        raise


def add_note(id: int, note: Note) -> Task:
    """Write a note below a task."""
    return _only(
        postgresql.query_one(
            Task,
            "update tasks set notes = notes || jsonb_build_array($2::jsonb)"
            " where id = $1 returning *",
            [id, note],
        ),
        id,
    )


def finish(id: int) -> Task:
    """Tick a task off."""
    statement = "update tasks set done = true where id = $1 returning *"
    return _only(postgresql.query_one(Task, statement, [id]), id)


def tasks(tag: str | None = None) -> list[Task]:
    """What is still to do, the most urgent first; all, or what has a tag."""
    return postgresql.query(
        Task,
        "select * from tasks where not done and ($1::text is null or $1 = any(tags))"
        " order by due nulls last, id",
        [tag],
    )


def count_done() -> int:
    return postgresql.query_scalar(int, "select count(*) from tasks where done")


def _only(task: Task | None, id: int) -> Task:
    if task is None:
        raise UserError(f"There is no task {id}.")
    return task
