from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from atoll.manifest import GraphQLSettings, Manifest, ManifestError, Problem
from atoll.manifest.graphql import RULES, SWITCHES

Check = Callable[..., tuple[Problem, ...]]
Read = Callable[..., Manifest]


def test_what_is_left_out_has_its_default(read: Read) -> None:
    assert read({}).graphql == read({"graphql": {}}).graphql == GraphQLSettings()
    assert read({"graphql": {"maxDepth": 5}}).graphql == GraphQLSettings(max_depth=5)


def test_every_setting_has_a_key(read: Read) -> None:
    numbers = {rule.key: 7 for rule in RULES}
    switches = {key: not getattr(GraphQLSettings(), name) for key, name in SWITCHES.items()}
    found = read({"graphql": {**numbers, **switches, "costs": {"ask": 500}}}, strict=True).graphql
    assert found == GraphQLSettings(
        introspection=False,
        max_depth=7,
        max_tokens=7,
        max_aliases=7,
        max_root_fields=7,
        max_cost=7,
        costs={"ask": 500},
        max_batch=7,
        persisted_queries=False,
        compression=False,
        ticks=True,
        timings=True,
    )
    for setting in dataclasses.fields(GraphQLSettings):
        assert getattr(found, setting.name) != getattr(GraphQLSettings(), setting.name)


def test_the_edges_are_allowed(read: Read, check: Check) -> None:
    for rule in RULES:
        for value in (rule.minimum, rule.maximum):
            assert getattr(read({"graphql": {rule.key: value}}).graphql, rule.attribute) == value
        for value in (rule.minimum - 1, rule.maximum + 1):
            [problem] = check({"graphql": {rule.key: value}})
            assert problem.code == "INVALID_LIMIT"


def test_whole_numbers_are_whole(read: Read) -> None:
    depth = read('{"graphql": {"maxDepth": 5.0}}').graphql.max_depth
    assert (depth, type(depth)) == (5, int)


def test_costs_of_functions_whose_names_differ_in_letter_case_only(read: Read) -> None:
    costs = {"ask": 0, "Ask": 1_000_000}
    assert read({"graphql": {"costs": costs}}, strict=True).graphql.costs == costs


def test_every_problem_is_an_error(check: Check) -> None:
    section = {"ticks": None, "MaxDepth": 5, "maxDeep": 5, "maxCost": 0, "costs": {"a": "x"}}
    problems = check({"graphql": section})
    assert len(problems) == len(section)
    assert {problem.severity for problem in problems} == {"error"}


def collection(**search_methods: Any) -> dict[str, Any]:
    return {"searchMethods": search_methods}


def test_embedders_are_those_of_all_collections(read: Read) -> None:
    manifest = read(
        {
            "collections": {
                "books": collection(
                    byTitle={"embedder": "embedTitle"},
                    byText={"embedder": "embed", "index": {"type": "sequential"}},
                ),
                "films": collection(byText={"embedder": "embed"}),
                "empty": {},
            }
        }
    )
    assert manifest.embedders == {"embedTitle", "embed"}
    assert not manifest.warnings
    assert read({}).embedders == frozenset()


@pytest.mark.parametrize("embedder", [1, ["embed"], {"name": "embed"}])
def test_an_embedder_that_cannot_be_read_would_be_public(read: Read, embedder: object) -> None:
    with pytest.raises(ManifestError, match=r'"embedder" of search method \[m\] must be a string'):
        read({"collections": {"c": collection(m={"embedder": embedder})}})
