"""The schemas of the three apps: equal, but for the differences that are listed one by one.

``schema_differences.json`` is a list of groups. Each is about the app in one language, and has:

- ``rule``: why these differences are right.
- ``names``: names of types and fields there, and what they are called in the common schema.
- ``types``: by coordinate in the common schema (``Query.person(id:)``), the type there and the
  common one, with their defaults. A null stands for what is missing.
- ``descriptions``: the same for documentation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    parse,
    print_ast,
)

from atoll.graphql.schema import build_schema
from atoll.graphql.sdl import print_sdl
from atoll.guest.guest import Guest

DIFFERENCES = json.loads(Path(__file__).with_name("schema_differences.json").read_text("utf-8"))
LANGUAGES = ("python", "assemblyscript", "golang")
ROOTS = ("Query", "Mutation")


@dataclass
class Schema:
    """What stands at each coordinate, in the order of the text."""

    types: dict[str, str] = field(default_factory=dict)
    """Of fields and arguments, with defaults; of a type itself, its kind."""
    descriptions: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, sdl: str) -> Schema:
        schema = cls()
        for definition in parse(sdl).definitions:
            if isinstance(definition, ScalarTypeDefinitionNode):
                schema._add(definition.name.value, "scalar", definition)
                continue
            assert isinstance(definition, ObjectTypeDefinitionNode | InputObjectTypeDefinitionNode)
            name = definition.name.value
            kind = "input" if isinstance(definition, InputObjectTypeDefinitionNode) else "type"
            schema._add(name, kind, definition)
            for member in definition.fields or ():
                schema._add_member(f"{name}.{member.name.value}", member)
        return schema

    def _add_member(self, at: str, member: FieldDefinitionNode | InputValueDefinitionNode) -> None:
        if isinstance(member, FieldDefinitionNode):
            self._add(at, print_ast(member.type), member)
            for argument in member.arguments or ():
                self._add_member(f"{at}({argument.name.value}:)", argument)
            return
        default = member.default_value
        text = print_ast(member.type)
        self._add(at, text if default is None else f"{text} = {print_ast(default)}", member)

    def _add(self, at: str, text: str, node: Any) -> None:
        assert at not in self.types
        self.types[at] = text
        if node.description is not None:
            self.descriptions[at] = node.description.value

    def rename(self, there: str, common: str) -> None:
        """Rename a type wherever it is named, or a field (``Link.iD``)."""
        assert there in self.types, f"there is no {there}"
        assert common not in self.types, f"there is a {common} already"
        self.types = {_renamed(at, there, common): text for at, text in self.types.items()}
        self.descriptions = {
            _renamed(at, there, common): text for at, text in self.descriptions.items()
        }
        if "." not in there:
            word = re.compile(rf"\b{there}\b")
            self.types = {at: word.sub(common, text) for at, text in self.types.items()}

    @property
    def members(self) -> dict[str, list[str]]:
        """The fields of each type and the arguments of each field, in order."""
        found: dict[str, list[str]] = {}
        for at in self.types:
            owner, _, name = at.rpartition("(" if at.endswith(":)") else ".")
            found.setdefault(owner, []).append(name)
        # These are sorted by name, and so are not in an order of their own.
        return {
            owner: sorted(names) if owner in ("", *ROOTS) else names
            for owner, names in found.items()
        }


def _renamed(at: str, there: str, common: str) -> str:
    if at == there:
        return common
    if at[: len(there)] == there and at[len(there)] in ".(":
        return common + at[len(there) :]
    return at


def _change(texts: dict[str, str], changes: Mapping[str, tuple[str | None, str | None]]) -> None:
    for at, (there, common) in changes.items():
        assert texts.get(at) == there, f"at {at}"
        assert there != common, f"no difference at {at}"
        if common is None:
            del texts[at]
        else:
            texts[at] = common


def _common(language: str, sdl: str) -> Schema:
    """The schema of an app, without the differences that are listed for its language."""
    schema = Schema.read(sdl)
    groups = [group for group in DIFFERENCES if group["language"] == language]
    for group in groups:
        for there, common in group.get("names", {}).items():
            schema.rename(there, common)
    for group in groups:
        _change(schema.types, group.get("types", {}))
        _change(schema.descriptions, group.get("descriptions", {}))
    return schema


@pytest.fixture(scope="module")
def schemas(guests: Mapping[str, Guest]) -> dict[str, Schema]:
    return {
        language: _common(language, print_sdl(build_schema(guests[language].interface).graphql))
        for language in LANGUAGES
    }


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_schemas_are_equal_but_for_the_listed_differences(
    schemas: Mapping[str, Schema], language: str
) -> None:
    python, other = schemas["python"], schemas[language]
    assert other.types == python.types
    assert other.descriptions == python.descriptions
    assert other.members == python.members


def test_what_is_listed_is_well_formed() -> None:
    for group in DIFFERENCES:
        assert set(group) <= {"language", "rule", "names", "types", "descriptions"}
        assert group["language"] in LANGUAGES
        assert group["rule"]
        assert len(group) > 2
