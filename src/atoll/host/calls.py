"""The host calls of one guest call: dispatch, caps, and operations that run at the same time.

A component guest calls the host by name with a JSON payload and gets JSON, or an error as JSON
(``code``, ``message``, ``hint``). ``sys.start`` runs an operation in the background, ``sys.wait``
gives those that finished, ``sys.cancel`` drops one: a guest's event loop is made of these.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from atoll.host.context import Context
from atoll.host.errors import HostError
from atoll.host.operation import Operation
from atoll.host.registry import IMPORTS, OPERATIONS, UNAVAILABLE
from atoll.host.streams import Streams, client_gone
from atoll.host.tracing import run

_log = logging.getLogger("atoll.host")


class Start(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    payload: str


class Wait(msgspec.Struct, forbid_unknown_fields=True):
    ids: list[int]
    timeout: float | None = None


class Cancel(msgspec.Struct, forbid_unknown_fields=True):
    id: int


_encode = msgspec.json.Encoder().encode
_decode_start = msgspec.json.Decoder(Start).decode
_decode_wait = msgspec.json.Decoder(Wait).decode
_decode_cancel = msgspec.json.Decoder(Cancel).decode


class HostCalls:
    """Answers one guest call's requests; close it when the guest call has ended."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._limits = context.limits
        self.failure: HostError | None = None
        """Why the last operation of an import failed: its guest may not have been able to say."""
        self.told: Exception | None = None
        """The last error that a guest got as data, whose hint may be of use if it does not catch
        it."""
        self._tasks: dict[int, asyncio.Task[tuple[bool, str]]] = {}
        self._last = 0
        self._doing: Literal["call", "import"] | None = None
        self._interrupted = False

    async def call(self, name: str, payload: str) -> tuple[bool, str]:
        """Answer one request: whether it succeeded, and the JSON of its result or error."""
        if self._interrupted:  # when the guest was not waiting for anything
            self._interrupted = False
            return False, _error_json(name, client_gone())
        self._doing = "call"
        try:
            return await self._answer(name, payload)
        except asyncio.CancelledError:
            if not self._interrupted:
                raise
            self._interrupted = False
            task = asyncio.current_task()
            assert task is not None
            task.uncancel()
            return False, _error_json(name, client_gone())
        finally:
            self._doing = None

    async def interrupt(self, task: asyncio.Task[Any]) -> bool:
        """Close what the guest has open, and fail what it waits for (``CLIENT_GONE``) or else what
        it asks for next.

        ``task`` runs the guest. False if it waits for what cannot fail in this way: for the import
        of a core module.
        """
        streams = self._context.streams
        can_go_on = self._doing == "call" or not (self._doing or streams.is_read)
        self._interrupted = True
        if self._doing == "call":
            task.cancel()
        for background in self._tasks.values():
            background.cancel()
        await streams.close_all()
        return can_go_on

    async def _answer(self, name: str, payload: str) -> tuple[bool, str]:
        try:
            return True, await self._dispatch(name, payload)
        except Exception as error:
            self.told = error
            return False, _error_json(name, error)

    @property
    def streams(self) -> Streams:
        return self._context.streams

    @property
    def payload_limit(self) -> int:
        return self._limits.payload

    async def run_import(self, name: str, arguments: Sequence[Any]) -> Any:
        """Answer one call of an import of a core module; see ``guest.guest.HostSide``.

        Raises:
            HostError: ``NOT_AVAILABLE``: the host cannot do that, or not yet.
        """
        found = IMPORTS.get(name)
        if found is None:
            capability = UNAVAILABLE.get(name, f"the host function {name[:100]}")
            raise HostError("NOT_AVAILABLE", f"{capability}: not yet available in this host")
        operation, binding = found
        self.failure = None
        self._doing = "import"
        try:
            request = binding.request(arguments)
            return binding.result(await run(operation, self._context, request))
        except Exception as error:
            code, message = getattr(error, "code", None), getattr(error, "message", None)
            if isinstance(code, str) and isinstance(message, str):
                hint = getattr(error, "hint", None)
                self.failure = HostError(code, message, hint)
                if not getattr(error, "logged", False):
                    fields = {"import": name, "code": code, "detail": message}
                    if hint is not None:
                        fields["hint"] = hint
                    _log.error(binding.failed, extra={"fields": fields})
            else:
                self.failure = HostError("INTERNAL", f"the host failed to run {name}")
                _log.error(binding.failed, exc_info=error, extra={"fields": {"import": name}})
            return binding.on_failure(error)
        finally:
            self._doing = None

    def refuse_result(self, name: str, reason: str) -> None:
        """See ``guest.guest.HostSide``."""
        self.failure = HostError("RESULT_UNFIT", reason)
        fields = {"import": name, "code": "RESULT_UNFIT", "detail": reason}
        _log.error("Error encoding results.", extra={"fields": fields})

    async def close(self) -> None:
        """Cancel what still runs and close all streams."""
        tasks = list(self._tasks.values())
        self._tasks.clear()
        for task in tasks:
            task.cancel()
        try:
            if tasks:
                await asyncio.gather(*tasks, return_exceptions=True)
        finally:  # whoever waits for this may be cancelled
            try:
                await self._context.streams.close_all()
            finally:
                self._context.spans.close()

    async def _dispatch(self, name: str, payload: str) -> str:
        # A Python guest's str arrives as UTF-8; counting characters is a cheap lower bound, and the
        # exact size is only computed when it could matter.
        if len(payload) * 4 > self._limits.payload:
            self._check_size("request to", name, len(payload.encode()))
        if name == "sys.start":
            return str(self._start(_decode(_decode_start, name, payload)))
        if name == "sys.wait":
            return await self._wait(_decode(_decode_wait, name, payload))
        if name == "sys.cancel":
            return await self._cancel(_decode(_decode_cancel, name, payload))
        found = OPERATIONS.get(name)
        if found is None:
            raise HostError("UNKNOWN_OPERATION", f"the host has no operation named {name[:80]!r}")
        return await self._run(found, payload)

    async def _run(self, operation: Operation[Any], payload: str) -> str:
        request = _decode(operation.decode, operation.name, payload)
        result = _encode(await run(operation, self._context, request))
        self._check_size("reply of", operation.name, len(result))
        return result.decode()

    def _check_size(self, what: str, name: str, size: int) -> None:
        if size > self._limits.payload:
            raise HostError(
                "PAYLOAD_TOO_LARGE",
                f"the {what} {name[:80]} has {size} bytes; the limit is {self._limits.payload}",
                "raise limits.payloadMb in modus.json",
            )

    def _start(self, request: Start) -> int:
        if request.name in ("sys.start", "sys.wait", "sys.cancel"):
            raise HostError("BAD_REQUEST", f"{request.name} cannot be started in the background")
        # Finished operations count until they are collected: their results are held here too.
        if len(self._tasks) >= self._limits.host_calls:
            raise HostError(
                "TOO_MANY_HOST_CALLS",
                f"this call already has {self._limits.host_calls} host calls in flight",
                "await some of them first, or raise limits.hostCalls in modus.json",
            )
        self._last += 1
        self._tasks[self._last] = asyncio.create_task(self._answer(request.name, request.payload))
        return self._last

    async def _wait(self, request: Wait) -> str:
        tasks = {}
        for id in request.ids:
            task = self._tasks.get(id)
            if task is None:
                raise HostError("NO_SUCH_CALL", f"host call {id} is not in flight")
            tasks[id] = task
        timeout = request.timeout
        if timeout is not None and not timeout >= 0:
            raise HostError("BAD_REQUEST", "timeout must be a non-negative number of seconds")
        if not tasks:
            if timeout is None:
                raise HostError("BAD_REQUEST", "nothing to wait for")
            await asyncio.sleep(timeout)
            return "[]"
        await asyncio.wait(
            set(tasks.values()), timeout=timeout, return_when=asyncio.FIRST_COMPLETED
        )
        finished = []
        for id, task in tasks.items():
            if task.done():
                del self._tasks[id]
                if task.cancelled():  # by an interrupt
                    finished.append((id, False, _error_json("sys.wait", client_gone())))
                else:
                    finished.append((id, *task.result()))
        return _encode(finished).decode()

    async def _cancel(self, request: Cancel) -> str:
        task = self._tasks.pop(request.id, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return "null"


def _decode(decode: Any, name: str, payload: str) -> Any:
    try:
        return decode(payload)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise HostError("BAD_REQUEST", f"the request to {name} is not valid: {error}") from None


def _error_json(name: str, error: Exception) -> str:
    """The guest's view of a failure. Only errors that are made for guests show their message."""
    code, message = getattr(error, "code", None), getattr(error, "message", None)
    if not (isinstance(code, str) and isinstance(message, str)):
        _log.error("Host operation failed.", exc_info=error, extra={"fields": {"operation": name}})
        code, message = "INTERNAL", f"the host failed to run {name}"
    told: dict[str, Any] = {"code": code, "message": message, "hint": getattr(error, "hint", None)}
    details = getattr(error, "details", None)
    if details:
        told["details"] = dict(details)
    return _encode(told).decode()
