"""Conditions on the metadata and labels of texts, as guests write them.

``{"year": 2020}`` compares, ``{"year": {"gte": 2000, "lt": 2010}}`` does so by operators, and
``{"and": [...]}``, ``{"or": [...]}`` and ``{"not": {...}}`` put filters together. All members of
an object have to hold. A name with dots is a path into objects, ``$labels`` are the text's labels
and ``$key`` is its key.

Only values of one type are alike: numbers and numbers, strings and strings (which are ordered by
code points). All numbers are compared exactly; a whole one of more than 64 bits is the double that
is nearest to it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NoReturn, TypeAlias, get_args

from atoll.collections.errors import CollectionError
from atoll.manifest.reader import did_you_mean

Scalar: TypeAlias = "str | int | float | bool | None"
Comparison = Literal["eq", "ne", "lt", "lte", "gt", "gte", "in", "notIn", "contains", "exists"]

LABELS: Final = "$labels"
KEY: Final = "$key"

MAX_DEPTH = 16
"""Of "and", "or" and "not" in each other, and of a field's path."""
MAX_CONDITIONS = 200
MAX_LIST = 1000
"""Values of "in" and "notIn"."""
MAX_STRING = 10_000
"""Characters of a name or value."""

_OPERATORS: tuple[str, ...] = get_args(Comparison)
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
_OPERATOR_HINT = f"operators are {', '.join(_OPERATORS)}"
_WHOLE = 1 << 63
_MISSING: Final = object()


