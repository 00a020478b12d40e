"""The tools of one run, and the calls that its model asks for."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from atoll.sdk.errors import HostUnavailable, UserError
from atoll.sdk.models.function import BadArguments, Caller, result_text
from atoll.sdk.models.message import ToolCall, ToolMessage
from atoll.sdk.models.tool import AnyTool, Tool

_LONGEST_ERROR = 1000

_log = logging.getLogger("atoll.sdk.models")


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came of a tool call."""

    call: ToolCall
    content: str
    """What the model is told."""
    value: Any = None
    """What the function returned."""
    error: str | None = None
    """Why it returned nothing: bad arguments, no such tool, or the function's exception."""

    def to_message(self) -> ToolMessage:
        return ToolMessage(self.content, self.call.id)


class Toolbox:
    """Functions, ``Tool`` objects and raw tools, mixed.

    Raises ``TypeError`` for what can be no tool, and for a name that is there twice.
    """

    def __init__(self, tools: Sequence[AnyTool]) -> None:
        if callable(tools) or isinstance(tools, (Tool, Mapping, str)):
            raise TypeError(f"tools is a list, as in tools=[weather], not {tools!r:.60}")
        self.tools: list[Tool | Mapping[str, Any]] = []
        self._callers: dict[str, Caller | None] = {}
        for each in tools:
            tool, caller = _as_given(each) if isinstance(each, (Tool, Mapping)) else prepare(each)
            self.tools.append(tool)
            name = _name(tool)
            if name in self._callers:
                raise TypeError(f"there are two tools by the name {name}")
            self._callers[name] = caller

    def is_for_caller(self, call: ToolCall) -> bool:
        """Whether it asks for a tool that has no function."""
        return self._callers.get(call.name, self) is None

    def run(self, calls: Sequence[ToolCall]) -> list[ToolResult]:
        """Run the calls one after the other; those of async functions at the same time."""
        found = [self._started(call) for call in calls]
        if any(not isinstance(each, ToolResult) for each in found):
            found = _run_loop(calls, found)
        return [each for each in found if isinstance(each, ToolResult)]

    async def run_async(self, calls: Sequence[ToolCall]) -> list[ToolResult]:
        """Run the calls at the same time."""
        return await _gathered([self._finished(call) for call in calls])

    async def _finished(self, call: ToolCall) -> ToolResult:
        found = self._started(call)
        return found if isinstance(found, ToolResult) else await _awaited(call, found)

    def _started(self, call: ToolCall) -> ToolResult | Awaitable[Any]:
        """The result, or what is to be awaited for it."""
        caller = self._callers.get(call.name)
        if caller is None:
            names = ", ".join(name for name, each in self._callers.items() if each is not None)
            return _failed(call, f"there is no tool {call.name[:60]!r}; there are: {names}")
        try:
            value = caller.call(call.arguments)
        except BadArguments as error:
            return _failed(call, str(error))
        except Exception as error:
            return _raised(call, error)
        if hasattr(type(value), "__await__"):
            waiting: Awaitable[Any] = value
            return waiting
        return ToolResult(call, result_text(call.name, value), value)


_MOST_KNOWN = 512
_known: dict[Callable[..., Any], tuple[Tool, Caller]] = {}


def prepare(function: Callable[..., Any]) -> tuple[Tool, Caller]:
    """A function as a tool, and what calls it: of a module's function they are made once.

    Raises ``TypeError`` if it can be no tool.
    """
    is_lasting = isinstance(function, FunctionType) and "<locals>" not in function.__qualname__
    found = _known.get(function) if is_lasting else None
    if found is None:
        tool = Tool.of(function)
        found = tool, Caller(tool)
        if is_lasting:
            if len(_known) >= _MOST_KNOWN:
                _known.clear()
            _known[function] = found
    return found


def _as_given(tool: Tool | Mapping[str, Any]) -> tuple[Tool | Mapping[str, Any], Caller | None]:
    runs = isinstance(tool, Tool) and tool.function is not None
    return tool, Caller(tool) if runs else None  # type: ignore[arg-type]  # it is a Tool then


async def _awaited(call: ToolCall, waiting: Awaitable[Any]) -> ToolResult:
    try:
        value = await waiting
    except Exception as error:
        return _raised(call, error)
    return ToolResult(call, result_text(call.name, value), value)


async def _gathered(coroutines: list[Any]) -> list[Any]:
    import asyncio

    tasks = [asyncio.ensure_future(each) for each in coroutines]
    try:
        return await asyncio.gather(*tasks)
    finally:  # where one has raised, nobody waits for the others
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _run_loop(
    calls: Sequence[ToolCall], found: list[ToolResult | Awaitable[Any]]
) -> list[ToolResult | Awaitable[Any]]:
    import asyncio

    async def finish(call: ToolCall, each: ToolResult | Awaitable[Any]) -> ToolResult:
        return each if isinstance(each, ToolResult) else await _awaited(call, each)

    async def everything() -> list[ToolResult | Awaitable[Any]]:
        pairs = zip(calls, found, strict=True)
        return await _gathered([finish(call, each) for call, each in pairs])

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(everything())
    for each in found:
        if hasattr(each, "close"):
            each.close()
    raise TypeError("a tool is async, and so is the caller: use run_async or generate_async")


def _raised(call: ToolCall, error: Exception) -> ToolResult:
    # Those are not for the model: the one is for the API's client, the other for the developer.
    if isinstance(error, (UserError, HostUnavailable)):
        raise error
    _log.warning("Tool %s raised %s.", call.name, type(error).__name__, exc_info=error)
    return _failed(call, f"{type(error).__name__}: {error}")


def _failed(call: ToolCall, reason: str) -> ToolResult:
    return ToolResult(call, f"Error: {reason[:_LONGEST_ERROR]}", error=reason)


def _name(tool: Tool | Mapping[str, Any]) -> str:
    if isinstance(tool, Tool):
        return tool.name
    function = tool.get("function")
    return str((function if isinstance(function, Mapping) else tool).get("name", ""))
