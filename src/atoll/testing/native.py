"""A Python app whose functions run in the test's own process, as they do in the sandbox otherwise:
values are checked and converted by the same code, and the host's operations are the same."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import sys
import time
import tomllib
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import atoll
from atoll.app.call import ANONYMOUS, Caller, FunctionError, Outcome
from atoll.app.identity import execution_id
from atoll.app.log import CallLog
from atoll.app.stream import StreamFailed
from atoll.guest.component.codec import decode_failure, decode_result, encode_arguments
from atoll.guest.failure import GuestFailure
from atoll.guest.metadata import parse_description
from atoll.guest.selection import Selection
from atoll.guest.types import Function
from atoll.host.calls import HostCalls
from atoll.host.context import CallLimits, Context, Services
from atoll.host.streams import Emit, Streams
from atoll.manifest import Manifest
from atoll.testing.background import Background
from atoll.testing.errors import TestSetupError
from atoll.testing.link import LINK, Link
from atoll.testing.runner import RUNNER

GUEST_PYTHON = Path(atoll.__file__).parent / "toolchain" / "guest_python"
_CODES = {"user": "USER_ERROR", "argument": "INVALID_ARGUMENT", "result": "INVALID_RESULT"}


class NativeApp:
    """An app at work in this process (``atoll.app.App`` is the one in the sandbox).

    Raises TestSetupError: its module cannot be imported, or has functions that make no API.
    """

    exact = False
    may_wait = True

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        services: Callable[[], Services],
        background: Background,
    ) -> None:
        self.manifest = manifest
        self._services = services
        self._background = background
        limits = manifest.limits
        self._limits = CallLimits(limits.payload_bytes, limits.host_calls, limits.log_bytes)
        self._time_zone = os.environ.get("TZ") or "UTC"
        self._paths = [str(folder), str(GUEST_PYTHON)]
        self._path_before = list(sys.path)
        self._functions, description = _collect(folder)
        _, _, self.interface = parse_description(description)
        self.raised: BaseException | None = None
        """What the function of the last call that failed has raised."""

    @property
    def log_limit(self) -> int:
        """Bytes that one call may log."""
        return self._limits.log

    async def close(self) -> None:
        """Take the app's folder out of the path of modules, unless it was there before."""
        for path in self._paths:
            if path not in self._path_before and path in sys.path:
                sys.path.remove(path)

    async def call(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        caller: Caller = ANONYMOUS,
        *,
        emit: Emit | None = None,
        selection: Selection | None = None,
    ) -> Outcome:
        """See ``atoll.app.App.call``. The whole result is given, whatever is selected."""
        id = execution_id()
        log = CallLog(function.name, id, self._limits.log)
        fields = {"function": function.name, "execution_id": id}
        link = self.link(log.add, fields, emit, caller)
        started = time.perf_counter()
        value, failure = None, None
        try:
            text = encode_arguments(arguments)
            compiled = self._functions[function.export]
            future = RUNNER.get().submit(lambda: _run(compiled, text, link, caller))
            value = decode_result(await _finished(future, link))
        except Exception as error:
            failure, self.raised = _failure(error)
        finally:
            await link.close()
        seconds = time.perf_counter() - started
        errors = [FunctionError(line.message, "LOGGED") for line in log.errors]
        if failure is not None:
            errors.append(failure)
        return Outcome(id, value, failure is not None, tuple(errors), tuple(log.printed), seconds)

    async def stream(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        caller: Caller = ANONYMOUS,
        *,
        selection: Selection | None = None,
    ) -> AsyncGenerator[Any]:
        """See ``atoll.app.App.stream``."""
        elements: asyncio.Queue[tuple[Any, asyncio.Future[None]] | None] = asyncio.Queue()

        async def emit(element: Any) -> None:
            taken = asyncio.get_running_loop().create_future()
            elements.put_nowait((element, taken))
            await taken

        call = asyncio.create_task(self.call(function, arguments, caller, emit=emit))
        call.add_done_callback(lambda _: elements.put_nowait(None))
        try:
            while (found := await elements.get()) is not None:
                element, taken = found
                yield element
                if not taken.done():
                    taken.set_result(None)
            outcome = await call
            if outcome.failed:
                raise StreamFailed(outcome.errors, outcome.execution_id)
        finally:
            call.cancel()
            await asyncio.wait([call])

    def link(
        self,
        on_log: Callable[[int, str], None],
        fields: Mapping[str, str],
        emit: Emit | None = None,
        caller: Caller = ANONYMOUS,
    ) -> Link:
        """The way to the host for one call."""
        services = self._services()
        context = Context(
            services.models,
            Streams(emit),
            self._limits,
            http=services.http,
            secrets=services.secrets,
            databases=services.databases,
            collections=services.collections,
            time_zone=caller.time_zone or self._time_zone,
        )
        return Link(self._background, HostCalls(context), on_log, fields)


