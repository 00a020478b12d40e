"""What can be called, as the page has it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from graphql import parse_value

from atoll.graphql.schema import build_schema
from atoll.graphql.ticks import TICKS
from atoll.guest.types import (
    Default,
    EnumType,
    EnumValue,
    Field,
    Function,
    Interface,
    ListOf,
    MapOf,
    Nullable,
    ObjectType,
    Parameter,
    Ref,
    Scalar,
)
from atoll.server.explorer.functions import functions_of, types_of
from atoll.server.explorer.wire import encode

STRING, INT = Scalar("String"), Scalar("Int")
COLOR = EnumType("Color", (EnumValue("RED", "Like blood."), EnumValue("BLUE")), "A colour.")
PERSON = ObjectType(
    "Person",
    (
        Field("name", STRING, "As people say it."),
        Field("friends", ListOf(Ref("Person"))),
        Field("age", Nullable(INT), None, Default(None)),
        Field("color", Ref("Color"), None, Default("BLUE")),
    ),
    "Somebody.",
)
INTERFACE = Interface(
    (
        Function(
            "getPerson",
            "get_person",
            (Parameter("id", STRING, "Whose."), Parameter("deep", Nullable(INT))),
            Nullable(Ref("Person")),
            "Find somebody.",
            "shop/people.py",
            12,
        ),
        Function(
            "addPeople",
            "add_people",
            (
                Parameter("people", ListOf(Ref("Person"))),
                Parameter("tags", MapOf(STRING, INT), None, Default([])),
                Parameter("names", ListOf(STRING), None, Default(["a", 'say "b"'])),
                Parameter("color", Ref("Color"), None, Default("RED")),
            ),
            None,
        ),
        Function("count", "count", (), INT, streams=True),
        Function("embedTexts", "embed_texts", (Parameter("texts", ListOf(STRING)),), INT),
    ),
    {"Person": PERSON, "Color": COLOR},
)


@pytest.fixture(scope="module")
def found() -> Any:
    schema = build_schema(INTERFACE, hidden=["embed_texts"], subscriptions=[TICKS])
    functions = {each.field: each for each in functions_of(schema)}
    return json.loads(encode({"functions": functions, "types": types_of(schema.graphql)}))


def test_a_function_by_all_its_names(found: Any) -> None:
    assert found["functions"]["person"] == {
        "field": "person",
        "operation": "query",
        "name": "getPerson",
        "export": "get_person",
        "description": "Find somebody.",
        "arguments": [
            {
                "name": "id",
                "type": "String!",
                "description": "Whose.",
                "default": None,
                "required": True,
            },
            {
                "name": "deep",
                "type": "Int",
                "description": None,
                "default": None,
                "required": False,
            },
        ],
        "result": "Person",
        "file": "shop/people.py",
        "line": 12,
        "builtIn": False,
    }


def test_kinds_of_operations(found: Any) -> None:
    kinds = {
        name: (each["operation"], each["builtIn"]) for name, each in found["functions"].items()
    }
    assert kinds == {
        "person": ("query", False),
        "addPeople": ("mutation", False),
        "count": ("subscription", False),
        "ticks": ("subscription", True),
    }


def test_embedders_are_not_among_them(found: Any) -> None:
    assert "embedTexts" not in found["functions"]


def test_defaults_stand_as_in_graphql(found: Any) -> None:
    arguments = {each["name"]: each for each in found["functions"]["addPeople"]["arguments"]}
    defaults = {name: each["default"] for name, each in arguments.items()}
    assert defaults == {
        "people": None,
        "tags": "[]",
        "names": '["a", "say \\"b\\""]',
        "color": "RED",
    }
    assert [name for name, each in arguments.items() if each["required"]] == ["people"]
    for default in defaults.values():
        assert default is None or parse_value(default)


def test_types_that_functions_mention(found: Any) -> None:
    types = found["types"]
    assert types["Person"] == {
        "kind": "object",
        "name": "Person",
        "description": "Somebody.",
        "fields": [
            {"name": "name", "type": "String!", "description": "As people say it."},
            {"name": "friends", "type": "[Person!]!", "description": None},
            {"name": "age", "type": "Int", "description": None},
            {"name": "color", "type": "Color!", "description": None},
        ],
    }
    assert types["Color"] == {
        "kind": "enum",
        "name": "Color",
        "description": "A colour.",
        "values": [
            {"name": "RED", "description": "Like blood."},
            {"name": "BLUE", "description": None},
        ],
    }
    (person,) = (
        each
        for each in types.values()
        if each["kind"] == "input" and each["name"].startswith("Person")
    )
    required = {each["name"]: (each["default"], each["required"]) for each in person["fields"]}
    assert required == {
        "name": (None, True),
        "friends": (None, True),
        "age": ("null", False),
        "color": ("BLUE", False),
    }
    assert types["String"]["kind"] == "scalar"
    assert not {"Query", "Mutation", "Subscription"} & types.keys()
    assert not [name for name in types if name.startswith("__")]


def test_each_type_that_is_mentioned_is_there(found: Any) -> None:
    mentioned = {each["result"] for each in found["functions"].values()}
    inputs = [each for one in found["functions"].values() for each in one["arguments"]]
    fields = [each for one in found["types"].values() for each in one.get("fields", ())]
    mentioned |= {each["type"] for each in (*inputs, *fields)}
    assert {name.strip("[]!") for name in mentioned} <= found["types"].keys()


async def test_they_are_asked_for(page: Any) -> None:
    functions = (await page.get("functions"))["functions"]
    assert {each["name"] for each in functions} == {
        "sayHello",
        "addItem",
        "whoAsks",
        "wait",
        "size",
    }
    schema = await page.get("schema")
    assert schema == {"generation": 1, "sdl": page.server.deployments.current.api.sdl}
