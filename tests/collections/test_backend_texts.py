"""Texts are stored, replaced, removed and read alike in each store."""

from __future__ import annotations

import numpy
import pytest

from atoll.collections.errors import GenerationsChanged
from atoll.collections.types import Shape, StoredText, Text

ONE = [1, 0, 0]
TWO = [0, 1, 0]


def test_a_text_is_read_as_it_was_stored(docs):
    metadata = {"year": 1851, "author": {"name": "Melville"}, "tags": ["sea", None, 1.5, True]}
    docs.put([Text("k", "Call me Ishmael. \U0001f433", ("novel", "é"), metadata)], [ONE])
    (found,) = docs.backend.find("docs", "", ["k"])
    assert found == StoredText(
        found.id, "", "k", "Call me Ishmael. \U0001f433", ("novel", "é"), metadata
    )
    assert docs.backend.load([found.id]) == {found.id: found}
    assert docs.backend.texts("docs", None) == [found]


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"": 1},
        {'a"b\\c\n': {"é": []}},
        {"big": 2**70, "small": -(2**70)},
        {"beyond doubles": [10**400, -(10**400)]},
        {"f": 1e-300},
    ],
)
def test_any_metadata(docs, metadata):
    docs.put([Text("k", "t", (), metadata)], [ONE])
    assert docs.backend.find("docs", "", ["k"])[0].metadata == metadata


@pytest.mark.parametrize("text", ["", " ", "'; DROP TABLE texts; --", "\U0010ffff", "a" * 100_000])
def test_any_text_and_key(docs, text: str):
    key = text[:1000]
    docs.put([Text(key, text, (text[:1000],), {"t": text})], [ONE], namespace=text[:255])
    (found,) = docs.backend.find("docs", text[:255], [key])
    assert (found.namespace, found.key, found.text) == (text[:255], key, text)
    assert found.labels == (text[:1000],)
    assert docs.near(ONE, namespaces=[text[:255]]) == [key]
    assert docs.backend.remove("docs", text[:255], [key]) == [key]


def test_a_text_replaces_the_one_of_its_key_alone(docs):
    docs.put([Text("a", "old", ("x",)), Text("b", "other")], [ONE, TWO])
    docs.put([Text("a", "elsewhere")], [ONE], namespace="n")
    before = docs.ids()
    docs.put([Text("a", "new")], [[0, 0, 1]])
    found = docs.backend.find("docs", "", ["a", "b"])
    assert {(each.key, each.text, each.labels) for each in found} == {
        ("a", "new", ()),
        ("b", "other", ()),
    }
    assert docs.backend.find("docs", "n", ["a"])[0].text == "elsewhere"
    after = docs.ids()
    assert after["a"] > max(before.values())
    assert after["b"] == before["b"]
    assert docs.backend.load([before["a"]]) == {}
    assert docs.near([0, 0, 1], 1) == ["a"]
    assert docs.backend.namespaces("docs") == {"": 2, "n": 1}


