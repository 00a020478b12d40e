"""Conditions on the metadata and labels of texts, as guests write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Scalar: TypeAlias = "str | int | float | bool | None"
Comparison = Literal["eq", "ne", "lt", "lte", "gt", "gte", "in", "notIn", "contains", "exists"]


@dataclass(frozen=True, slots=True)
class Compare:
    """``field`` is a path into the metadata, ``("author", "name")``, or ``("$labels",)`` or
    ``("$key",)``."""

    field: tuple[str, ...]
    operator: Comparison
    operand: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class All:
    conditions: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    conditions: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    condition: Filter


Filter: TypeAlias = "Compare | All | Any_ | Not"


def parse_filter(value: Any) -> Filter | None:
    """Read a filter of JSON data; None and an empty object are no filter.

    Raises CollectionError: ``INVALID_FILTER``.
    """
    raise NotImplementedError
