from __future__ import annotations

import pytest
from graphql import FieldNode, OperationDefinitionNode, parse

from atoll.graphql.selections import fragments_of, selection_of


def selected(text: str):
    document = parse(text)
    operation = next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    nodes = [node for node in operation.selection_set.selections if isinstance(node, FieldNode)]
    return selection_of(nodes, fragments_of(document))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ f }", None),
        ("{ f { a b } }", (("a", None), ("b", None))),
        ("{ f { x: a y: a } }", (("a", None),)),
        ("{ f { __typename } }", ()),
        ("{ f { a { b } c } f { a { d } } }", (("a", (("b", None), ("d", None))), ("c", None))),
        ("{ f { ... on T { a } ... { b } } }", (("a", None), ("b", None))),
        ("{ f { ...F } } fragment F on T { a { ...G } } fragment G on T { b }",
         (("a", (("b", None),)),)),
        ("query ($v: Boolean!) { f { a @skip(if: $v) } }", (("a", None),)),
    ],
)  # fmt: skip
def test_what_a_query_wants(query, expected):
    assert selected(query) == expected


def test_fragments_that_repeat_each_other_are_followed_once():
    chain = "".join(f"fragment F{i} on T {{ a {{ ...F{i + 1} ...F{i + 1} }} }} " for i in range(60))
    found = selected(f"{{ f {{ ...F0 ...F0 }} }} {chain} fragment F60 on T {{ b }}")
    for _ in range(60):
        ((name, found),) = found
        assert name == "a"
    assert found == (("b", None),)
