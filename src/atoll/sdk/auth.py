"""Who asks: the verified claims of the request's bearer token."""

from __future__ import annotations

import dataclasses
import json
import os
from typing import Any, TypeVar, overload

T = TypeVar("T")


class ClaimsError(Exception):
    """The token does not carry the claims that the function needs."""


@overload
def claims() -> dict[str, Any]: ...
@overload
def claims(kind: type[T]) -> T: ...


def claims(kind: type[Any] | None = None) -> Any:
    """The claims of the caller's token; none if the endpoint asks for no token.

    With a dataclass, the claims of its fields' names: a field without a default must be there, or
    ``ClaimsError`` is raised. The host has checked the signature and the times; that a value has
    the type which the field names is not checked.
    """
    text = os.environ.get("CLAIMS", "")
    found: dict[str, Any] = json.loads(text) if text else {}
    if kind is None:
        return found
    if not dataclasses.is_dataclass(kind):
        raise TypeError("claims() takes a dataclass")
    fields = dataclasses.fields(kind)
    missing = [
        field.name
        for field in fields
        if field.name not in found
        and field.default is dataclasses.MISSING
        and field.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise ClaimsError(f"the caller's token has no claim {', '.join(missing)}")
    return kind(**{field.name: found[field.name] for field in fields if field.name in found})
