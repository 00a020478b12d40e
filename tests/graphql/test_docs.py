"""The naming table and the limits of docs/graphql.md say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from atoll.graphql.conventions import MUTATION_PREFIXES, field_name, operation_kind
from atoll.graphql.errors import MAX_ERRORS
from atoll.graphql.limits import QueryLimits

PAGE = Path(__file__).parents[2] / "docs" / "graphql.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


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
    table = page.split("## Limits of a query")[1].split("\n\n")[1]
    values = [int(n.replace(",", "")) for n in re.findall(r"\| ([\d,]+)[^|]*\|$", table, re.M)]
    limits = QueryLimits()
    assert values == [
        limits.max_length,
        limits.max_tokens,
        limits.max_depth,
        limits.max_root_fields,
        limits.max_fields,
        limits.max_repeats,
        limits.max_validation_errors,
        MAX_ERRORS,
    ]
    assert f"at most {limits.max_concurrency} of them" in page
