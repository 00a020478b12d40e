from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from atoll import telemetry
from atoll.telemetry.exporting import open_tracing


@pytest.fixture
def exported() -> Iterator[InMemorySpanExporter]:
    """Where the spans of this test go."""
    exporter = InMemorySpanExporter()
    opened = open_tracing({}, "test", processor=SimpleSpanProcessor(exporter))
    telemetry.install(opened)
    yield exporter
    telemetry.install(None)
    opened.close()
