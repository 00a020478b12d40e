"""The table of types in docs/python.md, row by row."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "python.md"
SECTION = PAGE.read_text(encoding="utf-8").partition("\n## Types\n")[2].partition("\n## ")[0]

IMPORTS = """
from __future__ import annotations
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import (
    Annotated, Any, Generic, Literal, NamedTuple, NewType, NotRequired, TypedDict, TypeVar
)
from uuid import UUID
from atoll.sdk import Int64, UInt, UInt64
"""


def rows() -> list[tuple[str, str, str]]:
    found = []
    for line in SECTION.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if len(cells) == 3 and cells[0].startswith("`"):
            hint, graphql = (cell.strip("`").replace("\\|", "|") for cell in cells[:2])
            definition = re.match(r"`((?:type|enum) [^`]*)`", cells[2])
            found.append((hint, graphql, definition[1] if definition else ""))
    return found


def prelude() -> str:
    code = re.search(r"```python\n(.*?)```", SECTION, re.DOTALL)
    assert code is not None
    return code[1]


def base_name(shape: Any) -> str:
    match shape:
        case {"scalar": name} | {"ref": name}:
            return str(name)
        case {"list": item}:
            return base_name(item) + "List"
        case _:
            return "Nullable" + base_name(shape["nullable"])


def graphql_type(shape: Any) -> str:
    match shape:
        case None:
            return "Void"
        case {"nullable": inner}:
            return graphql_type(inner).removesuffix("!")
        case {"scalar": "JSON"}:
            return "JSON"
        case {"scalar": name} | {"ref": name}:
            return f"{name}!"
        case {"list": item}:
            return f"[{graphql_type(item)}]!"
        case {"map": [key, value]}:
            return f"[{base_name(key)}{base_name(value)}Pair!]!"
    raise AssertionError(shape)


def sdl(name: str, definition: Any) -> str:
    if definition["kind"] == "enum":
        return f"enum {name} {{ {' '.join(value['name'] for value in definition['values'])} }}"
    fields = (f"{field['name']}: {graphql_type(field['type'])}" for field in definition["fields"])
    return f"type {name} {{ {' '.join(fields)} }}"


def test_table_is_found() -> None:
    assert len(rows()) > 30


@pytest.mark.parametrize(("hint", "graphql", "definition"), rows(), ids=lambda cell: cell[:40])
def test_row(hint: str, graphql: str, definition: str, guest: Any) -> None:
    # An unnamed literal takes the name of what it stands in, unless an alias names it.
    unnamed = hint.startswith("Literal")
    code = IMPORTS + prelude().replace(
        "Color = Literal", "_color = Literal" if unnamed else "Color = Literal"
    )
    parameter = "" if hint == "None" else f"value: {hint}"
    result = "None" if unnamed else hint
    description = guest.load(f"{code}\ndef probe({parameter}) -> {result}:\n    ...\n")
    (function,) = description["functions"]
    if not unnamed:
        assert graphql_type(function["result"]) == graphql
    if parameter:
        assert graphql_type(function["parameters"][0]["type"]) == graphql
    if definition:
        name = definition.split()[1]
        assert sdl(name, description["types"][name]) == definition
