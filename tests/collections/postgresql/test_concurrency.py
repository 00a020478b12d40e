"""Writers of the same keys take turns, whichever process they are in."""

from __future__ import annotations

import random
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy
import psycopg
import pytest

from atoll.collections.errors import GenerationsChanged
from atoll.collections.postgresql.tables import lock_key
from atoll.collections.types import Shape, Text


def vector_of(number: int) -> numpy.ndarray:
    return numpy.array([[1, number]], numpy.float32)


def begin(store, method: str = "m"):
    return store.start_generation("docs", method, Shape(2), embedder="e", probe=b"p", build="b")


def agreed(store, generation) -> dict[str, int]:
    """The number that each text says, which its vector says as well."""
    texts = store.texts("docs", "", limit=10**6)
    ids, vectors = store.vectors(generation.id, [each.id for each in texts])
    numbers = dict(zip(ids, vectors[:, 1].tolist(), strict=True))
    assert {each.id: float(each.text) for each in texts} == numbers
    assert store.namespaces("docs") == {"": len(texts)}
    named = set(numbers.values())
    found = [store.matching("docs", [""], f"{number:g}", 10**6) for number in named]
    assert sorted(hit.id for hits in found for hit in hits) == sorted(numbers)
    keys = [each.key for each in texts]
    assert len(set(keys)) == len(keys)
    return {each.key: int(each.text) for each in texts}


def test_one_key_is_written_by_many(open_store):
    stores = [open_store() for _ in range(3)]
    generation = begin(stores[0])

    def write(number: int) -> None:
        store = stores[number % 3]
        store.upsert("docs", "", [Text("k", str(number))], {generation.id: vector_of(number)})

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(write, range(120)))
    assert agreed(stores[0], generation).keys() == {"k"}


def test_many_keys_are_written_and_removed_in_any_order(open_store):
    stores = [open_store() for _ in range(3)]
    generation = begin(stores[0])

    def work(number: int) -> None:
        chosen = random.Random(number)
        keys = [f"k{each}" for each in chosen.sample(range(60), 40)]
        store = stores[number % 3]
        if number % 4 == 3:
            store.remove("docs", "", keys)
            return
        vectors = numpy.repeat(vector_of(number), 40, axis=0)
        store.upsert("docs", "", [Text(k, str(number)) for k in keys], {generation.id: vectors})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(60)))
    agreed(stores[0], generation)


def test_a_generation_that_begins_meanwhile_misses_nothing(open_store):
    """A writer that does not know it stores nothing; what was stored before is missing in it."""
    store, other = open_store(), open_store()
    first = begin(store)
    store.upsert("docs", "", [Text("k", "0")], {first.id: vector_of(0)})
    wrong = 0

    def write(number: int) -> None:
        nonlocal wrong
        while True:
            known = other.generations("docs")
            vectors = {each.id: vector_of(number) for each in known}
            try:
                other.upsert("docs", "", [Text(f"k{number}", str(number))], vectors)
            except GenerationsChanged:
                wrong += 1
            else:
                return

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, number) for number in range(100)]
        begun = [begin(store, f"m{number}") for number in range(5)]
        for each in writing:
            each.result()
    for generation in begun:
        while missing := store.missing(generation.id):
            ids = [each.id for each in missing]
            numbers = numpy.concatenate([vector_of(int(each.text)) for each in missing])
            assert store.add_vectors(generation.id, ids, numbers) == len(ids)
        assert store.finish_generation(generation.id)
        assert len(agreed(store, generation)) == 101


def test_vectors_of_texts_that_are_replaced_meanwhile_are_left_out(open_store):
    store, other = open_store(), open_store()
    keys = [f"k{number}" for number in range(50)]
    store.upsert("docs", "", [Text(key, "1") for key in keys], {})
    generation = begin(store)
    ones = numpy.repeat(vector_of(1), 50, axis=0)
    twos = numpy.repeat(vector_of(2), 50, axis=0)

    def add() -> None:
        for _ in range(20):
            missing = store.missing(generation.id)
            store.add_vectors(generation.id, [each.id for each in missing], ones[: len(missing)])

    def replace() -> None:
        for _ in range(20):
            texts = [Text(key, "2") for key in random.sample(keys, 50)]
            other.upsert("docs", "", texts, {generation.id: twos})
            other.remove("docs", "", random.sample(keys, 20))

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(add), pool.submit(replace)]:
            each.result()
    assert store.finish_generation(generation.id)
    assert set(agreed(store, generation).values()) == {2}


def wait_for_waiting(connection, work: Future[Any]) -> None:
    """Until something waits for a lock, or has not waited at all."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    end = time.monotonic() + 30
    while not work.done() and connection.execute(waiting).fetchone() == (0,):
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_text_that_is_being_removed_gets_no_vector(url, store):
    store.upsert("docs", "", [Text("k", "1")], {})
    generation = begin(store)
    (missing,) = store.missing(generation.id)
    with psycopg.connect(url) as other, ThreadPoolExecutor(1) as pool:
        # What a removal does, up to where it is committed.
        other.execute("DELETE FROM atoll_collection_items")
        other.execute(f"DELETE FROM atoll_collection_vectors_{generation.id}")
        adding = pool.submit(store.add_vectors, generation.id, [missing.id], vector_of(1))
        wait_for_waiting(other, adding)
        other.commit()
        assert adding.result() == 0
    assert store.vectors(generation.id, [missing.id])[0] == []


def test_a_vector_that_another_process_is_adding_is_left_out(url, store):
    store.upsert("docs", "", [Text("k", "1"), Text("l", "1")], {})
    generation = begin(store)
    first, second = (each.id for each in store.missing(generation.id))
    both = numpy.repeat(vector_of(1), 2, axis=0)
    with psycopg.connect(url) as other, ThreadPoolExecutor(1) as pool:
        table = f"atoll_collection_vectors_{generation.id}"
        place = "SELECT id FROM atoll_collection_namespaces"
        other.execute(f"INSERT INTO {table} VALUES (%s, ({place}), '[1,2]')", (first,))
        adding = pool.submit(store.add_vectors, generation.id, [first, second], both)
        wait_for_waiting(other, adding)
        other.commit()
        assert adding.result() == 1
    ids, vectors = store.vectors(generation.id, [first, second])
    assert dict(zip(ids, vectors[:, 1].tolist(), strict=True)) == {first: 2, second: 1}


def test_a_writer_waits_for_a_generation_that_is_being_begun(url, store):
    generation = begin(store)
    vectors = {generation.id: vector_of(1)}
    columns = "collection, serving, dimension, distance, quantization, exact, connectivity, "
    columns += "ef_construction, ef_search, embedder, probe, build"
    with psycopg.connect(url) as other, ThreadPoolExecutor(1) as pool:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (lock_key("collection", "docs"),))
        writing = pool.submit(store.upsert, "docs", "", [Text("k", "1")], vectors)
        wait_for_waiting(other, writing)
        other.execute(
            f"INSERT INTO atoll_collection_generations (method, {columns}) "
            f"SELECT 'second', {columns} FROM atoll_collection_generations"
        )
        other.commit()
        with pytest.raises(GenerationsChanged):
            writing.result()
    assert store.texts("docs", "") == []


def test_other_dimensions_store_nothing(open_store):
    store = open_store()
    generation = begin(store)
    with pytest.raises(Exception, match="dimensions"):
        store.upsert("docs", "", [Text("k", "1")], {generation.id: numpy.ones((1, 3), "f4")})
    assert store.texts("docs", "") == []
