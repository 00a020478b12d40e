"""Our executor against graphql-core's own, on generated queries and results."""

from __future__ import annotations

import asyncio
from typing import Any

import graphql
from hypothesis import given, settings
from hypothesis import strategies as st

from atoll.graphql import GraphQLRequest

LEAVES = ("name", "age", "mood", "__typename")


@st.composite
def selection(draw: st.DrawFn, depth: int = 3) -> str:
    """A selection set on Person, with aliases, fragments and directives."""
    parts = []
    for i in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["leaf", "leaf", "tags", "friends", "fragment"]))
        alias = draw(st.sampled_from(["", f"a{depth}{i}: "]))
        skip = draw(st.sampled_from(["", "", " @skip(if: true)", " @include(if: $yes)"]))
        if kind == "tags":
            parts.append(f"{alias}tags{skip} {{ key value }}")
        elif kind == "leaf" or depth == 0:
            parts.append(f"{alias}{draw(st.sampled_from(LEAVES))}{skip}")
        elif kind == "friends":
            parts.append(f"{alias}friends{skip} {draw(selection(depth - 1))}")
        else:
            parts.append(f"... on Person{skip} {draw(selection(depth - 1))}")
    return "{ " + " ".join(parts) + " }"


PAIRS = st.fixed_dictionaries({"key": st.text(), "value": st.text() | st.none()})
PEOPLE: st.SearchStrategy[Any] = st.deferred(
    lambda: st.fixed_dictionaries(
        {
            "name": st.text() | st.none(),
            "age": st.none() | st.integers(-(2**32), 2**32),
            "mood": st.sampled_from(["CALM", "WILD", "SAD", None]),
            "tags": st.lists(PAIRS, max_size=2),
        },
        optional={"friends": st.lists(PEOPLE | st.none(), max_size=2)},
    )
)


@given(
    selections=st.lists(selection(), min_size=1, max_size=3),
    person=PEOPLE | st.none(),
    yes=st.booleans(),
)
@settings(deadline=None, max_examples=150)
def test_the_same_data_and_errors(
    shared_people_api: Any, selections: list[str], person: Any, yes: bool
) -> None:
    fields = " ".join(f"r{i}: person(id: 1) {inner}" for i, inner in enumerate(selections))
    query = f"query ($yes: Boolean!) {{ __typename @include(if: $yes) {fields} }}"
    served = shared_people_api

    async def answer(_: Any) -> Any:
        return person

    original, served.app.handlers["getPerson"] = served.app.handlers["getPerson"], answer
    try:
        ours = asyncio.run(served.api.execute(GraphQLRequest(query, {"yes": yes})))
    finally:
        served.app.handlers["getPerson"] = original

    schema = served.api.schema.graphql
    document = graphql.parse(query)
    refused = graphql.validate(schema, document)
    if refused:
        assert ours.kind == "validation"
        assert [error["message"] for error in ours.body["errors"]] == [
            error.message for error in refused
        ]
        return
    theirs = graphql.execute_sync(
        schema, document, {"person": person}, variable_values={"yes": yes}
    )
    assert ours.body["data"] == theirs.data
    assert [
        {key: value for key, value in error.items() if key != "extensions"}
        for error in ours.body.get("errors", [])
    ] == [dict(error.formatted) for error in theirs.errors or []]
