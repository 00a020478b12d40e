"""The naming table and the limits of docs/graphql.md say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import build_schema, parse

from atoll.graphql.conventions import MUTATION_PREFIXES, field_name, operation_kind
from atoll.graphql.documents import load_document
from atoll.graphql.errors import MAX_ERRORS
from atoll.graphql.limits import QueryLimits, exceeded_limit
from atoll.graphql.response import GraphQLResponse
from atoll.manifest.graphql import RULES

PAGE = Path(__file__).parents[2] / "docs" / "graphql.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def part(page: str) -> str:
    return page.split("## Limits of a query")[1].split("\n## ")[0]


def test_the_naming_table(page: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \|(?: `(\w+)`)? \| (Query|Mutation|hidden) \|$", page, re.M)
    assert len(rows) == 14
    for function, field, of in rows:
        assert (field_name(function) or "") == field
        if field:
            assert operation_kind(function).capitalize() == of


def test_the_mutation_verbs(page: str) -> None:
    [line] = re.findall(r"^`mutate`.*$", page, re.M)
    assert re.findall(r"`(\w+)`", line) == list(MUTATION_PREFIXES)


def test_the_limits(page: str) -> None:
    table = part(page).split("\n\n")[2]
    rows = re.findall(r"\| (?:`(\w+)`)? ?\| ([\d,]+)[^|]*\|$", table, re.M)
    limits = QueryLimits()
    assert [(key, int(value.replace(",", ""))) for key, value in rows] == [
        ("", limits.max_length),
        ("maxTokens", limits.max_tokens),
        ("maxDepth", limits.max_depth),
        ("maxAliases", limits.max_aliases),
        ("maxRootFields", limits.max_root_fields),
        ("maxCost", limits.max_cost),
        ("", limits.max_fields),
        ("", limits.max_repeats),
        ("", limits.max_steps),
        ("", limits.max_validation_errors),
        ("", MAX_ERRORS),
    ]
    # Whatever the manifest can limit for a query's text is in the table.
    assert {key for key, _ in rows if key} == {rule.key for rule in RULES} - {"maxBatch"}
    assert f"at most {limits.max_concurrency} of them" in page


def test_the_example_of_costs(page: str) -> None:
    [(query, cost)] = re.findall(r"`(\{[^`]+\})` costs [\d +]+ = (\d+)\.", part(page))
    document = parse(query)
    assert exceeded_limit(document, QueryLimits(max_cost=int(cost))) is None
    assert exceeded_limit(document, QueryLimits(max_cost=int(cost) - 1)) is not None


def test_the_messages_of_exceeded_limits(page: str) -> None:
    schema = build_schema("type Query { ask: String }")
    costly = QueryLimits(field_costs={("query", "ask"): 1001})
    for text, limits in (
        ("{ ask }", costly),
        ("{ __schema { description } }", QueryLimits(introspection=False)),
    ):
        response = load_document(text, schema, limits)
        assert isinstance(response, GraphQLResponse)
        [error] = response.body["errors"]
        assert f"| `{error['extensions']['code']}` | `{error['message']}` |" in part(page)
