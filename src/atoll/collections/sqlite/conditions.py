"""Filters as conditions of SQL, on ``texts`` under the name ``t``."""

# ruff: noqa: S608 - what is put into statements are numbers, and texts of this package

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from atoll.collections.filters import (
    KEY,
    LABELS,
    All,
    Any_,
    Compare,
    Filter,
    Not,
    Scalar,
)


class Condition(NamedTuple):
    """Is 1 or 0, never NULL."""

    sql: str
    parameters: tuple[Any, ...] = ()


_ORDERS: Final = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_NUMBER: Final = "('integer', 'real')"
_ESCAPED: Final = re.compile(r'["\\\x00-\x1f]')
"""In a name: what a path of SQLite cannot have, since it compares with the JSON as written."""


def condition(filter: Filter | None) -> Condition:
    """Holds for the rows for which `filters.holds` does."""
    match filter:
        case None:
            return Condition("1")
        case All(conditions):
            return _joined(conditions, " AND ", "1")
        case Any_(conditions):
            return _joined(conditions, " OR ", "0")
        case Not(negated):
            return _negated(condition(negated))
        case Compare(field, "ne", operand):
            return _negated(_compare(Compare(field, "eq", operand)))
        case Compare(field, "notIn", operand):
            return _negated(_compare(Compare(field, "in", operand)))
        case Compare(field, "exists", False):
            return _negated(_compare(Compare(field, "exists", True)))
        case Compare():
            return _compare(filter)


def _joined(filters: Sequence[Filter], operator: str, empty: str) -> Condition:
    # In halves, so that SQLite does not count many as one in the other.
    if len(filters) < 2:
        return condition(filters[0]) if filters else Condition(empty)
    half = len(filters) // 2
    one = _joined(filters[:half], operator, empty)
    other = _joined(filters[half:], operator, empty)
    return Condition(f"({one.sql}{operator}{other.sql})", one.parameters + other.parameters)


def _negated(one: Condition) -> Condition:
    return Condition(f"(NOT {one.sql})", one.parameters)


class _Value(NamedTuple):
    """Expressions for the JSON type and the value of a field, each with the parameters."""

    type: str
    value: str
    parameters: tuple[Any, ...] = ()
    elements: str = ""
    """A table of what is in it, if it is an array."""
    element_parameters: tuple[Any, ...] = ()


def _compare(compare: Compare) -> Condition:
    match compare.field:
        case (name,) if name == KEY:
            found = _test(compare, _Value("'text'", "t.key"))
        case (name,) if name == LABELS:
            found = _test(compare, _Value("'array'", "t.labels", elements="json_each(t.labels)"))
        case path if any(_ESCAPED.search(name) for name in path):
            return _at_names(path, lambda value: _test(compare, value))
        case path:
            address = "$" + "".join(f'."{name}"' for name in path)
            found = _test(
                compare,
                _Value(
                    "json_type(t.metadata, ?)",
                    "json_extract(t.metadata, ?)",
                    (address,),
                    "json_each(t.metadata, ?)",
                    (address,),
                ),
            )
    return Condition(f"(({found.sql}) IS TRUE)", found.parameters)


def _at_names(path: Sequence[str], test: Callable[[_Value], Condition]) -> Condition:
    """By one name after the other, which may have any characters."""
    tables = ["json_each(t.metadata) k0"]
    for at in range(1, len(path)):
        before = f"k{at - 1}"
        tables.append(f"json_each(CASE {before}.type WHEN 'object' THEN {before}.value END) k{at}")
    names = " AND ".join(f"k{at}.key = ?" for at in range(len(path)))
    last = f"k{len(path) - 1}"
    elements = f"json_each(CASE {last}.type WHEN 'array' THEN {last}.value END)"
    found = test(_Value(f"{last}.type", f"{last}.value", elements=elements))
    return Condition(
        f"EXISTS (SELECT 1 FROM {', '.join(tables)} WHERE {names} AND {found.sql})",
        (*path, *found.parameters),
    )


def _test(compare: Compare, field: _Value) -> Condition:
    operand = compare.operand
    match compare.operator:
        case "exists":
            return Condition(f"{field.type} IS NOT NULL", field.parameters)
        case "contains":
            assert not isinstance(operand, tuple)
            return _contains(field, operand)
        case "in":
            assert isinstance(operand, tuple)
            return _one_of(field, operand)
        case "eq":
            assert not isinstance(operand, tuple)
            return _equal(field, operand)
        case order:
            types = "= 'text'" if isinstance(operand, str) else f"IN {_NUMBER}"
            return Condition(
                f"({field.type} {types} AND {field.value} {_ORDERS[order]} ?)",
                (*field.parameters, *field.parameters, operand),
            )


def _equal(field: _Value, operand: Scalar) -> Condition:
    if operand is None or isinstance(operand, bool):
        return Condition(f"{field.type} = '{json.dumps(operand)}'", field.parameters)
    types = "= 'text'" if isinstance(operand, str) else f"IN {_NUMBER}"
    return Condition(
        f"({field.type} {types} AND {field.value} = ?)",
        (*field.parameters, *field.parameters, operand),
    )


def _one_of(field: _Value, operands: Sequence[Scalar]) -> Condition:
    parts = [
        _equal(field, each)
        for each in dict.fromkeys(x for x in operands if x is None or isinstance(x, bool))
    ]
    strings = [each for each in operands if isinstance(each, str)]
    others = (each for each in operands if isinstance(each, int | float))
    numbers = [each for each in others if not isinstance(each, bool)]
    for types, values in (("= 'text'", strings), (f"IN {_NUMBER}", numbers)):
        if values:
            sql = f"({field.type} {types} AND {field.value} IN (SELECT value FROM json_each(?)))"
            listed = json.dumps(values, ensure_ascii=False)
            parts.append(Condition(sql, (*field.parameters, *field.parameters, listed)))
    if not parts:
        return Condition("0")
    return Condition(
        f"({' OR '.join(part.sql for part in parts)})",
        tuple(parameter for part in parts for parameter in part.parameters),
    )


def _contains(field: _Value, operand: Scalar) -> Condition:
    found = Condition("0")
    if field.elements:
        has = _equal(_Value("e.type", "e.value"), operand)
        found = Condition(
            f"({field.type} = 'array' AND EXISTS"
            f" (SELECT 1 FROM {field.elements} e WHERE {has.sql}))",
            (*field.parameters, *field.element_parameters, *has.parameters),
        )
    if not isinstance(operand, str):
        return found
    return Condition(
        f"({found.sql} OR ({field.type} = 'text' AND instr({field.value}, ?) > 0))",
        (*found.parameters, *field.parameters, *field.parameters, operand),
    )
