"""An app at work: it owns the guest's program and the app's connections, and runs calls."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from atoll.app.call import (
    ANONYMOUS,
    Caller,
    ConnectionUse,
    FunctionError,
    Level,
    LogLine,
    Outcome,
)
from atoll.app.identity import execution_id
from atoll.app.limits import call_limits, execution_limits
from atoll.app.log import CURRENT_CALL, NO_CALL, CallLog
from atoll.app.uses import CURRENT_USES, Uses
from atoll.connections import Databases, Fetcher, HttpClient
from atoll.engine import DeadlineExceeded, EngineError, GuestExit
from atoll.guest.failure import BadGuestReply, GuestEnded, GuestFailure
from atoll.guest.guest import Guest
from atoll.guest.selection import Selection
from atoll.guest.types import Function, Interface
from atoll.host.calls import HostCalls
from atoll.host.context import Context, Services
from atoll.host.errors import HostError
from atoll.host.streams import Emit, Streams
from atoll.manifest import Manifest
from atoll.models import InvocationObserver, Models
from atoll.secrets import Secrets

_log = logging.getLogger("atoll.app")

MASKED = "error calling function"
"""What clients see of a failure that the function did not report itself, unless told otherwise."""

_REPORTED = {"user": "USER_ERROR", "argument": "INVALID_ARGUMENT", "result": "INVALID_RESULT"}
"""Codes of the failures that are for clients in any case, by what the guest calls them."""


class Observer(Protocol):
    """Learns of what has finished; metrics are made of this."""

    def function_finished(self, name: str, seconds: float) -> None: ...

    def operation_finished(
        self, connection: str, type: str, seconds: float, failure: str | None
    ) -> None:
        """An operation on a connection; ``failure`` is the code of its error."""


class _Host:
    """The host's side of a call, made when the guest first asks for something: most do not."""

    __slots__ = ("_app", "_emit", "_time_zone", "calls")

    def __init__(self, app: App, emit: Emit | None, time_zone: str) -> None:
        self._app = app
        self._emit = emit
        self._time_zone = time_zone
        self.calls: HostCalls | None = None

    def _open(self) -> HostCalls:
        if self.calls is None:
            self.calls = HostCalls(self._app.context(self._emit, self._time_zone))
        return self.calls

    @property
    def streams(self) -> Streams:
        return self._open().streams

    @property
    def payload_limit(self) -> int:
        return self._app.payload_limit

    def call(self, name: str, payload: str) -> Awaitable[tuple[bool, str]]:
        return self._open().call(name, payload)

    def run_import(self, name: str, arguments: Sequence[Any]) -> Awaitable[Any]:
        return self._open().run_import(name, arguments)

    def refuse_result(self, name: str, reason: str) -> None:
        self._open().refuse_result(name, reason)


