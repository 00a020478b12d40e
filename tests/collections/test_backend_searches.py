"""Searches find what an exact comparison finds, in each store."""

from __future__ import annotations

from collections.abc import Callable

import numpy
import pytest
from numpy.typing import NDArray

from atoll.collections.errors import GenerationsChanged
from atoll.collections.filters import parse_filter
from atoll.collections.types import Text

from .conftest import random_vectors


def distances(
    distance: str, vectors: NDArray[numpy.float32], query: NDArray[numpy.float32]
) -> NDArray[numpy.float64]:
    rows, other = vectors.astype(numpy.float64), query.astype(numpy.float64)
    if distance == "euclidean":
        return numpy.linalg.norm(rows - other, axis=1)
    products = rows @ other
    if distance == "dot":
        return 1 - products
    lengths = numpy.linalg.norm(rows, axis=1) * numpy.linalg.norm(other)
    return 1 - numpy.divide(products, lengths, out=numpy.zeros_like(products), where=lengths > 0)


@pytest.mark.parametrize("distance", ["dot", "cosine", "euclidean"])
def test_distances_and_their_order(new_docs, distance: str):
    docs = new_docs(dimension=16, distance=distance)
    vectors = random_vectors(500, 16)
    docs.put([f"k{number}" for number in range(500)], vectors)
    for query in random_vectors(10, 16, seed=2):
        expected = distances(distance, vectors, query)
        order = numpy.argsort(expected, kind="stable")[:20]
        hits = docs.hits(query, 20)
        assert docs.keys(hits) == [f"k{number}" for number in order]
        assert [hit.value for hit in hits] == pytest.approx(expected[order], rel=1e-5, abs=1e-6)


def test_a_vector_without_length_is_one_away_from_all(new_docs):
    docs = new_docs(distance="cosine")
    docs.put(["zero", "against"], [[0, 0, 0], [-1, 0, 0]])
    assert [round(hit.value, 6) for hit in docs.hits([1, 0, 0])] == [1, 2]
    assert [round(hit.value, 6) for hit in docs.hits([0, 0, 0])] == [1, 1]


def test_equally_near_ones_come_by_their_ids(docs):
    for key in "dacb":
        docs.put([key], [[1, 1, 1]])
    assert docs.near([1, 0, 0]) == ["d", "a", "c", "b"]
    assert docs.near([1, 0, 0], 2) == ["d", "a"]
    docs.put(["d"], [[1, 1, 1]])
    assert docs.near([1, 0, 0]) == ["a", "c", "b", "d"]


def test_limits(docs):
    docs.put(["a", "b"], [[1, 0, 0], [0, 1, 0]])
    assert docs.near([1, 0, 0], 0) == []
    assert docs.near([1, 0, 0], 1) == ["a"]
    assert docs.near([1, 0, 0], 10_000) == ["a", "b"]


def test_namespaces_are_searched_together(docs):
    docs.put([Text("k", "far")], [[0, 1, 0]])
    docs.put([Text("k", "near"), Text("l", "mid")], [[1, 0, 0], [0.5, 0, 0]], namespace="n")
    docs.put([Text("k", "nearest")], [[2, 0, 0]], namespace="m")

    def texts(*namespaces: str) -> list[str]:
        hits = docs.hits([1, 0, 0], namespaces=namespaces)
        found = docs.backend.load([hit.id for hit in hits])
        return [found[hit.id].text for hit in hits]

    assert texts("") == ["far"]
    assert texts("n", "") == ["near", "mid", "far"]
    assert texts("", "n", "m", "n", "unknown") == ["nearest", "near", "mid", "far"]
    assert texts("unknown") == []
    assert texts() == []
    assert [hit.value for hit in docs.hits([1, 0, 0], 2, ["", "n", "m"])] == [-1, 0]


def test_a_collection_is_searched_alone(new_docs):
    one, other = new_docs("one"), new_docs("other")
    one.put(["mine"], [[1, 0, 0]])
    other.put(["yours"], [[1, 0, 0]])
    assert one.near([1, 0, 0]) == ["mine"]
    assert other.near([1, 0, 0]) == ["yours"]
    assert len(one.backend.matching("one", [""], "mine yours", 10)) == 1


def test_a_generation_that_is_gone_is_told_of(docs):
    docs.put(["a"], [[1, 0, 0]])
    docs.backend.drop_generation(docs.generation.id)
    with pytest.raises(GenerationsChanged):
        docs.near([1, 0, 0])


