"""The file of the store: who may read it, and what is said when it is of no use."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import numpy
import pytest

from atoll.collections.errors import CollectionError
from atoll.collections.filters import parse_filter
from atoll.collections.sqlite import SqliteBackend, database
from atoll.collections.sqlite.tables import MIGRATIONS
from atoll.collections.types import Shape, Text

VECTOR = numpy.ones((1, 2), numpy.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "app" / ".atoll" / "collections"


@pytest.fixture
def backend(folder: Path):
    found = SqliteBackend(folder)
    yield found
    found.close()


def test_nothing_is_made_before_it_is_needed(backend, folder: Path):
    assert backend.place == str(folder / "store.db")
    assert not folder.exists()


def test_all_is_for_its_owner_alone_and_for_no_repository(backend, folder: Path, tmp_path: Path):
    backend.upsert("bare", "", [Text("k", "t")], {})
    backend.lock("one")
    backend.maintain()
    app = tmp_path / "app"
    for path in (app / ".atoll").rglob("*"):
        if path.name == ".gitignore":
            continue
        expected = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == expected, path
    assert stat.S_IMODE((app / ".atoll").stat().st_mode) == 0o700
    assert {"store.db", "store.db-wal", "segments"} <= {each.name for each in folder.iterdir()}
    subprocess.run(["git", "init", "-q", app], check=True, timeout=30)
    status = ["git", "-C", app, "status", "--porcelain"]
    done = subprocess.run(status, capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout == ""


def refused(backend: SqliteBackend, code: str = "STORE_UNAVAILABLE") -> CollectionError:
    with pytest.raises(CollectionError) as caught:
        backend.upsert("bare", "", [Text("k", "t")], {})
    assert caught.value.code == code
    assert backend.place in caught.value.message
    return caught.value


def test_a_file_that_is_no_database_is_left_alone(backend, folder: Path):
    folder.mkdir(parents=True)
    content = "something else entirely, of some length" * 1000
    (folder / "store.db").write_text(content)
    error = refused(backend)
    assert "not a database" in error.message
    assert "backup" in (error.hint or "")
    with pytest.raises(CollectionError, match="not a database"):
        backend.generations("docs")
    assert (folder / "store.db").read_text() == content
    # It is opened once it can be.
    (folder / "store.db").unlink()
    backend.upsert("bare", "", [Text("k", "t")], {})
    assert backend.namespaces("bare") == {"": 1}


def test_a_damaged_file_is_told_of(backend, folder: Path):
    texts = [Text(f"k{n}", "some words " * 50) for n in range(2000)]
    backend.upsert("bare", "", texts, {})
    backend.close()
    file = folder / "store.db"
    content = bytearray(file.read_bytes())
    content[8192 * 20 :] = b"\xff" * (len(content) - 8192 * 20)
    file.write_bytes(content)
    again = SqliteBackend(folder)
    with pytest.raises(CollectionError) as caught:
        again.texts("bare", None, limit=10_000)
    assert caught.value.code == "STORE_UNAVAILABLE"
    assert "malformed" in caught.value.message
    again.close()


def test_a_folder_that_cannot_be_made(tmp_path: Path):
    (tmp_path / "file").write_text("not a folder")
    backend = SqliteBackend(tmp_path / "file" / "collections")
    error = refused(backend)
    assert "ATOLL_COLLECTIONS_DIR" in (error.hint or "")
    with pytest.raises(CollectionError):
        backend.lock("one")
    backend.close()


def test_a_file_of_a_later_version_is_left_alone(backend, folder: Path):
    backend.upsert("bare", "", [Text("k", "t")], {})
    with closing(sqlite3.connect(folder / "store.db")) as connection, connection:
        connection.execute("UPDATE atoll_migrations SET version = version + 1")
    later = SqliteBackend(folder)
    error = refused(later)
    assert f"{len(MIGRATIONS) + 1}" in error.message
    assert "later version" in error.message
    later.close()


def test_a_file_that_was_deleted_is_made_again(backend, folder: Path):
    shape = Shape(2)
    first = backend.start_generation("docs", "m", shape, embedder="e", probe=b"", build="")
    backend.upsert("docs", "", [Text("k", "t")], {first.id: VECTOR})
    assert len(backend.nearest(first, [""], VECTOR[0], 10)) == 1
    for each in folder.glob("store.db*"):
        each.unlink()
    assert backend.generations("docs") == []
    again = backend.start_generation("docs", "m", shape, embedder="e", probe=b"", build="")
    assert backend.nearest(again, [""], VECTOR[0], 10) == []
    backend.upsert("docs", "", [Text("new", "t")], {again.id: VECTOR})
    assert [each.key for each in backend.texts("docs", "")] == ["new"]


def test_after_the_end_nothing_is_taken(backend):
    backend.upsert("bare", "", [Text("k", "t")], {})
    backend.close()
    backend.close()
    assert "closed" in refused(backend).message


def test_what_was_stored_is_there_after_the_end(backend, folder: Path):
    found = backend.start_generation("docs", "m", Shape(2), embedder="e", probe=b"p", build="b")
    backend.upsert("docs", "n", [Text("k", "t")], {found.id: VECTOR})
    backend.close()
    again = SqliteBackend(folder)
    assert again.generations("docs") == [found]
    assert len(again.nearest(found, ["n"], VECTOR[0], 1)) == 1
    assert len(again.matching("docs", ["n"], "t", 1)) == 1
    again.close()
    assert not (folder / "store.db-wal").exists()


def test_what_would_take_too_long_is_given_up(backend, monkeypatch: pytest.MonkeyPatch):
    metadata = {"tags": [str(number) for number in range(200)]}
    backend.upsert("bare", "", [Text(f"k{n}", "word", (), metadata) for n in range(500)], {})
    wanted = [{"tags": {"contains": f"none {number}"}} for number in range(150)]
    monkeypatch.setattr(database, "READ_SECONDS", 0.0)
    with pytest.raises(CollectionError) as caught:
        backend.matching("bare", [""], "word", 10, parse_filter({"or": wanted}))
    assert caught.value.code == "STORE_UNAVAILABLE"
    assert "too much work" in caught.value.message
    assert len(backend.matching("bare", [""], "word", 10)) == 10