class App:
    """One loaded app.

    Args:
        name: the app's name, for logs.
        guest: its compiled functions.
        manifest: what it may reach, and within which limits.
        environ: its environment: the process's variables and those of its ``.env`` files.
        dev: whether clients may see the text of any failure.
        observer: learns of finished calls.
        on_invocation: learn of each invocation of a model that has ended.
        services: makes what calls reach of what the app has, such as one that records it.
    """

    def __init__(
        self,
        name: str,
        guest: Guest,
        manifest: Manifest,
        environ: Mapping[str, str],
        *,
        dev: bool = False,
        observer: Observer | None = None,
        on_invocation: Sequence[InvocationObserver] = (),
        services: Callable[[Services], Services] | None = None,
    ) -> None:
        self.name = name
        self.manifest = manifest
        self._guest = guest
        self._time_zone = environ.get("TZ", "") or "UTC"
        self._plain_environment = {"TZ": self._time_zone, "CLAIMS": ""}
        self._unmasked = dev or manifest.errors == "messages"
        self._observer = observer
        self._execution_limits = execution_limits(manifest.limits)
        self._call_limits = call_limits(manifest.limits)
        self._timed = dev or manifest.graphql.timings
        self.secrets = secrets = Secrets(environ, allowed=manifest.app_secrets)
        payload = self._call_limits.payload
        uses = Uses(observer)
        self._http = HttpClient(secrets, observer=uses)
        self.http = Fetcher(manifest, self._http, max_bytes=payload)
        self.databases = Databases(manifest, secrets, max_bytes=payload, observer=uses)
        self.models = Models(
            manifest,
            secrets,
            self._http,
            dev=dev,
            max_bytes=payload,
            hypermode_host=environ.get("HYPERMODE_MODEL_HOST", ""),
            observers=on_invocation,
            call=CURRENT_CALL.get,
        )
        own = Services(self.models, self.http, self.databases, secrets)
        self._services = own if services is None else services(own)

    @property
    def interface(self) -> Interface:
        return self._guest.interface

    @property
    def exact(self) -> bool:
        """Whether results are of their declared types and in the form of their selection."""
        return self._guest.exact

    @property
    def may_wait(self) -> bool:
        """Whether a call may wait for something outside of it."""
        return self._guest.may_wait

    async def close(self) -> None:
        """Release the app's connections; calls must have ended."""
        async with contextlib.AsyncExitStack() as stack:  # each, whatever another raises
            for resource in (self._http, self.databases, self.models):
                stack.push_async_callback(resource.close)

    async def call(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        caller: Caller = ANONYMOUS,
        *,
        emit: Emit | None = None,
        selection: Selection | None = None,
    ) -> Outcome:
        """Run ``function`` in a fresh sandbox and say what came of it.

        Args:
            function: one of ``interface.functions``.
            arguments: JSON data by API parameter name.
            caller: who asks.
            emit: where the function's stream goes, for calls that are made as a stream.
            selection: which fields of the result are wanted, and under which names; None for all.
                A guest whose results are not ``exact`` may give it all all the same.

        Never raises for what a guest does; only cancellation passes through.
        """
        id = execution_id()
        fields = {"function": function.name, "execution_id": id}
        log = CallLog(function.name, id, self._call_limits.log)
        environment = self._environment(caller)
        host = _Host(self, emit, environment["TZ"])
        CURRENT_CALL.set(fields)
        uses: list[ConnectionUse] = []
        if self._timed:
            CURRENT_USES.set(uses)
        started = time.perf_counter()
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("Calling function.", extra={"fields": fields})
        value: Any = None
        failure: Exception | None = None
        try:
            async with self._guest.execute(
                self._execution_limits, environment=environment, host=host, on_log=log.add
            ) as execution:
                value = await execution.invoke(function, arguments, selection)
        except asyncio.CancelledError:
            _log.warning("Function execution was canceled.", extra={"fields": fields})
            raise
        except Exception as error:
            failure = error
        finally:
            if host.calls is not None:
                await host.calls.close()
            CURRENT_CALL.set(NO_CALL)
            if self._timed:
                CURRENT_USES.set(None)
            seconds = time.perf_counter() - started
            if self._observer is not None:
                self._observer.function_finished(function.name, seconds)
        if failure is None and _log.isEnabledFor(logging.INFO):
            _log.info(
                "Function completed successfully.",
                extra={"fields": {**fields, "duration_ms": round(seconds * 1000, 3)}},
            )
        errors = [_logged(line) for line in log.errors] if log.errors else []
        if failure is not None:
            cause = None if host.calls is None else host.calls.failure
            told = None if host.calls is None else host.calls.told
            # A guest that ends itself says why in its log, or it does not say.
            if not (isinstance(failure, GuestEnded) and errors):
                errors.append(self._failure(failure, fields, cause, told))
            else:
                self._say_ended(failure, fields)
                if cause is not None and self._unmasked:
                    errors[-1] = _because(errors[-1], cause)
        return Outcome(
            id,
            value,
            failure is not None,
            tuple(errors),
            tuple(log.printed),
            seconds,
            tuple(uses),
        )

    @property
    def payload_limit(self) -> int:
        return self._call_limits.payload

    def context(self, emit: Emit | None, time_zone: str) -> Context:
        """What the host operations of one call may touch."""
        services = self._services
        return Context(
            services.models,
            Streams(emit),
            self._call_limits,
            http=services.http,
            secrets=services.secrets,
            databases=services.databases,
            time_zone=time_zone,
        )

    def _environment(self, caller: Caller) -> Mapping[str, str]:
        names = self.manifest.guest_environment
        if caller.claims is None and caller.time_zone is None and not names:
            return self._plain_environment
        claims = "" if caller.claims is None else _json(caller.claims)
        # Looked up by each call: they change with the secrets.
        found = ((name, self.secrets.variable(name)) for name in names)
        shared = {name: value for name, value in found if value is not None}
        return {**shared, "TZ": caller.time_zone or self._time_zone, "CLAIMS": claims}

    def _failure(
        self,
        error: Exception,
        fields: dict[str, str],
        cause: HostError | None,
        told: Exception | None,
    ) -> FunctionError:
        """Log a failure in full, and make of it what the client may see.

        ``cause`` is what the host could not do last for the guest, which may be why; ``told`` the
        last error that it got as data.
        """
        if isinstance(error, GuestFailure):
            return self._guest_failure(error, fields, cause, told)
        code, message, hint = "FUNCTION_FAILED", str(error), None
        if isinstance(error, DeadlineExceeded):
            code = "TIMEOUT"
        elif isinstance(error, GuestEnded):
            code = "EXITED"
        elif isinstance(error, GuestExit):
            code, message = "EXITED", f"the function ended itself with exit code {error.status}"
        elif isinstance(error, HostError):
            code, message, hint = error.code, error.message, error.hint
        elif not isinstance(error, EngineError | BadGuestReply):
            _log.error("Internal error.", exc_info=error, extra={"fields": fields})
            return FunctionError(MASKED, "INTERNAL_ERROR", "fatal")
        self._log_failure(fields, message, hint)
        shown = message if self._unmasked or isinstance(error, HostError) else MASKED
        return FunctionError(shown, code, "fatal", hint)

    def _say_ended(self, ended: GuestEnded, fields: dict[str, str]) -> None:
        _log.info(
            f"Function ended with exit code {ended.status}, indicating an error.",
            extra={"fields": fields},
        )

    def _log_failure(self, fields: dict[str, str], detail: str, hint: str | None = None) -> None:
        """Log what may be a guest's text, as long as its log may be."""
        details = {**fields, "detail": detail[: self._call_limits.log]}
        if hint is not None:
            details["hint"] = hint
        _log.error("Error while executing function.", extra={"fields": details})

    def _guest_failure(
        self,
        error: GuestFailure,
        fields: dict[str, str],
        cause: HostError | None,
        told: Exception | None,
    ) -> FunctionError:
        message = f"{error.type}: {error.message}" if error.type else error.message
        detail = error.traceback or error.message
        hint = None
        if cause is not None and error.kind == "exception":
            message = f"{message} ({cause.message})"
            detail = f"{detail} ({cause.message})"
            hint = cause.hint
        elif error.message == getattr(told, "message", None):
            hint = getattr(told, "hint", None)
        self._log_failure(fields, detail, hint)
        if reported := _REPORTED.get(error.kind):
            return FunctionError(error.message, reported)
        code = "EXITED" if error.kind == "exit" else "FUNCTION_FAILED"
        return FunctionError(message if self._unmasked else MASKED, code, "fatal", hint)


def _json(claims: Mapping[str, Any]) -> str:
    try:
        return msgspec.json.encode(claims).decode()
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can say
        return json.dumps(claims)


def _because(error: FunctionError, cause: HostError) -> FunctionError:
    """An error that the function told of, with what the host could not do for it."""
    message = f"{error.message} ({cause.message})"
    return FunctionError(message, error.code, error.level, cause.hint)


def _logged(line: LogLine) -> FunctionError:
    return FunctionError(line.message, "LOGGED", "fatal" if line.level == Level.FATAL else "error")
