"""An app at work: it owns the guest's program and the app's connections, and runs calls."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, Protocol

import msgspec

from atoll.app.call import ANONYMOUS, Caller, FunctionError, Level, Outcome
from atoll.app.identity import execution_id
from atoll.app.limits import call_limits, execution_limits
from atoll.app.log import CallLog
from atoll.connections import HttpClient
from atoll.engine import DeadlineExceeded, EngineError, Err, GuestExit, Limits, Ok
from atoll.guest.component.codec import decode_failure, decode_result, encode_arguments
from atoll.guest.failure import BadGuestReply, GuestFailure
from atoll.guest.types import Function, Interface
from atoll.host.calls import HostCalls
from atoll.host.context import Context
from atoll.host.streams import Emit, Streams
from atoll.manifest import Manifest
from atoll.models import Models
from atoll.secrets import Secrets

_log = logging.getLogger("atoll.app")

MASKED = "error calling function"
"""What clients see of a failure that the function did not report itself, unless told otherwise."""

_REPORTED = {"user": "USER_ERROR", "argument": "INVALID_ARGUMENT", "result": "INVALID_RESULT"}
"""Codes of the failures that are for clients in any case, by what the guest calls them."""


class Observer(Protocol):
    """Learns of finished calls; metrics are made of this."""

    def function_finished(self, name: str, seconds: float) -> None: ...


class Invocation(Protocol):
    async def invoke(self, export: str, arguments: str) -> Ok | Err: ...


class Guest(Protocol):
    """A compiled guest, ready to run (``guest.component.program.ComponentGuest``)."""

    @property
    def interface(self) -> Interface: ...

    def execute(
        self,
        limits: Limits,
        *,
        environment: Mapping[str, str],
        on_call: Callable[[str, str], Awaitable[Ok | Err]],
        on_log: Callable[[int, str], None],
    ) -> AbstractAsyncContextManager[Invocation]: ...


class App:
    """One loaded app.

    Args:
        name: the app's name, for logs.
        guest: its compiled functions.
        manifest: what it may reach, and within which limits.
        environ: its environment: the process's variables and those of its ``.env`` files.
        dev: whether clients may see the text of any failure.
        observer: learns of finished calls.
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
    ) -> None:
        self.name = name
        self.manifest = manifest
        self._guest = guest
        self._time_zone = environ.get("TZ", "") or "UTC"
        self._unmasked = dev or manifest.errors == "messages"
        self._observer = observer
        self._execution_limits = execution_limits(manifest.limits)
        self._call_limits = call_limits(manifest.limits)
        secrets = Secrets(environ)
        self._http = HttpClient(secrets)
        self.models = Models(
            manifest,
            secrets,
            self._http,
            dev=dev,
            max_bytes=self._call_limits.payload,
            hypermode_host=environ.get("HYPERMODE_MODEL_HOST", ""),
        )

    @property
    def interface(self) -> Interface:
        return self._guest.interface

    async def close(self) -> None:
        """Release the app's connections; calls must have ended."""
        await self.models.close()
        await self._http.close()

    async def call(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        caller: Caller = ANONYMOUS,
        *,
        emit: Emit | None = None,
    ) -> Outcome:
        """Run ``function`` in a fresh sandbox and say what came of it.

        Args:
            function: one of ``interface.functions``.
            arguments: JSON data by API parameter name.
            caller: who asks.
            emit: where the function's stream goes, for calls that are made as a stream.

        Never raises for what a guest does; only cancellation passes through.
        """
        id = execution_id()
        fields = {"function": function.name, "execution_id": id}
        log = CallLog(function.name, id, self._call_limits.log)
        host = HostCalls(Context(self.models, Streams(emit), self._call_limits))

        async def on_call(name: str, payload: str) -> Ok | Err:
            succeeded, text = await host.call(name, payload)
            return Ok(text) if succeeded else Err(text)

        started = time.perf_counter()
        _log.info("Calling function.", extra={"fields": fields})
        value: Any = None
        failure: FunctionError | None = None
        try:
            encoded = self._encode(arguments)
            async with self._guest.execute(
                self._execution_limits,
                environment=self._environment(caller),
                on_call=on_call,
                on_log=log.add,
            ) as execution:
                reply = await execution.invoke(function.export, encoded)
                value = self._decode(reply)
        except asyncio.CancelledError:
            _log.warning("Function execution was canceled.", extra={"fields": fields})
            raise
        except Exception as error:
            failure = self._failure(error, fields)
        finally:
            await host.close()
            seconds = time.perf_counter() - started
            if self._observer is not None:
                self._observer.function_finished(function.name, seconds)
        if failure is None:
            _log.info(
                "Function completed successfully.",
                extra={"fields": {**fields, "duration_ms": round(seconds * 1000, 3)}},
            )
        errors = [
            FunctionError(line.message, "LOGGED", "fatal" if line.level == Level.FATAL else "error")
            for line in log.errors
        ]
        if failure is not None:
            errors.append(failure)
        return Outcome(id, value, failure is not None, tuple(errors), tuple(log.printed), seconds)

    def _environment(self, caller: Caller) -> dict[str, str]:
        claims = "" if caller.claims is None else msgspec.json.encode(caller.claims).decode()
        return {"TZ": caller.time_zone or self._time_zone, "CLAIMS": claims}

    def _encode(self, arguments: Mapping[str, Any]) -> str:
        text = encode_arguments(arguments)
        if len(text) * 4 > self._call_limits.payload:
            self._check_size("argument", text)
        return text

    def _decode(self, reply: Ok | Err) -> Any:
        text = reply.value
        if not isinstance(text, str):
            raise BadGuestReply("the function's reply is not text")
        if len(text) * 4 > self._call_limits.payload:
            self._check_size("result", text)
        if isinstance(reply, Err):
            raise decode_failure(text)
        return decode_result(text)

    def _check_size(self, what: Literal["argument", "result"], text: str) -> None:
        size = len(text.encode())
        if size > self._call_limits.payload:
            owned = "arguments" if what == "argument" else "result"
            raise GuestFailure(
                what,
                "PayloadTooLarge",
                f"the size of the function's {owned} is {size} bytes; the limit is"
                f" {self._call_limits.payload} (limits.payloadMb in modus.json)",
            )

    def _failure(self, error: Exception, fields: dict[str, str]) -> FunctionError:
        """Log a failure in full, and make of it what the client may see."""
        if isinstance(error, GuestFailure):
            return self._guest_failure(error, fields)
        code, message = "FUNCTION_FAILED", str(error)
        if isinstance(error, DeadlineExceeded):
            code = "TIMEOUT"
        elif isinstance(error, GuestExit):
            code, message = "EXITED", f"the function ended itself with exit code {error.status}"
        elif not isinstance(error, EngineError | BadGuestReply):
            _log.error("Internal error.", exc_info=error, extra={"fields": fields})
            return FunctionError(MASKED, "INTERNAL_ERROR", "fatal")
        _log.error(
            "Error while executing function.", extra={"fields": {**fields, "detail": message}}
        )
        return FunctionError(message if self._unmasked else MASKED, code, "fatal")

    def _guest_failure(self, error: GuestFailure, fields: dict[str, str]) -> FunctionError:
        detail = error.traceback or error.message
        _log.error(
            "Error while executing function.", extra={"fields": {**fields, "detail": detail}}
        )
        if reported := _REPORTED.get(error.kind):
            return FunctionError(error.message, reported)
        code = "EXITED" if error.kind == "exit" else "FUNCTION_FAILED"
        message = f"{error.type}: {error.message}" if error.type else error.message
        return FunctionError(message if self._unmasked else MASKED, code, "fatal")
