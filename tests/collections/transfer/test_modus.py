"""The tables of Modus are read as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from atoll.collections.errors import CollectionError
from atoll.collections.transfer.line import BadLine, Line
from atoll.collections.transfer.modus import ModusDatabase

# As databases of the original have them (reference section 5.6).
TABLES = """
CREATE TABLE collection_texts (
    id bigserial PRIMARY KEY, collection text NOT NULL, namespace text NOT NULL DEFAULT '',
    key text NOT NULL, text text NOT NULL, labels text[],
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE collection_vectors (
    id bigserial PRIMARY KEY, text_id bigint REFERENCES collection_texts ON DELETE CASCADE,
    search_method text NOT NULL, vector real[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
"""


@pytest.fixture
def database(postgresql) -> str:
    """Its name. It has the tables, and nothing in them."""
    name: str = postgresql.new_database()
    postgresql.execute(TABLES, database=name)
    return name


@pytest.fixture
def read(postgresql, database: str) -> Iterator[Callable[[], ModusDatabase]]:
    opened: list[ModusDatabase] = []

    def read() -> ModusDatabase:
        opened.append(ModusDatabase(postgresql.url_of(database)))
        return opened[-1]

    yield read
    for each in opened:
        each.close()


def test_texts_come_by_their_ids_with_the_vectors_that_are_asked_for(postgresql, database, read):
    postgresql.execute(
        "INSERT INTO collection_texts (collection, namespace, key, text, labels) VALUES"
        " ('docs', '', 'a', 'Ä', '{x,y}'), ('other', '', 'b', 'b', NULL),"
        " ('docs', 'n', 'c', 'c', NULL);"
        "INSERT INTO collection_vectors (text_id, search_method, vector) VALUES"
        " (1, 'm', '{0.1,2}'), (1, 'gone', '{1}'), (2, 'm', '{3,4}'), (3, 'm', '{}');",
        database=database,
    )
    opened = read()
    assert opened.collections() == {"docs": 2, "other": 1}
    first, second = opened.lines("docs", ("m",))
    assert isinstance(first, Line)
    assert isinstance(second, Line)
    assert (first.number, first.text.key, first.text.text) == (1, "a", "Ä")
    assert first.text.labels == ("x", "y")
    assert {name: of.tolist() for name, of in first.vectors.items()} == {
        "m": pytest.approx([0.1, 2])
    }
    assert (second.number, second.namespace, second.vectors) == (3, "n", {})


def test_many_texts_come_in_pages(postgresql, database, read):
    postgresql.execute(
        "INSERT INTO collection_texts (collection, key, text)"
        " SELECT 'docs', 'k' || n, 't' FROM generate_series(1, 1001) n",
        database=database,
    )
    assert [line.number for line in read().lines("docs", ())] == list(range(1, 1002))


def test_what_is_of_no_use_is_told_with_its_id(postgresql, database, read):
    postgresql.execute(
        "INSERT INTO collection_texts (collection, key, text, labels) VALUES"
        " ('docs', 'b', 'b', '{NULL}'), ('docs', 'c', 'c', NULL), ('docs', 'a', '', NULL);"
        "INSERT INTO collection_vectors (text_id, search_method, vector) VALUES"
        " (2, 'm', '{1,NaN}');",
        database=database,
    )
    *bad, empty = read().lines("docs", ("m",))
    assert all(isinstance(one, BadLine) for one in bad)
    assert [one.number for one in bad] == [1, 2]
    assert isinstance(empty, Line)
    assert empty.text.text == ""
    *_, alone, empty = read().lines("docs", ())
    assert isinstance(alone, Line)  # whose vectors nobody asked for
    assert alone.vectors == {}


def test_what_is_written_meanwhile_is_not_seen(postgresql, database, read):
    insert = "INSERT INTO collection_texts (collection, key, text) VALUES ('docs', 'k', 't')"
    postgresql.execute(insert, database=database)
    opened = read()
    postgresql.execute(insert, database=database)
    assert opened.collections() == {"docs": 1}
    assert len(list(opened.lines("docs", ()))) == 1


def test_older_tables_without_namespaces_and_labels_are_read(postgresql, database, read):
    postgresql.execute(
        "ALTER TABLE collection_texts DROP COLUMN namespace, DROP COLUMN labels;"
        "INSERT INTO collection_texts (collection, key, text) VALUES ('docs', 'k', 't')",
        database=database,
    )
    (line,) = read().lines("docs", ())
    assert isinstance(line, Line)
    assert (line.namespace, line.text.labels) == ("", ())


def test_a_database_that_is_not_one_of_modus_is_told_as_such(postgresql):
    with pytest.raises(CollectionError, match="has no table collection_texts"):
        ModusDatabase(postgresql.url_of(postgresql.new_database()))


@pytest.mark.parametrize("url", ["postgresql://u:s3cret@127.0.0.1:1/d", "mysql://u:s3cret@h/d", ""])
def test_one_that_cannot_be_reached_is_told_without_credentials(url: str):
    with pytest.raises(CollectionError) as failed:
        ModusDatabase(url)
    assert "s3cret" not in f"{failed.value.message} {failed.value.hint}"
    assert failed.value.code in ("STORE_UNAVAILABLE", "BAD_SETTING")
