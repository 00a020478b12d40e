"""docs/connections.md: its functions, commands and outputs, against a real server."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from atoll.app.app import App
from atoll.connections import Databases, Fetcher, HttpClient
from atoll.connections.check import check_connection
from atoll.connections.errors import FailureCode
from atoll.guest.load import load_guest
from atoll.manifest import parse_manifest
from atoll.secrets import Secrets

PAGE = Path(__file__).parents[2] / "docs" / "connections.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
MANIFEST = next(text for language, text in BLOCKS if language == "json")


def block(language: str) -> str:
    return next(text for found, text in BLOCKS if found == language)


def secrets(server: Any) -> dict[str, str]:
    return {
        "MODUS_MAIN_DB_USER": server.user,
        "MODUS_MAIN_DB_PASSWORD": server.password,
        "MODUS_MAIN_DB_HOST": f"{server.host}:{server.port}",
        "MODUS_MAIN_DB_DATABASE": server.new_database(),
    }


def commands() -> list[tuple[str, dict[str, Any], Any]]:
    """Each ``atoll call``: function, arguments, and the output that follows; Ellipsis if none."""
    found = []
    for (language, text), (after, output) in zip(BLOCKS, [*BLOCKS[1:], ("", "")], strict=True):
        lines = text.strip().splitlines() if language == "sh" else []
        for line in lines:
            words = shlex.split(line)
            if words[:2] == ["atoll", "call"]:
                arguments = json.loads(words[4]) if "--args" in words else {}
                told = after == "json" and line == lines[-1]
                found.append((words[2], arguments, json.loads(output) if told else ...))
    return found


async def test_the_functions_do_what_it_says(
    load_python: Any, postgresql: Any, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text(block("python"))
    app = App("shop", load_python(tmp_path), parse_manifest(MANIFEST), secrets(postgresql))
    try:
        calls = commands()
        assert len(calls) == 3
        for name, arguments, expected in calls:
            function = app.interface.function(name)
            assert function is not None, name
            outcome = await app.call(function, arguments)
            assert not outcome.errors, outcome
            assert expected is ... or outcome.value == expected
        again = await app.call(app.interface.function("add_book"), calls[1][1])  # type: ignore[arg-type]
        assert again.errors[0].message == "There is a book named Emma already."
    finally:
        await app.close()


async def test_the_command_that_tries_connections_does_what_it_says(postgresql: Any) -> None:
    manifest, values = parse_manifest(MANIFEST), Secrets(secrets(postgresql))
    client = HttpClient(values)
    databases = Databases(manifest, values, max_bytes=1 << 20)
    try:
        http = Fetcher(manifest, client, max_bytes=1 << 20)
        [connection] = manifest.connections.values()
        assert await check_connection(connection, http, databases) == "answers"
    finally:
        await databases.close()
        await client.close()


@pytest.mark.parametrize("language", ["ts", "go"])
async def test_the_same_works_in_other_languages(
    language: str, build_assemblyscript: Any, build_go: Any, engine: Any, postgresql: Any,
    tmp_path: Path,
) -> None:  # fmt: skip
    if language == "ts":
        (tmp_path / "assembly").mkdir()
        (tmp_path / "assembly" / "index.ts").write_text(block("ts"))
        (tmp_path / "asconfig.json").write_text('{"entries": ["assembly/index.ts"]}')
        (tmp_path / "package.json").write_text('{"name": "shop", "version": "0.1.0"}')
        wasm = build_assemblyscript(tmp_path)
    else:
        (tmp_path / "main.go").write_text(block("go"))
        module = "github.com/hypermodeinc/modus/sdk/go v0.18.0"
        (tmp_path / "go.mod").write_text(f"module shop\n\ngo 1.24\n\nrequire {module}\n")
        wasm = build_go(tmp_path)
    values = secrets(postgresql)
    postgresql.execute(
        "create table books (id int, title text, price numeric);"
        "insert into books values (1, 'Emma', 9.90), (2, 'Dune', 30)",
        database=values["MODUS_MAIN_DB_DATABASE"],
    )
    app = App("shop", load_guest(engine, wasm), parse_manifest(MANIFEST), values)
    try:
        function = app.interface.function("books")
        assert function is not None
        outcome = await app.call(function, {"most": 10})
        assert outcome.value == [{"id": 1, "title": "Emma", "price": 9.9}], outcome
    finally:
        await app.close()


def test_every_code_is_explained() -> None:
    rows = " ".join(line.split("|")[1] for line in TEXT.splitlines() if line.startswith("| `"))
    for code in FailureCode.__args__:  # type: ignore[attr-defined]
        assert f"`{code}`" in rows, code
