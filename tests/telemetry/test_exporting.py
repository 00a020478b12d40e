from __future__ import annotations

import threading

import pytest
from opentelemetry.sdk.trace import SpanProcessor

from atoll.telemetry import exporting


class Hanging(SpanProcessor):
    """Has a collector that does not answer before ``answer`` is set."""

    def __init__(self) -> None:
        self.answer = threading.Event()

    def shutdown(self) -> None:
        self.answer.wait()

    def force_flush(self, timeout_millis: int = 0) -> bool:
        return self.answer.wait()


def test_a_collector_that_hangs_does_not_keep_the_process(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(exporting, "_CLOSE_SECONDS", 0.05)
    processor = Hanging()
    opened = exporting.open_tracing({}, "test", processor=processor)
    closing = threading.Thread(target=opened.close)
    closing.start()
    closing.join(30)
    closed = not closing.is_alive()
    processor.answer.set()
    closing.join()
    assert closed
    assert "Some traces were not sent before the end." in caplog.messages
