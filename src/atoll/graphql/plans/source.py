"""Python source that is written for a plan, and what its names stand for."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any, Final


class Slow(Exception):
    """This is not plainly right: graphql-core is to say what it is."""


class Unplannable(Exception):
    """There is no plan for this operation; graphql-core runs it."""


class _Missing:
    """Stands for a variable that a request left out."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()


class Source:
    """Functions in the making.

    Names come from here and texts are written as literals, so that nothing of a query becomes code.
    """

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._names: dict[str, Any] = {"Slow": Slow, "MISSING": MISSING}
        self._functions: dict[str, str] = {}

    def fresh(self, prefix: str) -> str:
        """A name that nothing has yet."""
        return f"{prefix}{next(self._numbers)}"

    def constant(self, value: object) -> str:
        """An expression for a value that exists already."""
        if value is None or type(value) in (bool, int, str):
            return repr(value)
        name = self.fresh("k")
        self._names[name] = value
        return name

    def define(self, name: str, parameters: str, lines: Iterable[str]) -> None:
        """Write a function. ``lines`` are its body, indented by nothing."""
        body = "\n  ".join(lines)
        self._functions[name] = f" def {name}({parameters}):\n  {body}\n"

    def compiled(self) -> dict[str, Any]:
        """Compile what was written; the functions by name.

        They are closures of a function that is dropped: in a namespace that they are in themselves,
        they would live until the garbage collector looks for cycles among what is old.
        """
        defined = "".join(self._functions.values())
        made = ", ".join(self._functions)
        text = f"def make({', '.join(self._names)}):\n{defined} return [{made}]\n"
        scope: dict[str, Any] = {}
        exec(compile(text, "<plan>", "exec"), scope)  # noqa: S102 - ours
        functions = scope.pop("make")(*self._names.values())
        return dict(zip(self._functions, functions, strict=True))


def indented(lines: Iterable[str], levels: int = 1) -> list[str]:
    return [" " * levels + line for line in lines]
