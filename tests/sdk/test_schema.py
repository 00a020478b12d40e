"""What models are told of types, and that it is what the decoder reads."""

from __future__ import annotations

import enum
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    TypedDict,
    TypeVar,
)

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from atoll.sdk import Int64
from atoll.sdk._decoder import decoder
from atoll.sdk._encoder import duration_text, json_text, plain_value
from atoll.sdk._mismatch import Mismatch
from atoll.sdk._schema import schema

T = TypeVar("T")


class Mood(enum.Enum):
    """How somebody feels.

    Attributes:
        HAPPY: all is well
    """

    HAPPY = "happy"
    SAD = "sad"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


@dataclass
class Address:
    city: str
    zip_code: str | None = None


@dataclass
class Person:
    """Somebody.

    Attributes:
        name: what they are called
            by friends
    """

    name: str
    born_on: date | None
    home: Annotated[Address, "where they live"]
    tags: list[str] = field(default_factory=list)
    mood: Mood = Mood.HAPPY


@dataclass
class Tree:
    label: str
    branches: list[Tree] = field(default_factory=list)


class Pair(NamedTuple):
    left: int
    right: str = "none"


class Movie(TypedDict):
    title: str
    year: NotRequired[Annotated[int, "of its first showing"]]


@dataclass
class Page(Generic[T]):
    items: list[T]
    total: int


@dataclass
class Cat:
    name: str


@dataclass
class Dog:
    name: str
    breed: str


@dataclass
class Couple:
    one: Address
    other: Address


UserId = NewType("UserId", int)


