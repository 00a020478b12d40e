"""An app at work: it owns the guest's program and the app's connections, and runs calls."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import msgspec

from atoll import telemetry
from atoll.app.call import ANONYMOUS, Caller, ConnectionUse, Outcome
from atoll.app.call_host import CallHost
from atoll.app.call_record import CallRecord, Reason, RecentCalls
from atoll.app.embedding import SECONDS, embed
from atoll.app.failures import Failures, detail_of, logged
from atoll.app.identity import execution_id
from atoll.app.limits import call_limits, execution_limits, stream_limits
from atoll.app.log import CURRENT_CALL, NO_CALL, CallLog
from atoll.app.stream import ENDED, Delivery, StreamFailed
from atoll.app.uses import CURRENT_USES, Uses
from atoll.collections.backend import Backend
from atoll.collections.builds import Builds
from atoll.collections.choice import DATABASE_VARIABLES, FOLDER_VARIABLE, find_backend
from atoll.collections.service import Collections
from atoll.connections import Databases, Fetcher, HttpClient
from atoll.engine import Limits
from atoll.guest.guest import Guest
from atoll.guest.selection import Selection
from atoll.guest.types import Function, Interface
from atoll.host.context import Context, Services
from atoll.host.spans import GuestSpans
from atoll.host.streams import Emit, Streams
from atoll.manifest import Manifest
from atoll.models import InvocationObserver, Models
from atoll.secrets import Secrets

_log = logging.getLogger("atoll.app")


class Observer(Protocol):
    """Learns of what has finished; metrics are made of this."""

    def function_finished(self, name: str, seconds: float) -> None: ...

    def operation_finished(
        self, connection: str, type: str, seconds: float, failure: str | None
    ) -> None:
        """An operation on a connection; ``failure`` is the code of its error."""


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
        folder: the app's, to which paths in the manifest are relative.
        services: makes what calls reach of what the app has, such as one that records it.
        backend: opens the store of its collections, unless that is where ``environ`` and ``folder``
            say.
        builds: what its collections need to know of this build and earlier ones; None where the
            store does not outlive the build.
        calls: takes a record of each call; None for no records.
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
        folder: Path | None = None,
        backend: Callable[[], Backend] | None = None,
        builds: Builds | None = None,
        calls: RecentCalls | None = None,
    ) -> None:
        self.name = name
        self.manifest = manifest
        self._guest = guest
        self._time_zone = environ.get("TZ", "") or "UTC"
        self._plain_environment = {"TZ": self._time_zone, "CLAIMS": ""}
        self._observer = observer
        self._calls = calls
        self._execution_limits = execution_limits(manifest.limits)
        self._stream_limits = stream_limits(manifest.limits)
        self._call_limits = call_limits(manifest.limits)
        self._failures = Failures(dev or manifest.errors == "messages", self._call_limits.log)
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
            folder=folder,
            observers=on_invocation,
            call=CURRENT_CALL.get,
        )
        self._embedding_limits = replace(self._execution_limits, wall=SECONDS, reserved=True)
        place = environ.get(FOLDER_VARIABLE, "")

        def variables() -> Mapping[str, str]:
            secret = {name: secrets.variable(name) or "" for name in DATABASE_VARIABLES}
            return {FOLDER_VARIABLE: place, **secret}

        self.collections = Collections(
            manifest.collections,
            backend or (lambda: find_backend(folder or Path(), variables)),
            self.embed,
            builds,
            max_bytes=payload,
        )
        own = Services(self.models, self.http, self.databases, secrets, self.collections)
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

    def start(self) -> None:
        """Do what an app does by itself, without being called: the upkeep of its collections.
        Called on the event loop."""
        self.collections.start()

    async def embed(self, name: str, texts: Sequence[str]) -> Any:
        """Run an embedder of the app; see `app.embedding.embed`."""

        async def run(function: Function, arguments: Mapping[str, Any]) -> Outcome:
            with telemetry.span(f"embed {function.export}", {"atoll.function": function.name}):
                return await self._call(
                    function,
                    arguments,
                    ANONYMOUS,
                    None,
                    None,
                    None,
                    limits=self._embedding_limits,
                    level=logging.DEBUG,  # each search has one
                    reason="embedder",
                )

        return await embed(self.interface, run, name, texts)

    async def close(self) -> None:
        """Release the app's connections; calls must have ended."""
        async with contextlib.AsyncExitStack() as stack:  # each, whatever another raises
            for resource in (self._http, self.databases, self.models, self.collections):
                stack.push_async_callback(resource.close)

    def call(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        caller: Caller = ANONYMOUS,
        *,
        emit: Emit | None = None,
        selection: Selection | None = None,
    ) -> Coroutine[Any, Any, Outcome]:
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
        call = self._call if not telemetry.installed() else self._traced
        return call(function, arguments, caller, emit, selection, None)

    async def stream(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        caller: Caller = ANONYMOUS,
        *,
        selection: Selection | None = None,
    ) -> AsyncGenerator[Any, None]:
        """Run ``function``, which streams, in a fresh sandbox: its elements, as they come.

        Arguments and elements are as those of `call`. The sandbox is suspended while an element has
        not been taken and the next one is there. Closing this ends the function: when this returns
        it has ended, and so has what it had open (a model's answer, say).

        Raises:
            StreamFailed: the function failed.
        """
        delivery = Delivery()
        call = asyncio.get_running_loop().create_task(
            self._traced(function, arguments, caller, delivery.send, selection, delivery)
        )
        call.add_done_callback(delivery.end)
        try:
            while (element := await delivery.take()) is not ENDED:
                yield element
            outcome = call.result()
            if outcome.failed:
                raise StreamFailed(outcome.errors, outcome.execution_id)
        finally:
            await delivery.leave(call)

    async def _traced(self, function: Function, *rest: Any) -> Outcome:
        """The call as a span."""
        with telemetry.span(f"call {function.export}", {"atoll.function": function.name}) as span:
            outcome = await self._call(function, *rest)
            span.set("atoll.execution_id", outcome.execution_id)
            if outcome.failed and outcome.errors:
                span.fail(outcome.errors[-1].code)
            return outcome

    def _call(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        *rest: Any,
        reason: Reason = "request",
        **more: Any,
    ) -> Coroutine[Any, Any, Outcome]:
        """Run a function; see `_run`. Recorded, if that is wanted."""
        if self._calls is None:
            return self._run(function, arguments, *rest, **more)
        return self._recorded(self._calls, reason, function, arguments, *rest, **more)

    async def _recorded(
        self,
        calls: RecentCalls,
        reason: Reason,
        function: Function,
        arguments: Mapping[str, Any],
        *rest: Any,
        **more: Any,
    ) -> Outcome:
        record = calls.begin(execution_id(), function.name, arguments, reason)
        outcome: Outcome | None = None
        try:
            outcome = await self._run(function, arguments, *rest, record=record, **more)
            return outcome
        finally:
            calls.finish(record, outcome)

    async def _run(
        self,
        function: Function,
        arguments: Mapping[str, Any],
        caller: Caller,
        emit: Emit | None,
        selection: Selection | None,
        delivery: Delivery | None,
        *,
        limits: Limits | None = None,
        level: int = logging.INFO,
        record: CallRecord | None = None,
    ) -> Outcome:
        id = execution_id() if record is None else record.id
        fields = {"function": function.name, "execution_id": id}
        log = CallLog(function.name, id, self._call_limits.log, record)
        environment = self._environment(caller)
        host = CallHost(
            lambda: self.context(emit, environment["TZ"], record), self._call_limits.payload
        )
        if limits is None:
            limits = self._stream_limits if function.streams else self._execution_limits
        if delivery is not None:
            delivery.host = host
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
                limits, environment=environment, host=host, on_log=log.add
            ) as execution:
                if record is not None:
                    record.entered(execution.waited)
                if delivery is not None:
                    delivery.on_room = execution.renew
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
        if delivery is not None and delivery.gone:
            if record is not None:
                record.abandoned = True
            _log.info("Function ended: its client has left.", extra={"fields": fields})
            return Outcome(id, None, failed=False)
        if failure is None and _log.isEnabledFor(level):
            _log.log(
                level,
                "Function completed successfully.",
                extra={"fields": {**fields, "duration_ms": round(seconds * 1000, 3)}},
            )
        errors = [logged(line) for line in log.errors] if log.errors else []
        if failure is not None:
            errors = self._failures.errors(failure, fields, host.calls, errors)
            if record is not None:
                record.detail = detail_of(failure)
        return Outcome(
            id,
            value,
            failure is not None,
            tuple(errors),
            tuple(log.printed),
            seconds,
            tuple(uses),
        )

    def context(
        self, emit: Emit | None, time_zone: str, record: CallRecord | None = None
    ) -> Context:
        """What the host operations of one call may touch."""
        services = self._services
        timeline = None if record is None else record.timeline
        return Context(
            services.models,
            Streams(emit),
            self._call_limits,
            http=services.http,
            secrets=services.secrets,
            databases=services.databases,
            collections=services.collections,
            time_zone=time_zone,
            spans=GuestSpans(timeline),
            timeline=timeline,
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


def _json(claims: Mapping[str, Any]) -> str:
    try:
        return msgspec.json.encode(claims).decode()
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can say
        return json.dumps(claims)
