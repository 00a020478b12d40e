from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.manifest import Manifest, ManifestError, Problem, parse_manifest
from atoll.manifest.collection import (
    DISTANCES,
    EF_CONSTRUCTION,
    INDEX_TYPES,
    OPTIONS,
    QUANTIZATIONS,
    Collection,
    IndexSettings,
    SearchMethod,
)

Check = Callable[..., tuple[Problem, ...]]
Read = Callable[..., Manifest]
RULES = (*OPTIONS, EF_CONSTRUCTION)


def manifest_of(**method: Any) -> dict[str, Any]:
    return {"collections": {"c": {"searchMethods": {"m": {"embedder": "e", **method}}}}}


def method_of(manifest: Manifest) -> SearchMethod:
    return manifest.collections["c"].methods["m"]


def test_what_is_left_out_has_its_default(read: Read) -> None:
    assert read({}).collections == read({"collections": {}}).collections == {}
    assert read({"collections": {"c": {}}}).collections == {"c": Collection("c")}
    plain = SearchMethod("m", "e", "dot", IndexSettings("auto", "f32", 16, 128, 64))
    assert method_of(read(manifest_of())) == plain
    assert method_of(read(manifest_of(index={"options": {}}))) == plain
    assert method_of(read(manifest_of(distance="", index={"type": ""}), strict=True)) == plain


def test_every_setting_has_a_key(read: Read) -> None:
    options = {"connectivity": 8, "efConstruction": 64, "efSearch": 32}
    index = {"type": "hnsw", "quantization": "i8", "options": options}
    found = read(manifest_of(distance="euclidean", index=index), strict=True)
    assert method_of(found) == SearchMethod(
        "m", "e", "euclidean", IndexSettings("hnsw", "i8", 8, 64, 32)
    )


def test_the_edges_are_allowed(read: Read, check: Check) -> None:
    def options(key: str, value: float) -> dict[str, Any]:
        return manifest_of(index={"options": {key: value}})

    for rule in RULES:
        for value in (rule.minimum, rule.maximum):
            index = method_of(read(options(rule.key, value), strict=True)).index
            assert getattr(index, rule.attribute) == value
        for value in (rule.minimum - 1, rule.maximum + 1):
            [problem] = check(options(rule.key, value))
            wanted = "INVALID_VALUE" if rule is EF_CONSTRUCTION else "INVALID_LIMIT"
            assert problem.code == wanted


def test_whole_numbers_are_whole(read: Read) -> None:
    for rule in RULES:
        index = method_of(read(manifest_of(index={"options": {rule.key: 64.0}}))).index
        found = getattr(index, rule.attribute)
        assert (found, type(found)) == (64, int)


def test_manifests_of_the_original_load(read: Read) -> None:
    """Its options had no effect; whatever its runtime took must not keep an app from starting."""
    options = {"efConstruction": 2, "maxLevels": 3}
    found = read(manifest_of(index={"type": "hnsw", "options": options}))
    assert method_of(found).index == IndexSettings(type="hnsw")
    assert [problem.severity for problem in found.warnings] == ["warning"]


def test_a_method_without_an_embedder_is_none(read: Read) -> None:
    found = read({"collections": {"c": {"searchMethods": {"m": {}, "n": {"embedder": "e"}}}}})
    assert found.collections["c"].methods == {"n": SearchMethod("n", "e")}


@pytest.mark.parametrize(
    ("kind", "known"),
    [("type", INDEX_TYPES), ("quantization", QUANTIZATIONS), ("distance", DISTANCES)],
)
@given(data=st.data())
def test_words_are_those_that_are_known(kind: str, known: tuple[str, ...], data: Any) -> None:
    word = data.draw(st.sampled_from(known) | st.text(st.characters(codec="utf-8"), max_size=9))
    method = {kind: word} if kind == "distance" else {"index": {kind: word}}
    problems = verdict(manifest_of(**method))
    assert (not problems) == (word in known or not word)
    assert all(word[:40] in problem.message for problem in problems)


def verdict(manifest: dict[str, Any]) -> tuple[Problem, ...]:
    try:
        return parse_manifest(json.dumps(manifest)).warnings
    except ManifestError as error:
        return error.problems