def closed(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


STRING, INTEGER, NULL = {"type": "string"}, {"type": "integer"}, {"type": "null"}
ADDRESS = closed({"city": STRING, "zip_code": {"anyOf": [STRING, NULL]}})

SCHEMAS: list[tuple[Any, Any]] = [
    (str, STRING),
    (int, INTEGER),
    (Int64, INTEGER),
    (UserId, INTEGER),
    (float, {"type": "number"}),
    (Decimal, {"type": "number"}),
    (bool, {"type": "boolean"}),
    (None, NULL),
    (datetime, {"type": "string", "format": "date-time"}),
    (date | None, {"anyOf": [{"type": "string", "format": "date"}, NULL]}),
    (list[int], {"type": "array", "items": INTEGER}),
    (Sequence[str], {"type": "array", "items": STRING}),
    (tuple[int, ...], {"type": "array", "items": INTEGER}),
    (tuple[int, int], {"type": "array", "items": INTEGER, "minItems": 2, "maxItems": 2}),
    (
        tuple[int, str],
        {"type": "array", "prefixItems": [INTEGER, STRING], "minItems": 2, "maxItems": 2},
    ),
    (dict[str, int], {"type": "object", "additionalProperties": INTEGER}),
    (dict, {"type": "object", "additionalProperties": True}),
    (Any, {}),
    (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
    (
        Literal["a", 1, None],
        {
            "anyOf": [
                {"type": "string", "enum": ["a"]},
                {"type": "integer", "enum": [1]},
                {"type": "null"},
            ]
        },
    ),
    (int | str | int, {"anyOf": [INTEGER, STRING]}),
    (Level, {"type": "string", "enum": ["LOW", "HIGH"]}),
    (
        Mood,
        {
            "type": "string",
            "enum": ["happy", "sad"],
            "description": "How somebody feels.\nhappy: all is well",
        },
    ),
    (Annotated[int, "years"], {"type": "integer", "description": "years"}),
    (Address, ADDRESS),
    (
        Pair,
        closed({"left": INTEGER, "right": {"anyOf": [STRING, NULL]}}),
    ),
    (
        Movie,
        closed(
            {
                "title": STRING,
                "year": {"anyOf": [INTEGER, NULL], "description": "of its first showing"},
            }
        ),
    ),
    (Page[str], closed({"items": {"type": "array", "items": STRING}, "total": INTEGER})),
    (
        Tree,
        closed(
            {
                "label": STRING,
                "branches": {"anyOf": [{"type": "array", "items": {"$ref": "#/$defs/Tree"}}, NULL]},
            }
        ),
    ),
    (
        Couple,
        closed(
            {"one": {"$ref": "#/$defs/Address"}, "other": {"$ref": "#/$defs/Address"}},
        ),
    ),
]


@pytest.mark.parametrize(("hint", "expected"), SCHEMAS, ids=lambda value: str(value)[:40])
def test_schemas(hint: Any, expected: Any) -> None:
    found = dict(schema(hint).json)
    definitions = found.pop("$defs", {})
    assert found == expected
    if hint is Tree:
        assert definitions == {"Tree": expected}
    if hint is Couple:
        assert definitions == {"Address": ADDRESS}


def test_docstrings_and_annotations_describe() -> None:
    found = schema(Person).json
    assert found["description"] == "Somebody."
    assert found["properties"]["name"]["description"] == "what they are called by friends"
    assert found["properties"]["home"] == {**ADDRESS, "description": "where they live"}


def test_open_types_are_not_strict() -> None:
    assert schema(Person).strict
    assert schema(Tree).strict
    for hint in (Any, dict[str, int], list[dict[str, Any]], tuple[int, str]):
        assert not schema(hint).strict


def test_what_anthropic_does_not_enforce_is_not_plain() -> None:
    many = dataclass(
        type("Many", (), {"__annotations__": {f"a{n}": int | None for n in range(17)}})
    )
    assert schema(Person).plain
    assert schema(list[tuple[int, ...] | None]).plain
    for hint in (Tree, list[Tree], tuple[int, int], many, dict[str, int]):
        assert not schema(hint).plain


def test_members_of_enums_are_literals_by_their_values() -> None:
    hint = Literal[Mood.SAD, Level.LOW, "other", None]
    texts = {"type": "string", "enum": ["sad", "LOW", "other"]}
    assert schema(hint).json == {"anyOf": [texts, {"type": "null"}]}
    decode = decoder(hint).decode
    assert [decode(each) for each in ("sad", "SAD", "LOW", 1, "other", None)] == [
        Mood.SAD, Mood.SAD, Level.LOW, Level.LOW, "other", None,
    ]  # fmt: skip
    with pytest.raises(Mismatch, match="one of"):
        decode("happy")


class TypeAliasType:
    """What ``type Name = ...`` makes, from Python 3.12 on."""

    def __init__(self, name: str) -> None:
        self.__name__ = name
        self.__value__: Any = None


def test_aliases_may_contain_themselves() -> None:
    alias: Any = TypeAliasType("Paths")
    alias.__value__ = dict[str, alias] | list[alias] | str
    found = schema(alias)
    assert found.json["$defs"].keys() == {"Paths"}
    assert {"type": "array", "items": {"$ref": "#/$defs/Paths"}} in found.json["anyOf"]
    assert not found.plain
    assert decoder(alias).decode({"a": ["b", {"c": []}]}) == {"a": ["b", {"c": []}]}
    with pytest.raises(Mismatch):
        decoder(alias).decode({"a": [1]})


def test_annotations_of_optional_fields_describe_too() -> None:
    @dataclass
    class Note:
        page: Annotated[int, "from 1 on"] | None = None

    assert schema(Note).json["properties"]["page"]["description"] == "from 1 on"


def test_classes_of_one_name_stay_apart() -> None:
    other = dataclass(type("Address", (), {"__annotations__": {"street": str}}))
    pair = tuple[Address, Address, other, other]  # type: ignore[valid-type]
    assert schema(pair).json["$defs"].keys() == {"Address", "Address2"}


class NoJson:
    pass


@pytest.mark.parametrize("hint", [NoJson, list[NoJson], complex, 5, Literal[b"x"]])
def test_types_without_a_form_in_json(hint: Any) -> None:
    with pytest.raises(TypeError, match="cannot be made"):
        schema(hint)


moments = st.datetimes(timezones=st.just(UTC))
# Surrogates have no UTF-8 form.
texts = st.text(st.characters(codec="utf-8"), max_size=8)
floats = st.floats(allow_nan=False, allow_infinity=False)
people = st.builds(
    Person,
    texts,
    st.none() | st.dates(),
    st.builds(Address, texts, st.none() | texts),
    st.lists(texts, max_size=3),
    st.sampled_from(Mood),
)
trees = st.recursive(
    st.builds(Tree, texts), lambda inner: st.builds(Tree, texts, st.lists(inner, max_size=2))
)
VALUES: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (str, texts),
    (int, st.integers()),
    (float, floats),
    (bool, st.booleans()),
    (datetime, moments),
    (date, st.dates()),
    (time, st.times()),
    (timedelta, st.timedeltas()),
    (uuid.UUID, st.uuids()),
    (Decimal, st.decimals(allow_nan=False, allow_infinity=False)),
    (Mood | None, st.none() | st.sampled_from(Mood)),
    (Literal["a", "b", 3], st.sampled_from(["a", "b", 3])),
    (int | str, st.integers() | texts),
    (float | int | bool | str, floats | st.integers() | st.booleans() | texts),
    (bool | int, st.integers() | st.booleans()),
    (list[int] | str, st.lists(st.integers()) | texts.filter(lambda text: text[:1] != "[")),
    (Cat | Dog, st.builds(Cat, texts) | st.builds(Dog, texts, texts)),
    (set[int], st.sets(st.integers())),
    (tuple[int, str], st.tuples(st.integers(), texts)),
    (dict[int, Address], st.dictionaries(st.integers(), st.builds(Address, texts))),
    (Person, people),
    (Tree, trees),
    (Movie, st.fixed_dictionaries({"title": texts}, optional={"year": st.integers()})),
    (Page[Person], st.builds(Page, st.lists(people, max_size=2), st.integers())),
]


@given(st.data())
@pytest.mark.parametrize(("hint", "values"), VALUES, ids=lambda value: str(value)[:40])
def test_what_fits_the_schema_becomes_the_value(hint: Any, values: Any, data: Any) -> None:
    value = data.draw(values)
    text = json_text(
        value, lambda each: duration_text(each) if type(each) is timedelta else plain_value(each)
    )
    if not (isinstance(value, dict) and hint is Movie):  # a key that lacks is sent as null
        Draft202012Validator(schema(hint).json).validate(json.loads(text))
    compiled = decoder(hint, sparse=True)
    found = compiled.decode(json.loads(text, parse_float=compiled.number))
    assert found == value
    assert type(found) is type(value)


def test_null_leaves_out_what_may_be_left_out() -> None:
    sparse = decoder(Person, sparse=True).decode
    given = {"name": "Ann", "born_on": None, "home": {"city": "Oslo", "zip_code": None}}
    found = sparse({**given, "tags": None, "mood": None})
    assert found == Person("Ann", None, Address("Oslo"))
    assert decoder(Movie, sparse=True).decode({"title": "M", "year": None}) == {"title": "M"}
    assert decoder(Pair, sparse=True).decode({"left": 1, "right": None}) == Pair(1)