def test_another_one_sees_writes_at_once(docs, open_backend: Callable[..., object]):
    other = open_backend()
    query = numpy.array([1, 0, 0], numpy.float32)

    def seen() -> list[str]:
        hits = other.nearest(docs.generation, [""], query, 10)
        found = other.load([hit.id for hit in hits])
        return [found[hit.id].text for hit in hits]

    for number in range(20):
        docs.put([Text("k", f"text {number}"), Text(f"k{number}", "t")], [query, -query])
        assert seen()[0] == f"text {number}"
        assert len(seen()) == min(number + 2, 10)
        assert len(other.matching("docs", [""], f"{number}", 10)) == 1
    docs.backend.remove("docs", "", ["k"])
    assert "text 19" not in seen()
    assert other.matching("docs", [""], "19", 10) == []


# Words.


def words_found(docs, words: str, limit: int = 10, namespaces=("",), filter=None) -> list[str]:
    hits = docs.backend.matching("docs", namespaces, words, limit, parse_filter(filter))
    assert [hit.value for hit in hits] == sorted((hit.value for hit in hits), reverse=True)
    return docs.keys(hits)


@pytest.fixture
def library(docs):
    texts = {
        "whale": "The whale, the white whale!",
        "ship": "A ship sails after a whale.",
        "café": "Café crème brûlée",
        "code": "x = foo_bar2(1) OR NOT baz; NEAR the end*",
        "greek": "ΟΔΥΣΣΕΎΣ returns to Ithaca",
        "long": " ".join(["padding"] * 200) + " whale",
    }
    docs.put([Text(*each) for each in texts.items()], numpy.ones((len(texts), 3)))
    return docs


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ship", {"ship"}),
        ("SHIP", {"ship"}),
        ("ship white", {"ship", "whale"}),
        ("ship, (white)!", {"ship", "whale"}),
        ("ship unknown", {"ship"}),
        ("unknown", set()),
        ("sail", set()),
        ("cafe", {"café"}),
        ("CRÈME", {"café"}),
        ("bru\u0302le\u0301e", {"café"}),
        ("οδυσσεύσ", {"greek"}),
        ("baz", {"code"}),
    ],
)
def test_any_word_is_enough(library, words: str, found: set[str]):
    assert set(words_found(library, words)) == found


@pytest.mark.parametrize("words", ["", "   ", "!?", '"', "*", "()", "-", "\u0301", "'", ":&|<->\\"])
def test_without_words_nothing_is_found(library, words: str):
    assert words_found(library, words) == []


@pytest.mark.parametrize(
    "words",
    [
        'ship"',
        "ship*",
        "ship AND",
        "ship OR",
        "ship NOT ship",
        "NEAR(ship)",
        "text: ship",
        "^ship",
        "-ship",
        "ship & !ship",
        "ship:*",
        "ship <-> nothing",
        "'ship",
        "ship\\",
        "(ship",
    ],
)
def test_marks_and_operators_mean_nothing(library, words: str):
    assert "ship" in words_found(library, words)


def test_better_matches_come_first(library):
    found = words_found(library, "white whale")
    assert found[0] == "whale"
    assert found.index("ship") < found.index("long")
    assert words_found(library, "white whale", 1) == ["whale"]
    assert words_found(library, "white whale", 0) == []


def test_words_of_namespaces_and_filters(docs):
    docs.put(
        [Text("a", "whale", (), {"year": 1}), Text("b", "whale", (), {"year": 2})], [[1, 0, 0]] * 2
    )
    docs.put([Text("c", "whale", (), {"year": 2})], [[1, 0, 0]], namespace="n")
    assert set(words_found(docs, "whale")) == {"a", "b"}
    assert set(words_found(docs, "whale", namespaces=["n", "", "unknown"])) == {"a", "b", "c"}
    assert words_found(docs, "whale", namespaces=["n"]) == ["c"]
    assert words_found(docs, "whale", namespaces=["unknown"]) == []
    assert words_found(docs, "whale", filter={"year": 2}) == ["b"]
    assert words_found(docs, "whale", 1, ["", "n"], {"$key": "c"}) == ["c"]


def test_replaced_texts_are_not_found_by_their_old_words(docs):
    docs.put([Text("a", "whale")], [[1, 0, 0]])
    docs.put([Text("a", "ship")], [[1, 0, 0]])
    assert words_found(docs, "whale") == []
    assert words_found(docs, "ship") == ["a"]


def test_a_very_long_query_of_words(library):
    assert "ship" in words_found(library, "ship " + " ".join(f"w{n}" for n in range(20_000)))