def test_many_keys_at_once(docs):
    count = 3000
    texts = [Text(f"k{number}", f"text {number}") for number in range(count)]
    docs.put(texts, numpy.ones((count, 3)))
    docs.put(texts[::2], numpy.zeros((count // 2, 3)))
    assert docs.backend.namespaces("docs") == {"": count}
    found = docs.backend.find("docs", "", [each.key for each in texts])
    assert {each.key for each in found} == {each.key for each in texts}


def test_no_texts(docs):
    docs.put([], numpy.empty((0, 3)))
    assert docs.backend.texts("docs", None) == []
    assert docs.backend.find("docs", "", []) == []
    assert docs.backend.load([]) == {}
    assert docs.backend.remove("docs", "", []) == []


def test_ids_are_never_used_again(docs):
    seen = set()
    for _ in range(5):
        docs.put(["a", "b"], [ONE, TWO])
        ids = set(docs.ids().values())
        assert not ids & seen
        seen |= ids
        docs.backend.remove("docs", "", ["a", "b"])


def test_removed_texts_are_gone(docs):
    docs.put(["a", "b", "c"], [ONE, TWO, [0, 0, 1]])
    ids = docs.ids()
    assert sorted(docs.backend.remove("docs", "", ["a", "c", "a", "nothing"])) == ["a", "c"]
    assert docs.backend.remove("docs", "", ["a"]) == []
    assert docs.backend.remove("docs", "nowhere", ["b"]) == []
    assert docs.backend.remove("nothing", "", ["b"]) == []
    assert [each.key for each in docs.backend.texts("docs", "")] == ["b"]
    assert docs.backend.find("docs", "", ["a"]) == []
    assert docs.near(ONE) == ["b"]
    assert docs.backend.matching("docs", [""], "a c", 10) == []
    assert docs.backend.vectors(docs.generation.id, [ids["a"]])[0] == []
    assert docs.backend.namespaces("docs") == {"": 1}


def test_what_was_removed_can_be_stored_again(docs):
    for _ in range(3):
        docs.put(["a"], [ONE])
        assert docs.near(ONE) == ["a"]
        assert docs.backend.remove("docs", "", ["a"]) == ["a"]
        assert docs.near(ONE) == []


def test_namespaces_stay_known(docs):
    assert docs.backend.namespaces("docs") == {}
    docs.put(["a"], [ONE], namespace="n")
    docs.backend.remove("docs", "n", ["a"])
    assert docs.backend.namespaces("docs") == {"n": 0}


def test_namespaces_and_collections_have_keys_of_their_own(new_docs):
    one, other = new_docs("one"), new_docs("other")
    one.put([Text("k", "first")], [ONE])
    one.put([Text("k", "second")], [ONE], namespace="n")
    other.put([Text("k", "third")], [ONE])
    one.backend.remove("one", "", ["k"])
    assert [each.text for each in one.backend.texts("one", None)] == ["second"]
    assert [each.text for each in one.backend.texts("other", None)] == ["third"]


def test_names_differ_by_case(new_docs):
    one, other = new_docs("Docs"), new_docs("docs")
    one.put(["A"], [ONE], namespace="N")
    one.put(["a"], [ONE], namespace="n")
    assert one.backend.namespaces("Docs") == {"N": 1, "n": 1}
    assert other.backend.namespaces("docs") == {}
    assert one.backend.find("Docs", "n", ["A"]) == []


def test_texts_come_by_id_in_parts(docs):
    docs.put([f"k{number}" for number in range(10)], numpy.ones((10, 3)))
    docs.put(["other"], [ONE], namespace="n")
    docs.put(["k3"], [TWO])
    found, after = [], 0
    while some := docs.backend.texts("docs", "", after=after, limit=4):
        assert len(some) <= 4
        found += [each.key for each in some]
        after = some[-1].id
    assert found == ["k0", "k1", "k2", "k4", "k5", "k6", "k7", "k8", "k9", "k3"]
    everything = docs.backend.texts("docs", None)
    assert [each.key for each in everything][-2:] == ["other", "k3"]
    assert [each.id for each in everything] == sorted(each.id for each in everything)


def test_vectors_are_as_they_were_stored(docs):
    vectors = numpy.array([[0.1, -3e38, 1e-40], [1, 2, 3]], numpy.float32)
    docs.put(["a", "b"], vectors)
    ids = docs.ids()
    found, read = docs.backend.vectors(docs.generation.id, [ids["b"], ids["a"], 10**12])
    assert dict(zip(found, read.tolist(), strict=True)) == {
        ids["a"]: vectors[0].tolist(),
        ids["b"]: vectors[1].tolist(),
    }
    assert read.dtype == numpy.float32
    assert docs.backend.vectors(docs.generation.id, [])[0] == []


def test_texts_without_any_search_method(backend):
    backend.upsert("bare", "", [Text("a", "some words")], {})
    assert [each.key for each in backend.texts("bare", "")] == ["a"]
    assert len(backend.matching("bare", [""], "words", 10)) == 1


def test_other_generations_than_there_are_store_nothing(docs):
    backend = docs.backend
    vector = numpy.ones((1, 3), numpy.float32)
    second = backend.start_generation(
        "docs", "second", Shape(3), embedder="e", probe=b"p", build="b"
    )
    for wrong in ({}, {docs.generation.id: vector}, {second.id: vector}, {99: vector}):
        with pytest.raises(GenerationsChanged):
            backend.upsert("docs", "n", [Text("a", "words")], wrong)
    assert backend.texts("docs", None) == []
    assert backend.namespaces("docs") == {}
    assert backend.matching("docs", ["n"], "words", 10) == []
    backend.upsert("docs", "n", [Text("a", "t")], {docs.generation.id: vector, second.id: vector})
    assert backend.namespaces("docs") == {"n": 1}


def test_a_failure_in_the_middle_stores_nothing(docs):
    docs.put([Text("a", "old words")], [ONE])
    texts = [Text("a", "new words"), Text("b", "words"), Text("a", "twice")]
    with pytest.raises(Exception):  # noqa: B017, PT011 - that keys are different, callers check
        docs.put(texts, [ONE, TWO, TWO])
    assert [each.text for each in docs.backend.texts("docs", None)] == ["old words"]
    assert docs.near(TWO) == ["a"]
    assert len(docs.backend.matching("docs", [""], "words", 10)) == 1
    assert docs.backend.matching("docs", [""], "new twice", 10) == []


def test_notes(backend, open_backend):
    assert backend.note("n") is None
    backend.set_note("n", "one")
    backend.set_note("n", "two")
    assert open_backend().note("n") == "two"


def test_locks_are_held_once(backend, open_backend):
    other = open_backend()
    held = backend.lock("embed 1")
    assert held is not None
    assert other.lock("embed 1") is None
    third = other.lock("embed ../2")
    assert third is not None
    third.release()
    held.release()
    again = other.lock("embed 1")
    assert again is not None
    again.release()


def _keys(texts):
    return [each.key for each in texts]


def test_pages_are_in_the_order_of_keys(docs):
    keys = ["b", "a", "ä", "z", "Z", "1", "\U0001f600", "\uffff"]
    docs.put([Text(key, f"text of {key}") for key in keys], [[1, 0, 0]] * len(keys))
    docs.put(["elsewhere"], [[1, 0, 0]], "other")
    ordered = sorted(keys, key=str.encode)
    assert _keys(docs.backend.page("docs", "")) == ordered
    paged: list[str] = []
    while page := docs.backend.page("docs", "", after=paged[-1] if paged else "", limit=3):
        paged += _keys(page)
    assert paged == ordered
    assert _keys(docs.backend.page("docs", "other")) == ["elsewhere"]
    assert docs.backend.page("docs", "none") == []
    assert docs.backend.page("none", "") == []
    first = docs.backend.page("docs", "", limit=1)[0]
    assert (first.namespace, first.key, first.text) == ("", "1", "text of 1")


def test_pages_of_what_has_a_text(docs):
    texts = [Text("one", "Sun and 100% RAIN"), Text("Rainy", "no"), Text("three", "1000 suns")]
    docs.put(texts, [[1, 0, 0]] * 3)

    def found(search, **how):
        return _keys(docs.backend.page("docs", "", search=search, **how))

    assert found("rain") == ["Rainy", "one"]
    assert found("rain", limit=1) == ["Rainy"]
    assert found("rain", after="Rainy") == ["one"]
    assert found("100%") == ["one"]
    assert found("SUN") == ["one", "three"]
    assert found("s_n") == found("' OR 1=1 --") == []


def test_a_sample_is_all_of_few_and_some_of_many(docs):
    assert docs.backend.sample("docs", None, 10) == []
    assert docs.backend.sample("none", None, 10) == []
    vectors = numpy.random.default_rng(1).standard_normal((300, 3))
    docs.put([f"a{index:03}" for index in range(200)], vectors[:200])
    docs.put([f"b{index:03}" for index in range(100)], vectors[200:], "other")
    sample = docs.backend.sample
    assert len(sample("docs", None, 300)) == 300
    assert len(sample("docs", "other", 100)) == 100
    assert {each.namespace for each in sample("docs", "other", 7)} == {"other"}
    some = _keys(sample("docs", None, 30))
    assert 25 <= len(some) <= 30
    assert some == sorted(set(some)) == _keys(sample("docs", None, 30))
    assert some[0] == "a000"
    assert some[-1] == "b099"
    assert 15 <= sum(key.startswith("a") for key in some) <= 25
    assert _keys(sample("docs", "", 1)) == ["a000"]
