"""A database that cannot be used: the function fails, and the developer learns why."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Any

import pytest

PASSWORD = "p@ss/word:#?"


def connection(server: Any, **changes: Any) -> dict[str, Any]:
    host, port = changes.pop("host", server.host), changes.pop("port", server.port)
    user, database = changes.pop("user", server.user), changes.pop("database", server.database)
    kind = changes.pop("type", "postgresql")
    url = f"{kind}://{user}:{{{{PASSWORD}}}}@{host}:{port}/{database}"
    return {"type": kind, "connString": url, **changes}


@pytest.fixture
def fail(language: str, make_app: Any) -> Callable[..., Any]:
    """Runs a statement that must fail; gives the error as a developer sees it, and all logs."""

    async def fail(
        connections: dict[str, Any], secrets: dict[str, str], name: str = "pg"
    ) -> tuple[str, str | None]:
        app = make_app(language, connections, secrets)
        function = app.interface.function("runOn") or app.interface.function("run_on")
        outcome = await app.call(function, {"connection": name})
        assert outcome.errors, outcome
        assert outcome.value is None or outcome.value == ""
        [use] = outcome.connections or [None]
        return outcome.errors[-1].message, None if use is None else use.failure

    return fail


async def test_a_wrong_password(
    fail: Any, postgresql: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    message, code = await fail({"pg": connection(postgresql)}, {"MODUS_PG_PASSWORD": PASSWORD})
    assert code == "AUTHENTICATION_FAILED"
    assert "[pg]" in message
    everything = "\n".join(f"{r.getMessage()} {getattr(r, 'fields', '')}" for r in caplog.records)
    assert PASSWORD not in everything + message


async def test_a_missing_secret(fail: Any, postgresql: Any) -> None:
    message, code = await fail({"pg": connection(postgresql)}, {})
    assert code == "AUTHENTICATION_FAILED"
    assert "[pg]" in message


async def test_an_unknown_database(fail: Any, postgresql: Any) -> None:
    secrets = {"MODUS_PG_PASSWORD": postgresql.password}
    message, code = await fail({"pg": connection(postgresql, database="nowhere")}, secrets)
    assert code == "NO_SUCH_DATABASE"
    assert "[pg]" in message
    assert "nowhere" in message


async def test_nobody_listens(fail: Any, postgresql: Any) -> None:
    with socket.socket() as taken:  # bound, but not listening
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        message, code = await fail({"pg": connection(postgresql, port=port)}, {})
    assert code == "HOST_UNREACHABLE"
    assert f"127.0.0.1:{port}" in message


async def test_a_server_that_never_answers(fail: Any, postgresql: Any) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        settings = connection(postgresql, port=port, timeoutSeconds=0.3)
        message, code = await fail({"pg": settings}, {})
    assert code == "TIMEOUT"
    assert "[pg]" in message


async def test_a_connection_that_the_manifest_does_not_have(fail: Any, postgresql: Any) -> None:
    message, _ = await fail({"pg": connection(postgresql)}, {}, "other")
    assert "[other]" in message
    message, _ = await fail({"web": {"type": "http", "endpoint": "https://a/b"}}, {}, "web")
    assert "connection [web] is not a postgresql connection" in message


async def test_changed_secrets_are_used_by_the_next_call(
    postgresql: Any, language: str, make_app: Any
) -> None:
    app = make_app(language, {"pg": connection(postgresql)}, {"MODUS_PG_PASSWORD": "old"})
    function = app.interface.function("runOn") or app.interface.function("run_on")
    arguments = {"connection": "pg"}
    assert (await app.call(function, arguments)).errors
    app.secrets.update({"MODUS_PG_PASSWORD": postgresql.password})
    assert (await app.call(function, arguments)).value == "done"
    app.secrets.update({"MODUS_PG_PASSWORD": "wrong again"})
    assert (await app.call(function, arguments)).errors


async def test_a_server_that_was_restarted_is_used_by_the_next_call(
    own_postgresql: Any, language: str, make_app: Any
) -> None:
    server = own_postgresql()
    secrets = {"MODUS_PG_PASSWORD": server.password}
    app = make_app(language, {"pg": connection(server)}, secrets)
    function = app.interface.function("runOn") or app.interface.function("run_on")
    arguments = {"connection": "pg"}
    several = await asyncio.gather(*(app.call(function, arguments) for _ in range(5)))
    assert [outcome.value for outcome in several] == ["done"] * 5
    await asyncio.to_thread(server.kill)
    assert (await app.call(function, arguments)).errors
    await asyncio.to_thread(server.start)
    assert (await app.call(function, arguments)).value == "done"


async def test_the_developer_gets_the_hint(language: str, postgresql: Any, make_app: Any) -> None:
    app = make_app(language, {"pg": connection(postgresql)}, {"MODUS_PG_PASSWORD": "wrong"})
    function = app.interface.function("runOn") or app.interface.function("run_on")
    outcome = await app.call(function, {"connection": "pg"})
    hint = outcome.errors[-1].hint
    assert hint is not None
    assert "password" in hint
