"""Sessions outlive servers, and what is wrong with a database is said without its password."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy
import pytest

from atoll.collections.errors import CollectionError
from atoll.collections.types import Shape, Text

ONE = numpy.ones((1, 2), numpy.float32)


def begin(store):
    return store.start_generation("docs", "m", Shape(2), embedder="e", probe=b"p", build="b")


@pytest.fixture
def own_server(own_pgvector):
    return own_pgvector()


def test_a_store_goes_on_after_its_server_was_restarted(own_server, open_store):
    store = open_store(own_server.url)
    generation = begin(store)
    store.upsert("docs", "", [Text("a", "a")], {generation.id: ONE})
    own_server.restart()
    store.upsert("docs", "", [Text("b", "b")], {generation.id: ONE})
    own_server.restart()
    assert len(store.nearest(generation, [""], ONE[0], 10)) == 2
    own_server.restart()
    assert store.remove("docs", "", ["a", "b"]) == ["a", "b"]


def test_a_server_that_is_down_is_told_of(own_server, open_store):
    store = open_store(own_server.url)
    generation = begin(store)
    own_server.stop()
    for ask in (
        lambda: store.upsert("docs", "", [Text("a", "a")], {generation.id: ONE}),
        lambda: store.texts("docs", None),
        lambda: store.lock("x"),
    ):
        with pytest.raises(CollectionError) as raised:
            ask()
        assert raised.value.code == "STORE_UNAVAILABLE"
        assert f"127.0.0.1:{own_server.port}" in raised.value.message
        assert own_server.password not in f"{raised.value.message} {raised.value.hint}"
    own_server.start()
    assert store.texts("docs", None) == []


def test_nothing_that_was_acknowledged_is_lost_when_the_server_is_killed(own_server, open_store):
    store = open_store(own_server.url)
    generation = begin(store)
    acknowledged: list[str] = []
    refused: list[str] = []
    stop = threading.Event()

    def write(thread: int) -> None:
        for number in range(10**9):
            if stop.is_set():
                return
            key = f"{thread}/{number}"
            try:
                store.upsert("docs", "", [Text(key, key)], {generation.id: ONE})
            except CollectionError as error:
                refused.append(error.code)
                return
            acknowledged.append(key)

    with ThreadPoolExecutor(2) as pool:
        writers = [pool.submit(write, thread) for thread in range(2)]
        end = time.monotonic() + 30
        while len(acknowledged) < 50 and time.monotonic() < end:
            time.sleep(0.01)
        own_server.kill()
        stop.set()
        for each in writers:
            each.result()
    assert set(refused) <= {"STORE_UNAVAILABLE"}
    own_server.start()
    texts = store.texts("docs", "", limit=10**6)
    assert len(acknowledged) >= 50
    assert set(acknowledged) <= {each.key for each in texts}
    hits = store.nearest(generation, [""], ONE[0], 10**6)
    assert [hit.id for hit in hits] == [each.id for each in texts]
    assert store.namespaces("docs") == {"": len(texts)}


def test_a_wrong_password_is_told_of_without_it(pgvector, open_store):
    store = open_store(pgvector.url.replace(pgvector.password, "s3cret-guess"))
    with pytest.raises(CollectionError, match="authentication failed") as raised:
        store.texts("docs", None)
    assert raised.value.code == "STORE_UNAVAILABLE"
    assert "s3cret-guess" not in f"{raised.value.message} {raised.value.hint}"
    assert "s3cret-guess" not in store.place


@pytest.mark.parametrize("wrong", ["", "mysql://x:s3cret@host/db", "postgresql://u:s3cret@[::1/d"])
def test_what_is_no_address_is_told_of(open_store, wrong: str):
    store = open_store(wrong)
    with pytest.raises(CollectionError, match="MODUS_DB") as raised:
        store.generations("docs")
    assert raised.value.code == "BAD_SETTING"
    assert "s3cret" not in f"{raised.value.message} {raised.value.hint} {store.place}"


def test_the_place_is_the_host(pgvector, store):
    assert store.place == f"PostgreSQL at 127.0.0.1:{pgvector.port}"


def test_more_threads_than_sessions_take_turns(url: str, open_store, query):
    store = open_store(f"{url}&pool_max_conns=3&application_name=many")
    generation = begin(store)

    def work(number: int) -> None:
        text = Text(f"k{number % 10}", "word")
        store.upsert("docs", "", [text], {generation.id: ONE})
        store.nearest(generation, [""], ONE[0], 3)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, range(100)))
    assert store.namespaces("docs") == {"": 10}
    counted = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'many'"
    assert 1 <= query(counted)[0][0] <= 3


def refuse(query, code: str, while_: str = "true") -> None:
    """Have the database refuse texts."""
    query(
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {while_} THEN RAISE EXCEPTION 'secret text' USING ERRCODE = '{code}'; END IF; "
        "RETURN new; END $$"
    )
    query(
        "CREATE TRIGGER refuse BEFORE INSERT ON atoll_collection_items "
        "FOR EACH ROW EXECUTE FUNCTION refuse()"
    )


def test_a_full_disk_is_told_of_and_nothing_is_lost(store, query):
    generation = begin(store)
    store.upsert("docs", "", [Text("a", "first")], {generation.id: ONE})
    refuse(query, "53100")
    with pytest.raises(CollectionError, match="cannot grow") as raised:
        store.upsert("docs", "", [Text("a", "second")], {generation.id: ONE})
    assert raised.value.code == "STORE_FULL"
    assert [each.text for each in store.texts("docs", "")] == ["first"]
    query("DROP TRIGGER refuse ON atoll_collection_items")
    store.upsert("docs", "", [Text("a", "second")], {generation.id: ONE})
    assert [each.text for each in store.texts("docs", "")] == ["second"]


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_what_another_transaction_hindered_is_done_again(store, query, code):
    generation = begin(store)
    query("CREATE SEQUENCE tries")
    refuse(query, code, "nextval('tries') < 4")
    store.upsert("docs", "", [Text("a", "a")], {generation.id: ONE})
    assert store.namespaces("docs") == {"": 1}
    assert query("SELECT last_value FROM tries") == [(4,)]


def test_a_closed_store_leaves_no_session(url: str, open_store, query):
    store = open_store(f"{url}&application_name=closing")
    begin(store)
    store.close()
    store.close()
    with pytest.raises(CollectionError, match="closed"):
        store.texts("docs", None)
    counted = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'closing'"
    end = time.monotonic() + 30
    while query(counted) != [(0,)]:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_lock_ends_with_its_session(store, query):
    held = store.lock("x")
    assert held is not None
    assert store.lock("x") is None
    ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    assert query(ended) == [(True,)]
    end = time.monotonic() + 30
    while (again := store.lock("x")) is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    again.release()
    held.release()
