"""What comes of a request's ``Authorization`` header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Admitted:
    """The request may proceed. ``claims`` are None when it carried no token."""

    claims: Mapping[str, Any] | None = None
    expires: float | None = field(default=None, compare=False)
    """When the token is no longer accepted, in seconds since 1970; None for never."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The HTTP answer of a refused request."""

    status: int
    message: str
    reason: str = field(default="", compare=False)
    """Why, in words of ours, for the operator's log: the client is not told."""
    is_open: bool = field(default=False, compare=False)
    """Whether a key that is not known here could yet verify the token."""


Decision: TypeAlias = Admitted | Refused
