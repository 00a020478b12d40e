"""Functions whose results come one by one: each is encoded and sent before the next is asked for.

The host answers when there is room for the next element, so a client that is behind holds the
function up. When the client has left, the host fails whatever the function waits for with the code
``CLIENT_GONE``, and the function's generator is closed.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import (
    Iterable,
    Mapping,
)
from typing import Annotated, Any, get_args, get_origin

import atoll_failure
import atoll_json
import atoll_loop
from atoll_failure import CallFailed
from atoll_function import ExportedFunction
from atoll_hints import STREAMS, is_alias_statement, place_name, show
from atoll_mismatch import Mismatch, kind_of
from atoll_problem import Place, Problem

from atoll.sdk import _host
from atoll.sdk.errors import HostError

GONE = "CLIENT_GONE"
TOO_LARGE = "PAYLOAD_TOO_LARGE"

_SENT = object()
"""Says that there is nothing left to send."""


def is_stream(hint: Any) -> bool:
    """Whether the hint of a result is that of a stream. (``Iterable`` is a list.)"""
    hint = _unwrapped(hint)
    return (get_origin(hint) or hint) in STREAMS


def element_hint(hint: Any, place: Place) -> Any:
    """The type of a stream's elements. Raises ``Problem``."""
    arguments = get_args(_unwrapped(hint))
    if not arguments:
        name = show(hint).rpartition(".")[2]
        raise Problem(
            "UNSUPPORTED_TYPE",
            f"{place_name(place)} has the type {name}, which does not say what it is a stream of",
            f"Say what is in it: {name}[str], for example.",
            place,
        )
    return arguments[0]


def _unwrapped(hint: Any) -> Any:
    """The hint without notes and names."""
    while True:
        if get_origin(hint) is Annotated:
            hint = get_args(hint)[0]
        elif is_alias_statement(get_origin(hint)):
            hint = get_origin(hint).__value__[get_args(hint)]
        elif is_alias_statement(hint):
            hint = hint.__value__
        else:
            return hint


class StreamingFunction(ExportedFunction):
    """Callable with the JSON text of the arguments; its elements are sent meanwhile."""

    @property
    def is_async(self) -> bool:
        return inspect.isasyncgenfunction(self._call) or super().is_async

    def __call__(self, arguments: str) -> str:
        """Raises ``CallFailed``."""
        positional, named = self._decode(arguments)
        try:
            # Taken out of a list, so that nobody holds what is iterated over: the streams of models
            # keep what they have given for as long as somebody does.
            made = [self._call(*positional, **named)]
            kind = type(made[0])
            if hasattr(kind, "__aiter__") or hasattr(kind, "__await__"):
                made = [atoll_loop.run(self._send_async(made.pop()))]
            if made[0] is not _SENT:
                self._send(made.pop())
        except CallFailed:
            raise
        except BaseException as error:  # whatever it is: a guest that dies cannot tell why
            if not (isinstance(error, HostError) and error.code == GONE):
                raise atoll_failure.from_exception(error) from None
        return "null"

    def _send(self, values: Any) -> None:
        if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
            raise self._no_stream(values)
        iterator = iter(values)
        del values
        close = getattr(iterator, "close", _nothing)
        try:
            for number, value in enumerate(iterator, 1):
                payload = self._payload(number, value)
                try:
                    _host.call_text("stream.emit", payload)
                except HostError as error:
                    raise self._refused(number, error) from None
        except CallFailed:
            with contextlib.suppress(BaseException):  # what was wrong before says more
                close()
            raise
        finally:
            close()

    async def _send_async(self, values: Any) -> Any:
        """Send them; if they do not need an event loop, give them back instead."""
        if hasattr(type(values), "__await__"):
            values = await values
        if not hasattr(type(values), "__aiter__"):
            return values
        iterator = aiter(values)
        del values
        close = getattr(iterator, "aclose", _nothing_async)
        number = 0
        try:
            async for value in iterator:
                number += 1
                payload = self._payload(number, value)
                try:
                    if atoll_loop.is_alone():  # in one call of the host instead of two
                        _host.call_text("stream.emit", payload)
                    else:
                        await _host.call_text_async("stream.emit", payload)
                except HostError as error:
                    raise self._refused(number, error) from None
        except CallFailed:
            with contextlib.suppress(BaseException):
                await close()
            raise
        finally:
            await close()
        return _SENT

    def _payload(self, number: int, value: Any) -> str:
        """The request that sends an element. Raises ``CallFailed``."""
        if self._encode is None:
            return '{"value":null}'
        try:
            return f'{{"value":{atoll_json.dumps(self._encode(value))}}}'
        except Mismatch as mismatch:
            raise self._bad_element(number, str(mismatch)) from None
        except RecursionError:
            raise self._bad_element(
                number, "the value is nested too deeply, or contains itself"
            ) from None

    def _refused(self, number: int, error: HostError) -> Exception:
        return self._bad_element(number, error.message) if error.code == TOO_LARGE else error

    def _bad_element(self, number: int, reason: str) -> CallFailed:
        message = f"element {number} of the stream of {self.name} is invalid: {reason}"
        return CallFailed("result", message)

    def _no_stream(self, values: Any) -> CallFailed:
        message = f"{self.name} gives no stream: expected an iterator, got {kind_of(values)}"
        return CallFailed("result", message)


class Sink:
    """Takes elements while an app is loaded, when there is no client."""

    def call(self, name: str, payload: str) -> str:
        return "null"

    async def call_async(self, name: str, payload: str) -> str:
        return "null"

    def log(self, level: int, message: str) -> None: ...


def _nothing() -> None: ...


async def _nothing_async() -> None: ...
