"""Integers wider than GraphQL's ``Int``, which has 32 bits.

To a type checker each of them is ``int``; in the API each is a scalar of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias


@dataclass(frozen=True, slots=True)
class IntegerScalar:
    """Marks an ``int`` hint with its GraphQL scalar and its range."""

    name: str
    minimum: int
    maximum: int


Int64: TypeAlias = Annotated[int, IntegerScalar("Int64", -(2**63), 2**63 - 1)]
UInt: TypeAlias = Annotated[int, IntegerScalar("UInt", 0, 2**32 - 1)]
UInt64: TypeAlias = Annotated[int, IntegerScalar("UInt64", 0, 2**64 - 1)]
