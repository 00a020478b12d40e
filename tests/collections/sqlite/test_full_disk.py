"""When the disk is full, that is said, nothing is lost, and all goes on once there is room."""

from __future__ import annotations

import errno
import threading
from pathlib import Path

import pytest

from atoll.collections.errors import CollectionError
from atoll.collections.sqlite import SqliteBackend
from atoll.collections.sqlite.failures import folder_failure
from atoll.collections.types import Text

LARGE = [Text(f"large {n}", "x" * 10_000) for n in range(500)]


@pytest.fixture
def backend(tmp_path: Path):
    found = SqliteBackend(tmp_path)
    found.upsert("bare", "", [Text("first", "words")], {})
    yield found
    found.close()


def set_room(backend: SqliteBackend, pages: int) -> None:
    """That the file may still grow by; SQLite then says what it says of a full disk."""

    def limit(connection) -> None:
        (used,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {used + pages}")

    backend._store().database.write(limit)


def test_it_is_told_and_goes_on(backend):
    set_room(backend, 40)
    with pytest.raises(CollectionError) as caught:
        backend.upsert("bare", "", LARGE, {})
    assert caught.value.code == "STORE_FULL"
    assert backend.place in caught.value.message
    assert [each.key for each in backend.texts("bare", None)] == ["first"]
    assert len(backend.matching("bare", [""], "words", 10)) == 1
    backend.upsert("bare", "", [Text("second", "words")], {})
    set_room(backend, 10**6)
    backend.upsert("bare", "", LARGE, {})
    assert backend.namespaces("bare") == {"": 502}


def test_what_has_no_room_does_not_make_others_fail(backend):
    """All of them wait for the same write, and so are one transaction."""
    set_room(backend, 60)
    entered, go = threading.Event(), threading.Event()
    failures: list[str] = []

    def hold(connection) -> None:
        entered.set()
        go.wait(30)

    def store(key: str, texts: list[Text]) -> None:
        try:
            backend.upsert("bare", "", texts, {})
        except CollectionError as error:
            failures.append(f"{key} {error.code}")

    database = backend._store().database
    threads = [threading.Thread(target=database.write, args=(hold,))]
    threads[0].start()
    assert entered.wait(30)
    work = {"small 1": [Text("small 1", "t")], "large": LARGE, "small 2": [Text("small 2", "t")]}
    for key, texts in work.items():
        threads.append(threading.Thread(target=store, args=(key, texts)))
        threads[-1].start()
    writer = database._writer
    while len(writer._queue) < 3:
        pass
    go.set()
    for each in threads:
        each.join()
    assert failures == ["large STORE_FULL"]
    assert {each.key for each in backend.texts("bare", None)} == {"first", "small 1", "small 2"}


def test_of_a_file_beside_it(tmp_path: Path):
    error = folder_failure(tmp_path / "segments", OSError(errno.ENOSPC, "No space left on device"))
    assert error.code == "STORE_FULL"
