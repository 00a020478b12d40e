"""Vectors are indexed behind the back of searches, which find the same with and without."""

from __future__ import annotations

import logging

import numpy
import pytest

from atoll.collections.filters import parse_filter
from atoll.collections.types import Shape, Text

DIMENSION = 16
COUNT = 400


def clustered(count: int, seed: int = 1) -> numpy.ndarray:
    """As the vectors of texts are, and not all of one length."""
    generator = numpy.random.default_rng(seed)
    centres = generator.standard_normal((20, DIMENSION))
    noise = 0.4 * generator.standard_normal((count, DIMENSION))
    return (centres[generator.integers(0, 20, count)] + noise).astype(numpy.float32)


VECTORS = clustered(COUNT)


def begin(store, **shape):
    wanted = Shape(**{"dimension": DIMENSION, **shape})
    return store.start_generation("docs", "m", wanted, embedder="e", probe=b"p", build="b")


def fill(store, generation, vectors=VECTORS, namespace: str = "") -> None:
    texts = [
        Text(f"k{number}", "word", (), {"n": number, "tenth": number % 10})
        for number in range(len(vectors))
    ]
    store.upsert("docs", namespace, texts, {generation.id: vectors})


def settle(store, **how) -> None:
    for _ in range(50):
        if not store.maintain(**how):
            return
    raise AssertionError("there is always something to do")


def stats(store):
    (found,) = store.stats("docs")
    return found.generations[0]


def index_names(query) -> list[str]:
    found = query(
        "SELECT relname FROM pg_class WHERE relkind = 'i' AND relname LIKE '%hnsw%' "
        "AND pg_table_is_visible(oid)"
    )
    return sorted(name for (name,) in found)


@pytest.mark.parametrize("distance", ["dot", "cosine", "euclidean"])
@pytest.mark.parametrize("quantization", ["f32", "f16", "i8"])
def test_an_index_finds_what_a_comparison_with_all_does(
    url, open_store, query, distance, quantization
):
    store = open_store(f"{url}&application_name=walks")
    generation = begin(store, distance=distance, quantization=quantization)
    fill(store, generation)
    queries = clustered(30, 2)
    before = [store.nearest(generation, [""], each, 10) for each in queries]
    assert stats(store).indexed == 0
    settle(store)
    assert stats(store).indexed == COUNT
    assert stats(store).index_bytes > 0
    after = [store.nearest(generation, [""], each, 10) for each in queries]
    found = sum(len(set(one) & set(other)) for one, other in zip(before, after, strict=True))
    assert found >= 0.95 * 10 * len(queries)  # distances are the same, too
    store.close()
    # Sessions that end tell what they have used.
    ((scans,),) = query(
        "SELECT sum(idx_scan) FROM pg_stat_user_indexes "
        "WHERE indexrelname LIKE '%hnsw%' AND schemaname = current_schema()"
    )
    assert scans == len(queries)


def test_few_vectors_are_indexed_when_all_are_to_be(store):
    generation = begin(store)
    fill(store, generation, VECTORS[:99])
    settle(store)
    assert stats(store).indexed == 0
    settle(store, whole=True)
    assert stats(store).indexed == 99
    settle(store)
    assert stats(store).indexed == 99


def test_vectors_that_come_later_are_found(store):
    generation = begin(store, distance="euclidean")
    fill(store, generation)
    settle(store)
    added = clustered(50, 3) + 5
    fill(store, generation, added, "later")
    for number, vector in enumerate(added):
        (hit,) = store.nearest(generation, ["", "later"], vector, 1)
        assert store.load([hit.id])[hit.id].key == f"k{number}"
        assert hit.value < 1e-3
    store.remove("docs", "", [f"k{number}" for number in range(COUNT)])
    hits = store.nearest(generation, [""], VECTORS[0], 10)
    assert hits == []
    assert len(store.nearest(generation, ["", "later"], VECTORS[0], 100)) == 50


@pytest.mark.parametrize(
    "filter",
    [
        {"tenth": 3},
        {"n": {"lt": 200}},
        {"n": 7},
        {"n": {"gte": 1000}},
        {"not": {"tenth": 3}},
        {"$key": {"in": ["k1", "k2", "k3"]}},
    ],
)
@pytest.mark.parametrize("limit", [1, 10, 1000])
def test_a_filter_leaves_the_nearest_that_it_holds_for(store, filter, limit):
    generation = begin(store, distance="euclidean")
    fill(store, generation)
    wanted = parse_filter(filter)
    query = clustered(1, 5)[0]
    before = store.nearest(generation, [""], query, limit, wanted)
    settle(store)
    after = store.nearest(generation, [""], query, limit, wanted)
    assert len(after) == len(before)
    assert len(set(after) & set(before)) >= 0.9 * len(before)


def test_a_namespace_among_many_is_searched_alone(store):
    generation = begin(store, distance="euclidean")
    for number in range(10):
        fill(store, generation, clustered(60, number), f"n{number}")
    query = clustered(1, 5)[0]
    before = [store.nearest(generation, [f"n{n}"], query, 30) for n in range(10)]
    settle(store)
    agree = 0
    for number, expected in enumerate(before):
        found = store.nearest(generation, [f"n{number}"], query, 30)
        assert len(found) == 30
        agree += len(set(found) & set(expected))
        assert {each.namespace for each in store.load([h.id for h in found]).values()} == {
            f"n{number}"
        }
    assert agree >= 0.9 * 30 * len(before)


