from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.graphql.conventions import (
    MUTATION_PREFIXES,
    field_name,
    is_name,
    operation_kind,
)

NAMES = [
    # function, kind, field
    ("getPerson", "query", "person"),
    ("getPersonById", "query", "personById"),
    ("listAllPeople", "query", "allPeople"),
    ("getUser", "query", "user"),
    ("listUsers", "query", "users"),
    ("getaway", "query", "getaway"),
    ("listen", "query", "listen"),
    ("gétait", "query", "gétait"),
    ("getURL", "query", "uRL"),
    ("getGetter", "query", "getter"),
    ("GetPerson", "query", "getPerson"),
    ("Address", "query", "address"),
    ("address", "query", "address"),
    ("addItem", "mutation", "addItem"),
    ("AddItem", "mutation", "addItem"),
    ("additionalItems", "query", "additionalItems"),
    ("add", "mutation", "add"),
    ("add2", "mutation", "add2"),
    ("add_item", "mutation", "add_item"),
    ("startJob", "mutation", "startJob"),
    ("stopJob", "mutation", "stopJob"),
    ("stopwatch", "query", "stopwatch"),
    ("settle", "query", "settle"),
    ("setX", "query", "setX"),
    ("generateText", "query", "generateText"),
    ("deployAgent", "query", "deployAgent"),
    ("postman", "query", "postman"),
    ("postMan", "mutation", "postMan"),
    # names that the plain rules would spoil
    ("get", "query", "get"),
    ("list", "query", "list"),
    ("get2", "query", "get2"),
    ("list3D", "query", "list3D"),
    # hidden
    ("_x", "query", None),
    ("__x", "query", None),
    ("get_x", "query", None),
]


@pytest.mark.parametrize(("function", "kind", "field"), NAMES)
def test_names(function: str, kind: str, field: str | None) -> None:
    assert operation_kind(function) == kind
    assert field_name(function) == field


@pytest.mark.parametrize("verb", MUTATION_PREFIXES)
def test_every_verb_makes_a_mutation_as_a_word_of_its_own(verb: str) -> None:
    assert operation_kind(verb) == "mutation"
    assert operation_kind(f"{verb}Thing") == "mutation"
    assert operation_kind(f"{verb}thing") == "query"


@given(st.from_regex(r"[A-Za-z][_0-9A-Za-z]*", fullmatch=True))
def test_a_sound_name_stays_sound(function: str) -> None:
    name = field_name(function)
    if name is None:
        assert re.match("(get|list)_", function)
    else:
        assert is_name(name)
        assert function.lower().endswith(name.lower())


@given(st.text())
def test_any_text_is_handled(text: str) -> None:
    operation_kind(text)
    name = field_name(text)
    assert name is None or not name.startswith("_")


@pytest.mark.parametrize("text", ["", "1a", "a-b", "größe", "__a", "a b", "a\n"])
def test_what_is_no_name(text: str) -> None:
    assert not is_name(text)