async def _finished(future: Any, link: Link) -> str:
    """The reply of a function, which is waited for also if nobody wants it any more: it runs in
    this process, and cannot be dropped."""
    waiting = asyncio.wrap_future(future)
    try:
        text: str = await asyncio.shield(waiting)
        return text
    except asyncio.CancelledError:
        link.cut()
        with contextlib.suppress(BaseException):
            await waiting
        raise


def _run(function: Callable[[str], str], arguments: str, link: Link, caller: Caller) -> str:
    token = LINK.set(link)
    try:
        with _environment(caller):
            return function(arguments)
    finally:
        LINK.reset(token)


@contextlib.contextmanager
def _environment(caller: Caller) -> Iterator[None]:
    """What functions find in ``os.environ``."""
    wanted = {
        "CLAIMS": "" if caller.claims is None else json.dumps(caller.claims),
        "TZ": caller.time_zone or os.environ.get("TZ") or "UTC",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _failure(error: Exception) -> tuple[FunctionError, BaseException | None]:
    """A failure as clients see it in development, and what the function raised."""
    raised: BaseException | None = None
    text = getattr(error, "json", None)
    if isinstance(text, str):  # the guest's own CallFailed
        raised = error.__cause__ or error.__context__
        error = decode_failure(text)
    if not isinstance(error, GuestFailure):
        return FunctionError(str(error), "INTERNAL_ERROR", "fatal"), error
    if error.kind in ("argument", "result"):
        raised = None  # it was not the function that raised
    if error.kind in _CODES:
        return FunctionError(error.message, _CODES[error.kind]), raised
    message = f"{error.type}: {error.message}" if error.type else error.message
    code = "EXITED" if error.kind == "exit" else "FUNCTION_FAILED"
    return FunctionError(message, code, "fatal", getattr(raised, "hint", None)), raised


def _collect(folder: Path) -> tuple[Mapping[str, Callable[[str], str]], str]:
    """The app's functions, compiled as its build compiles them, and their description."""
    module = _import_entry(folder, _entry(folder))
    if str(GUEST_PYTHON) not in sys.path:
        sys.path.append(str(GUEST_PYTHON))
    exports_module: Any = importlib.import_module("atoll_exports")
    loop_module: Any = importlib.import_module("atoll_loop")
    _let_loops_be_many(loop_module)
    exports = exports_module.Collector(module, None).collect()
    if exports.problems:
        problem = exports.problems[0].as_json()
        where = f" ({problem['file']}:{problem['line']})" if problem.get("file") else ""
        raise TestSetupError(f"{problem['message']}{where}", problem.get("hint"))
    return exports.functions, exports.description


def _let_loops_be_many(module: Any) -> None:
    """Functions of several threads wait at the same time; in the sandbox there is one thread."""

    def run(main: Any) -> Any:
        loop = module.HostLoop()
        try:
            return loop.run_until_complete(main)
        finally:
            try:
                loop.finish()
            finally:
                loop.close()

    module.run = run


def _entry(folder: Path) -> str:
    """The name of the app's module. What is wrong with the project is for its build to say."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        text = (folder / "pyproject.toml").read_text(encoding="utf-8")
        entry: str = tomllib.loads(text)["tool"]["atoll"]["entry"]
        return entry.strip("/").removeprefix("./").removesuffix(".py").replace("/", ".")
    return "app"


def _import_entry(folder: Path, name: str) -> Any:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    module = importlib.import_module(name)
    file = Path(getattr(module, "__file__", None) or "").resolve()
    stem = folder.resolve() / name.replace(".", "/")
    if file not in (stem.with_name(f"{stem.name}.py"), stem / "__init__.py"):
        raise TestSetupError(
            f"the module {name} of {folder} cannot be tested here: {file} has that name as well,"
            " and was imported first",
            "test each app in a run of its own, or with @pytest.mark.atoll(mode='sandbox')",
        )
    return module