def test_more_may_be_asked_for_than_an_index_looks_at(store):
    generation = begin(store)
    fill(store, generation, clustered(3000))
    settle(store)
    assert len(store.nearest(generation, [""], VECTORS[0], 2500)) == 2500
    assert len(store.nearest(generation, [""], VECTORS[0], 10_000)) == 3000


def test_a_query_of_length_0_finds_something(store):
    generation = begin(store, distance="cosine")
    fill(store, generation)
    settle(store)
    hits = store.nearest(generation, [""], numpy.zeros(DIMENSION, numpy.float32), 5)
    assert [hit.value for hit in hits] == [1] * 5


def test_an_exact_method_has_no_index(store, query):
    generation = begin(store, exact=True)
    fill(store, generation)
    settle(store, whole=True)
    assert index_names(query) == []
    assert stats(store).indexed == 0


@pytest.mark.parametrize(("dimension", "quantization"), [(2001, "f32"), (4001, "f16")])
def test_what_cannot_be_indexed_is_compared_and_told_of_once(
    store, query, caplog, dimension, quantization
):
    generation = begin(store, dimension=dimension, quantization=quantization)
    vectors = numpy.eye(120, dimension, dtype=numpy.float32)
    fill(store, generation, vectors)
    with caplog.at_level(logging.WARNING, "atoll.collections"):
        settle(store)
        settle(store)
    assert index_names(query) == []
    assert [each.getMessage() for each in caplog.records] == [
        "pgvector cannot index vectors of so many dimensions: all are compared."
    ]
    (hit,) = store.nearest(generation, [""], vectors[3], 1)
    assert store.load([hit.id])[hit.id].key == "k3"


def test_a_half_can_be_indexed_at_more_dimensions(store):
    generation = begin(store, dimension=2001, quantization="f16")
    fill(store, generation, numpy.eye(120, 2001, dtype=numpy.float32))
    settle(store)
    assert stats(store).indexed == 120


def test_other_settings_build_the_index_anew(store, query):
    generation = begin(store)
    fill(store, generation)
    settle(store)
    (first,) = index_names(query)
    for change in (
        {"connectivity": 8},
        {"quantization": "f16"},
        {"distance": "euclidean"},
        {"connectivity": 128, "ef_construction": 4096},  # more than pgvector takes
    ):
        shape = Shape(**{"dimension": DIMENSION, **change})
        store.reshape(generation.id, shape)
        (reshaped,) = store.generations("docs")
        exact = store.nearest(reshaped, [""], VECTORS[0], 10)
        settle(store)
        (name,) = index_names(query)
        assert name != first
        assert stats(store).indexed == COUNT
        found = store.nearest(reshaped, [""], VECTORS[0], 10)
        assert len(set(found) & set(exact)) >= 9
    store.reshape(generation.id, Shape(DIMENSION, exact=True))
    settle(store)
    assert index_names(query) == []


def test_what_an_interrupted_build_left_is_built_anew(store, query):
    generation = begin(store)
    fill(store, generation)
    settle(store)
    (name,) = index_names(query)
    query("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", name)
    assert stats(store).indexed in (0, COUNT)  # what was known a moment ago
    assert len(store.nearest(generation, [""], VECTORS[0], 10)) == 10
    settle(store)
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = %s::regclass"
    assert query(valid, name) == [(True,)]
    assert index_names(query) == [name]
    assert stats(store).indexed == COUNT


def test_a_server_with_little_shared_memory_builds_by_itself(pgvector, open_store):
    database = pgvector.new_database()
    pgvector.execute(
        "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF current_setting('max_parallel_maintenance_workers') <> '0' "
        "AND current_query() LIKE '%hnsw%' THEN "
        "RAISE EXCEPTION 'could not resize shared memory segment' USING ERRCODE = '53100'; "
        "END IF; END $$; "
        "CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE INDEX') "
        "EXECUTE FUNCTION refuse()",
        database=database,
    )
    store = open_store(pgvector.url_of(database))
    generation = begin(store)
    fill(store, generation)
    settle(store)
    assert stats(store).indexed == COUNT


def test_one_process_at_a_time_does_the_upkeep(store, open_store, query):
    import psycopg

    from atoll.collections.postgresql.tables import lock_key

    generation = begin(store)
    fill(store, generation)
    with psycopg.connect(store._sessions._url(), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (lock_key("maintenance"),))
        assert not store.maintain()
        assert not open_store().maintain()
        other.execute("SELECT pg_advisory_unlock(%s)", (lock_key("maintenance"),))
    settle(store)
    assert stats(store).indexed == COUNT


def test_the_upkeep_adds_up_the_counts(store, query):
    generation = begin(store)
    for number in range(220):
        store.upsert("docs", "", [Text(f"k{number}", "t")], {generation.id: VECTORS[:1]})
    assert query("SELECT count(*) FROM atoll_collection_counts") == [(220,)]
    settle(store)
    assert query("SELECT count(*) FROM atoll_collection_counts") == [(1,)]
    assert store.namespaces("docs") == {"": 220}


def test_vectors_that_were_replaced_are_deleted_when_nobody_searches_them(
    store, query, monkeypatch
):
    generation = begin(store)
    fill(store, generation)
    store.drop_generation(generation.id)
    table = "SELECT to_regclass(%s) IS NOT NULL"
    settle(store)
    assert query(table, f"atoll_collection_vectors_{generation.id}") == [(True,)]
    monkeypatch.setattr("atoll.collections.postgresql.index.GRACE_SECONDS", 0)
    settle(store)
    assert query(table, f"atoll_collection_vectors_{generation.id}") == [(False,)]
    assert store.vectors(generation.id, [1])[0] == []
