"""Why an app cannot be loaded, and where in its source the reason stands."""

from __future__ import annotations

import ast
import json
import linecache
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import atoll_json


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in the app's source, in Python's terms.

    ``owner`` is the qualified name of a function or a class in ``module``; ``name`` is a parameter
    of the function, a field of the class, or ``return``.
    """

    module: str
    owner: str | None = None
    name: str | None = None
    line: int | None = None
    """Where the owner begins, when its name alone does not tell."""
    is_class: bool = False


@dataclass(frozen=True, slots=True)
class Location:
    file: str | None
    line: int | None
    column: int | None


class Problem(Exception):
    """One thing that is wrong with the app."""

    def __init__(self, code: str, message: str, hint: str | None, place: Place) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.place = place

    def as_json(self) -> dict[str, object]:
        location = locate(self.place)
        parameter = self.place.name
        return {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "file": location.file,
            "line": location.line,
            "column": location.column,
            "function": self.place.owner,
            "parameter": None if parameter == "return" else parameter,
            "traceback": None,
        }


class LoadFailed(Exception):
    """The app cannot be loaded: the first problem, and the others under ``more``."""

    def __init__(self, problems: list[dict[str, object]]) -> None:
        super().__init__(problems[0]["message"])
        self._problems = problems

    def json(self) -> str:
        first, *more = self._problems
        return atoll_json.encodable(json.dumps({**first, "more": more}, ensure_ascii=False))


def locate(place: Place) -> Location:
    """Find a place in the source; what cannot be found is None."""
    module = sys.modules.get(place.module)
    file: str | None = getattr(module, "__file__", None)
    if file is None:
        return Location(None, place.line, None)
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return Location(file, place.line, None)
    node = _owner(tree, place)
    if node is None:
        return Location(file, place.line, None)
    part = _part(node, place.name) or node
    return Location(file, part.lineno, part.col_offset + 1)


Owner = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _owner(tree: ast.Module, place: Place) -> Owner | None:
    if place.owner is None:
        return None
    name = place.owner.rpartition(".")[2]
    found = [node for node in ast.walk(tree) if isinstance(node, Owner) and node.name == name]
    for node in found:
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        if place.line in (node.lineno, first):
            return node
    return found[-1] if found else None


def _part(node: Owner, name: str | None) -> ast.expr | ast.arg | None:
    if name is None:
        return None
    if isinstance(node, ast.ClassDef):
        for statement in node.body:
            target = statement.target if isinstance(statement, ast.AnnAssign) else None
            if isinstance(target, ast.Name) and target.id == name:
                return target
        return None
    if name == "return":
        return node.returns
    return next((argument for argument in _arguments(node) if argument.arg == name), None)


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.arg]:
    arguments = node.args
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (extra for extra in (arguments.vararg, arguments.kwarg) if extra is not None)
