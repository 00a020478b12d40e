"""What is done behind the back of searches."""

from __future__ import annotations

import os
import shutil
import threading
import time
from pathlib import Path

import numpy
import pytest

from atoll.collections.errors import CollectionError
from atoll.collections.filters import parse_filter
from atoll.collections.sqlite import SqliteBackend, filtering, progress, upkeep
from atoll.collections.types import GenerationStats, Text

from ..conftest import EAGER, Docs, begin, random_vectors  # noqa: TID252 - tests have no names

DIMENSION = 8


@pytest.fixture
def backend(tmp_path: Path):
    found = SqliteBackend(tmp_path, EAGER)
    yield found
    found.close()


@pytest.fixture
def docs(backend) -> Docs:
    """Whose index looks at all vectors: what is found is not what is tested here."""
    return begin(backend, dimension=DIMENSION, ef_search=1000)


def maintain(backend: SqliteBackend) -> int:
    steps = 0
    while backend.maintain():
        steps += 1
        assert steps < 200
    return steps


def fill(docs: Docs, count: int, *, seed: int = 1, namespace: str = "", first: int = 0):
    vectors = random_vectors(count, DIMENSION, seed)
    docs.put([Text(f"k{first + n}", f"text {n}") for n in range(count)], vectors, namespace)
    return vectors


def stats(docs: Docs) -> GenerationStats:
    return docs.backend.stats(docs.name)[0].generations[0]


def files(backend: SqliteBackend) -> set[str]:
    found = backend._store().segments.iterdir()
    return {each.name for each in found if each.suffix in (".usearch", ".flat")}


def rows(backend: SqliteBackend, sql: str) -> list[tuple]:
    return backend._store().database.query(sql)


def test_vectors_are_indexed_once_there_are_some(docs):
    assert maintain(docs.backend) == 0
    fill(docs, 40)
    assert maintain(docs.backend) == 0
    fill(docs, 40, first=40)
    assert stats(docs).indexed == 0
    assert maintain(docs.backend) > 0
    found = stats(docs)
    assert (found.vectors, found.indexed, found.removed) == (80, 80, 0)
    assert found.index_bytes > 0
    assert maintain(docs.backend) == 0


def test_searches_find_the_same_before_and_after(docs, tmp_path):
    vectors = fill(docs, 300)
    queries = random_vectors(10, DIMENSION, seed=2)
    before = [docs.near(query, 5) for query in queries]
    maintain(docs.backend)
    assert [docs.near(query, 5) for query in queries] == before
    other = SqliteBackend(tmp_path, EAGER)
    try:
        assert [Docs(other, docs.generation).near(query, 5) for query in queries] == before
    finally:
        other.close()
    assert len(vectors) == stats(docs).indexed


def test_removed_ones_are_left_out(docs):
    fill(docs, 300)
    maintain(docs.backend)
    gone = [f"k{number}" for number in range(0, 300, 2)]
    docs.backend.remove("docs", "", gone)
    found = stats(docs)
    assert (found.vectors, found.indexed, found.removed) == (150, 150, 150)
    everything = set(docs.near(numpy.ones(DIMENSION), 1000))
    assert everything == {f"k{number}" for number in range(1, 300, 2)}
    maintain(docs.backend)
    found = stats(docs)
    assert (found.vectors, found.removed) == (150, 0)
    assert rows(docs.backend, f"SELECT count(*) FROM removed_{docs.generation.id}") == [(0,)]
    assert set(docs.near(numpy.ones(DIMENSION), 1000)) == everything


def test_all_is_indexed_when_asked_for(docs):
    fill(docs, 80)
    maintain(docs.backend)
    fill(docs, 3, first=80)
    assert maintain(docs.backend) == 0
    assert stats(docs).indexed == 80
    while docs.backend.maintain(whole=True):
        pass
    assert stats(docs).indexed == 83


def test_one_process_at_a_time(docs, tmp_path):
    fill(docs, 80)
    other = SqliteBackend(tmp_path, EAGER)
    lock = other._lock(upkeep.LOCK)
    assert lock is not None
    assert not docs.backend.maintain()
    assert stats(docs).indexed == 0
    lock.release()
    assert docs.backend.maintain()
    other.close()


