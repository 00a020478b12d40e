"""What comes of a request's ``Authorization`` header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Admitted:
    """The request may proceed. ``claims`` are None when it carried no token."""

    claims: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The HTTP answer of a refused request."""

    status: int
    message: str
    reason: str = field(default="", compare=False)
    """Why, in words of ours, for the operator's log: the client is not told."""


Decision: TypeAlias = Admitted | Refused
