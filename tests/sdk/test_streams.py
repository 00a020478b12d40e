from __future__ import annotations

from typing import Any

import pytest

from atoll.sdk import HostError, streams, testing


class Producer:
    """The host's side of one stream."""

    def __init__(self, *chunks: str, fails: bool = False) -> None:
        self.chunks = list(chunks)
        self.fails = fails
        self.closed: list[int] = []
        self.emitted: list[str] = []

    def next(self, request: Any) -> Any:
        if self.chunks:
            return {"chunk": self.chunks.pop(0)}
        if self.fails:
            raise HostError("STREAM_FAILED", "the model stopped half-way")
        return {"end": True}

    def operations(self) -> dict[str, Any]:
        return {
            "stream.next": self.next,
            "stream.close": lambda request: self.closed.append(request["handle"]),
            "stream.emit": lambda request: self.emitted.append(request["value"]),
        }


def test_read_to_the_end() -> None:
    producer = Producer("a", "b")
    with testing.host(operations=producer.operations()), streams.HostStream(3) as stream:
        assert list(stream) == ["a", "b"]
        assert list(stream) == []
    assert producer.closed == []


def test_close_half_way() -> None:
    producer = Producer("a", "b")
    with testing.host(operations=producer.operations()), streams.HostStream(3) as stream:
        assert next(iter(stream)) == "a"
    assert producer.closed == [3]


def test_failure() -> None:
    producer = Producer("a", fails=True)
    with testing.host(operations=producer.operations()):
        stream = iter(streams.HostStream(3))
        assert next(stream) == "a"
        with pytest.raises(HostError, match="half-way"):
            next(stream)


async def test_async() -> None:
    producer = Producer("a", "b")
    with testing.host(operations=producer.operations()):
        assert [chunk async for chunk in streams.HostStream(3)] == ["a", "b"]
        await streams.emit_async("c")
        streams.emit("d")
    assert producer.emitted == ["c", "d"]
