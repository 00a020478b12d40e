"""Spans through OpenTelemetry (the extra ``otel``), set up by its standard variables.

https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from contextvars import Token
from types import TracebackType
from typing import Any

from opentelemetry import context, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from atoll._version import __version__
from atoll.telemetry.spans import NO_SPAN, Attributes, AttributeValue, Kind, Span, Tracing

_log = logging.getLogger("atoll.telemetry")

_KINDS = {
    "internal": trace.SpanKind.INTERNAL,
    "server": trace.SpanKind.SERVER,
    "client": trace.SpanKind.CLIENT,
}
_CLOSE_SECONDS = 5.0
"""For what has not been sent yet. The library's own limits are longer, and hold for each batch."""
_propagator = TraceContextTextMapPropagator()


class OpenTelemetrySpan:
    """One span of OpenTelemetry."""

    __slots__ = ("_span", "_token")

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        self._token: Token[Any] | None = None

    @property
    def recording(self) -> bool:
        return self._span.is_recording()

    @property
    def inner(self) -> trace.Span:
        return self._span

    def set(self, name: str, value: AttributeValue) -> None:
        self._span.set_attribute(name, value)

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def fail(self, type: str, message: str = "") -> None:
        self._span.set_attribute("error.type", type)
        self._span.set_status(trace.StatusCode.ERROR, message or None)

    def end(self) -> None:
        self._span.end()

    def __enter__(self) -> Span:
        self._token = context.attach(trace.set_span_in_context(self._span))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._token is not None:
            context.detach(self._token)
            self._token = None
        if error is not None:
            # Its text may hold what is not for traces.
            code = getattr(error, "code", None)
            self.fail(code if isinstance(code, str) else type(error).__name__)
        self._span.end()


class OpenTelemetry:
    """Makes spans with ``provider``, which this closes."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("atoll", __version__)

    def begin(
        self, name: str, kind: Kind, attributes: Attributes, parent: Span | None, remote: str
    ) -> Span:
        around: context.Context | None = None
        if isinstance(parent, OpenTelemetrySpan):
            around = trace.set_span_in_context(parent.inner)
        elif remote:
            around = _propagator.extract({"traceparent": remote})
        span = self._tracer.start_span(
            name, context=around, kind=_KINDS[kind], attributes=dict(attributes)
        )
        return OpenTelemetrySpan(span)

    def current(self) -> Span:
        found = trace.get_current_span()
        return OpenTelemetrySpan(found) if found.get_span_context().is_valid else NO_SPAN

    def close(self) -> None:
        """Send what has not been sent yet; what a collector does not take in time is lost."""
        # A daemon, so that a collector that hangs does not keep the process.
        thread = threading.Thread(target=self._provider.shutdown, name="atoll-spans", daemon=True)
        thread.start()
        thread.join(_CLOSE_SECONDS)
        if thread.is_alive():
            _log.warning("Some traces were not sent before the end.")


def open_tracing(
    environ: Mapping[str, str], service: str, *, processor: SpanProcessor | None = None
) -> Tracing:
    """Tracing as OpenTelemetry's variables in ``environ`` ask for it.

    Args:
        service: the name of the traces' service unless ``OTEL_SERVICE_NAME`` says another.
        processor: takes the spans in the place of an exporter.

    Raises:
        ValueError: they ask for an exporter that is not known.
    """
    attributes = {"service.name": environ.get("OTEL_SERVICE_NAME") or service}
    # Those of OTEL_RESOURCE_ATTRIBUTES are added, and do not win over the name.
    provider = TracerProvider(resource=Resource.create(attributes), shutdown_on_exit=False)
    provider.add_span_processor(processor or BatchSpanProcessor(_exporter(environ)))
    # It reports each span that could not be sent; the exporter itself says why, once in a while.
    logging.getLogger("opentelemetry.sdk.trace.export").setLevel(logging.ERROR)
    return OpenTelemetry(provider)


def _exporter(environ: Mapping[str, str]) -> SpanExporter:
    name = environ.get("OTEL_TRACES_EXPORTER", "otlp") or "otlp"
    if name == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter()
    if name != "otlp":
        known = '"otlp", "console" and "none" are known'
        raise ValueError(f'OTEL_TRACES_EXPORTER is "{name[:40]}"; {known}')
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()
