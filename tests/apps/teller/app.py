"""Functions that stream, in all the ways in which a function can."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from atoll.sdk import UserError, console, models, streams
from atoll.sdk._host import call, call_async

remote = models.get("remote")


@dataclass
class Word:
    text: str
    length: int
    next: str | None = None


def count(to: int) -> Iterator[int]:
    """Counts from 1."""
    for number in range(1, to + 1):
        print(f"made {number}")
        yield number


async def count_later(to: int, pause: float = 0) -> AsyncIterator[int]:
    for number in range(1, to + 1):
        await asyncio.sleep(pause)
        yield number


def get_words(text: str) -> Iterator[Word]:
    """Splits a text into its words."""
    for word in text.split():
        yield Word(word, len(word))


def maybe(text: str) -> Iterator[str | None]:
    for word in text.split():
        yield None if word == "nothing" else word


def _open(prompt: str) -> streams.HostStream:
    request = {"model": "remote", "input": '{"stream": "' + prompt + '"}'}
    return streams.HostStream(call("models.stream", request)["handle"])


def pass_on(prompt: str) -> Iterator[str]:
    yield "begun"
    yield from _open(prompt)


async def pass_on_later(prompt: str) -> AsyncIterator[str]:
    yield "begun"
    async for chunk in _open(prompt):
        yield chunk


def asks_at_the_end(prompt: str) -> Iterator[str]:
    try:
        yield "begun"
        yield from _open(prompt)
    finally:
        print("ending")
        remote.chat([models.user("the end")])
        print("ended")


async def asks_at_the_end_later(prompt: str) -> AsyncIterator[str]:
    try:
        yield "begun"
        async for chunk in _open(prompt):
            yield chunk
    finally:
        print("ending")
        await remote.chat_async([models.user("the end")])
        print("ended")


async def sleeps_long() -> AsyncIterator[str]:
    try:
        yield "begun"
        await asyncio.sleep(60)
        yield "never"
    finally:
        print("ended")


def will_not_end() -> Iterator[str]:
    try:
        yield "begun"
        yield "more"
        yield "and more"
    finally:
        time.sleep(60)


def fails(after: int) -> Iterator[int]:
    yield from range(after)
    raise ValueError("a secret reason")


def refuses(after: int) -> Iterator[int]:
    yield from range(after)
    raise UserError("That is all you get.")


def bad(at: int) -> Iterator[int]:
    for number in range(1, at + 1):
        yield number if number < at else "no number"


def complains() -> Iterator[int]:
    yield 1
    console.error("something is odd")
    yield 2


def computes(seconds: float, elements: int) -> Iterator[int]:
    for number in range(elements):
        until = time.process_time() + seconds
        while time.process_time() < until:
            sum(range(1000))
        yield number


def bulk(size: int, elements: int) -> Iterator[str]:
    """Elements of ``size`` characters."""
    for number in range(elements):
        print(f"made {number}")
        yield "x" * size


async def beside(to: int) -> AsyncIterator[int]:
    """Asks models while it streams."""
    asking = [asyncio.create_task(_ask(str(number))) for number in range(to)]
    for number in range(to):
        yield number
    for task in asking:
        yield len(await task)


async def _ask(prompt: str) -> str:
    request = {"model": "remote", "input": '{"messages": [{"content": "' + prompt + '"}]}'}
    answer: str = await call_async("models.invoke", request)
    return answer


def whole(text: str) -> list[str]:
    """No stream."""
    return text.split()


def create_report() -> Iterator[str]:
    yield "a report"
