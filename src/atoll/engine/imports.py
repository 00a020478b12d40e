"""Host functions as a program declares them.

A *sync* function runs on the guest's fiber, inside the poll, and must be short: it blocks whatever
thread is polling, which is the event loop's or one of the engine's workers. It must therefore be
thread-safe and must not touch asyncio.

An *async* function is called on the fiber too, but only to make its coroutine; the coroutine is
awaited in the task that called ``Execution.call``, so cancellation, timeouts and context variables
are asyncio's own. While it waits, no thread is held.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CoreImport:
    """``call(execution, *args)`` under ``module``/``name``; types are ``"i32"``, ``"i64"``,
    ``"f32"`` and ``"f64"``. It returns ``None``, a number, or a tuple for several results; if
    ``is_async``, an awaitable of that.

    With ``reenters``, it may instead return (or its awaitable may give) :class:`OnFiber`, to call
    exports of the same instance before the guest goes on. ``reenters`` implies ``is_async``.
    """

    module: str
    name: str
    params: tuple[str, ...]
    results: tuple[str, ...]
    call: Callable[..., object]
    is_async: bool = False
    reenters: bool = False


@dataclass(frozen=True, slots=True)
class ComponentImport:
    """``call(execution, *args)`` for the function ``name`` of the imported ``instance`` (as in
    ``wasi:random/random@0.2.9``; empty for a function at the component's root). Types are the
    component's own, see :mod:`atoll.engine.values`. If ``is_async``, it returns an awaitable.
    """

    instance: str
    name: str
    call: Callable[..., object]
    is_async: bool = False


@dataclass(frozen=True, slots=True)
class OnFiber:
    """What an async core function returns to finish its work inside the guest.

    ``steps`` is a generator; each ``yield ("export", arg, ...)`` calls that export of the same
    instance and evaluates to its result. With ``yield awaitable`` it waits for that in the task
    that called ``Execution.call``. What it returns is the host function's result::

        def give(execution, text):
            pointer = yield ("__new", len(text), 2)
            execution.write(pointer, text)
            return pointer

        async def fetch(execution):
            return OnFiber(give(execution, await read_text()))

    The nested calls share the execution's fiber, deadlines and memory limit, and may suspend.
    """

    steps: Generator[Any, Any, Any]
