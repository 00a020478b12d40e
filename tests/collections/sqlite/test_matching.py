"""Searches of words, where most texts have some of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from atoll.collections.filters import parse_filter
from atoll.collections.sqlite import SqliteBackend, matching
from atoll.collections.sqlite.words import MOST, any_of, words_of
from atoll.collections.types import Text


@pytest.fixture
def backend(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(matching, "_MANY", 10)
    found = SqliteBackend(tmp_path)
    texts = [Text(f"k{n}", f"the word{n} of number {n % 10}", (), {"n": n}) for n in range(100)]
    found.upsert("docs", "", texts, {})
    found.upsert("docs", "n", [Text("other", "the word5")], {})
    yield found
    found.close()


def found(backend: SqliteBackend, words: str, limit: int = 5, namespaces=("",), filter=None):
    hits = backend.matching("docs", namespaces, words, limit, parse_filter(filter))
    by_id = backend.load([hit.id for hit in hits])
    return [by_id[hit.id].key for hit in hits]


def test_words_of_most_texts_do_not_hide_the_others(backend):
    assert found(backend, "the word7 of", 1) == ["k7"]
    assert found(backend, "of the word7 word8", 2) == ["k7", "k8"]
    assert set(found(backend, "3 the", 10)) == {f"k{n}" for n in range(3, 100, 10)}


def test_they_are_looked_for_where_the_others_are_too_few(backend):
    keys = found(backend, "the word7", 5)
    assert keys[0] == "k7"
    assert len(keys) == 5
    assert len(found(backend, "the of number", 1000)) == 100
    assert len(found(backend, "the", 1000, ["", "n"])) == 101


def test_namespaces_and_filters_count_for_them_too(backend):
    assert found(backend, "the word5", 5, ["n"]) == ["other"]
    assert found(backend, "the word5", 5, filter={"n": {"in": [5, 6]}}) == ["k5", "k6"]
    assert found(backend, "the of", 5, filter={"n": 6}) == ["k6"]


def test_words_of_a_text():
    assert words_of("The WHALE, the white-whale! x_1") == ["the", "whale", "white", "x", "1"]
    assert words_of("e\u0301t\u00e9 हिन्दी") == ["e\u0301t\u00e9", "हिन्दी"]
    assert words_of('"(*)-') == []
    many = words_of(" ".join(f"w{number} the" for number in range(10_000)))
    assert len(many) == MOST
    assert any_of(["a", "b"]) == '"a" OR "b"'
