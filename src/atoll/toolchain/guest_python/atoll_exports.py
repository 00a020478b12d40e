"""Which functions an app exports, and what the host is told of them."""

from __future__ import annotations

import inspect
import json
import platform
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import atoll_json
import atoll_names
import atoll_objects
import atoll_sources
from atoll_codec import Codec
from atoll_docstring import parse
from atoll_function import ExportedFunction, ParameterCoder
from atoll_hints import Types, place_name
from atoll_mismatch import Mismatch
from atoll_problem import Place, Problem
from atoll_shape import (
    MISSING,
    FieldShape,
    ListShape,
    MapShape,
    NullableShape,
    ObjectShape,
    Shape,
)
from atoll_stream import StreamingFunction, element_hint, is_stream

NOTHING = (None, type(None), typing.NoReturn, typing.Never)


@dataclass(slots=True)
class Exports:
    """All that an app exports."""

    functions: dict[str, ExportedFunction] = field(default_factory=dict)
    description: str = "{}"
    problems: list[Problem] = field(default_factory=list)


class Collector:
    """Goes through an entry module."""

    def __init__(self, entry: types.ModuleType, names: list[str] | None) -> None:
        self._entry = entry
        self._names = names
        self._types = Types()
        self._codec = Codec()
        self._seen: dict[str, str] = {}
        self._warnings: list[dict[str, Any]] = []
        self._described: list[dict[str, Any]] = []
        self._exports = Exports()

    def collect(self) -> Exports:
        """Describe and compile every export; what is wrong is in ``problems``."""
        exports = self._exports
        for name, function in self._candidates():
            try:
                self._add(name, function)
            except Problem as problem:
                exports.problems.append(problem)
        if not exports.problems:
            try:
                exports.description = self._description()
            except Problem as problem:
                exports.problems.append(problem)
        if not exports.functions and not exports.problems:
            exports.problems.append(self._nothing())
        return exports

    def _candidates(self) -> Iterator[tuple[str, Callable[..., Any]]]:
        listed = self._names if self._names is not None else getattr(self._entry, "__all__", None)
        if listed is None:
            yield from self._public()
            return
        if not isinstance(listed, (list, tuple)) or not all(isinstance(n, str) for n in listed):
            self._exports.problems.append(
                Problem(
                    "BAD_EXPORTS",
                    f"__all__ of {self._entry.__name__} is not a list of names",
                    'Write it as __all__ = ["hello", ...], or leave it out.',
                    Place(self._entry.__name__),
                )
            )
            return
        for name in listed:
            found: Any = getattr(self._entry, name, None)
            if not hasattr(self._entry, name):
                self._exports.problems.append(
                    Problem(
                        "UNKNOWN_EXPORT",
                        f"__all__ of {self._entry.__name__} names {name}, which is not defined",
                        "Define it, or take it out of __all__.",
                        Place(self._entry.__name__),
                    )
                )
            elif _is_function(found):
                yield name, found

    def _public(self) -> Iterator[tuple[str, Callable[..., Any]]]:
        for name, value in list(vars(self._entry).items()):
            if name.startswith("_") or not _is_function(value):
                continue
            if value.__module__ != self._entry.__name__ or value.__name__ != name:
                continue
            if not atoll_objects.has_hints(inspect.unwrap(value)):
                place = _place(value)
                self._warnings.append(
                    {
                        "message": f"{name} has no type hints and is not exported; "
                        "begin its name with _ if that is meant",
                        "file": atoll_sources.path_of(place.module),
                        "line": place.line,
                    }
                )
                continue
            yield name, value

    def _add(self, name: str, function: Callable[..., Any]) -> None:
        place = _place(function)
        api_name = atoll_names.camel_case(name)
        atoll_objects.check_name(api_name, name, self._seen, "functions", place)
        hints = _hints(function, place)
        docs = parse(inspect.getdoc(function))
        seen: dict[str, str] = {}
        described: list[dict[str, Any]] = []
        coders: list[ParameterCoder] = []
        for parameter in inspect.signature(function).parameters.values():
            at = replace(place, name=parameter.name)
            _check_parameter(parameter, hints, at)
            hint = hints[parameter.name]
            parameter_name = atoll_names.camel_case(parameter.name)
            atoll_objects.check_name(
                parameter_name, parameter.name, seen, f"parameters of {name}", at
            )
            unnamed = atoll_names.pascal_case(name) + atoll_names.pascal_case(parameter.name)
            shape = self._types.shape(hint, at, unnamed)
            if hint is Any and parameter.default is None:
                shape = NullableShape(shape)
            self._check_input(shape, at, set())
            doc = atoll_objects.annotation_doc(hint) or docs.parameters.get(parameter.name)
            entry = {"name": parameter_name, "type": shape.as_json(), "doc": doc}
            if parameter.default is not parameter.empty:
                entry["default"] = {"value": self._default(parameter.default, shape, at)}
            described.append(entry)
            coders.append(
                ParameterCoder(
                    parameter_name,
                    parameter.name,
                    self._codec.decoder(shape),
                    optional=parameter.default is not parameter.empty,
                    nullable=isinstance(shape, NullableShape),
                    positional=parameter.kind is parameter.POSITIONAL_ONLY,
                )
            )
        streams = is_stream(hints.get("return"))
        result = self._result(name, hints, place)
        kind = StreamingFunction if streams else ExportedFunction
        self._exports.functions[name] = kind(
            name, function, tuple(coders), None if result is None else self._codec.encoder(result)
        )
        about: dict[str, Any] = {
            "name": api_name,
            "export": name,
            "doc": docs.description,
            "file": atoll_sources.path_of(place.module),
            "line": place.line,
            "parameters": described,
            "result": None if result is None else result.as_json(),
        }
        self._described.append({**about, "stream": True} if streams else about)

    def _result(self, name: str, hints: dict[str, Any], place: Place) -> Shape | None:
        at = replace(place, name="return")
        if "return" not in hints:
            raise Problem(
                "MISSING_HINT",
                f"{name} does not say what it returns",
                "Add `-> None` if it returns nothing, else the type: `-> str`.",
                replace(place, name=None),
            )
        hint = hints["return"]
        if is_stream(hint):
            hint = element_hint(hint, at)
        if hint in NOTHING:
            return None
        return self._types.shape(hint, at, atoll_names.pascal_case(name) + "Result")

    def _default(self, value: Any, shape: Shape, place: Place) -> Any:
        try:
            # Through JSON text, as a result goes, so that what has no JSON is found here as well.
            return json.loads(atoll_json.dumps(self._codec.encoder(shape)(value)))
        except Mismatch as mismatch:
            hint = (
                "Write the type as `T | None` if None is a value."
                if value is None
                else "A default that is not of the type cannot be shown in the API; "
                "use `T | None = None`."
            )
            message = f"the default of {place_name(place)} does not fit its type: {mismatch}"
            raise Problem("BAD_DEFAULT", message, hint, place) from None

    def _check_input(self, shape: Shape, place: Place, seen: set[str]) -> None:
        """Refuse types in parameters that no caller could give a value of."""
        match shape:
            case NullableShape():
                self._check_input(shape.of, place, seen)
            case ListShape():
                self._check_hashable(shape, place)
                self._check_input(shape.item, place, seen)
            case MapShape():
                self._check_input(shape.key, place, seen)
                self._check_input(shape.value, place, seen)
            case ObjectShape() if shape.name not in seen:
                seen.add(shape.name)
                if shape.no_input is not None:
                    raise Problem(
                        "UNSUPPORTED_TYPE",
                        f"{place_name(place)} takes {shape.name}, "
                        f"which no caller can give: {shape.no_input}",
                        "Use a class of its own for the input.",
                        place,
                    )
                for each in shape.fields:
                    self._check_input(each.shape, place, seen)

    def _check_hashable(self, shape: ListShape, place: Place) -> None:
        item = shape.item
        if shape.build not in (set, frozenset):
            return
        unhashable = isinstance(item, (ListShape, MapShape)) and getattr(item, "build", list) in (
            list,
            set,
        )
        if isinstance(item, ObjectShape) and item.kind != "tuple":
            unhashable = item.kind == "typeddict" or getattr(item.build, "__hash__", None) is None
        if unhashable:
            raise Problem(
                "UNSUPPORTED_TYPE",
                f"{place_name(place)} is a set of values that have no hash",
                "Use list[...], or make the items hashable: @dataclass(frozen=True).",
                place,
            )

    def _description(self) -> str:
        named = {name: self._definition(shape) for name, shape in self._types.named.items()}
        description = {
            "version": 1,
            "language": "python",
            "runtime": f"CPython {platform.python_version()}",
            "functions": self._described,
            "types": named,
            "warnings": self._warnings,
        }
        text = json.dumps(description, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return atoll_json.encodable(text)

    def _definition(self, shape: Any) -> dict[str, Any]:
        if not isinstance(shape, ObjectShape):
            definition: dict[str, Any] = shape.definition()
            return definition
        fields = [self._field(shape, each) for each in shape.fields]
        return {"kind": "object", "doc": shape.doc, "fields": fields}

    def _field(self, owner: ObjectShape, each: FieldShape) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "name": each.name,
            "type": each.shape.as_json(),
            "doc": each.doc,
        }
        if each.default is not MISSING:
            kind = owner.build
            place = Place(kind.__module__, kind.__qualname__, each.attribute, is_class=True)
            entry["default"] = {"value": self._default(each.default, each.shape, place)}
        return entry

    def _nothing(self) -> Problem:
        return Problem(
            "NO_FUNCTIONS",
            f"{self._entry.__name__} exports no functions",
            "Write a public function with type hints: `def hello(name: str) -> str: ...`.",
            Place(self._entry.__name__, line=1),
        )


