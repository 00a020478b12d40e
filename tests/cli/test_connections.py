"""``atoll connections``: whether what the manifest names can be reached."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "not-the-right-one"


@pytest.fixture
def folder(tmp_path: Path, postgresql: Any) -> Path:
    where = f"{postgresql.user}:{{{{PASSWORD}}}}@{postgresql.host}:{postgresql.port}"
    address = f"postgresql://{where}/{postgresql.database}"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    connections = {
        "main-db": {"type": "postgresql", "connString": address},
        "web": {"type": "http", "baseUrl": f"http://127.0.0.1:{port}/"},
    }
    (tmp_path / "modus.json").write_text(json.dumps({"connections": connections}))
    (tmp_path / ".env").write_text(f"MODUS_MAIN_DB_PASSWORD='{postgresql.password}'\n")
    return tmp_path


def test_one_that_can_be_used(run: Any, folder: Path) -> None:
    done = run("connections", folder, "--only", "main-db")
    assert done.returncode == 0, done.stderr
    assert "ok" in done.stdout
    assert "main-db" in done.stdout
    assert "web" not in done.stdout


def test_those_that_cannot_say_why(run: Any, folder: Path) -> None:
    (folder / ".env").write_text(f"MODUS_MAIN_DB_PASSWORD={PASSWORD}\n")
    done = run("connections", folder, "--json")
    assert done.returncode == 1
    database, web = json.loads(done.stdout)
    assert (database["name"], database["code"]) == ("main-db", "AUTHENTICATION_FAILED")
    assert (web["name"], web["code"]) == ("web", "HOST_UNREACHABLE")
    assert PASSWORD not in done.stdout + done.stderr


def test_variables_that_are_not_set_are_named(run: Any, folder: Path) -> None:
    (folder / ".env").unlink()
    done = run("connections", folder, "--only", "main-db")
    assert done.returncode == 1
    assert "not set, and so empty: MODUS_MAIN_DB_PASSWORD" in done.stdout
    assert "MODUS_ENV=dev" in done.stderr


def test_names_and_folders_that_are_not_there(run: Any, folder: Path, tmp_path: Path) -> None:
    done = run("connections", folder, "--only", "man-db")
    assert done.returncode == 1
    assert "man-db" in done.stderr
    assert "main-db, web" in done.stderr
    done = run("connections", tmp_path / "nowhere")
    assert done.returncode == 1
    assert "modus.json does not exist" in done.stderr


def test_a_manifest_without_any(run: Any, tmp_path: Path) -> None:
    (tmp_path / "modus.json").write_text("{}")
    done = run("connections", tmp_path)
    assert done.returncode == 0
    assert "no connections" in done.stdout
