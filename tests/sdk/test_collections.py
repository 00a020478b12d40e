from __future__ import annotations

import asyncio
import json
import math
import uuid
from array import array
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from atoll.collections.errors import CollectionError as HostsCollectionError
from atoll.collections.filters import holds, parse_filter
from atoll.collections.ranking import fuse
from atoll.host.registry import OPERATIONS
from atoll.sdk import (
    CollectionError,
    HostError,
    HostUnavailable,
    _host,
    _stand_in_filters,
    collections,
    testing,
)
from atoll.sdk.collections import Entry, LabelShare, Match, Neighbour, TextClassification
from atoll.sdk.models import Embedding, Embeddings

docs = collections.get("docs")

OBJECT = {
    "namespace": "en", "key": "k", "text": "é", "labels": ["a"], "metadata": {"year": 2020},
    "distance": 0.25, "score": 0.75,
}  # fmt: skip
MATCH = Match("k", "é", 0.75, 0.25, ["a"], {"year": 2020}, "en")
SEARCHED = {"objects": [OBJECT]}
FOUND = {
    "labelsResult": [{"label": "a", "confidence": 0.75}, {"label": "b", "confidence": 0.25}],
    "cluster": [{"key": "k", "labels": ["a", "b"], "distance": 0.25, "score": 0.75}],
}
SEARCH = {"namespaces": [], "searchMethod": "", "limit": 10, "filter": None}
UPSERT = {"namespace": "", "keys": [], "labels": [], "metadata": []}
WHERE = {"or": [{"day": {"gte": date(2020, 1, 2)}}, {"$labels": {"contains": "a"}}]}
PLAIN = {"or": [{"day": {"gte": "2020-01-02"}}, {"$labels": {"contains": "a"}}]}

