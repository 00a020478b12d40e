"""Filters of searches in a test's collections. Whether they are well formed, the host says."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from atoll.sdk.errors import HostError

_MISSING = object()


def holds(
    where: Mapping[str, Any] | None, key: str, labels: Sequence[str], metadata: Mapping[str, Any]
) -> bool:
    """Whether a text with these is one of those that a filter leaves. Raises ``HostError``."""

    def of(filter: Any) -> bool:
        if not isinstance(filter, Mapping):
            raise _wrong("a filter has to be an object")
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
    if not condition or condition.keys() - _OPERATORS.keys():
        raise _wrong(f"there are the operators {', '.join(_OPERATORS)}")
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


def _wrong(problem: str) -> HostError:
    return HostError("INVALID_FILTER", problem)
