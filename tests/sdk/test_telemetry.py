from __future__ import annotations

from typing import Any

import pytest

from atoll.sdk import HostError, span, testing


class Tracer:
    """The host's side."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []

    def start(self, request: Any) -> Any:
        self.calls.append(("start", request))
        return {"span": len(self.calls)}

    def end(self, request: Any) -> None:
        self.calls.append(("end", request))

    def operations(self) -> dict[str, Any]:
        return {"telemetry.start": self.start, "telemetry.end": self.end}


def test_span_of_a_block() -> None:
    tracer = Tracer()
    with (
        testing.host(operations=tracer.operations()),
        span("rank", documents=3, model="m", nothing=None) as ranking,
    ):
        ranking.set(best="a")
    assert tracer.calls == [
        ("start", {"name": "rank", "attributes": {"documents": 3, "model": "m"}}),
        ("end", {"span": 1, "error": None, "attributes": {"best": "a"}}),
    ]


async def test_async_span() -> None:
    tracer = Tracer()
    with testing.host(operations=tracer.operations()):
        async with span("rank") as ranking:
            ranking.set(best="a")
    assert [name for name, _ in tracer.calls] == ["start", "end"]


def test_error_is_told_and_goes_on() -> None:
    tracer = Tracer()
    with (
        testing.host(operations=tracer.operations()),
        pytest.raises(ValueError, match="no rank"),
        span("rank"),
    ):
        raise ValueError("no rank")
    assert tracer.calls[1][1]["error"] == "ValueError: no rank"


def test_values_of_any_kind_have_a_form() -> None:
    tracer = Tracer()
    attributes = {
        "list": [1, 2],
        "mixed": (1, "a"),
        "nan": float("nan"),
        "object": {"a": 1},
        "yes": True,
    }
    with testing.host(operations=tracer.operations()), span("rank", **attributes):
        pass
    assert tracer.calls[0][1]["attributes"] == {
        "list": [1, 2],
        "mixed": ["1", "a"],
        "nan": "nan",
        "object": "{'a': 1}",
        "yes": True,
    }


async def test_no_host_and_a_host_without_tracing() -> None:
    with span("alone"):
        pass
    async with span("alone"):
        pass
    with testing.host():
        with span("no tracing"):
            pass
        async with span("no tracing"):
            pass

    def refuse(request: Any) -> Any:
        raise HostError("UNKNOWN_OPERATION", "no such operation")

    operations = {"telemetry.start": lambda request: {"span": 1}, "telemetry.end": refuse}
    with testing.host(operations=operations):
        with span("half"):
            pass
        async with span("half"):
            pass
