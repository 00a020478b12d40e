"""One exported function: its description, and the compiled way to call it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import atoll_failure
import atoll_json
import atoll_loop
from atoll_codec import Coder
from atoll_failure import CallFailed
from atoll_mismatch import Mismatch


@dataclass(frozen=True, slots=True)
class ParameterCoder:
    name: str
    """The API name."""
    python_name: str
    decode: Coder
    optional: bool
    """Left out, Python's own default stands."""
    nullable: bool
    positional: bool


class ExportedFunction:
    """Callable with the JSON text of the arguments; gives the JSON text of the result."""

    def __init__(
        self,
        name: str,
        call: Callable[..., Any],
        parameters: tuple[ParameterCoder, ...],
        encode: Coder | None,
    ) -> None:
        self.name = name
        self._call = call
        self._parameters = parameters
        self._names = frozenset(parameter.name for parameter in parameters)
        self._encode = encode
        """None: the function returns nothing."""

    @property
    def is_async(self) -> bool:
        return inspect.iscoroutinefunction(self._call)

    def __call__(self, arguments: str) -> str:
        """Raises ``CallFailed``."""
        positional, named = self._decode(arguments)
        try:
            result = self._call(*positional, **named)
            if hasattr(type(result), "__await__"):
                result = atoll_loop.run(_awaited(result))
        except BaseException as error:  # whatever it is: a guest that dies cannot tell why
            raise atoll_failure.from_exception(error) from None
        if self._encode is None:
            return "null"
        try:
            return atoll_json.dumps(self._encode(result))
        except Mismatch as mismatch:
            raise self._bad_result(mismatch) from None
        except RecursionError:
            raise self._bad_result(
                Mismatch("the value is nested too deeply, or contains itself")
            ) from None
        except BaseException as error:  # a property or an iterator of the app's own
            raise atoll_failure.from_exception(error) from None

    def _decode(self, arguments: str) -> tuple[list[Any], dict[str, Any]]:
        given = atoll_json.loads(arguments) if arguments else {}
        if type(given) is not dict:
            raise CallFailed("argument", f"the arguments of {self.name} are not a JSON object")
        positional: list[Any] = []
        named: dict[str, Any] = {}
        for parameter in self._parameters:
            name = parameter.name
            try:
                if name in given:
                    value = parameter.decode(given[name])
                elif parameter.optional:
                    continue
                elif parameter.nullable:
                    value = None
                else:
                    raise Mismatch("a value is required")
            except Mismatch as mismatch:
                message = f"function parameter '{name}' is invalid: {mismatch}"
                raise CallFailed("argument", message) from None
            except Exception as error:  # the app's own code that makes a value, __hash__ or so
                failed = atoll_failure.from_exception(error)
                raise failed from None
            if parameter.positional:
                positional.append(value)
            else:
                named[parameter.python_name] = value
        if not self._names.issuperset(given):
            extra = min(given.keys() - self._names)
            message = f"function parameter '{extra}' is invalid: {self.name} has no such parameter"
            raise CallFailed("argument", message)
        return positional, named

    def _bad_result(self, mismatch: Mismatch) -> CallFailed:
        if mismatch.whole:
            return CallFailed("result", str(mismatch))
        return CallFailed("result", f"the result of {self.name} is invalid: {mismatch}")


async def _awaited(value: Any) -> Any:
    return await value
