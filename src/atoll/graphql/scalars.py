"""The scalars: what they accept from clients, and what they let out to them.

Values on the inside have the form of the guest border (JSON), so that an argument goes to a
function, and a result to the client, without a second conversion (reference section 2.11).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any

from graphql import (
    BooleanValueNode,
    FloatValueNode,
    GraphQLBoolean,
    GraphQLError,
    GraphQLFloat,
    GraphQLInt,
    GraphQLNamedType,
    GraphQLScalarType,
    GraphQLString,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    print_ast,
)

Coercion = Callable[[Any], Any]

_INTEGER_TEXT = re.compile(r"[+-]?[0-9]{1,40}")
_DECIMAL_TEXT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_UUID_TEXT = re.compile(r"(?i:[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})")
_TIME_TEXT = re.compile(
    r"(?P<clock>[0-9]{2}:[0-9]{2})(?P<second>:[0-9]{2})?(?:[.,](?P<fraction>[0-9]{1,9}))?"
    r" ?(?P<zone>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_DATE_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


RANGES: Mapping[str, tuple[int, int]] = {
    "Int": (-(2**31), 2**31 - 1),
    "Int64": (-(2**63), 2**63 - 1),
    "UInt": (0, 2**32 - 1),
    "UInt64": (0, 2**64 - 1),
}
"""The least and the greatest number of each integer."""


MAX_INTEGER_TEXT = 400
"""Characters of an integer in a query: reading it takes time that grows with their square."""


class BadValue(ValueError):
    """A value that a scalar does not take; the text says what was expected."""


def _shown(value: object) -> str:
    """Show a value in a message, as the client wrote it and not at length."""
    if value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, list):
        return "a list"
    elif isinstance(value, Mapping):
        return "an object"
    elif isinstance(value, int) and abs(value) > 10**40:
        return "a number of more than 40 digits"
    else:
        text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _integer(name: str) -> tuple[Coercion, Coercion]:
    """Read and write integers within bounds; clients may also send them as strings, since
    JavaScript's numbers lose digits beyond 53 bits."""
    low, high = RANGES[name]

    def check(value: Any, shown: object) -> int:
        if not low <= value <= high:
            raise BadValue(f"{_shown(shown)} is out of range ({low} to {high})")
        return int(value)

    def read(value: Any) -> int:
        if isinstance(value, float) and value.is_integer():
            return check(value, value)
        if isinstance(value, str) and _INTEGER_TEXT.fullmatch(value):
            return check(int(value), value)
        if isinstance(value, int) and not isinstance(value, bool):
            return check(value, value)
        raise BadValue(f"expected an integer, not {_shown(value)}")

    def write(value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return check(value, value)
        raise BadValue(f"expected an integer, not {_shown(value)}")

    return read, write


def _write_int(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadValue(f"expected an integer, not {_shown(value)}")
    if not -(2**31) <= value < 2**31:
        raise BadValue(
            f"{_shown(value)} does not fit in 32 bits; "
            "declare the result as Int64, which carries 64 bits"
        )
    return value


def _read_int(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadValue(f"expected an integer, not {_shown(value)}")
    if not -(2**31) <= value < 2**31:
        raise BadValue(f"{_shown(value)} does not fit in 32 bits")
    return value


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadValue(f"expected a number, not {_shown(value)}")
    try:
        number = float(value)
    except OverflowError:
        raise BadValue(f"{_shown(value)} is too large for a Float") from None
    if not isfinite(number):
        raise BadValue(f"the value is {_non_finite(number)}, which JSON cannot carry")
    return number


def _non_finite(number: float) -> str:
    return "NaN" if number != number else "Infinity" if number > 0 else "-Infinity"


def normalise_timestamp(text: str) -> str:
    """Turn a date, or a date and a time, into RFC 3339 in UTC.

    Between date and time may stand ``T`` or a space; seconds, fraction (up to 9 digits) and zone
    may be missing (UTC is then meant); a bare date is its midnight. Raises BadValue.
    """
    expected = f"expected a date and time such as 2025-01-31T12:30:00Z, not {_shown(text)}"
    day, clock = text[:10], text[10:]
    matched = _TIME_TEXT.fullmatch(clock[1:]) if clock[:1] in ("T", "t", " ") else None
    if not _DATE_TEXT.fullmatch(day) or (clock and matched is None):
        raise BadValue(expected)
    fraction, seconds, minutes, zone = "", ":00", "00:00", "Z"
    if matched is not None:
        minutes, zone = matched["clock"], matched["zone"] or "Z"
        seconds, fraction = matched["second"] or ":00", matched["fraction"] or ""
        if fraction and matched["second"] is None:
            raise BadValue(expected)
    try:
        moment = datetime.fromisoformat(f"{day}T{minutes}{seconds}") - _offset(zone)
    except (ValueError, OverflowError):
        raise BadValue(f"{_shown(text)} is not a date and time that exists") from None
    fraction = fraction.rstrip("0")
    return moment.isoformat() + (f".{fraction}Z" if fraction else "Z")


def _offset(zone: str) -> timedelta:
    if zone in "Zz":
        return timedelta()
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    if hours > 23 or minutes > 59:
        raise ValueError(zone)
    span = timedelta(hours=hours, minutes=minutes)
    return -span if zone[0] == "-" else span


def _timestamp(value: Any) -> str:
    if not isinstance(value, str):
        raise BadValue(f"expected a date and time as a string, not {_shown(value)}")
    return normalise_timestamp(value.strip())


def _date(value: Any) -> str:
    if isinstance(value, str) and _DATE_TEXT.fullmatch(value):
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise BadValue(f"{_shown(value)} is not a date that exists") from None
    raise BadValue(f"expected a date such as 2025-01-31, not {_shown(value)}")


def _time(value: Any) -> str:
    matched = _TIME_TEXT.fullmatch(value) if isinstance(value, str) else None
    if matched is None or (matched["fraction"] and matched["second"] is None):
        raise BadValue(f"expected a time such as 12:30:00, not {_shown(value)}")
    seconds, zone = matched["second"] or ":00", matched["zone"] or ""
    try:
        time.fromisoformat(matched["clock"] + seconds)
        _offset(zone or "Z")
    except ValueError:
        raise BadValue(f"{_shown(value)} is not a time that exists") from None
    fraction = f".{matched['fraction']}" if matched["fraction"] else ""
    if zone not in ("", "Z", "z"):
        zone = f"{zone[:3]}:{zone[3:].lstrip(':') or '00'}"
    return matched["clock"] + seconds + fraction + zone.upper()


def _uuid(value: Any) -> str:
    if not isinstance(value, str) or not _UUID_TEXT.fullmatch(value):
        raise BadValue(
            f"expected a UUID such as 6fa459ea-ee8a-3ca4-894e-db77e160355e, not {_shown(value)}"
        )
    digits = value.replace("-", "").lower()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _read_decimal(value: Any) -> str:
    if isinstance(value, float) and isfinite(value):
        return repr(value)  # the shortest text that means this number: what the client wrote
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**4000 else _decimal_text(None)
    return _decimal_text(value)


def _decimal_text(value: Any) -> str:
    if isinstance(value, str) and _DECIMAL_TEXT.fullmatch(value):
        return value
    raise BadValue(f'expected a decimal number such as "12.50", not {_shown(value)}')


def _json(value: Any) -> Any:
    """Pass any JSON; refuse what JSON cannot carry, wherever it is."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, float) and not isfinite(item):
            raise BadValue(f"the value contains {_non_finite(item)}, which JSON cannot carry")
        if isinstance(item, Mapping):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return value


def _numbers(value: Any) -> Any:
    """The elements of a typed array, or its bytes in base64; the guest's codec checks them."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(type(item) in (int, float) for item in value):
        return _json(value)
    raise BadValue(f"expected a list of numbers, not {_shown(value)}")


def _void(value: Any) -> Any:
    raise BadValue("Void has no values but null")


def from_literal(node: ValueNode, *, exact: bool = False) -> Any:
    """Turn a constant GraphQL literal into JSON data.

    ``exact`` keeps numbers as they are written, as strings. Raises BadValue for an enum name and
    for an integer of absurd length.
    """
    if isinstance(node, NullValueNode):
        return None
    if isinstance(node, (StringValueNode, BooleanValueNode)):
        return node.value
    if isinstance(node, (IntValueNode, FloatValueNode)):
        if exact:
            return node.value
        if isinstance(node, FloatValueNode):
            return float(node.value)
        if len(node.value) > MAX_INTEGER_TEXT:
            raise BadValue("the number has too many digits")
        return int(node.value)
    if isinstance(node, ListValueNode):
        return [from_literal(item) for item in node.values]
    if isinstance(node, ObjectValueNode):
        return {field.name.value: from_literal(field.value) for field in node.fields}
    raise BadValue(f"expected a value, not the name {_shown(print_ast(node))}")


class _Scalar(GraphQLScalarType):
    """A scalar of ours, which may also take the place of a built-in one.

    graphql-core's own Int lets strings out as integers, and its own Float lets infinity in.
    """

    reserved_types: Mapping[str, GraphQLNamedType] = {}
    exact_literals = False
    """Whether a number in a query is read as the text that it is."""


def exact_literals(scalar: GraphQLScalarType) -> bool:
    """Whether a scalar reads a number in a query as the text that it is."""
    return isinstance(scalar, _Scalar) and scalar.exact_literals


def _scalar(
    name: str,
    description: str | None,
    read: Coercion,
    write: Coercion | None = None,
    *,
    exact_literals: bool = False,
    whole_literals: bool = False,
    to_literal: Callable[[Any], Any] | None = None,
) -> GraphQLScalarType:
    def checked(coerce: Coercion) -> Coercion:
        def run(value: Any) -> Any:
            try:
                return coerce(value)
            except BadValue as error:
                raise GraphQLError(f"{name}: {error}.") from None

        return run

    def read_literal(node: ValueNode) -> Any:
        try:
            # As a value of a variable 1.0 is an integer, which JSON writes as it likes.
            if whole_literals and isinstance(node, FloatValueNode):
                raise BadValue(f"expected an integer, not {node.value[:60]}")
            return read(from_literal(node, exact=exact_literals))
        except BadValue as error:
            raise GraphQLError(f"{name}: {error}.", node) from None

    scalar = _Scalar(
        name,
        description=description,
        coerce_input_value=checked(read),
        coerce_input_literal=read_literal,
        coerce_output_value=checked(write or read),
        value_to_literal=to_literal,
    )
    scalar.exact_literals = exact_literals
    return scalar


def empty_object_scalar(name: str, description: str | None) -> GraphQLScalarType:
    """A type without fields: GraphQL has no such objects, so it is a scalar whose value is {}."""

    def read(value: Any) -> Any:
        if value == {} and isinstance(value, Mapping):
            return {}
        raise BadValue(f"{name} has no fields; expected {{}}, not {_shown(value)}")

    return _scalar(name, description, read, lambda value: {})


SCALARS: Mapping[str, GraphQLScalarType] = {
    scalar.name: scalar
    for scalar in (
        GraphQLString,
        GraphQLBoolean,
        _scalar(
            "Int",
            GraphQLInt.description,
            _read_int,
            _write_int,
            whole_literals=True,
            to_literal=GraphQLInt.value_to_literal,
        ),
        _scalar(
            "Float", GraphQLFloat.description, _float, to_literal=GraphQLFloat.value_to_literal
        ),
        _scalar(
            "Int64",
            "A signed 64-bit integer. Clients may also send it as a string.",
            *_integer("Int64"),
        ),
        _scalar(
            "UInt",
            "An unsigned 32-bit integer. Clients may also send it as a string.",
            *_integer("UInt"),
        ),
        _scalar(
            "UInt64",
            "An unsigned 64-bit integer. Clients may also send it as a string.",
            *_integer("UInt64"),
        ),
        _scalar("Timestamp", "A point in time, as RFC 3339 text in UTC.", _timestamp),
        _scalar("Date", "A calendar date, as ISO 8601 text (2025-01-31).", _date),
        _scalar("Time", "A time of day, as ISO 8601 text (12:30:00).", _time),
        _scalar("UUID", "A universally unique identifier, as text.", _uuid),
        _scalar(
            "Decimal",
            "An exact decimal number, as text.",
            _read_decimal,
            _decimal_text,
            exact_literals=True,
        ),
        _scalar("JSON", "Any JSON value.", _json),
        _scalar("Void", "No value; always null.", _void),
        *(
            _scalar(f"{element}Array", f"A list of numbers: {what}.", _numbers)
            for element, what in (
                ("Int8", "signed, of 8 bits"),
                ("Int16", "signed, of 16 bits"),
                ("Uint16", "unsigned, of 16 bits"),
                ("Int32", "signed, of 32 bits"),
                ("Uint32", "unsigned, of 32 bits"),
                ("Int64", "signed, of 64 bits"),
                ("Uint64", "unsigned, of 64 bits"),
                ("Float32", "floating-point, of 32 bits"),
                ("Float64", "floating-point, of 64 bits"),
            )
        ),
    )
}
"""Every scalar that a guest may name, by name."""

BUILT_IN = frozenset({"String", "Boolean", "Int", "Float"})
"""Those that GraphQL itself has, which a schema need not declare."""
