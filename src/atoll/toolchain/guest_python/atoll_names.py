"""API names from Python names."""

from __future__ import annotations

import re

_VALID = re.compile(r"(?!__)[_A-Za-z][_0-9A-Za-z]*", re.ASCII)

RESERVED_TYPES = frozenset(
    [
        "Boolean",
        "Date",
        "Decimal",
        "Float",
        "ID",
        "Int",
        "Int64",
        "JSON",
        "Mutation",
        "Query",
        "String",
        "Subscription",
        "Time",
        "Timestamp",
        "UInt",
        "UInt64",
        "UUID",
        "Void",
    ]
)
"""Names that the API gives to other things than the app's types."""


def camel_case(name: str) -> str:
    """``get_person_by_id`` → ``getPersonById``; ``from_`` → ``from``; ``URL`` stays."""
    if "_" in name and name.isupper():
        name = name.lower()
    first, *rest = [part for part in name.split("_") if part] or [name]
    if first[:1].isupper() and not first[1:2].isupper():
        first = first[0].lower() + first[1:]
    return first + "".join(part[0].upper() + part[1:] for part in rest)


def pascal_case(name: str) -> str:
    """``set_mood`` → ``SetMood``."""
    name = camel_case(name)
    return name[:1].upper() + name[1:]


def is_valid(name: str) -> bool:
    """Whether GraphQL accepts the name of a type, a field or an argument."""
    return _VALID.fullmatch(name) is not None


def is_valid_value(name: str) -> bool:
    """Whether GraphQL accepts the name of an enum value."""
    return is_valid(name) and name not in ("true", "false", "null")
