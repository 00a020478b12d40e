"""JSON as recordings hold it: numbers as they were written, laid out for reading and for diffs."""

from __future__ import annotations

import json
from typing import Any

DEEPEST = 100
"""Levels of nesting; deeper JSON is kept as text."""


class Number(str):
    """A number with a fraction or an exponent, in the words in which it came: ``1.10``."""

    __slots__ = ()


class NotExact(ValueError):
    """JSON that would not come back as it was."""


def loads(text: str | bytes, deepest: int = DEEPEST) -> Any:
    """Read JSON. Raises ValueError: it is none, or has more in it than comes back from here."""
    try:
        value = json.loads(
            text, parse_float=Number, parse_constant=_refuse, object_pairs_hook=_object
        )
    except RecursionError:
        raise NotExact("it is nested too deeply") from None
    if not _fits(value, deepest):
        raise NotExact("it is nested too deeply")
    return value


def dumps(value: Any) -> str:
    """JSON in one line, without spaces."""
    return _written(value, ",", ":")


def pretty(value: Any, margin: str = "") -> str:
    """JSON in many lines; lists of numbers and short lists of scalars take one."""
    inner = margin + "  "
    if isinstance(value, dict) and value:
        members = (f"{inner}{_text(key)}: {pretty(item, inner)}" for key, item in value.items())
        return "{\n" + ",\n".join(members) + f"\n{margin}}}"
    if isinstance(value, list) and value and not _one_line(value):
        items = (inner + pretty(item, inner) for item in value)
        return "[\n" + ",\n".join(items) + f"\n{margin}]"
    return _written(value, ", ", ": ")


def canonical(value: Any) -> str:
    """One text for all JSON that means the same: order of members and form of numbers aside."""
    if isinstance(value, dict):
        members = sorted((_text(key), canonical(item)) for key, item in value.items())
        return "{" + ",".join(f"{key}:{item}" for key, item in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    if isinstance(value, (Number, float)):
        return _plain_number(str(value))
    return _written(value, ",", ":")


def _plain_number(text: str) -> str:
    found = float(text)
    if found.is_integer() and abs(found) < 1 << 53:
        return str(int(found))
    return repr(found)


def _one_line(items: list[Any]) -> bool:
    if all(isinstance(item, (int, float, Number)) for item in items):
        return True
    scalar = not any(isinstance(item, (dict, list)) for item in items)
    return scalar and sum(len(str(item)) + 4 for item in items) < 80


def _written(value: Any, comma: str, colon: str) -> str:
    if isinstance(value, dict):
        members = (
            f"{_text(key)}{colon}{_written(item, comma, colon)}" for key, item in value.items()
        )
        return "{" + comma.join(members) + "}"
    if isinstance(value, list):
        return "[" + comma.join(_written(item, comma, colon) for item in value) + "]"
    if isinstance(value, Number):
        return str(value)
    return _text(value)


def _text(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    # Half of a surrogate pair has no UTF-8 form; JSON can still say it, by an escape.
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotExact("an object has two members of one name")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _fits(value: Any, depth: int) -> bool:
    if not isinstance(value, (dict, list)):
        return True
    if depth == 0:
        return False
    items = value.values() if isinstance(value, dict) else value
    return all(_fits(item, depth - 1) for item in items)
