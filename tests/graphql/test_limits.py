from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from graphql import get_introspection_query, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from atoll.graphql.limits import QueryLimits, exceeded_limit
from atoll.graphql.schema import build_schema
from atoll.guest.types import Function, Interface, Scalar
from atoll.manifest import GraphQLSettings

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
        (
            "{ a { b { c { d { e } } } } }",
            "The query is nested more than 4 fields deep (graphql.maxDepth in modus.json).",
        ),
        (
            "{ a { ...F } } fragment F on T { b { c { ... on T { d { e } } } } }",
            "The query is nested more than 4 fields deep (graphql.maxDepth in modus.json).",
        ),
        (
            "{ a { ...F } } fragment F on T { a { ...F } }",
            "The query is nested more than 4 fields deep (graphql.maxDepth in modus.json).",
        ),
        (
            "{ a b c d }",
            "The operation asks for more than 3 root fields (graphql.maxRootFields in modus.json).",
        ),
        (
            "{ w: a x: a y: a z: a }",
            "The operation asks for more than 3 root fields (graphql.maxRootFields in modus.json).",
        ),
        (
            "{ a b ...F } fragment F on Query { c d }",
            "The operation asks for more than 3 root fields (graphql.maxRootFields in modus.json).",
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


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ a }", 10),
        ("{ a { x y } }", 12),
        ("{ a { x } b: a { x } }", 22),
        ("{ a { x ...F } ...G } fragment F on T { x y } fragment G on Query { a { z } }", 13),
        ("{ dear }", 70),
        ("{ again: dear dear }", 140),
        ("mutation { dear }", 10),
        ("{ free }", 0),
        ("{ free { x } __typename }", 2),
        ("{ a { dear } }", 11),
        ('{ __schema { types { name } } __type(name: "T") { name } }', 5),
        ("query A { a } query B { dear }", 70),
        ("fragment F on T { x y z }", 0),
    ],
)
def test_costs(query: str, cost: int) -> None:
    prices = {("query", "dear"): 70, ("query", "free"): 0}
    document = parse(query)
    assert exceeded_limit(document, QueryLimits(max_cost=cost, field_costs=prices)) is None
    if cost:
        excess = exceeded_limit(document, QueryLimits(max_cost=cost - 1, field_costs=prices))
        message = f"The operation costs more than {cost - 1} (graphql.maxCost in modus.json)."
        assert excess == message


@pytest.mark.parametrize(
    ("query", "aliases"),
    [
        ("{ a b c }", 0),
        ("{ x: a y: a }", 2),
        ("{ a: a }", 1),
        ("{ a { x: b { y: c } } }", 2),
        ("{ a { ...F } b { ...F } } fragment F on T { x: c y: d }", 4),
        ("{ x: a x: a }", 2),
        ("query A { x: a y: b } query B { z: c }", 2),
        ("fragment F on T { x: a }", 0),
    ],
)
def test_aliases_of_one_operation(query: str, aliases: int) -> None:
    document = parse(query)
    assert exceeded_limit(document, QueryLimits(max_aliases=aliases)) is None
    if aliases:
        message = f"more than {aliases - 1} aliases (graphql.maxAliases in modus.json)."
        excess = exceeded_limit(document, QueryLimits(max_aliases=aliases - 1))
        assert excess == f"The operation has {message}"


def test_costs_are_of_functions_by_either_of_their_names() -> None:
    def function(name: str, export: str) -> Function:
        return Function(name, export, (), Scalar("String"))

    schema = build_schema(
        Interface(
            (
                function("getPerson", "get_person"),
                function("listAllPeople", "list_all_people"),
                function("addPerson", "add_person"),
                function("sayHello", "say_hello"),
            )
        )
    )
    costs = {"getPerson": 1, "list_all_people": 2, "addPerson": 3, "allPeople": 4, "nobody": 5}
    assert QueryLimits(costs=costs).priced(schema).field_costs == {
        ("query", "person"): 1,
        ("query", "allPeople"): 2,
        ("mutation", "addPerson"): 3,
    }