def test_other_settings_have_another_index(docs):
    fill(docs, 80)
    maintain(docs.backend)
    before = files(docs.backend)
    shape = docs.generation.shape.__class__(DIMENSION, "dot", "i8")
    docs.backend.reshape(docs.generation.id, shape)
    assert stats(docs).indexed == 0
    maintain(docs.backend)
    assert stats(docs).indexed == 80
    assert files(docs.backend) - before


def test_files_that_nothing_names_are_deleted_in_time(docs, monkeypatch):
    fill(docs, 80)
    maintain(docs.backend)
    (first,) = files(docs.backend)
    folder = docs.backend._store().segments
    (folder / "1-1-abc.usearch.tmp").write_text("left by a killed process")
    fill(docs, 80, first=80, seed=3)
    maintain(docs.backend)
    assert not (folder / "1-1-abc.usearch.tmp").exists()
    # Others may have read the row that named it just before.
    assert first in files(docs.backend)
    monkeypatch.setattr(upkeep, "_ORPHANED", 0)
    maintain(docs.backend)
    assert first not in files(docs.backend)
    named = {file for (file,) in rows(docs.backend, "SELECT file FROM segments")}
    assert files(docs.backend) == named


def test_a_damaged_file_is_built_anew(docs, tmp_path, caplog):
    fill(docs, 300)
    maintain(docs.backend)
    expected = docs.near(numpy.ones(DIMENSION), 20)
    docs.backend.close()
    for file in (tmp_path / "segments").glob("*.usearch"):
        file.write_bytes(os.urandom(file.stat().st_size))
    again = SqliteBackend(tmp_path, EAGER)
    try:
        found = Docs(again, docs.generation)
        assert found.near(numpy.ones(DIMENSION), 20) == expected
        assert any(record.fields["code"] == "INDEX_REBUILT" for record in caplog.records)
        maintain(again)
        assert stats(found).indexed == 300
        assert found.near(numpy.ones(DIMENSION), 20) == expected
    finally:
        again.close()


def test_what_somebody_deletes_meanwhile_is_built_anew(docs):
    fill(docs, 100)
    maintain(docs.backend)
    shutil.rmtree(docs.backend._store().segments)
    fill(docs, 100, seed=2, first=100)
    assert maintain(docs.backend)
    assert len(files(docs.backend)) == 1
    (found,) = docs.backend.stats(docs.name)[0].generations
    assert (found.vectors, found.indexed) == (200, 200)


def test_a_folder_that_cannot_be_used_is_an_error_of_the_store(docs):
    fill(docs, 100)
    folder = docs.backend._store().segments
    folder.rmdir()
    folder.touch()
    with pytest.raises(CollectionError) as caught:
        maintain(docs.backend)
    assert caught.value.code == "STORE_UNAVAILABLE"
    assert str(folder) in caught.value.message


def test_what_was_dropped_goes_in_small_steps(docs, monkeypatch):
    monkeypatch.setattr(upkeep, "_STEP", 50)
    monkeypatch.setattr(upkeep, "_ORPHANED", 0)
    fill(docs, 300)
    fill(docs, 120, namespace="n")
    maintain(docs.backend)
    docs.backend.remove("docs", "", ["k1"])
    docs.backend.drop_collection("docs")
    assert maintain(docs.backend) > 10
    tables = {name for (name,) in rows(docs.backend, "SELECT name FROM sqlite_master")}
    assert not {each for each in tables if each.startswith(("vectors_", "removed_", "words_"))}
    for table in ("texts", "namespaces", "collections", "generations", "indexes", "segments"):
        assert rows(docs.backend, f"SELECT count(*) FROM {table}") == [(0,)], table
    assert files(docs.backend) == set()


def test_the_file_becomes_smaller(docs, monkeypatch):
    monkeypatch.setattr(upkeep, "_FREE_PAGES", 10)
    texts = [Text(f"k{n}", "word " * 500) for n in range(2000)]
    docs.put(texts, random_vectors(2000, DIMENSION))
    before = rows(docs.backend, "PRAGMA page_count")[0][0]
    docs.backend.drop_collection("docs")
    maintain(docs.backend)
    assert rows(docs.backend, "PRAGMA page_count")[0][0] < before / 4


