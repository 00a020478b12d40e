"""The one app of this guest: loaded once, called by every instance."""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import types
from collections.abc import AsyncIterator, Iterator
from typing import Any

import atoll_environment
import atoll_exports
import atoll_failure
import atoll_prewarm
import atoll_sources
import atoll_warm_answers
import atoll_warm_connections
from atoll_codec import Codec
from atoll_exports import Exports
from atoll_failure import CallFailed
from atoll_function import ExportedFunction, ParameterCoder
from atoll_problem import LoadFailed
from atoll_shape import Leaf
from atoll_stream import Sink, StreamingFunction

from atoll.sdk import _host
from atoll.sdk.errors import HostError

WARM_UPS = 32
"""Enough for the interpreter to settle on its adapted bytecode."""

_exports = Exports()
_awake = False
"""Whether this instance has been called: before, its randomness and environment are the build's."""


def load(bundle_text: str) -> str:
    """Import an app and describe it. Raises ``LoadFailed``."""
    global _exports
    bundle = json.loads(bundle_text)
    atoll_prewarm.forget_randomness()  # componentize-py has imported it by now
    atoll_sources.install(bundle["modules"], bundle.get("distributions") or {})
    entry = _import(bundle["entry"])
    try:
        exports = atoll_exports.Collector(entry, bundle.get("exports")).collect()
    except BaseException as error:  # of the app's own classes, when they are asked what they are
        raise LoadFailed([_import_problem(error)]) from None
    if exports.problems:
        raise LoadFailed([problem.as_json() for problem in exports.problems])
    _exports = exports
    _warm_up()
    atoll_warm_connections.run()
    atoll_warm_answers.run(atoll_sources.texts_with_sdk())
    atoll_environment.forget()  # the event loop has asked for it
    # What is there now never becomes garbage: the collector need not look at it (which would also
    # touch, and so copy, every page of it in each instance).
    gc.collect()
    gc.freeze()
    return exports.description


def describe() -> str:
    return _exports.description


def invoke(name: str, arguments: str) -> str:
    """Call one function. Raises ``CallFailed``."""
    function = _exports.functions.get(name)
    if function is None:
        raise CallFailed("argument", f"there is no function {name}")
    if not _awake:
        _wake()
    try:
        return function(arguments)
    except CallFailed:
        raise
    except BaseException as error:
        raise atoll_failure.from_exception(error) from None


def _warm_up() -> None:
    """Run the way of a call, so that its first run in each instance is not its first at all.

    The interpreter adapts bytecode as it runs, fills caches and grows stacks: done here, it is part
    of the image, and not of each instance's own memory.
    """
    codec = Codec()
    text = Leaf("String", "str")
    parameter = ParameterCoder("text", "text", codec.decoder(text), False, False, False)
    functions = [ExportedFunction("warm_up", _echo, (parameter,), codec.encoder(text))]
    if any(function.is_async for function in _exports.functions.values()):
        functions.append(ExportedFunction("warm_up", _echo_async, (parameter,), None))
    streams = [each for each in _exports.functions.values() if isinstance(each, StreamingFunction)]
    if streams:
        functions.append(
            StreamingFunction("warm_up", _echo_stream, (parameter,), codec.encoder(text))
        )
    if any(function.is_async for function in streams):
        functions.append(
            StreamingFunction("warm_up", _echo_stream_async, (parameter,), codec.encoder(text))
        )
    host = _host.install(Sink())
    try:
        for function in functions:
            for _ in range(WARM_UPS):
                function('{"text":"some"}')
    finally:
        _host.install(host)


def _echo(text: str) -> str:
    return text


async def _echo_async(text: str) -> str:
    return text


def _echo_stream(text: str) -> Iterator[str]:
    yield text


async def _echo_stream_async(text: str) -> AsyncIterator[str]:
    yield text


def _wake() -> None:
    """Give this instance randomness of its own."""
    global _awake
    _awake = True
    random = sys.modules.get("random")
    if random is not None:
        # As many bits as are worth having; by itself it would ask the host for 2496 bytes.
        random.seed(os.urandom(32))


def _import(name: str) -> types.ModuleType:
    if atoll_sources.path_of(name) is None:
        raise LoadFailed([_problem("NO_ENTRY", f"the app has no module {name}", None)])
    try:
        return importlib.import_module(name)
    except BaseException as error:  # also SystemExit: the app must not end its own build
        raise LoadFailed([_import_problem(error)]) from None


def _import_problem(error: BaseException) -> dict[str, Any]:
    try:
        return _described(error)
    except BaseException:  # its class is the app's own, and may fail at anything that it is asked
        message = "the app raises an exception that fails when it is asked for its details"
        return _problem("IMPORT_FAILED", message, None)


def _described(error: BaseException) -> dict[str, Any]:
    details: dict[str, Any] = {"traceback": atoll_failure.text_of(error)}
    frames = atoll_failure.frames_of(error)
    if frames:
        details.update(file=frames[-1][0], line=frames[-1][1])
    if isinstance(error, SyntaxError):
        details.update(file=error.filename, line=error.lineno, column=error.offset)
        return _problem("SYNTAX_ERROR", error.msg, None, **details)
    if isinstance(error, ModuleNotFoundError):
        message, hint = f"there is no module {error.name}", _missing_hint(error.name or "")
        return _problem("MODULE_NOT_FOUND", message, hint, **details)
    if isinstance(error, HostError) and error.code == "NOT_AT_BUILD":
        hint = error.hint or "Call the host inside of a function, not while the module is imported."
        return _problem("HOST_CALL_AT_BUILD", error.message, hint, **details)
    message = f"{type(error).__name__} while the app is imported: {atoll_failure.message_of(error)}"
    return _problem("IMPORT_FAILED", message, None, **details)


def _missing_hint(name: str) -> str:
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names:
        return f"{top} of the standard library needs what the sandbox does not have."
    return f"If it is a package, add {top} to the dependencies in pyproject.toml."


def _problem(code: str, message: str, hint: str | None, **details: Any) -> dict[str, Any]:
    nowhere = dict.fromkeys(("file", "line", "column", "function", "parameter", "traceback"))
    return {"code": code, "message": message, "hint": hint, **nowhere, **details}
