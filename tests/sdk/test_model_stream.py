from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from atoll.sdk import HostError, HostUnavailable, ModelError, models, testing

writer = models.get("writer")


def pieces(*texts: str) -> testing.Answer:
    return lambda request: iter(texts)


def failing(request: Any) -> Iterator[str]:
    yield "Once upon "
    yield "a time"
    raise HostError("CONNECTION_LOST", "the model went away", "try again", {"attempts": "2"})


def test_pieces_and_the_completion_after_them() -> None:
    with testing.host(models={"writer": pieces("Once ", "upon", " a time. ")}) as host:
        stream = writer.stream("Go", temperature=0)
        assert list(stream) == ["Once ", "upon", " a time. "]
    assert stream.text == "Once upon a time. "
    assert stream.completion.text == "Once upon a time."
    assert stream.completion.choices[0].finish_reason == "stop"
    assert stream.completion.message.content == "Once upon a time. "
    assert host.requests[0].input["stream"] is True
    assert host.requests[0].input["temperature"] == 0
    assert host.open_streams == 0


async def test_async() -> None:
    with testing.host(models={"writer": pieces("a", "b")}) as host:
        async with writer.stream("Go") as stream:
            assert [piece async for piece in stream] == ["a", "b"]
    assert stream.completion.text == "ab"
    assert host.open_streams == 0


def test_nothing_is_asked_before_the_first_piece() -> None:
    with testing.host(models={"writer": pieces("a")}) as host:
        stream = writer.stream("Go")
        assert host.requests == []
        with pytest.raises(RuntimeError, match="no answer yet"):
            _ = stream.completion
        list(stream)
        with pytest.raises(RuntimeError, match="read once"):
            list(stream)


def test_leaving_early_closes_the_stream() -> None:
    with testing.host(models={"writer": pieces("a", "b", "c")}) as host:
        for piece in (stream := writer.stream("Go")):
            assert piece == "a"
            assert host.open_streams == 1
            break
        gc.collect()
        assert host.open_streams == 0
        assert stream.completion.text == "a"
        with writer.stream("Go") as stream:
            iterator = iter(stream)
            assert next(iterator) == "a"
            assert host.open_streams == 1
        assert host.open_streams == 0


async def test_leaving_early_closes_the_async_stream() -> None:
    with testing.host(models={"writer": pieces("a", "b", "c")}) as host:
        async with writer.stream("Go") as stream:
            async for _ in stream:
                break
        assert host.open_streams == 0


async def test_cancelling_closes_the_stream() -> None:
    reached = asyncio.Event()

    async def read() -> None:
        async for _ in writer.stream("Go"):
            reached.set()
            await asyncio.sleep(60)

    with testing.host(models={"writer": pieces("a", "b")}) as host:
        task = asyncio.create_task(read())
        await reached.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        gc.collect()
        await asyncio.sleep(0)
        assert host.open_streams == 0


def test_failure_on_the_way_tells_what_had_come() -> None:
    with testing.host(models={"writer": failing}) as host:
        stream = writer.stream("Go")
        with pytest.raises(ModelError, match="the model went away") as failed:
            list(stream)
    error = failed.value
    assert (error.code, error.hint) == ("CONNECTION_LOST", "try again")
    assert error.details == {"attempts": "2", "text": "Once upon a time"}
    assert stream.completion.text == "Once upon a time"
    assert host.open_streams == 0


async def test_failure_of_the_async_stream() -> None:
    with (
        testing.host(models={"writer": failing}),
        pytest.raises(ModelError, match="the model went away") as failed,
    ):
        async for _ in writer.stream("Go"):
            pass
    assert failed.value.details["text"] == "Once upon a time"


def test_answer_that_is_cut_off_is_a_failure() -> None:
    chunk = 'data: {"choices": [{"index": 0, "delta": {"content": "Once"}}]}\n\n'
    operations = {
        "models.stream": lambda request: {"handle": 1},
        "stream.next": lambda request: {"chunk": chunk} if left.pop() else {"end": True},
    }
    left = [False, True]
    with (
        testing.host(models={"writer": pieces()}, operations=operations),
        pytest.raises(ModelError) as failed,
    ):
        list(writer.stream("Go"))
    assert failed.value.code == "MODEL_STREAM_CUT"
    assert failed.value.details == {"text": "Once"}


def long_answer(request: Any) -> Iterator[str]:
    for _ in range(3000):
        yield "." * 1000  # 3 MB, in 3000 strings


def peak(read: Callable[[], object]) -> int:
    """Bytes that reading such an answer takes."""
    with testing.host(models={"writer": long_answer}):
        tracemalloc.start()
        try:
            read()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


def test_a_stream_that_nobody_holds_keeps_nothing() -> None:
    def read() -> None:
        assert sum(len(piece) for piece in writer.stream("Go")) == 3_000_000

    async def read_async() -> None:
        count = 0
        async for piece in writer.stream("Go"):
            count += len(piece)
        assert count == 3_000_000

    assert peak(read) < 1_000_000
    assert peak(lambda: asyncio.run(read_async())) < 1_000_000


def test_a_stream_that_is_held_keeps_its_text_once() -> None:
    def read() -> None:
        for _ in (stream := writer.stream("Go")):
            pass
        streams.append(stream)

    streams: list[models.ModelStream] = []
    assert peak(read) < 4_500_000
    assert len(streams[0].text) == 3_000_000


def test_a_failure_tells_the_opening_of_a_long_answer() -> None:
    def broken(request: Any) -> Iterator[str]:
        yield "a" * 99_999
        yield "bcd"
        yield "e"
        raise HostError("CONNECTION_LOST", "the model went away")

    with testing.host(models={"writer": broken}), pytest.raises(ModelError) as failed:
        list(stream := writer.stream("Go"))
    assert failed.value.details["text"] == "a" * 99_999 + "b"
    assert stream.text == "a" * 99_999 + "bcde"


def test_failure_at_the_start() -> None:
    with testing.host(), pytest.raises(ModelError, match="not found") as failed:
        list(writer.stream("Go"))
    assert failed.value.details == {"text": ""}
    with pytest.raises(HostUnavailable):
        list(models.get("other").stream("Go"))


def test_tool_calls_are_in_the_completion() -> None:
    def lookup(word: str) -> str:
        return word

    answers = {"writer": lambda request: testing.tool_call("lookup", word="a")}
    with testing.host(models=answers) as host:
        stream = writer.stream("Go", tools=[lookup])
        assert list(stream) == []
    assert [call.parsed() for call in stream.completion.tool_calls] == [{"word": "a"}]
    assert stream.completion.choices[0].finish_reason == "tool_calls"
    assert host.requests[0].input["tools"][0]["function"]["name"] == "lookup"


def test_first_of_several_answers_is_the_text() -> None:
    chunk = "".join(
        f'data: {{"choices": [{{"index": {index}, "delta": {{"content": "{text}"}}'
        ', "finish_reason": "stop"}]}\n\n'
        for index, text in ((0, "a"), (1, "b"))
    )
    left = [{"end": True}, {"chunk": chunk}]
    operations = {
        "models.stream": lambda request: {"handle": 1},
        "stream.next": lambda request: left.pop(),
    }
    with testing.host(models={"writer": pieces()}, operations=operations):
        stream = writer.stream("Go", n=2)
        assert list(stream) == ["a"]
    assert [choice.message.content for choice in stream.completion.choices] == ["a", "b"]
