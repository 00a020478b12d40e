"""A function by the name that somebody types, and its parameters by theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from atoll.guest.types import Function, Interface, Nullable


class NoMatch(Exception):
    """An app has no such function, or a function no such parameter."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.location = None


def find_function(
    interface: Interface, name: str, api_name: Callable[[str], str | None] | None = None
) -> Function:
    """A function by its name in the source or in the API.

    Args:
        api_name: what an API makes of a function's name, if that counts as well.

    Raises:
        NoMatch: there is none.
    """
    found = interface.function(name)
    if found is not None:
        return found
    for function in interface.functions:
        if _plain(function.name) == _plain(name) or (api_name and api_name(function.name) == name):
            return function
    names = [function.export for function in interface.functions]
    close = get_close_matches(name, names, n=1)
    raise NoMatch(
        "NO_SUCH_FUNCTION",
        f"the app has no function {name}",
        f"did you mean {close[0]}?" if close else f"it has: {', '.join(names) or 'none at all'}",
    )


def match_arguments(function: Function, given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments by API name, from names as the source or the API writes them.

    Raises NoMatch: one is unknown, given twice, or missing.
    """
    by_plain_name = {_plain(p.name): p.name for p in function.parameters}
    matched: dict[str, Any] = {}
    for name, value in given.items():
        known = by_plain_name.get(_plain(name))
        if known is None:
            names = ", ".join(p.name for p in function.parameters) or "none"
            raise NoMatch(
                "UNKNOWN_ARGUMENT",
                f"{function.export} has no parameter {name}",
                f"its parameters: {names}",
            )
        if known in matched:
            raise NoMatch("ARGUMENT_TWICE", f"the argument {known} is given twice")
        matched[known] = value
    for parameter in function.parameters:
        optional = parameter.default is not None or parameter.own_default
        if parameter.name not in matched and not optional:
            if not isinstance(parameter.type, Nullable):
                raise NoMatch(
                    "MISSING_ARGUMENT",
                    f"{function.export} needs the argument {parameter.name}",
                    f"its parameters: {', '.join(each.name for each in function.parameters)}",
                )
            matched[parameter.name] = None
    return matched


def _plain(name: str) -> str:
    """``person_id`` and ``personId`` are the same."""
    return name.replace("_", "").lower()
