"""Filters of searches in a test's collections: what the host takes, and what it finds by them."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from atoll.sdk.errors import HostError

_MISSING = object()
_DEPTH = 16
_CONDITIONS = 200
_LIST = 1000
_STRING = 10_000


def check(where: Any) -> None:
    """Raises ``HostError``: ``INVALID_FILTER``, for what the host does not take."""
    if where is not None and _conditions(where, 0) > _CONDITIONS:
        raise _wrong(f"it has more than {_CONDITIONS} conditions")


def holds(
    where: Mapping[str, Any] | None, key: str, labels: Sequence[str], metadata: Mapping[str, Any]
) -> bool:
    """Whether a text with these is one of those that a filter leaves, which `check` has seen."""

    def of(filter: Any) -> bool:
        return all(member(name, condition) for name, condition in filter.items())

    def member(name: str, condition: Any) -> bool:
        match name:
            case "and":
                return all(of(each) for each in condition)
            case "or":
                return any(of(each) for each in condition)
            case "not":
                return not of(condition)
            case "$labels":
                return _compared(list(labels), condition)
            case "$key":
                return _compared(key, condition)
            case _:
                return _compared(_value(metadata, name), condition)

    return where is None or of(where)


def _value(metadata: Any, path: str) -> Any:
    found = metadata
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            return _MISSING
        found = found[name]
    return found


def _compared(value: Any, condition: Any) -> bool:
    if not isinstance(condition, Mapping):
        return _same(value, condition)
    return all(_OPERATORS[name](value, operand) for name, operand in condition.items())


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "text"
        case _:
            return ""


def _same(value: Any, operand: Any) -> bool:
    kind = _kind(value)
    return kind != "" and kind == _kind(operand) and value == operand


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def holds(value: Any, operand: Any) -> bool:
        kind = _kind(value)
        return kind in ("number", "text") and kind == _kind(operand) and compare(value, operand)

    return holds


def _contains(value: Any, operand: Any) -> bool:
    if isinstance(value, list):
        return any(_same(each, operand) for each in value)
    return isinstance(value, str) and isinstance(operand, str) and operand in value


_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": _same,
    "ne": lambda value, operand: not _same(value, operand),
    "lt": _ordered(operator.lt),
    "lte": _ordered(operator.le),
    "gt": _ordered(operator.gt),
    "gte": _ordered(operator.ge),
    "in": lambda value, operand: any(_same(value, each) for each in operand),
    "notIn": lambda value, operand: not any(_same(value, each) for each in operand),
    "contains": _contains,
    "exists": lambda value, operand: (value is not _MISSING) is operand,
}


def _conditions(filter: Any, depth: int) -> int:
    """How many there are."""
    if not isinstance(filter, Mapping):
        raise _wrong("a filter has to be an object of conditions")
    if depth > _DEPTH:
        raise _wrong(f"it is nested deeper than {_DEPTH} levels")
    return sum(_of_member(name, condition, depth) for name, condition in filter.items())


def _of_member(name: str, condition: Any, depth: int) -> int:
    if name == "not":
        return 1 + _conditions(condition, depth + 1)
    if name in ("and", "or"):
        if not isinstance(condition, (list, tuple)):
            raise _wrong(f'"{name}" has to be a list of filters')
        return 1 + sum(_conditions(each, depth + 1) for each in condition)
    _check_field(name)
    operands = condition if isinstance(condition, Mapping) else {"eq": condition}
    if not operands or operands.keys() - _OPERATORS.keys():
        raise _wrong(
            f"{name[:40]} needs an operator",
            f"operators are {', '.join(_OPERATORS)}; a member of an object is written with a dot",
        )
    for operator_name, operand in operands.items():
        if name == "$labels" and operator_name not in ("contains", "exists"):
            raise _wrong('$labels are compared by "contains"', '{"$labels": {"contains": …}}')
        _check_operand(operator_name, operand)
    return len(operands)


def _check_field(name: str) -> None:
    if name.startswith("$"):
        if name not in ("$labels", "$key"):
            raise _wrong(f"{name[:40]} is no field: there are $labels and $key")
        return
    _check_value(name)
    path = name.split(".")
    if "" in path or len(path) > _DEPTH:
        raise _wrong(f"{name[:40]!r} is not the name of a field")


def _check_operand(name: str, operand: Any) -> None:
    if name in ("in", "notIn"):
        if not isinstance(operand, (list, tuple)) or len(operand) > _LIST:
            raise _wrong(f'"{name}" needs a list of at most {_LIST} values')
        for each in operand:
            _check_value(each)
        return
    _check_value(operand)
    if name == "exists" and not isinstance(operand, bool):
        raise _wrong('"exists" needs true or false')
    if name in ("lt", "lte", "gt", "gte") and _kind(operand) not in ("number", "text"):
        raise _wrong(f'"{name}" needs a number or a string')


def _check_value(value: Any) -> None:
    match _kind(value):
        case "":
            raise _wrong(
                "values are compared with strings, numbers, booleans and null",
                'use "in" for one of several values',
            )
        case "text" if len(value) > _STRING or not _storable(value):
            raise _wrong("it has a string that is too long, or a character that cannot be")
        case "number":
            try:
                finite = math.isfinite(value)
            except OverflowError:
                finite = False
            if not finite:
                raise _wrong("it has a number that is too large")


def _storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _wrong(problem: str, hint: str | None = None) -> HostError:
    return HostError("INVALID_FILTER", f"the filter is not valid: {problem}", hint)
