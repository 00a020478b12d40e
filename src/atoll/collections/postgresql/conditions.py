"""Filters as conditions of SQL, about a row ``i`` of the table of texts."""

from __future__ import annotations

from typing import Any

from atoll.collections.filters import KEY, LABELS, All, Any_, Compare, Filter, Not
from atoll.collections.postgresql.encoding import digits, to_json

_SIGNS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_WHOLE = 1 << 63
_TOO_LARGE = (1 << 1024) - (1 << 970)
"""From here on no double is the nearest."""


def condition_of(filter: Filter | None) -> tuple[str, list[Any]]:
    """A condition that is true or false, never NULL, and its parameters."""
    if filter is None:
        return "true", []
    condition = _Condition()
    return condition.of(filter), condition.parameters


class _Condition:
    def __init__(self) -> None:
        self.parameters: list[Any] = []

    def of(self, filter: Filter) -> str:
        match filter:
            case All(conditions):
                return f"({' AND '.join(map(self.of, conditions)) or 'true'})"
            case Any_(conditions):
                return f"({' OR '.join(map(self.of, conditions)) or 'false'})"
            case Not(condition):
                return f"(NOT {self.of(condition)})"
            case Compare((name,), operator, operand) if name == LABELS:
                return self._labels(operator, operand)
            case Compare((name,), operator, operand) if name == KEY:
                return self._key(operator, operand)
            case Compare(field, operator, operand):
                return self._metadata(field, operator, operand)

    def _labels(self, operator: str, operand: Any) -> str:
        if operator == "contains" and isinstance(operand, str):
            return f"(i.labels @> ARRAY[{self._value(operand)}]::text[])"
        return _constant(operator in ("ne", "notIn") or (operator == "exists" and operand))

    def _key(self, operator: str, operand: Any) -> str:
        match operator:
            case "exists":
                return _constant(operand)
            case "in" | "notIn":
                strings = [each for each in operand if isinstance(each, str)]
                negation = "NOT " if operator == "notIn" else ""
                return f"({negation}i.key = ANY({self._value(strings)}::text[]))"
            case _ if not isinstance(operand, str):
                return _constant(operator == "ne")
            case "eq":
                return f"(i.key = {self._value(operand)})"
            case "ne":
                return f"(i.key <> {self._value(operand)})"
            case "contains":
                return f"(strpos(i.key, {self._value(operand)}) > 0)"
            case _:
                return f"(i.key {_SIGNS[operator]} {self._value(operand)})"

    def _metadata(self, field: tuple[str, ...], operator: str, operand: Any) -> str:
        match operator:
            case "exists":
                return f"({self._path(field)} IS {'NOT ' if operand else ''}NULL)"
            case "eq":
                return self._equal(field, operand)
            case "ne":
                return f"(NOT {self._equal(field, operand)})"
            case "in":
                return self._in(field, operand)
            case "notIn":
                return f"(NOT {self._in(field, operand)})"
            case "contains":
                return self._contains(field, operand)
            case _:
                return self._ordered(field, _SIGNS[operator], operand)

    def _equal(self, field: tuple[str, ...], operand: Any) -> str:
        if _is_large(operand):
            return self._ordered(field, "=", operand)
        # The first is for the index, the second says what an object in an array does not.
        whole: Any = operand
        for name in reversed(field):
            whole = {name: whole}
        contained = f"i.metadata @> {self._json(whole)}"
        return f"({contained} AND coalesce({self._path(field)} = {self._json(operand)}, false))"

    def _in(self, field: tuple[str, ...], operands: tuple[Any, ...]) -> str:
        usual = [to_json(each) for each in operands if not _is_large(each)]
        found = [f"coalesce({self._path(field)} = ANY({self._value(usual)}::jsonb[]), false)"]
        found += [self._equal(field, each) for each in operands if _is_large(each)]
        return f"({' OR '.join(found)})"

    def _contains(self, field: tuple[str, ...], operand: Any) -> str:
        kind = f"CASE jsonb_typeof({self._path(field)})"
        if _is_large(operand):
            elements = f"jsonb_array_elements({self._path(field)}) AS e(v)"
            same = self._number("e.v", "=", operand)
            found = f"EXISTS (SELECT FROM {elements} WHERE {same})"
            return f"({kind} WHEN 'array' THEN {found} ELSE false END)"
        array = f"WHEN 'array' THEN {self._path(field)} @> {self._json([operand])}"
        if not isinstance(operand, str):
            return f"({kind} {array} ELSE false END)"
        text = f"{self._path(field)} #>> '{{}}'"
        string = f"WHEN 'string' THEN strpos({text}, {self._value(operand)}) > 0"
        return f"({kind} {array} {string} ELSE false END)"

    def _ordered(self, field: tuple[str, ...], sign: str, operand: Any) -> str:
        if isinstance(operand, str):
            kind = f"CASE jsonb_typeof({self._path(field)}) WHEN 'string' THEN"
            text = f"({self._path(field)} #>> '{{}}') COLLATE \"C\""
            return f"({kind} {text} {sign} {self._value(operand)} ELSE false END)"
        if operand is None or isinstance(operand, bool):
            return "false"
        if _is_large(operand):
            one = f"(SELECT {self._path(field)} AS v OFFSET 0) AS e"
            return f"EXISTS (SELECT FROM {one} WHERE {self._number('e.v', sign, operand)})"
        kind = f"CASE jsonb_typeof({self._path(field)}) WHEN 'number' THEN"
        return f"({kind} {self._path(field)} {sign} {self._json(operand)} ELSE false END)"

    def _number(self, value: str, sign: str, operand: float) -> str:
        """Compare JSON with a double so large that whole numbers may have to be rounded first."""
        number = f"({value})::numeric"
        rounded = f"{number}::float8 {sign} {self._value(operand)}::float8"
        as_is = f"{number} {sign} {self._value(digits(operand))}::numeric"
        between = f"abs({number}) >= {_WHOLE} AND abs({number}) < {_TOO_LARGE}"
        return (
            f"CASE WHEN jsonb_typeof({value}) <> 'number' THEN false "
            f"WHEN {between} THEN {rounded} ELSE {as_is} END"
        )

    def _path(self, field: tuple[str, ...]) -> str:
        # Not #>, which takes "0" for an element of an array.
        return f"(i.metadata{''.join(f' -> {self._value(name)}::text' for name in field)})"

    def _json(self, value: Any) -> str:
        return f"{self._value(to_json(value))}::jsonb"

    def _value(self, value: Any) -> str:
        self.parameters.append(value)
        return "%s"


def _constant(value: Any) -> str:
    return "true" if value else "false"


def _is_large(operand: Any) -> bool:
    """Whether larger whole numbers than those of 64 bits may be near it."""
    return isinstance(operand, float) and abs(operand) >= _WHOLE