def test_the_manifest_sets_limits_and_has_the_same_defaults() -> None:
    assert QueryLimits.of(GraphQLSettings()) == QueryLimits()
    settings = GraphQLSettings(
        introspection=False,
        max_depth=1,
        max_tokens=2,
        max_aliases=3,
        max_root_fields=4,
        max_cost=5,
        costs={"ask": 6},
    )
    assert QueryLimits.of(settings) == QueryLimits(
        introspection=False,
        max_depth=1,
        max_tokens=2,
        max_aliases=3,
        max_root_fields=4,
        max_cost=5,
        costs={"ask": 6},
    )


def test_the_introspection_of_tools_costs_less_than_a_quarter_of_what_it_may() -> None:
    query = parse(get_introspection_query(specified_by_url=True, input_value_deprecation=True))
    assert exceeded_limit(query, QueryLimits(max_cost=250)) is None


def spreads(count: int, name: str = "F") -> str:
    return " ".join(f"...{name}{i}" for i in range(count))


def fragments(count: int, body: str, name: str = "F") -> str:
    return " ".join(
        f"fragment {name}{i} on T {{ {body.format(i=i, next=i + 1)} }}" for i in range(count)
    )


MANY_FRAGMENTS = "The query uses too many fragments."
FRAGMENTS_IN_PLACE = "The query spreads too many fragments in the same place."
HOSTILE = {
    "many fragments in one place": (
        f"{{ t {{ {spreads(1000)} }} }} {fragments(1000, 'x{i}')}",
        FRAGMENTS_IN_PLACE,
    ),
    "a long chain of fragments": (
        f"{{ t {{ ...F0 }} }} {fragments(300, 'x{i} ...F{next}')}",
        FRAGMENTS_IN_PLACE,
    ),
    "many spreads of one fragment, from many places": (
        "{ t { " + " ".join(f"t{i} {{ ...F }}" for i in range(500)) + " } } "
        "fragment F on T { x " + "...G " * 2000 + "} fragment G on T { x }",
        MANY_FRAGMENTS,
    ),
    "fragments that hold nothing else, from many places": (
        "{ t { " + " ".join(f"t{i} {{ ...F }}" for i in range(500)) + " } } "
        f"fragment F on T {{ {spreads(190)} }} {fragments(190, '...G')} fragment G on T {{ x }}",
        MANY_FRAGMENTS,
    ),
    "inline fragments from many places": (
        "{ t { " + " ".join(f"t{i} {{ ...F }}" for i in range(500)) + " } } "
        "fragment F on T { x " + "... { " * 20 + "... { ...G } " * 100 + "} " * 20 + "} "
        "fragment G on T { x }",
        MANY_FRAGMENTS,
    ),
    "fragments that double": (
        f"{{ t {{ ...F0 }} }} {fragments(30, 'a: t {{ ...F{next} }} b: t {{ ...F{next} }}')}",
        "The operation has more than 100 aliases (graphql.maxAliases in modus.json).",
    ),
    "fragments that double, of which no operation is": (
        fragments(30, "a: t {{ ...F{next} }} b: t {{ ...F{next} }}"),
        "The query asks for more than 5000 fields.",
    ),
}


