"""The account of one invocation while it runs: the log, the budget, and who else wants to know."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from atoll.connections.exchange import Progress
from atoll.manifest import Model
from atoll.models.errors import ModelError
from atoll.models.invocation import (
    KEPT_OF_STREAM,
    InvocationObserver,
    ModelInvocation,
    Usage,
    invocation_id,
)
from atoll.models.policy import Policy
from atoll.models.spans import begin_span, describe
from atoll.models.usage import usage_of_answer, usage_of_stream

_log = logging.getLogger("atoll.models")

_MAY_HAVE_WORKED = frozenset(("CANCELLED", "TIMEOUT", "CONNECTION_LOST", "RESPONSE_TOO_LARGE"))
"""Failures of ours, while the model may have been writing."""

_TAIL = 16 << 10
"""Characters at the end of a long stream, where its usage stands."""


class Account:
    """What is learned of one invocation."""

    def __init__(self, model: Model, body: bytes, *, streamed: bool) -> None:
        self.model = model
        self.body = body
        self.streamed = streamed
        self.progress = Progress()
        self.sent = False
        """Whether its turn came: whoever is refused before has taken nothing."""
        self.first: float | None = None
        """When the first chunk came, of ``time.perf_counter``."""
        self._answer: str | None = None
        self._chunks: list[str] = []
        self._tail = ""
        self._characters = 0

    def answered(self, text: str) -> None:
        self._answer = text
        self._characters = len(text)

    def came(self, chunk: str) -> None:
        """A chunk of a stream."""
        if self.first is None:
            self.first = time.perf_counter()
        if self._characters < KEPT_OF_STREAM:
            self._chunks.append(chunk)
        else:
            self._tail = (self._tail + chunk)[-_TAIL:]
        self._characters += len(chunk)

    @property
    def characters(self) -> int:
        """Of the answer so far."""
        return self._characters

    def cost_tokens(self, failure: str | None) -> bool:
        """Whether the model may have worked for it: hosts that refuse or fail count nothing."""
        worked = failure is None or failure in _MAY_HAVE_WORKED or self.first is not None
        return self.sent and worked

    def output(self) -> str | None:
        if self._chunks:
            return "".join(self._chunks)[:KEPT_OF_STREAM]
        return self._answer

    def usage(self) -> Usage | None:
        if self._answer is not None:
            return usage_of_answer(self._answer)
        text = "".join(self._chunks)
        return usage_of_stream(f"{text}\n{self._tail}" if self._tail else text)


class Accounts:
    """Keeps account of all invocations of an app's models.

    Args:
        observers: learn of each that has ended.
        call: which call is asking: ``function`` and ``execution_id``, if there is one.
    """

    def __init__(self, observers: Sequence[InvocationObserver], call: Call) -> None:
        self._observers = tuple(observers)
        self._call = call

    @contextmanager
    def keep(
        self,
        model: Model,
        asked: Model,
        interface: str,
        body: bytes,
        policy: Policy,
        *,
        streamed: bool,
        observer: InvocationObserver | None = None,
    ) -> Iterator[Account]:
        """Log an invocation, and account for it when the block ends.

        ``observer`` learns of this one, as well as those that learn of all.
        """
        observers = self._observers if observer is None else (*self._observers, observer)
        account = Account(model, body, streamed=streamed)
        fields: dict[str, object] = {"model": model.name, "connection": model.connection}
        if model is not asked:
            fields["in_place_of"] = asked.name
        _log.info("Invoking model.", extra={"fields": fields})
        # Now: a stream may be ended from outside of its call.
        call = self._call() if observers else {}
        span = begin_span(model, interface, streamed=streamed)
        started_at, started = time.time(), time.perf_counter()
        failure: str | None = None
        try:
            yield account
        except (asyncio.CancelledError, GeneratorExit):
            failure = "CANCELLED"
            span.set("atoll.cancelled", True)
            _log.warning("Cancelled model invocation.", extra=_ended(fields, started))
            raise
        except ModelError as error:
            failure = error.code
            if error.answer:
                account.answered(error.answer)
            fields.update(code=error.code, error=error.message)
            _log.error("Error invoking model.", extra=_ended(fields, started))
            error.logged = True
            raise
        except BaseException:
            failure = "INTERNAL"
            raise
        else:
            _log.info("Completed model invocation.", extra=_ended(fields, started))
        finally:
            if failure is not None and failure != "CANCELLED":
                span.fail(failure)
            if observers or policy.counts or span.recording:
                usage = account.usage()
                if span.recording:
                    describe(span, account.output(), usage)
                if account.cost_tokens(failure):
                    policy.spent(usage, len(body) + account.characters)
                if observers:
                    invocation = self._invocation(
                        account, asked, call, started_at, started, failure, usage
                    )
                    _tell(observers, invocation)
            span.end()

    def _invocation(
        self,
        account: Account,
        asked: Model,
        call: Mapping[str, str],
        started_at: float,
        started: float,
        failure: str | None,
        usage: Usage | None,
    ) -> ModelInvocation:
        model, first = account.model, account.first
        invocation = ModelInvocation(
            id=invocation_id(),
            model=model,
            asked=asked.name,
            call_id=call.get("execution_id", ""),
            function=call.get("function", ""),
            input=account.body.decode(),
            started_at=started_at,
            streamed=account.streamed,
            output=account.output(),
            seconds=time.perf_counter() - started,
            first_seconds=None if first is None else first - started,
            attempts=account.progress.retries + account.sent,
            failure=failure,
            usage=usage,
        )
        prices = model.settings.prices
        if prices is not None and usage is not None:
            spent = usage.input_tokens * prices.input + usage.output_tokens * prices.output
            invocation.cost, invocation.currency = spent / 1_000_000, prices.currency
        return invocation


def _tell(observers: Sequence[InvocationObserver], invocation: ModelInvocation) -> None:
    for observer in observers:
        try:
            observer.invocation_finished(invocation)
        except Exception:
            _log.exception("An observer of model invocations failed.")


class Call(Protocol):
    def __call__(self) -> Mapping[str, str]: ...


def _ended(fields: dict[str, object], started: float) -> dict[str, object]:
    milliseconds = round((time.perf_counter() - started) * 1000)
    return {"fields": {**fields, "duration_ms": milliseconds}}