CASES: list[tuple[str, tuple[Any, ...], dict[str, Any], str, Any, Any, Any]] = [
    ("upsert", ("t",), {}, "upsert", {**UPSERT, "texts": ["t"]}, {"keys": ["made"]}, "made"),
    (
        "upsert",
        ("t",),
        {"key": "k", "labels": ("a",), "metadata": {"on": date(2020, 1, 2)}, "namespace": "en"},
        "upsert",
        {
            "namespace": "en", "keys": ["k"], "texts": ["t"], "labels": [["a"]],
            "metadata": [{"on": "2020-01-02"}],
        },
        {"keys": ["k"]},
        "k",
    ),
    (
        "upsert_many",
        ([Entry("t", labels=["a"]), "u"],),
        {"namespace": "en"},
        "upsert",
        {**UPSERT, "namespace": "en", "texts": ["t", "u"], "labels": [["a"], []]},
        {"keys": ["1", "2"]},
        ["1", "2"],
    ),
    (
        "upsert_many",
        ([Entry(text, key=text, metadata={"n": 1}) for text in "ab"],),
        {},
        "upsert",
        {**UPSERT, "keys": ["a", "b"], "texts": ["a", "b"], "metadata": [{"n": 1}, {"n": 1}]},
        {"keys": ["a", "b"]},
        ["a", "b"],
    ),
    (
        "upsert_many",
        ([{"text": "t", "labels": ["a"]}, {"text": "u", "metadata": {"n": 1}}],),
        {},
        "upsert",
        {**UPSERT, "texts": ["t", "u"], "labels": [["a"], []], "metadata": [{}, {"n": 1}]},
        {"keys": ["1", "2"]},
        ["1", "2"],
    ),
    ("remove", ("k",), {}, "remove", {"namespace": "", "key": "k"}, {"keys": ["k"]}, None),
    (
        "search",
        ("t",),
        {},
        "search",
        {**SEARCH, "text": "t", "mode": "vector"},
        SEARCHED,
        [MATCH],
    ),
    (
        "search",
        ("t",),
        {
            "limit": 3, "where": WHERE, "mode": "hybrid", "method": "m",
            "namespaces": ("", "en"),
        },
        "search",
        {
            "namespaces": ["", "en"], "searchMethod": "m", "limit": 3, "filter": PLAIN,
            "text": "t", "mode": "hybrid",
        },
        {"objects": []},
        [],
    ),
    (
        "search",
        ("t",),
        {"namespaces": "en"},
        "search",
        {**SEARCH, "namespaces": ["en"], "text": "t", "mode": "vector"},
        SEARCHED,
        [MATCH],
    ),
    (
        "search_by_vector",
        ([1, 0.5],),
        {"where": {"year": 2020}, "limit": 1, "method": "m"},
        "searchByVector",
        {
            "namespaces": [], "searchMethod": "m", "limit": 1, "filter": {"year": 2020},
            "vector": [1.0, 0.5],
        },
        SEARCHED,
        [MATCH],
    ),
    (
        "search_by_vector",
        (array("f", [0.5, -1]),),
        {},
        "searchByVector",
        {**SEARCH, "vector": [0.5, -1.0]},
        SEARCHED,
        [MATCH],
    ),
    (
        "classify",
        ("t",),
        {"namespace": "en", "method": "m"},
        "classify",
        {"namespace": "en", "searchMethod": "m", "text": "t"},
        FOUND,
        TextClassification(
            [LabelShare("a", 0.75), LabelShare("b", 0.25)],
            [Neighbour("k", ["a", "b"], 0.25, 0.75)],
        ),
    ),
    (
        "recompute",
        (),
        {"method": "m"},
        "recompute",
        {"namespace": "", "searchMethod": "m"},
        {"searchMethod": "m"},
        None,
    ),
    (
        "distance",
        ("k", "l"),
        {"namespace": "en"},
        "distance",
        {"namespace": "en", "searchMethod": "", "key1": "k", "key2": "l"},
        {"distance": 0, "score": 1},
        0.0,
    ),
    ("text", ("k",), {}, "entry", {"namespace": "", "key": "k"}, OBJECT, "é"),
    ("text", ("k",), {}, "entry", {"namespace": "", "key": "k"}, None, None),
    (
        "entry",
        ("k",),
        {"namespace": "en"},
        "entry",
        {"namespace": "en", "key": "k"},
        OBJECT,
        Entry("é", "k", ["a"], {"year": 2020}),
    ),
    ("entry", ("k",), {}, "entry", {"namespace": "", "key": "k"}, None, None),
    ("texts", (), {"namespace": "en"}, "texts", {"namespace": "en"}, {"k": "é"}, {"k": "é"}),
    ("namespaces", (), {}, "namespaces", {}, ["", "en"], ["", "en"]),
    (
        "vector",
        ("k",),
        {"method": "m"},
        "vector",
        {"namespace": "", "searchMethod": "m", "key": "k"},
        [0.5],
        [0.5],
    ),
    ("labels", ("k",), {}, "labels", {"namespace": "", "key": "k"}, None, None),
]  # fmt: skip


