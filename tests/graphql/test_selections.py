from __future__ import annotations

from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, parse
from graphql.execution.values import VariableValues

from atoll.graphql.selections import Collector, fragments_of
from atoll.guest.selection import Selection, Wanted

SCHEMA = build_schema(
    "type Query { f: T!, s: String } type T { a: [T!]!, b: String, c: T, d: Int }"
)


def selected(text: str, **variables: Any) -> Selection | None:
    document = parse(text)
    operation = next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    values = VariableValues({}, variables)
    collector = Collector(SCHEMA, dict(fragments_of(document)), values, operation)
    ((_, details),) = collector.root().items()
    assert SCHEMA.query_type is not None
    return collector.selection(SCHEMA.query_type.fields[details[0].node.name.value].type, details)


def plain(*names: str) -> Selection:
    return tuple(Wanted(name, name) for name in names)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ s }", None),
        ("{ f { b d } }", plain("b", "d")),
        ("{ f { d b } }", plain("d", "b")),
        ("{ f { x: b y: b } }", (Wanted("x", "b"), Wanted("y", "b"))),
        ("{ f { x: __typename } }", (Wanted("x", None, None, "T"),)),
        ("{ f { c { b } d } f { c { d } } }", (Wanted("c", "c", plain("b", "d")), *plain("d"))),
        ("{ f { ... on T { b } ... { d } } }", plain("b", "d")),
        ("{ f { ...F } } fragment F on T { a { ...G } } fragment G on T { b }",
         (Wanted("a", "a", plain("b")),)),
        ("{ f { b @skip(if: true) } }", ()),
    ],
)  # fmt: skip
def test_what_a_query_wants(query: str, expected: Selection | None) -> None:
    assert selected(query) == expected


@pytest.mark.parametrize(("value", "expected"), [(True, plain("d")), (False, plain("b", "d"))])
def test_what_directives_skip_is_not_wanted(value: bool, expected: Selection) -> None:
    query = "query ($v: Boolean!) { f { b @skip(if: $v) ... @include(if: true) { d } } }"
    assert selected(query, v=value) == expected


def test_fragments_that_repeat_each_other_are_followed_once() -> None:
    chain = "".join(f"fragment F{i} on T {{ a {{ ...F{i + 1} ...F{i + 1} }} }} " for i in range(60))
    found = selected(f"{{ f {{ ...F0 ...F0 }} }} {chain} fragment F60 on T {{ b }}")
    for _ in range(60):
        assert found is not None
        ((key, _, found, _),) = found
        assert key == "a"
    assert found == plain("b")
