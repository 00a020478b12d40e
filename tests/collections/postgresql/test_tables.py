"""The tables are made by whoever comes first; what is amiss is said with what to do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy
import pytest

from atoll.collections.errors import CollectionError
from atoll.collections.types import Shape, Text

ONE = numpy.ones((1, 2), numpy.float32)


@pytest.fixture
def url(pgvector) -> str:
    """Of an empty database, which has no pgvector yet."""
    return pgvector.url_of(pgvector.new_database())


def begin(store):
    return store.start_generation("docs", "m", Shape(2), embedder="e", probe=b"p", build="b")


def test_several_may_start_at_once(open_store):
    stores = [open_store() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        begun = list(pool.map(begin, stores))
    assert {each.id for each in begun} == {begun[0].id}
    stores[0].upsert("docs", "", [Text("a", "a")], {begun[0].id: ONE})
    assert [each.key for each in stores[5].texts("docs", "")] == ["a"]


def test_the_tables_of_modus_are_left_alone(store, query):
    query("CREATE TABLE collection_texts (id bigserial PRIMARY KEY, collection text)")
    query("CREATE TABLE collection_vectors (id bigserial PRIMARY KEY)")
    query("INSERT INTO collection_texts (collection) VALUES ('docs')")
    begin(store)
    store.drop_collection("docs")
    while store.maintain():
        pass
    assert query("SELECT collection FROM collection_texts") == [("docs",)]
    assert query("SELECT * FROM collection_vectors") == []


def test_a_table_of_a_like_name_is_left_alone(store, query):
    query("CREATE TABLE atoll_collection_vectors_backup (x integer)")
    begin(store)
    while store.maintain(whole=True):
        pass
    store.stats()
    assert query("SELECT count(*) FROM atoll_collection_vectors_backup") == [(0,)]


def test_tables_that_vanish_are_made_anew(store, query):
    begin(store)
    query("DROP SCHEMA public CASCADE")
    query("CREATE SCHEMA public")
    store.upsert("docs", "", [Text("a", "a")], {})
    assert store.namespaces("docs") == {"": 1}


def test_a_newer_schema_is_not_touched(open_store, query):
    begin(open_store())
    query("UPDATE atoll_collection_schema SET version = 99")
    with pytest.raises(CollectionError, match="newer version of Atoll"):
        open_store().texts("docs", "")


def test_a_server_without_pgvector_is_told_of(postgresql, open_store):
    if postgresql.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'"):
        pytest.skip("this PostgreSQL has pgvector")
    store = open_store(postgresql.url_of(postgresql.new_database()))
    with pytest.raises(CollectionError, match="has no pgvector") as raised:
        store.texts("docs", "")
    assert raised.value.code == "STORE_UNAVAILABLE"
    assert "install pgvector" in (raised.value.hint or "")


def test_an_old_pgvector_is_told_of(open_store, query):
    query("CREATE EXTENSION vector")
    query("UPDATE pg_extension SET extversion = '0.6.2' WHERE extname = 'vector'")
    with pytest.raises(CollectionError, match=r"0\.7 or later; the database has 0\.6\.2"):
        open_store().texts("docs", "")


def test_a_user_who_may_not_add_pgvector_is_told_what_to_do(pgvector, url, open_store, query):
    query("CREATE ROLE reader LOGIN PASSWORD 'reader'")
    query("GRANT CREATE ON SCHEMA public TO reader")
    as_reader = url.replace(f"{pgvector.user}:{pgvector.password}", "reader:reader")
    try:
        with pytest.raises(CollectionError, match="may not add pgvector") as raised:
            open_store(as_reader).texts("docs", "")
        assert "CREATE EXTENSION vector" in (raised.value.hint or "")
        query("CREATE EXTENSION vector")
        begin(open_store(as_reader))
    finally:
        query("DROP OWNED BY reader")
        query("DROP ROLE reader")


def test_pgvector_may_be_in_a_schema_of_its_own(open_store, query):
    query('CREATE SCHEMA "ext "" %"')
    query('CREATE EXTENSION vector SCHEMA "ext "" %"')
    store = open_store()
    generation = begin(store)
    store.upsert("docs", "", [Text("a", "a")], {generation.id: ONE})
    assert len(store.nearest(generation, [""], ONE[0], 10)) == 1
    assert store.maintain(whole=True)
    assert store.stats()[0].generations[0].indexed == 1
