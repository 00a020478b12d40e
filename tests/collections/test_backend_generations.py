"""The life of generations of vectors, in each store."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy
import pytest

from atoll.collections.errors import GenerationsChanged
from atoll.collections.types import Generation, Shape, Text

SHAPE = Shape(2, "cosine", "f16", False, 8, 32, 16)


def start(backend, method: str = "m", *, probe: bytes = b"p", shape: Shape = SHAPE, build="b"):
    return backend.start_generation(
        "docs", method, shape, embedder="embed", probe=probe, build=build
    )


def vectors(count: int, value: float = 1):
    return numpy.full((count, 2), value, numpy.float32)


def within_a_second(ask):
    """What another process is to know by then."""
    time.sleep(1)
    return ask()


@pytest.fixture
def filled(backend):
    """Three texts without any search method."""
    backend.upsert("docs", "", [Text("a", "a"), Text("b", "b")], {})
    backend.upsert("docs", "n", [Text("c", "c")], {})
    return backend


def test_the_first_one_of_an_empty_collection_serves(backend):
    assert backend.generations("docs") == []
    found = start(backend, build="build 1")
    expected = Generation(found.id, "docs", "m", "serving", SHAPE, "embed", b"p", "build 1")
    assert found == expected
    assert backend.generations("docs") == [expected]
    assert backend.generations("other") == []
    assert backend.finish_generation(found.id)


def test_one_of_a_collection_with_texts_is_built_first(filled):
    found = start(filled)
    assert found.state == "building"
    assert [each.key for each in filled.missing(found.id)] == ["a", "b", "c"]
    assert not filled.finish_generation(found.id)
    ids = [each.id for each in filled.missing(found.id)]
    assert filled.add_vectors(found.id, ids[:2], vectors(2)) == 2
    assert [each.key for each in filled.missing(found.id)] == ["c"]
    assert not filled.finish_generation(found.id)
    assert filled.add_vectors(found.id, ids, vectors(3, 9)) == 1
    assert filled.missing(found.id) == []
    assert filled.finish_generation(found.id)
    assert filled.finish_generation(found.id)
    (served,) = filled.generations("docs")
    assert served == replace(found, state="serving")
    hits = filled.nearest(served, ["", "n"], vectors(1)[0], 10)
    assert [hit.id for hit in hits] == ids
    assert filled.vectors(found.id, ids)[1].tolist().count([9, 9]) == 1


def test_missing_texts_come_in_parts(filled):
    found = start(filled)
    first = filled.missing(found.id, limit=2)
    assert [each.key for each in first] == ["a", "b"]
    assert [each.key for each in filled.missing(found.id, after=first[-1].id)] == ["c"]
    assert filled.missing(found.id, after=10**9) == []


def test_texts_that_come_meanwhile_have_vectors(filled):
    found = start(filled)
    filled.upsert("docs", "", [Text("a", "new a"), Text("d", "d")], {found.id: vectors(2)})
    assert [each.key for each in filled.missing(found.id)] == ["b", "c"]
    filled.remove("docs", "", ["b"])
    missing = filled.missing(found.id)
    assert [each.key for each in missing] == ["c"]
    assert filled.add_vectors(found.id, [missing[0].id, 10**9], vectors(2)) == 1
    assert filled.finish_generation(found.id)


def test_another_embedder_replaces_it_once_it_is_whole(backend):
    old = start(backend, probe=b"old", build="old")
    backend.keep_build("old", b"old content")
    backend.upsert("docs", "", [Text("a", "a")], {old.id: vectors(1)})
    new = start(backend, probe=b"new", build="new", shape=replace(SHAPE, dimension=3))
    backend.keep_build("new", b"new content")
    assert [each.state for each in backend.generations("docs")] == ["serving", "building"]
    with pytest.raises(GenerationsChanged):
        backend.upsert("docs", "", [Text("b", "b")], {old.id: vectors(1)})
    wide = numpy.ones((1, 3), numpy.float32)
    backend.upsert("docs", "", [Text("b", "b")], {old.id: vectors(1), new.id: wide})
    assert len(backend.nearest(old, [""], vectors(1)[0], 10)) == 2
    (missing,) = backend.missing(new.id)
    assert backend.add_vectors(new.id, [missing.id], wide) == 1
    assert backend.finish_generation(new.id)
    assert backend.generations("docs") == [replace(new, state="serving")]
    assert len(backend.nearest(new, [""], wide[0], 10)) == 2
    assert backend.build("new") == b"new content"
    for gone in (
        lambda: backend.finish_generation(old.id),
        lambda: backend.add_vectors(old.id, [missing.id], vectors(1)),
    ):
        with pytest.raises(GenerationsChanged):
            gone()
    assert backend.missing(old.id) == []
    while backend.maintain():
        pass
    assert backend.vectors(old.id, [missing.id])[0] == []


def test_the_same_one_is_not_begun_twice(filled):
    found = start(filled)
    assert start(filled) == found
    other = start(filled, "other")
    assert other.id != found.id
    assert [each.id for each in filled.generations("docs")] == [found.id, other.id]


def test_where_there_is_no_text_the_one_that_serves_is_given(backend):
    found = start(backend)
    assert start(backend) == found


def test_texts_are_embedded_anew_by_the_same_embedder(backend):
    old = start(backend)
    backend.upsert("docs", "", [Text("a", "a")], {old.id: vectors(1)})
    new = start(backend)
    assert new.id != old.id
    assert new.state == "building"
    assert start(backend) == new


def test_another_one_that_is_being_built_takes_its_place(filled):
    found = start(filled)
    other = start(filled, probe=b"other")
    assert [each.id for each in filled.generations("docs")] == [other.id]
    with pytest.raises(GenerationsChanged):
        filled.add_vectors(found.id, [1], vectors(1))


def test_other_settings_leave_the_vectors(backend):
    found = start(backend)
    backend.upsert("docs", "", [Text("a", "a")], {found.id: vectors(1, 2)})
    shape = Shape(2, "euclidean", "i8", True, 4, 8, 4)
    backend.reshape(found.id, shape)
    (reshaped,) = backend.generations("docs")
    assert reshaped == replace(found, shape=shape)
    (hit,) = backend.nearest(reshaped, [""], vectors(1, 2)[0], 10)
    assert hit.value == 0
    with pytest.raises(ValueError, match="dimension"):
        backend.reshape(found.id, replace(shape, dimension=3))


def test_one_that_is_dropped_is_not_needed_any_more(backend):
    one, two = start(backend, "one"), start(backend, "two")
    backend.drop_generation(one.id)
    backend.drop_generation(one.id)
    backend.upsert("docs", "", [Text("a", "a")], {two.id: vectors(1)})
    assert [each.id for each in backend.generations("docs")] == [two.id]


def test_ids_are_never_used_again(backend):
    seen = set()
    for _ in range(4):
        found = start(backend)
        assert found.id not in seen
        seen.add(found.id)
        backend.drop_generation(found.id)
        while backend.maintain():
            pass


def test_other_processes_know_them(backend, open_backend):
    other = open_backend()
    assert other.generations("docs") == []
    found = start(backend)
    assert within_a_second(lambda: other.generations("docs")) == [found]
    backend.drop_generation(found.id)
    assert within_a_second(lambda: other.generations("docs")) == []


def test_a_dropped_collection_leaves_nothing(backend, open_backend):
    other = open_backend()
    for round in range(3):
        found = start(backend)
        backend.upsert(
            "docs", "n", [Text(f"k{n}", "word") for n in range(50)], {found.id: vectors(50)}
        )
        ids = [each.id for each in other.texts("docs", None)]
        assert len(ids) == 50, round
        backend.drop_collection("docs")
        backend.drop_collection("docs")
        assert other.generations("docs") == []
        assert other.namespaces("docs") == {}
        assert other.texts("docs", None) == []
        assert other.find("docs", "n", ["k1"]) == []
        assert other.load(ids) == {}
        assert other.matching("docs", ["n"], "word", 10) == []
        assert other.stats() == []
        if round:
            while backend.maintain():
                pass


def test_builds_are_kept_as_long_as_they_are_needed(backend):
    assert backend.build("b") is None
    backend.keep_build("b", b"\0content")
    one = start(backend, "one", build="b")
    two = start(backend, "two", build="b")
    backend.drop_generation(one.id)
    assert backend.build("b") == b"\0content"
    backend.drop_generation(two.id)
    while backend.maintain():
        pass
    assert backend.build("b") is None


def test_stats(filled):
    one = start(filled, "one")
    ids = [each.id for each in filled.missing(one.id)]
    filled.add_vectors(one.id, ids[:2], vectors(2))
    start(filled, "two")
    filled.upsert("bare", "", [Text("a", "a")], {})
    found = {each.collection: each for each in filled.stats()}
    assert set(found) == {"docs", "bare"}
    assert found["bare"].generations == ()
    assert dict(found["bare"].namespaces) == {"": 1}
    assert dict(found["docs"].namespaces) == {"": 2, "n": 1}
    first, second = found["docs"].generations
    assert first.generation == one
    assert (first.vectors, first.missing) == (2, 1)
    assert (second.vectors, second.missing) == (0, 3)
    assert filled.stats("docs") == [found["docs"]]
    assert filled.stats("nothing") == []


def test_export(backend):
    one, two = start(backend, "one"), start(backend, "two", shape=Shape(3))
    wide = numpy.arange(6, dtype=numpy.float32).reshape(2, 3)
    texts = [Text("a", "text a", ("x",), {"y": 1}), Text("b", "text b")]
    backend.upsert("docs", "n", texts, {one.id: vectors(2), two.id: wide})
    start(backend, "two", probe=b"other")  # is being built, and does not count
    found = list(backend.export("docs"))
    assert [
        (each.namespace, each.key, each.text, each.labels, each.metadata) for each, _ in found
    ] == [
        ("n", "a", "text a", ("x",), {"y": 1}),
        ("n", "b", "text b", (), {}),
    ]
    exported = [{name: vector.tolist() for name, vector in each.items()} for _, each in found]
    assert exported == [
        {"one": [1, 1], "two": [0, 1, 2]},
        {"one": [1, 1], "two": [3, 4, 5]},
    ]
    assert list(backend.export("nothing")) == []


def test_a_large_export(backend):
    found = start(backend)
    count = 2500
    numbers = numpy.arange(2 * count, dtype=numpy.float32).reshape(count, 2)
    backend.upsert("docs", "", [Text(f"k{n}", "t") for n in range(count)], {found.id: numbers})
    for number, (text, made) in enumerate(backend.export("docs")):
        assert text.key == f"k{number}"
        assert made["m"].tolist() == [2 * number, 2 * number + 1]
    assert number == count - 1