@dataclass(frozen=True, slots=True)
class Compare:
    """``field`` is a path into the metadata, ``("author", "name")``, or ``("$labels",)`` or
    ``("$key",)``. A whole number that is an operand is smaller than 2^63, and larger than -2^63."""

    field: tuple[str, ...]
    operator: Comparison
    operand: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Without any condition it always holds."""

    conditions: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """Without any condition it never holds."""

    conditions: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    condition: Filter


Filter: TypeAlias = "Compare | All | Any_ | Not"


def parse_filter(value: Any) -> Filter | None:
    """Read a filter of JSON data; None and an empty object are no filter.

    Raises CollectionError: ``INVALID_FILTER``.
    """
    if value is None or value == {}:
        return None
    return _Parser().filter(value, "", 0)


def holds(
    filter: Filter | None, key: str, labels: Sequence[str], metadata: Mapping[str, Any]
) -> bool:
    """Whether a text with these is one of those that the filter leaves."""
    match filter:
        case None:
            return True
        case All(conditions):
            return all(holds(each, key, labels, metadata) for each in conditions)
        case Any_(conditions):
            return any(holds(each, key, labels, metadata) for each in conditions)
        case Not(condition):
            return not holds(condition, key, labels, metadata)
        case Compare((name,), operator, operand) if name == LABELS:
            return _compare(operator, list(labels), operand)
        case Compare((name,), operator, operand) if name == KEY:
            return _compare(operator, key, operand)
        case Compare(field, operator, operand):
            return _compare(operator, _value(metadata, field), operand)


class _Parser:
    def __init__(self) -> None:
        self._conditions = 0

    def filter(self, value: Any, place: str, depth: int) -> Filter:
        if not isinstance(value, Mapping):
            _wrong(place, f"has to be an object of conditions, not {_shown(value)}")
        if depth > MAX_DEPTH:
            _wrong(place, f"is nested deeper than {MAX_DEPTH} levels")
        conditions: list[Filter] = []
        for name, condition in value.items():
            conditions.extend(self._member(name, condition, place, depth))
        return conditions[0] if len(conditions) == 1 else All(tuple(conditions))

    def _member(self, name: Any, value: Any, place: str, depth: int) -> Iterable[Filter]:
        if not isinstance(name, str):
            _wrong(place, "has a name that is not a string")
        here = f"{place}.{name}" if place else name
        if name in ("and", "or"):
            self._count(here)
            yield (All if name == "and" else Any_)(self._filters(value, here, depth))
        elif name == "not":
            self._count(here)
            yield Not(self.filter(value, here, depth + 1))
        else:
            yield from self._comparisons(_field(name, place), value, here)

    def _filters(self, value: Any, place: str, depth: int) -> tuple[Filter, ...]:
        if not isinstance(value, list | tuple):
            _wrong(place, f"has to be a list of filters, not {_shown(value)}")
        return tuple(
            self.filter(each, f"{place}[{number}]", depth + 1) for number, each in enumerate(value)
        )

    def _comparisons(self, field: tuple[str, ...], value: Any, place: str) -> Iterable[Compare]:
        if not isinstance(value, Mapping):
            yield self._compare(field, "eq", value, place, place)
            return
        if not value:
            _wrong(place, "needs an operator", _OPERATOR_HINT)
        for name, operand in value.items():
            if name not in _OPERATORS:
                suggestion = did_you_mean(name, _OPERATORS) if isinstance(name, str) else None
                unknown = f"has the unknown operator {_shown(name)}"
                _wrong(place, unknown, suggestion or f"{_OPERATOR_HINT}; {_PATH_HINT}")
            yield self._compare(field, name, operand, place, f"{place}.{name}")

    def _compare(
        self, field: tuple[str, ...], operator: Comparison, value: Any, of: str, place: str
    ) -> Compare:
        self._count(place)
        if field == (LABELS,) and operator not in ("contains", "exists"):
            _wrong(of, 'are compared by "contains"', f'write {{"{LABELS}": {{"contains": …}}}}')
        return Compare(field, operator, _operand(operator, value, place))

    def _count(self, place: str) -> None:
        self._conditions += 1
        if self._conditions > MAX_CONDITIONS:
            _wrong(place, f"is one condition too many: a filter has at most {MAX_CONDITIONS}")


_PATH_HINT = 'a member of an object is written with a dot, as in {"author.name": …}'


def _field(name: str, place: str) -> tuple[str, ...]:
    here = f"{place}.{name}" if place else name
    if name.startswith("$"):
        if name not in (LABELS, KEY):
            _wrong(here, f"is no field: there are {LABELS} and {KEY}, and those of the metadata")
        return (name,)
    path = tuple(_string(name, here).split("."))
    if "" in path:
        _wrong(here, "is not the name of a field", _PATH_HINT)
    if len(path) > MAX_DEPTH:
        _wrong(here, f"is a path of more than {MAX_DEPTH} names")
    return path


def _operand(operator: str, value: Any, place: str) -> Scalar | tuple[Scalar, ...]:
    if operator in ("in", "notIn"):
        if not isinstance(value, list | tuple):
            _wrong(place, f"needs a list of values, not {_shown(value)}")
        if len(value) > MAX_LIST:
            _wrong(place, f"has {len(value)} values; at most {MAX_LIST} are possible")
        return tuple(_scalar(each, f"{place}[{number}]") for number, each in enumerate(value))
    if operator == "exists" and not isinstance(value, bool):
        _wrong(place, f"needs true or false, not {_shown(value)}")
    found = _scalar(value, place)
    if operator in _ORDERS and (found is None or isinstance(found, bool)):
        _wrong(place, f"needs a number or a string, not {_shown(value)}")
    return found


def _scalar(value: Any, place: str) -> Scalar:
    match value:
        case None | bool():
            return value
        case str():
            return _string(value, place)
        case int():
            return _number(value, place)
        case float() if math.isfinite(value):
            return value
        case list() | tuple():
            _wrong(place, "is compared with a list", 'use "in" for one of several values')
        case _:
            _wrong(place, f"needs a string, number, boolean or null, not {_shown(value)}")


def _string(value: str, place: str) -> str:
    if len(value) > MAX_STRING:
        _wrong(place[:40], f"has a string of more than {MAX_STRING} characters")
    try:
        value.encode()
    except UnicodeEncodeError:
        _wrong(place, "has a string with half of a surrogate pair")
    if "\0" in value:
        _wrong(place, "has a string with a NUL character")
    return value


def _number(value: int, place: str) -> int | float:
    try:
        return value if abs(value) < _WHOLE else float(value)
    except OverflowError:
        _wrong(place, "has a number that is too large")


def _wrong(place: str, problem: str, hint: str | None = None) -> NoReturn:
    where = f"the filter's {_printable(place)}" if place else "the filter"
    raise CollectionError("INVALID_FILTER", f"{where} {problem}", hint)


def _printable(place: str) -> str:
    # Of a name with half a surrogate pair too, which no output could carry.
    text = place if len(place) <= 200 else f"{place[:200]}…"
    return text.encode(errors="backslashreplace").decode().replace("\0", "\\0")


def _shown(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return f'"{_printable(value[:40])}"'
        case int() if abs(value) < _WHOLE:
            return str(value)
        case int():
            return "a large number"
        case float():
            return str(value)
        case list() | tuple():
            return "a list"
        case _:
            return "an object" if isinstance(value, Mapping) else "what is no JSON"


def _value(metadata: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    found: Any = metadata
    for name in path:
        if not isinstance(found, Mapping) or name not in found:
            return _MISSING
        found = found[name]
    return found


def _compare(operator: str, value: Any, operand: Any) -> bool:
    match operator:
        case "eq":
            return _same(value, operand)
        case "ne":
            return not _same(value, operand)
        case "in":
            return any(_same(value, each) for each in operand)
        case "notIn":
            return not any(_same(value, each) for each in operand)
        case "exists":
            return (value is not _MISSING) is operand
        case "contains":
            return _contains(value, operand)
        case _:
            kind = _kind(value)
            ordered = kind in ("number", "string") and kind == _kind(operand)
            return ordered and _ORDERS[operator](_comparable(value), _comparable(operand))


def _contains(value: Any, operand: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_same(each, operand) for each in value)
    return isinstance(value, str) and isinstance(operand, str) and operand in value


def _same(value: Any, operand: Scalar) -> bool:
    kind = _kind(value)
    return kind != "" and kind == _kind(operand) and _comparable(value) == _comparable(operand)


def _kind(value: Any) -> str:
    """Of values that are comparable; "" for others."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case _:
            return ""


def _comparable(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool) and not -_WHOLE < value < _WHOLE:
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    return value