def test_removals_that_nobody_needs_are_forgotten(docs, monkeypatch, tmp_path):
    """Of a namespace so small that it never has a file."""
    monkeypatch.setattr(upkeep, "_REMOVALS", 20)
    other = SqliteBackend(tmp_path, EAGER)
    follower = Docs(other, docs.generation)
    for number in range(30):
        fill(docs, 3, seed=number)
        assert len(follower.near(numpy.ones(DIMENSION))) == 3
    count = f"SELECT count(*) FROM removed_{docs.generation.id}"
    assert rows(docs.backend, count) == [(87,)]
    maintain(docs.backend)
    assert rows(docs.backend, count) == [(0,)]
    assert len(follower.near(numpy.ones(DIMENSION))) == 3
    docs.backend.remove("docs", "", ["k0"])
    assert sorted(follower.near(numpy.ones(DIMENSION))) == ["k1", "k2"]
    other.close()


def test_builds_that_nothing_was_made_by_are_deleted_in_time(docs, monkeypatch):
    docs.backend.keep_build("b1", b"made the vectors")
    docs.backend.keep_build("b2", b"made none")
    maintain(docs.backend)
    assert docs.backend.build("b2") == b"made none"
    monkeypatch.setattr(upkeep, "_UNUSED", -1)
    maintain(docs.backend)
    assert docs.backend.build("b2") is None
    assert docs.backend.build("b1") == b"made the vectors"


def test_progress_is_told_to_others(tmp_path):
    numbers = iter(range(10, 10**6))
    assert progress.read(tmp_path) == {}
    with progress.told(tmp_path, 7, lambda: (next(numbers), 100)):
        end = time.monotonic() + 30
        while not progress.read(tmp_path) and time.monotonic() < end:
            time.sleep(0.01)
        done, of = progress.read(tmp_path)[7]
        assert done >= 10
        assert of == 100
    assert progress.read(tmp_path) == {}
    (tmp_path / "indexing.json").write_text('{"7": [1, 2]}')
    assert progress.read(tmp_path) == {7: (1, 2)}
    os.utime(tmp_path / "indexing.json", (1, 1))
    assert progress.read(tmp_path) == {}
    (tmp_path / "indexing.json").write_text("half of")
    assert progress.read(tmp_path) == {}


def test_searches_go_on_while_all_is_indexed(docs):
    fill(docs, 400)
    over = threading.Event()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(8):
                fill(docs, 60, seed=number, first=number * 7)
                maintain(docs.backend)
        except BaseException as error:
            failures.append(error)
        finally:
            over.set()

    thread = threading.Thread(target=work)
    thread.start()
    while not over.is_set():
        hits = docs.hits(numpy.ones(DIMENSION), 1000)
        assert len({hit.id for hit in hits}) == len(hits) == 400
    thread.join()
    assert failures == []


@pytest.mark.parametrize("few", [10, 60, 100_000])
@pytest.mark.parametrize("share", [0.5, 0.05, 0.002])
def test_filters_by_each_way_to_use_the_index(docs, monkeypatch, few: int, share: float):
    """Of few texts, of a part of what the index finds, and of all."""
    monkeypatch.setattr(filtering, "FEW", few)
    count = 600
    vectors = random_vectors(count, DIMENSION)
    left = numpy.random.default_rng(1).random(count) < share
    left[7] = True

    def texts(first: int, last: int) -> list[Text]:
        return [Text(f"k{n}", "t", (), {"left": bool(left[n])}) for n in range(first, last)]

    def check(gone: set[int]) -> None:
        order = numpy.argsort(1 - vectors[:known] @ query, kind="stable")
        expected = [f"k{n}" for n in order if left[n] and n not in gone]
        assert docs.near(query, filter=parse_filter({"left": True})) == expected[:10]

    query = random_vectors(1, DIMENSION, seed=2)[0]
    docs.put(texts(0, 500), vectors[:500])
    maintain(docs.backend)
    known = 500
    check(set())
    check(set())
    docs.put(texts(500, count), vectors[500:])
    known = count
    check(set())
    docs.backend.remove("docs", "", ["k7", "k8"])
    check({7, 8})
