"""Both databases that the history can be in, and invocations to put there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from atoll.history import History, Program
from atoll.history.database import Database, Session
from atoll.history.postgresql import PostgresqlDatabase
from atoll.history.sqlite import SqliteDatabase
from atoll.history.tables import migrate
from atoll.history.writer import Pace
from atoll.manifest import InferenceSettings, Model
from atoll.models import ModelInvocation, Usage
from atoll.models.invocation import invocation_id

PROGRAM = Program("shop", "python", "atoll@1", "b1", "2026-01-02T03:04:05.000Z", "1.2")
QUICK = Pace(interval=0.01, first_pause=0.02, longest_pause=0.1)
MODEL = Model("chat", "openai", "gpt-4o-mini", "v1/chat/completions")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty one."""
    if request.param == "sqlite":
        return SqliteDatabase(tmp_path / ".atoll" / "history.db")
    server = request.getfixturevalue("postgresql")
    url = server.url_of(server.new_database())
    return PostgresqlDatabase(lambda: url)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """With the tables of the history."""
    opened = database.open()
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def query(database: Database) -> Callable[..., list[tuple[Any, ...]]]:
    """Asks the database, by a session of its own, without being able to change it."""

    def ask(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        session = database.open_to_read()
        if session is None:
            return []
        try:
            return session.query(sql, parameters) if session.columns("inferences") else []
        finally:
            session.close()

    return ask


@pytest.fixture
def program() -> Program:
    return PROGRAM


@pytest.fixture
def open_history(database: Database) -> Iterator[Callable[..., History]]:
    """A history that is quick to write; closed at the end."""
    opened: list[History] = []

    def start(pace: Pace = QUICK, where: Database = database) -> History:
        opened.append(History(where, pace))
        return opened[-1]

    yield start
    for each in opened:
        each.close(0)


@pytest.fixture
def invocation() -> Callable[..., ModelInvocation]:
    """One that ended well, but for what is said."""

    def make(**changes: Any) -> ModelInvocation:
        defaults: dict[str, Any] = {
            "id": invocation_id(),
            "model": MODEL,
            "asked": "chat",
            "call_id": "c1",
            "function": "ask",
            "input": '{"messages": [{"role": "user", "content": "Hi"}]}',
            "output": '{"choices": [{"message": {"content": "Hello"}}]}',
            "started_at": time.time(),
            "streamed": False,
            "seconds": 0.25,
            "usage": Usage(3, 5),
        }
        return ModelInvocation(**(defaults | changes))

    return make


@pytest.fixture
def record(open_history: Callable[..., History], program: Program) -> Callable[..., History]:
    """Records invocations until they are written, and gives the closed history."""

    def run(*invocations: ModelInvocation, **settings: Any) -> History:
        history = open_history()
        recorder = history.recorder(program, InferenceSettings(**settings))
        for each in invocations:
            recorder.invocation_finished(each)
        assert history.close(30) == 0
        return history

    return run


@pytest.fixture
def eventually() -> Callable[[Callable[[], Any]], Any]:
    """Waits until what a function gives is true, and gives it."""

    def wait(condition: Callable[[], Any]) -> Any:
        end = time.monotonic() + 30
        while not (found := condition()):
            assert time.monotonic() < end, "it did not come to be"
            time.sleep(0.01)
        return found

    return wait
