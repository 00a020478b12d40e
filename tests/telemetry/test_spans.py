from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll import telemetry
from atoll.host.calls import HostCalls
from atoll.host.context import CallLimits, Context
from atoll.host.errors import HostError
from atoll.host.spans import MOST, GuestSpans
from atoll.host.streams import Streams
from atoll.telemetry.setup import tracing, wanted

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_nothing_is_traced_by_itself() -> None:
    with telemetry.span("a") as span:
        assert span is telemetry.NO_SPAN
        assert not span.recording
        span.set("x", 1)
        span.fail("bad")
    assert telemetry.current() is telemetry.NO_SPAN


def test_spans_in_spans(exported) -> None:
    with telemetry.span("outer", {"a": 1}), telemetry.span("inner", kind="client") as inner:
        inner.set("b", "x")
        by_hand = telemetry.begin("by hand")
        with telemetry.span("after"):
            pass
        by_hand.end()
    after, by_hand, inner, outer = exported.get_finished_spans()
    assert [span.name for span in (after, by_hand, inner, outer)] == [
        *("after", "by hand", "inner", "outer"),
    ]
    assert outer.parent is None
    assert inner.parent.span_id == outer.context.span_id
    assert after.parent.span_id == by_hand.parent.span_id == inner.context.span_id
    assert dict(outer.attributes) == {"a": 1}
    assert dict(inner.attributes) == {"b": "x"}


def test_a_parent_from_elsewhere(exported) -> None:
    header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with telemetry.span("a", remote=header):
        pass
    with telemetry.span("b", remote="00-nonsense"):
        pass
    a, b = exported.get_finished_spans()
    assert f"{a.context.trace_id:032x}" == "0af7651916cd43dd8448eb211c80319c"
    assert f"{a.parent.span_id:016x}" == "b7ad6b7169203331"
    assert b.parent is None


def test_an_exception_marks_its_span_and_keeps_its_text_to_itself(exported) -> None:
    with pytest.raises(HostError), telemetry.span("a"):
        raise HostError("NO_DISK", "secret")
    (span,) = exported.get_finished_spans()
    assert span.attributes["error.type"] == "NO_DISK"
    assert "secret" not in span.to_json()


class TestGuestSpans:
    def test_lie_within_each_other(self, exported) -> None:
        with telemetry.span("call"):
            spans = GuestSpans()
            outer = spans.start("outer", {"n": 1, "many": [1, 2], "mixed": [1, "a"], "no": None})
            inner = spans.start("inner", {})
            spans.end(inner, "ValueError: x", {"late": True})
            spans.end(outer, None, {})
        inner, outer, call = exported.get_finished_spans()
        assert inner.parent.span_id == outer.context.span_id
        assert outer.parent.span_id == call.context.span_id
        assert dict(outer.attributes) == {"n": 1, "many": (1, 2), "mixed": ("1", "a")}
        assert dict(inner.attributes) == {"late": True, "error.type": "exception"}
        assert inner.status.description == "ValueError: x"

    def test_end_with_their_call(self, exported) -> None:
        spans = GuestSpans()
        spans.start("a", {})
        spans.start("b", {})
        spans.close()
        assert [span.name for span in exported.get_finished_spans()] == ["b", "a"]
        assert spans.innermost is None

    def test_are_so_many_and_no_more(self, exported) -> None:
        spans = GuestSpans()
        numbers = [spans.start("a", {}) for _ in range(MOST + 5)]
        for number in numbers:
            spans.end(number, None, {})
        assert len(exported.get_finished_spans()) == MOST

    def test_that_there_never_were(self, exported) -> None:
        spans = GuestSpans()
        number = spans.start("a", {})
        spans.end(number, None, {})
        spans.end(number, None, {})
        for unknown in (0, -1, 2, 1 << 70):
            with pytest.raises(HostError, match="has begun no span"):
                spans.end(unknown, None, {})

    def test_cost_nothing_where_nobody_traces(self) -> None:
        spans = GuestSpans()
        number = spans.start("a", {"x": 1})
        assert spans.innermost is None
        spans.end(number, None, {})

    @given(st.text(), st.dictionaries(st.text(), JSON), st.none() | st.text())
    def test_hold_whatever_a_guest_says(self, name, attributes, error) -> None:
        from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

        from atoll.telemetry.exporting import open_tracing

        exporter = InMemorySpanExporter()
        opened = open_tracing({}, "test", processor=SimpleSpanProcessor(exporter))
        telemetry.install(opened)
        try:
            spans = GuestSpans()
            spans.end(spans.start(name, attributes), error, attributes)
        finally:
            telemetry.install(None)
            opened.close()
        assert encode_spans(exporter.get_finished_spans()).SerializeToString()


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_TRACES_EXPORTER": "console"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, False),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, False),
    ],
)
def test_traces_are_sent_where_somebody_says_where(environ, expected) -> None:
    assert wanted(environ) is expected


def test_an_unknown_exporter_is_told_and_nothing_else_ends(caplog) -> None:
    with caplog.at_level(logging.ERROR), tracing({"OTEL_TRACES_EXPORTER": "zipkin"}, "x"):
        assert not telemetry.installed()
    (record,) = caplog.records
    assert '"zipkin"' in record.fields["detail"]


def test_without_the_extra_a_server_serves_and_says_what_is_missing(caplog, monkeypatch) -> None:
    import sys

    monkeypatch.delitem(sys.modules, "atoll.telemetry.exporting", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with caplog.at_level(logging.ERROR), tracing({"OTEL_TRACES_EXPORTER": "otlp"}, "x"):
        assert not telemetry.installed()
    (record,) = caplog.records
    assert record.fields["hint"] == "run: pip install 'atoll[otel]'"


async def test_what_is_asked_of_a_collection_is_a_span_of_its_own(exported) -> None:
    calls = HostCalls(Context(None, Streams(), CallLimits()))  # type: ignore[arg-type]
    asked = '{"collection":"docs","key":"a secret"}'
    assert not (await calls.call("collections.text", asked))[0]
    assert "error" in await calls.run_import("atoll_collections.call", ["labels", asked])
    spans = exported.get_finished_spans()
    assert [span.name for span in spans] == ["collections.text", "collections.labels"]
    for span in spans:
        assert dict(span.attributes)["atoll.collection"] == "docs"
        assert "a secret" not in str(span.to_json())
