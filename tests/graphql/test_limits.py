from __future__ import annotations

import pytest
from graphql import parse

from atoll.graphql.limits import QueryLimits, exceeded_limit

LIMITS = QueryLimits(max_depth=4, max_root_fields=3, max_fields=20, max_repeats=30)


@pytest.mark.parametrize(
    "query",
    [
        "{ a }",
        "{ a { b { c { d } } } }",
        "{ a b c }",
        "{ a ...F } fragment F on Query { b c }",
        "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F a }",
        "{ ...Lost }",
        "{ a a a a a a a }",
        "fragment F on Query { a b c d e }",
        "{ a } query B { b } query C { c } query D { d }",
    ],
)
def test_within_limits(query: str) -> None:
    assert exceeded_limit(parse(query), LIMITS) is None


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ a { b { c { d { e } } } } }", "The query is nested more than 4 fields deep."),
        (
            "{ a { ...F } } fragment F on T { b { c { ... on T { d { e } } } } }",
            "The query is nested more than 4 fields deep.",
        ),
        (
            "{ a { ...F } } fragment F on T { a { ...F } }",
            "The query is nested more than 4 fields deep.",
        ),
        ("{ a b c d }", "The operation asks for more than 3 root fields."),
        ("{ w: a x: a y: a z: a }", "The operation asks for more than 3 root fields."),
        (
            "{ a b ...F } fragment F on Query { c d }",
            "The operation asks for more than 3 root fields.",
        ),
        (
            "{ a { ...F } b { ...F } c { ...F } } fragment F on T { d e f g h i }",
            "The query asks for more than 20 fields.",
        ),
        ("{ a a a a a a a a a }", "The query repeats the same fields too often."),
        (
            "{ a { b } a { b } a { b } a { b } a { b } a { b } a { b } }",
            "The query repeats the same fields too often.",
        ),
    ],
)
def test_beyond_limits(query: str, message: str) -> None:
    assert exceeded_limit(parse(query), LIMITS) == message


def test_fragments_that_multiply_are_found_without_following_them_all() -> None:
    fragments = " ".join(
        f"fragment F{i} on T {{ a: x {{ ...F{i + 1} }} b: x {{ ...F{i + 1} }} }}" for i in range(30)
    )
    query = f"{{ a {{ ...F0 }} }} {fragments} fragment F30 on T {{ x }}"
    assert (
        exceeded_limit(parse(query), QueryLimits()) == "The query asks for more than 5000 fields."
    )