@pytest.mark.parametrize(("query", "message"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_documents_are_refused_early(query: str, message: str) -> None:
    limits = QueryLimits()
    document = parse(query, max_lexical_tokens=limits.max_tokens)
    assert exceeded_limit(document, limits) == message


@pytest.mark.parametrize(
    "query",
    [
        "{ t { " + spreads(190) + " } } " + fragments(190, "x{i}"),
        "{ t { " + " ".join(f"t{i} {{ {spreads(30)} }}" for i in range(100)) + " } } "
        + fragments(30, "x{i}"),
        "{ t { ...F0 } } " + fragments(40, "x{i} ...F{next}") + " fragment F40 on T { x }",
    ],
    ids=["many in one place", "many places with the same ones", "a chain"],
)  # fmt: skip
def test_fragments_within_reason(query: str) -> None:
    assert exceeded_limit(parse(query), QueryLimits(max_cost=5000)) is None


NAMES = st.sampled_from(["a", "b", "c"])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Documents whose fragments may use each other, but not in circles."""
    count = draw(st.integers(0, 2))

    def selections(depth: int, first: int) -> str:
        kinds = ["field", "inline", *(["spread"] if first < count else [])]
        parts = []
        for _ in range(draw(st.integers(1, 2 if depth else 3))):
            kind = draw(st.sampled_from(kinds)) if depth < 3 else "field"
            if kind == "spread":
                parts.append(f"...F{draw(st.integers(first, count - 1))}")
            elif kind == "inline":
                parts.append(f"... {{ {selections(depth + 1, first)} }}")
            else:
                alias = draw(st.sampled_from(["", "", "x: ", "y: "]))
                inner = f" {{ {selections(depth + 1, first)} }}" if draw(st.booleans()) else ""
                parts.append(f"{alias}{draw(NAMES)}{inner if depth < 3 else ''}")
        return " ".join(parts)

    parts = [f"{{ {selections(0, 0)} }}"]
    parts += [f"fragment F{i} on T {{ {selections(0, i + 1)} }}" for i in range(count)]
    return " ".join(parts)


class Expanded:
    """What a document asks for, found without regard to how much that is."""

    def __init__(self, text: str) -> None:
        self.definitions = {
            getattr(node.name, "value", ""): node.selection_set
            for node in parse(text).definitions  # type: ignore[union-attr]  # they have both
        }
        self.depth = self.cost = self.aliases = self.roots = 0
        self.visit([self.definitions[""]], 1)

    def fields(self, selection_set: object, seen: set[str]) -> Iterator[object]:
        for node in selection_set.selections:  # type: ignore[attr-defined]
            if node.kind == "field":
                yield node
            elif node.kind == "inline_fragment":
                yield from self.fields(node.selection_set, seen)
            elif node.name.value not in seen:
                seen.add(node.name.value)
                yield from self.fields(self.definitions[node.name.value], seen)

    def visit(self, selection_sets: list[object], depth: int) -> None:
        by_key: dict[str, list[object]] = {}
        seen: set[str] = set()
        for selection_set in selection_sets:
            for node in self.fields(selection_set, seen):
                self.aliases += node.alias is not None  # type: ignore[attr-defined]
                key = (node.alias or node.name).value  # type: ignore[attr-defined]
                by_key.setdefault(key, []).append(node)
        self.depth = max(self.depth, depth)
        self.cost += (10 if depth == 1 else 1) * len(by_key)
        if depth == 1:
            self.roots = len(by_key)
        for nodes in by_key.values():
            inner = [n.selection_set for n in nodes if n.selection_set]  # type: ignore[attr-defined]
            if inner:
                self.visit(inner, depth + 1)


@given(documents())
@settings(max_examples=300, deadline=None)
def test_exactly_what_a_document_asks_for_is_counted(text: str) -> None:
    found = Expanded(text)
    document = parse(text)
    exact = QueryLimits(
        max_depth=found.depth,
        max_cost=found.cost,
        max_aliases=found.aliases,
        max_root_fields=found.roots,
    )
    # A fragment that nobody spreads may be deeper than the operation.
    assert "maxDepth" in (exceeded_limit(document, exact) or "maxDepth")
    assert exceeded_limit(document, replace(exact, max_depth=100)) is None
    for less, key in (
        (replace(exact, max_depth=found.depth - 1), "maxDepth"),
        (replace(exact, max_depth=100, max_cost=found.cost - 1), "maxCost"),
        (replace(exact, max_depth=100, max_aliases=found.aliases - 1), "maxAliases"),
        (replace(exact, max_depth=100, max_root_fields=found.roots - 1), "maxRootFields"),
    ):
        assert f"(graphql.{key} in modus.json)" in (exceeded_limit(document, less) or "")
