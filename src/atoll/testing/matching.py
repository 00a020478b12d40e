"""Finds what a test calls: a function by its name, and its parameters by theirs."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from atoll.guest.types import Function, Interface, Nullable
from atoll.testing.errors import TestSetupError


def find_function(interface: Interface, name: str) -> Function:
    """By its name in the source or in the API. Raises TestSetupError."""
    for function in interface.functions:
        if name in (function.export, function.name) or _plain(name) == _plain(function.name):
            return function
    names = [function.export for function in interface.functions]
    close = get_close_matches(name, names, n=1)
    known = f"did you mean {close[0]}?" if close else f"it has {', '.join(names) or 'none'}"
    raise TestSetupError(f"the app has no function {name}: {known}")


def match_arguments(function: Function, given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments by API name. Raises TestSetupError: one is unknown, or missing."""
    known = {_plain(parameter.name): parameter for parameter in function.parameters}
    matched: dict[str, Any] = {}
    for name, value in given.items():
        parameter = known.get(_plain(name))
        if parameter is None:
            names = ", ".join(each.name for each in function.parameters) or "none"
            raise TestSetupError(
                f"{function.export} has no parameter {name}; its parameters: {names}"
            )
        matched[parameter.name] = value
    for parameter in function.parameters:
        optional = parameter.default is not None or parameter.own_default
        if parameter.name not in matched and not optional:
            if not isinstance(parameter.type, Nullable):
                raise TestSetupError(f"{function.export} needs the argument {parameter.name}")
            matched[parameter.name] = None
    return matched


def _plain(name: str) -> str:
    """``person_id`` and ``personId`` are the same."""
    return name.replace("_", "").lower()
