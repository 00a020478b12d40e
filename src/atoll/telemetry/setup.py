"""Switching traces on, by OpenTelemetry's own variables."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from atoll.telemetry.spans import install

_log = logging.getLogger("atoll.telemetry")

_ASKING = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
HINT = "run: pip install 'atoll[otel]'"


def wanted(environ: Mapping[str, str]) -> bool:
    """Whether traces are asked for: nothing is sent anywhere unless somebody says where."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    exporter = environ.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    if exporter:
        return exporter != "none"
    return any(environ.get(name) for name in _ASKING)


@contextmanager
def tracing(environ: Mapping[str, str], service: str) -> Iterator[None]:
    """Trace while the block runs, if ``environ`` asks for it. What is wrong is only logged: a
    server that cannot send traces still serves.

    Args:
        environ: the process's environment.
        service: the service's name, unless the environment has one.
    """
    if not wanted(environ):
        yield
        return
    try:
        from atoll.telemetry.exporting import open_tracing

        opened = open_tracing(environ, service)
    except ImportError as error:
        details = {"fields": {"module": error.name, "hint": HINT}}
        _log.error("Traces are asked for, but OpenTelemetry is not installed.", extra=details)
        yield
        return
    except ValueError as error:
        _log.error("Traces cannot be sent.", extra={"fields": {"detail": str(error)}})
        yield
        return
    install(opened)
    try:
        yield
    finally:
        install(None)
        opened.close()