class Asked:
    """A host that gives one answer, and has the real one read what it is asked."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.requests: list[tuple[str, Any]] = []

    def call(self, name: str, payload: str) -> str:
        OPERATIONS[name].decode(payload)
        self.requests.append((name, json.loads(payload)))
        if isinstance(self.answer, Exception):
            raise self.answer
        return json.dumps(self.answer)

    async def call_async(self, name: str, payload: str) -> str:
        await asyncio.sleep(0)
        return self.call(name, payload)

    def log(self, level: int, message: str) -> None:
        raise AssertionError(message)


@pytest.fixture
def asked() -> Iterator[Callable[[Any], Asked]]:
    before = _host.install(None)

    def host(answer: Any) -> Asked:
        found = Asked(answer)
        _host.install(found)
        return found

    yield host
    _host.install(before)


@pytest.mark.parametrize("twin", ["", "_async"])
@pytest.mark.parametrize("case", range(len(CASES)))
def test_what_the_host_is_asked_and_what_comes_of_its_answer(asked, case, twin) -> None:
    name, arguments, options, operation, members, answer, result = CASES[case]
    host = asked(answer)
    found = getattr(docs, name + twin)(*arguments, **options)
    assert (asyncio.run(found) if twin else found) == result
    assert host.requests == [(f"collections.{operation}", {"collection": "docs", **members})]


def test_each_operation_has_a_twin() -> None:
    names = {name for name in dir(docs) if not name.startswith("_")} - {"name"}
    twins = {name for name in names if name.endswith("_async")}
    assert {name.removesuffix("_async") for name in twins} == names - twins
    assert {case[0] for case in CASES} == names - twins


def test_iterables_of_entries_are_read_once(asked) -> None:
    host = asked({"keys": ["1", "2"]})
    assert docs.upsert_many(text for text in ("a", "b")) == ["1", "2"]
    assert host.requests[0][1]["texts"] == ["a", "b"]


@pytest.mark.parametrize("twin", ["", "_async"])
@pytest.mark.parametrize("case", range(len(CASES)))
def test_failures_are_collection_errors(asked, case, twin) -> None:
    name, arguments, options, *_ = CASES[case]

    async def ask() -> None:
        found = getattr(docs, name + twin)(*arguments, **options)
        await found

    asked(HostError("NO_SUCH_COLLECTION", "collection not found: docs", "name it"))
    with pytest.raises(CollectionError, match="not found") as caught:
        asyncio.run(ask())
    assert (caught.value.code, caught.value.hint) == ("NO_SUCH_COLLECTION", "name it")


def test_outside_of_a_host() -> None:
    with pytest.raises(HostUnavailable):
        docs.search("t")


def test_nothing_to_store_asks_nothing(asked) -> None:
    host = asked(None)
    assert docs.upsert_many([]) == []
    assert asyncio.run(docs.upsert_many_async(iter([]))) == []
    assert host.requests == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: docs.upsert_many("text"), "list of texts"),
        (lambda: docs.upsert_many(Entry("text")), "list of texts"),
        (lambda: docs.upsert("t", labels="abc"), "labels are a list"),
        (lambda: docs.upsert_many([Entry("t", metadata=[1])]), "metadata is a dict"),
        (lambda: docs.upsert_many(None), "list of texts"),
        (lambda: docs.upsert_many({"text": "t"}), "list of texts"),
        (lambda: docs.upsert_many([{"labels": ["a"]}]), "members of Entry .* no text"),
        (lambda: docs.upsert_many([{"text": "t", "txt": "u"}]), "members of Entry .* 'txt'"),
        (lambda: docs.upsert_many([17]), r"collections\.Entry, .* not the int 17"),
        (lambda: docs.upsert_many([{"text": None}]), "a text is a str, not None"),
        (lambda: docs.upsert("t", key=17), "a key is a str, not the int 17"),
        (lambda: docs.upsert("t", labels=[17]), "a label is a str, not the int 17"),
        (lambda: docs.upsert("t", labels=17), "labels are a list of texts, not the int 17"),
        (lambda: docs.upsert("t", metadata=[1]), "metadata is a dict"),
        (lambda: docs.upsert("t", namespace=None), "a namespace is a str, not None"),
        (lambda: docs.upsert_many([b"t"]), "not the bytes"),
        (lambda: docs.remove(17), "a key is a str"),
        (lambda: docs.distance("k", None), "a key is a str"),
        (lambda: docs.search(["t"]), "a text is a str"),
        (lambda: docs.search("t", mode=1), "a mode is a str"),
        (lambda: docs.search("t", method=1), "a method is a str"),
        (lambda: docs.search("t", namespaces=[1]), "a namespace is a str"),
        (lambda: docs.search("t", limit="3"), "a limit is a whole number, not the str '3'"),
        (lambda: docs.search("t", limit=2.5), "a limit is a whole number"),
        (lambda: collections.get(None).namespaces(), "name of a collection is a str"),
        (lambda: docs.upsert_many([Entry("t", "k"), Entry("u")]), "all or none"),
        (lambda: docs.upsert("t", metadata={"x": object()}), "object"),
        (lambda: docs.search("t", where={"x": object()}), "object"),
        (lambda: docs.search_by_vector("t"), "numbers; search"),
        (lambda: docs.search_by_vector(None), "a vector is a list of numbers, not None"),
        (lambda: docs.search_by_vector(1.0), "a vector is a list of numbers, not the float 1.0"),
        (lambda: docs.search_by_vector(["1"]), "numbers, not of the str '1'$"),
        (lambda: docs.search_by_vector([None]), "numbers, not of None$"),
        (lambda: docs.search_by_vector([[1.0, 2.0]]), "one of these lists"),
    ],
)
def test_what_cannot_be_sent_is_a_type_error(asked, call, message) -> None:
    host = asked(None)
    with pytest.raises(TypeError, match=message):
        call()
    assert host.requests == []


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, Decimal("NaN")])
@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda x: docs.upsert("t", metadata={"x": [x]}), "INVALID_ARGUMENT"),
        (lambda x: docs.search("t", where={"x": x}), "INVALID_FILTER"),
        (lambda x: docs.search_by_vector([1.0], where={"x": {"gt": x}}), "INVALID_FILTER"),
    ],
)
def test_numbers_are_finite(asked, number, ask, code) -> None:
    host = asked(None)
    with pytest.raises(CollectionError, match="NaN or infinity") as caught:
        ask(number)
    assert caught.value.code == code
    assert host.requests == []


def test_what_json_has_as_texts_are_texts(asked) -> None:
    host = asked({"keys": ["k"]})
    docs.upsert("t", key=uuid.UUID(int=7), labels={date(2020, 1, 2)})
    request = host.requests[0][1]
    assert (request["keys"], request["labels"]) == ([str(uuid.UUID(int=7))], [["2020-01-02"]])


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 10**400])
def test_vectors_are_finite(asked, number) -> None:
    host = asked(None)
    with pytest.raises(CollectionError) as caught:
        docs.search_by_vector([1.0, number])
    assert caught.value.code == "INVALID_VECTOR"
    assert host.requests == []


parts = st.sampled_from(["\\", "\\\\", "ud800", "\ud800", "\udfff", "😀", '"']) | st.characters()


@given(st.lists(parts, max_size=6).map("".join))
def test_texts_that_are_no_unicode_are_refused(text) -> None:
    host = Asked({"keys": ["k"]})
    before = _host.install(host)
    try:
        text.encode()
    except UnicodeEncodeError:
        with pytest.raises(CollectionError, match="surrogate"):
            docs.upsert(text)
    else:
        docs.upsert(text)
        assert host.requests[0][1]["texts"] == [text]
    finally:
        _host.install(before)


def test_the_likeliest_label() -> None:
    found = TextClassification([LabelShare("a", 0.75), LabelShare("b", 0.25)], [])
    assert (found.label, found.confidence) == ("a", 0.75)
    assert (TextClassification().label, TextClassification().confidence) == (None, 0.0)


def test_collections_are_values_of_a_name() -> None:
    assert repr(docs) == "collections.get('docs')"
    with pytest.raises(FrozenInstanceError):
        MATCH.key = "other"  # type: ignore[misc]


def test_embeddings_are_what_an_embedder_gives() -> None:
    made = Embeddings([Embedding(0, [1.0, 2.0]), Embedding(1, [3.0, 4.0])])
    assert made.vectors == list(made) == [[1.0, 2.0], [3.0, 4.0]]
    assert len(made) == 2


# Stand-ins ----------------------------------------------------------------------------------------


def colours(texts: list[str]) -> list[list[float]]:
    """How red and how green."""
    return [[float("red" in text), float("green" in text)] for text in texts]


@pytest.fixture
def host() -> Iterator[testing.TestHost]:
    made: dict[str, testing.Embedders] = {
        "docs": None,
        "colours": colours,
        "both": {"one": colours, "two": lambda texts: [[1.0]] * len(texts)},
    }
    with testing.host(collections=made) as host:
        yield host


def keys(found: list[Match]) -> list[str]:
    return [each.key for each in found]


def test_a_stand_in_finds_texts_that_share_words(host) -> None:
    docs.upsert("The quick fox", key="fox", labels=["animal"], metadata={"legs": 4})
    docs.upsert("A slow snail", key="snail", labels=["animal"], metadata={"legs": 0})
    docs.upsert("The quick car", key="car", labels=["thing"])
    assert keys(docs.search("QUICK fox!"))[:2] == ["fox", "car"]
    assert keys(docs.search("quick", limit=1)) == ["fox"]
    assert docs.search("quick", limit=0) == []
    assert keys(docs.search("quick", where={"legs": {"lt": 4}})) == ["snail"]
    assert keys(docs.search("slow quick", mode="text")) == ["fox", "snail", "car"]
    assert keys(docs.search("the quick car", mode="text")) == ["car", "fox"]
    best = docs.search("slow snail", mode="hybrid")[0]
    assert (best.key, best.score, best.metadata) == ("snail", 1.0, {"legs": 0})
    assert docs.classify("fox").label == "animal"
    assert docs.distance("fox", "fox") == pytest.approx(0)
    assert docs.texts() == {
        "fox": "The quick fox", "snail": "A slow snail", "car": "The quick car"
    }  # fmt: skip


def test_a_stand_in_keeps_texts_as_collections_do(host) -> None:
    [key] = docs.upsert_many(["one"], namespace="en")
    assert (docs.namespaces(), docs.text(key, namespace="en")) == (["en"], "one")
    docs.upsert("other", key="other", namespace="en")
    docs.upsert("two", key=key, namespace="en")
    assert list(docs.texts(namespace="en")) == ["other", key]
    docs.remove("other", namespace="en")
    assert docs.entry(key, namespace="en") == Entry("two", key, [], {})
    assert docs.labels(key, namespace="en") == []
    assert keys(docs.search("two", namespaces="en")) == [key]
    assert docs.search("two") == []
    docs.remove(key, namespace="en")
    assert docs.text(key, namespace="en") is None
    for call, code in (
        (lambda: docs.remove(key), "NO_SUCH_KEY"),
        (lambda: docs.text("k", namespace="fr"), "NO_SUCH_NAMESPACE"),
        (lambda: docs.upsert_many([Entry("a", "k"), Entry("b", "k")]), "DUPLICATE_KEY"),
        (lambda: docs.search("t", limit=-1), "INVALID_ARGUMENT"),
        (lambda: docs.distance("k", "l"), "NO_SUCH_KEY"),
        (lambda: collections.get("other").namespaces(), "NO_SUCH_COLLECTION"),
        (lambda: docs.upsert("t") and docs.search("t", where={"x": {"like": 1}}), "INVALID_FILTER"),
    ):
        with pytest.raises(CollectionError) as caught:
            call()
        assert caught.value.code == code


def test_a_stand_in_uses_the_test_s_embedder(host) -> None:
    found = collections.get("colours")
    found.upsert_many([Entry("red", "r"), Entry("green", "g"), Entry("red and green", "rg")])
    assert keys(found.search("red")) == ["r", "rg", "g"]
    assert keys(found.search("red", method="whatever")) == ["r", "rg", "g"]
    assert found.vector("rg") == [1.0, 1.0]
    assert keys(found.search_by_vector([0, 1], limit=2)) == ["g", "rg"]
    with pytest.raises(CollectionError) as caught:
        found.search_by_vector([1.0])
    assert caught.value.code == "DIMENSION_MISMATCH"


def test_a_stand_in_fuses_meaning_and_words_by_how_well_they_match(host) -> None:
    found = collections.get("colours")
    found.upsert_many([Entry("green car", "gc"), Entry("red", "r"), Entry("red car", "rc")])
    hits = found.search("red car", mode="hybrid")
    assert [(each.key, each.score, each.distance) for each in hits] == [
        ("rc", 1.0, 0.0), ("r", 0.75, 0.0), ("gc", 0.25, 1.0)
    ]  # fmt: skip
    by_host = fuse({1: 1.0, 2: 0.0, 3: 0.0}, {1: 1, 2: 1, 3: 2}, 1.0)
    assert [score for _, score in by_host] == [each.score for each in hits]
    assert found.search("yellow", mode="hybrid", where={"n": 1}) == []


def test_a_stand_in_has_the_search_methods_of_the_test(host) -> None:
    both = collections.get("both")
    both.upsert("red", key="r")
    assert (both.vector("r", method="one"), both.vector("r", method="two")) == ([1.0, 0.0], [1.0])
    both.recompute(method="one")
    with pytest.raises(CollectionError) as caught:
        both.search("red")
    assert caught.value.code == "NO_SUCH_SEARCH_METHOD"


def refused(call: Callable[[], Any]) -> CollectionError:
    with pytest.raises(CollectionError) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("stored", [False, True], ids=["empty", "with a text"])
@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (lambda c: c.search("t", mode="meaning"), "INVALID_ARGUMENT", "vector, hybrid, text"),
        (lambda c: c.search("t", method="oen"), "NO_SUCH_SEARCH_METHOD", "it has: one, two"),
        (lambda c: c.search("t"), "NO_SUCH_SEARCH_METHOD", "2 search methods: name one"),
        (lambda c: c.search_by_vector([1.0], method="x"), "NO_SUCH_SEARCH_METHOD", "one, two"),
        (lambda c: c.classify("t", method="x"), "NO_SUCH_SEARCH_METHOD", "one, two"),
        (lambda c: c.vector("k", method="x"), "NO_SUCH_SEARCH_METHOD", "one, two"),
        (lambda c: c.recompute(method="x"), "NO_SUCH_SEARCH_METHOD", "one, two"),
        (lambda c: c.search("t", mode="text", limit=10_001), "INVALID_ARGUMENT", "10000"),
        (lambda c: c.search_by_vector([1.0], method="two", limit=-1), "INVALID_ARGUMENT", "0 to"),
        (lambda c: c.search("t", mode="text", where={"x": {"like": 1}}), "INVALID_FILTER", "notIn"),
        (lambda c: c.search("t", mode="text", where=[]), "INVALID_FILTER", "object"),
        (lambda c: c.search_by_vector([], method="two"), "INVALID_VECTOR", "empty"),
        (lambda c: c.search_by_vector([1e39], method="two"), "INVALID_VECTOR", "f32"),
        (lambda c: c.search("t", namespaces="fr", mode="text"), "NO_SUCH_NAMESPACE", "stored"),
        (lambda c: c.upsert("t", key=""), "INVALID_ARGUMENT", "leave it out"),
    ],
)  # fmt: skip
def test_a_stand_in_refuses_what_the_host_does(host, call, code, said, stored) -> None:
    both = collections.get("both")
    if stored:
        both.upsert("red", key="k")
    error = refused(lambda: call(both))
    assert error.code == code
    assert said in f"{error} {error.hint}"


def test_a_stand_in_remembers_how_long_vectors_are(host) -> None:
    found = collections.get("colours")
    assert found.search_by_vector([1.0]) == []  # as in production, while nothing was ever stored
    found.upsert("red", key="r", metadata={"n": 1})
    assert refused(lambda: found.search_by_vector([1.0], where={"n": 2})).code == (
        "DIMENSION_MISMATCH"
    )
    found.remove("r")
    error = refused(lambda: found.search_by_vector([1.0], limit=0))
    assert (error.code, "of 1 numbers" in str(error)) == ("DIMENSION_MISMATCH", True)
    assert found.search_by_vector([1.0, 2.0]) == []


@pytest.mark.parametrize("vectors", [[[1.0]], [[1.0], [1.0, 2.0]], [[1.0], [math.nan]], [[], []]])
def test_an_embedder_whose_vectors_cannot_be(vectors) -> None:
    with testing.host(collections={"docs": lambda texts: vectors}):
        assert refused(lambda: docs.upsert_many(["t", "u"])).code == "EMBEDDER_FAILED"
        assert docs.texts() == {}


def test_a_stand_in_says_which_collections_there_are(host) -> None:
    error = refused(lambda: collections.get("other").texts())
    assert (error.code, error.hint) == (
        "NO_SUCH_COLLECTION",
        "testing.host(collections=…) has: docs, colours, both",
    )


def test_search_methods_by_name_without_embedders() -> None:
    with testing.host(collections={"docs": {"meaning": None}}):
        docs.upsert("The quick fox", key="fox")
        assert keys(docs.search("fox", method="meaning")) == ["fox"]
        assert keys(docs.search("fox")) == ["fox"]
        error = refused(lambda: docs.search("fox", method="maening"))
        assert (error.code, error.hint) == ("NO_SUCH_SEARCH_METHOD", "it has: meaning")


def test_another_embedder_of_vectors_of_another_length(host) -> None:
    length = 1
    with testing.host(collections={"docs": lambda texts: [[1.0] * length for _ in texts]}):
        docs.upsert("t", key="t")
        length = 2
        for call in (lambda: docs.upsert("u"), lambda: docs.search("u"), docs.recompute):
            assert refused(call).code == "DIMENSION_MISMATCH"
        assert docs.texts() == {"t": "t"}


def test_an_embedder_that_fails(host) -> None:
    def fails(texts: list[str]) -> list[list[float]]:
        raise RuntimeError("no model")

    with testing.host(collections={"docs": fails}):
        with pytest.raises(CollectionError, match="no model") as caught:
            docs.upsert("t")
        assert caught.value.code == "EMBEDDER_FAILED"
        assert docs.texts() == {}


# Filters of stand-ins are those of the host -------------------------------------------------------

names = st.sampled_from(["a", "b", "a.c", "a.c.d"])
scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(
    [-0.5, 1.5, "", "a", "ab", "é", "1"]
)  # fmt: skip
operands = (
    st.dictionaries(st.sampled_from(["eq", "ne"]), scalars, min_size=1)
    | st.dictionaries(
        st.sampled_from(["lt", "lte", "gt", "gte"]),
        st.integers(-3, 3) | st.sampled_from([0.5, "", "a", "é"]),
        min_size=1,
    )
    | st.dictionaries(st.sampled_from(["in", "notIn"]), st.lists(scalars, max_size=3), min_size=1)
    | st.fixed_dictionaries({"contains": scalars})
    | st.fixed_dictionaries({"exists": st.booleans()})
)
conditions = st.dictionaries(names, scalars | operands, max_size=2)
labelled = st.fixed_dictionaries(
    {"$labels": st.fixed_dictionaries({"contains": scalars}), "$key": scalars | operands}
)
filters = st.recursive(
    conditions | labelled,
    lambda inner: (
        st.fixed_dictionaries({"and": st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({"or": st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({"not": inner})
    ),
    max_leaves=5,
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), inner, max_size=3)
    ),
    max_leaves=6,
)
metadata = st.dictionaries(st.sampled_from(["a", "b", "c"]), values, max_size=3)


@given(filters, st.sampled_from(["a", "ab"]), st.lists(st.sampled_from(["a", "é"])), metadata)
def test_filters_of_stand_ins_are_those_of_the_host(where, key, labels, metadata) -> None:
    assert _stand_in_filters.holds(where, key, labels, metadata) == holds(
        parse_filter(where), key, labels, metadata
    )


oddities = st.sampled_from(
    [[], {}, {"x": 1}, [1], [[]], [{}], {"eq": None}, {"lt": True}, {"exists": 1}, {"in": 1},
     {"in": [[]]}, {"contains": "\0"}, {"like": 1}, 1 << 2000, "x" * 10_001, {"in": [0] * 1001}]
)  # fmt: skip
odd_names = st.sampled_from(["", "a", "a..b", ".", "$key", "$label", "$labels", "and", "or", "not",
                             "a" * 10_001, "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q"])  # fmt: skip
odd_filters = st.recursive(
    scalars | oddities | filters,
    lambda inner: (
        st.dictionaries(odd_names, inner, max_size=2)
        | st.lists(inner, max_size=2)
        | st.fixed_dictionaries({"and": st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({"not": inner})
    ),
    max_leaves=6,
)


def nested(depth: int) -> Any:
    found: Any = {"a": 1}
    for _ in range(depth):
        found = {"not": found}
    return found


def refusal(check: Callable[[Any], Any], where: Any) -> str | None:
    try:
        check(where)
    except (HostError, HostsCollectionError) as error:
        return error.code
    return None


@given(odd_filters)
@example(nested(16))
@example(nested(17))
@example({"and": [{"a": 1}] * 199})
@example({"and": [{"a": 1}] * 200})
@example({"a": {"in": list(range(1000))}})
@example({"a": math.inf})
def test_stand_ins_refuse_the_filters_that_the_host_refuses(where) -> None:
    assert refusal(_stand_in_filters.check, where) == refusal(parse_filter, where)