def _is_function(value: Any) -> bool:
    """A function, or something wrapped around one, such as by ``functools.cache``."""
    if isinstance(value, type) or not callable(value):
        return False
    return isinstance(inspect.unwrap(value), types.FunctionType)


def _place(function: Callable[..., Any]) -> Place:
    inner = inspect.unwrap(function)
    assert isinstance(inner, types.FunctionType)
    return Place(inner.__module__, inner.__qualname__, line=inner.__code__.co_firstlineno)


def _hints(function: Callable[..., Any], place: Place) -> dict[str, Any]:
    try:
        return typing.get_type_hints(inspect.unwrap(function), include_extras=True)
    except Problem:
        raise
    except Exception as error:
        raise atoll_objects.unreadable(error, place) from None


def _check_parameter(parameter: inspect.Parameter, hints: dict[str, Any], place: Place) -> None:
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        stars = "*" if parameter.kind is parameter.VAR_POSITIONAL else "**"
        raise Problem(
            "UNSUPPORTED_PARAMETER",
            f"{place.owner} takes {stars}{parameter.name}, and an API has named parameters only",
            f"Use a parameter of type {'list[...]' if stars == '*' else 'dict[str, ...]'}.",
            place,
        )
    if parameter.name not in hints:
        raise Problem(
            "MISSING_HINT",
            f"parameter {parameter.name} of {place.owner} has no type hint",
            f"Write `{parameter.name}: str`, for example.",
            place,
        )
