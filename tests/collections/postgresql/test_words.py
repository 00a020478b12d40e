"""Words are the same in texts and in what is searched for, whatever the database's locale."""

from __future__ import annotations

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.collections.postgresql.words import to_tsquery, to_tsvector, weights_of, words_of
from atoll.collections.types import Text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, World!", ["hello", "world"]),
        ("snake_case kebab-case 3.14", ["snake", "case", "kebab", "case", "3", "14"]),
        ("http://example.com/a?b=c", ["http", "example", "com", "a", "b", "c"]),
        ("Café CAFÉ Cafe\u0301", ["cafe", "cafe", "cafe"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("naïve ﬁne \uff21\uff11", ["naive", "fine", "a1"]),
        ("हिन्दी", ["हिन्दी"]),
        ("日本語 テスト", ["日本語", "テスト"]),
        ("İstanbul", ["istanbul"]),
        ("'quotes' \\ & | ! <-> :*", ["quotes"]),
        ("", []),
        ("... --- \U0001f433", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize("space", [" ", "\n", " \n "])
def test_a_large_text_has_the_words_of_its_parts(space: str) -> None:
    words = [f"wörd{number}" for number in range(20_000)]
    plain = [word.replace("ö", "o") for word in words]
    assert words_of(space.join(words)) == plain
    assert words_of(space.join(plain)) == plain


def test_a_large_text_without_a_space_has_words() -> None:
    assert set(words_of("\ufdfa" * 100_000)) == set(words_of("\ufdfa" * 20_000))
    assert len("".join(words_of("a" * 50_000))) == 600


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_words_of_words_are_the_same(text: str) -> None:
    words = words_of(text)
    assert words_of(" ".join(words)) == words
    assert words_of(text.upper() if text.isascii() else text) == words


def test_rare_words_weigh_more() -> None:
    weights = weights_of(["the", "whale", "unheard"], {"the": 0.9, "whale": 0.02})
    assert 0 < weights["the"] < weights["whale"] < weights["unheard"]
    assert weights_of(["a"], {})["a"] > 0


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        " ".join(f"w{number}" for number in range(150_000)),
        " ".join(chr(0x4E00 + number % 20_000) for number in range(340_000)),
        "a " * 500_000,
        "' \\' :1 \\",
    ],
)
def test_any_text_has_words_that_can_be_kept(store, text: str) -> None:
    store.upsert("docs", "", [Text("k", text)], {})
    first = words_of(text)[:1]
    found = store.matching("docs", [""], " ".join(first), 10)
    assert len(found) == len(first)


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_whatever_is_searched_for_is_no_syntax(pgvector_session, text: str) -> None:
    words = words_of(text)
    sql = "SELECT %s::tsvector @@ %s::tsquery"
    if words:
        ((found,),) = pgvector_session.execute(sql, (to_tsvector(text), to_tsquery(words)))
        assert found is True


@pytest.fixture(scope="module")
def pgvector_session(pgvector):
    import psycopg

    with psycopg.connect(pgvector.url, autocommit=True) as connection:
        yield connection


def test_common_words_find_texts_only_if_others_find_too_little(store, query) -> None:
    texts = [Text(f"k{number}", f"the word{number} of it") for number in range(300)]
    store.upsert("docs", "", [*texts, Text("rare", "the whale")], {})
    query("ANALYZE atoll_collection_items")

    def keys(words: str, limit: int) -> list[str]:
        hits = store.matching("docs", [""], words, limit)
        found = store.load([hit.id for hit in hits])
        return [found[hit.id].key for hit in hits]

    assert keys("the whale", 1) == ["rare"]
    assert keys("the whale", 3)[0] == "rare"
    assert len(keys("the whale", 3)) == 3
    assert len(keys("the", 1000)) == 301


def test_words_are_searched_in_a_database_of_any_locale(pgvector, open_store) -> None:
    pgvector.execute(
        "CREATE DATABASE other_locale TEMPLATE template0 LOCALE_PROVIDER builtin "
        "BUILTIN_LOCALE 'C.UTF-8' ENCODING UTF8"
    )
    store = open_store(pgvector.url_of("other_locale"))
    store.upsert("docs", "", [Text("k", "Größe ÉTÉ")], {})
    assert len(store.matching("docs", [""], "GRÖSSE", 10)) == 1
    assert len(store.matching("docs", [""], "ete", 10)) == 1
    assert numpy.isfinite(store.matching("docs", [""], "ete", 10)[0].value)
