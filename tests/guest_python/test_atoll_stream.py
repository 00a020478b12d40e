"""Functions that give a stream, without a sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from atoll.sdk import _host, testing
from atoll.sdk.errors import HostError

APP = """
from __future__ import annotations
import asyncio
import weakref
from collections.abc import (
    AsyncGenerator, AsyncIterable, AsyncIterator, Generator, Iterable, Iterator
)
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from atoll.sdk import UserError, streams

closed: list[str] = []

@dataclass
class Word:
    text: str
    day: date | None = None

Words = Iterator[str]

def letters(text: str) -> Iterator[str]:
    try:
        for letter in text:
            yield letter
    except GeneratorExit:
        closed.append("told")
        raise
    finally:
        closed.append("letters")

def words(text: str) -> Generator[Word, None, None]:
    for word in text.split():
        yield Word(word, date(2025, 1, 2))

async def later(text: str) -> AsyncIterator[str]:
    try:
        for letter in text:
            await asyncio.sleep(0)
            yield letter
    finally:
        await asyncio.sleep(0)
        closed.append("later")

async def of_two(text: str) -> AsyncGenerator[str, None]:
    first = later(text)
    async for letter in first:
        yield letter + letter

def not_a_generator(text: str) -> Iterator[str]:
    return iter(text.split())

async def given_later(text: str) -> AsyncIterable[str]:
    return later(text)

async def sync_given_later(text: str) -> Iterator[str]:
    return iter(text)

class Given:
    # It can be told whether anybody holds it.

    def __iter__(self):
        return self.pieces(weakref.ref(self))

    @staticmethod
    def pieces(held):
        yield f"{held() is not None}"

class GivenAsync:
    def __aiter__(self):
        return self.pieces(weakref.ref(self))

    @staticmethod
    async def pieces(held):
        yield f"{held() is not None}"

def given() -> Iterator[str]:
    return Given()

def given_async() -> AsyncIterator[str]:
    return GivenAsync()

async def given_by_a_task() -> AsyncIterator[str]:
    return GivenAsync()

def aliased(text: str) -> Words:
    yield text

def noted(text: str) -> Annotated[Iterator[str], "what it says"]:
    yield text

def nothings() -> Iterator[None]:
    yield None
    yield None

def whole(text: str) -> Iterable[str]:
    return list(text)

def bad(at: int) -> Iterator[int]:
    try:
        for number in range(1, 10):
            yield number if number != at else "x"
    finally:
        closed.append("bad")

async def bad_later() -> AsyncIterator[Word]:
    yield Word("good")
    yield Word(3)

def text() -> Iterator[str]:
    return "text"

def nothing() -> Iterator[str]:
    return None

def fails(after: int) -> Iterator[int]:
    yield from range(after)
    raise KeyError("gone")

async def refuses() -> AsyncIterator[int]:
    yield 1
    raise UserError("No more.")

def endless() -> Iterator[str]:
    value = []
    value.append(value)
    yield "fine"
    yield value

async def many_tasks() -> AsyncIterator[str]:
    seen = []
    async def tick() -> None:
        for _ in range(3):
            seen.append(1)
            await asyncio.sleep(0)
    yield f"{len(seen) > 0}"
    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0)
    yield f"{len(seen) > 0}"
    await ticking
    yield f"{len(seen) > 0}"

def extra() -> Iterator[str]:
    yield "a"
    streams.emit("b")
    yield "c"
"""


class Client:
    """Takes elements until it leaves."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.room = 1_000

    def emit(self, request: Any) -> None:
        if len(self.taken) >= self.room:
            raise HostError("CLIENT_GONE", "the client has left")
        self.taken.append(request["value"])


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client()
    with testing.host(operations={"stream.emit": client.emit}):
        yield client


@pytest.fixture
def app(guest: Any) -> Any:
    guest.description = guest.load(APP)
    return guest


def closed() -> list[str]:
    import sys

    found: list[str] = sys.modules["guest_app"].closed
    return found


def test_the_description_says_what_an_element_is(app: Any) -> None:
    functions = {each["export"]: each for each in app.description["functions"]}
    text = {"scalar": "String"}
    streaming = {name: each["result"] for name, each in functions.items() if each.get("stream")}
    assert streaming["letters"] == streaming["later"] == streaming["of_two"] == text
    assert streaming["given_later"] == streaming["aliased"] == streaming["noted"] == text
    assert streaming["words"] == {"ref": "Word"}
    assert streaming["nothings"] is None
    assert "stream" not in functions["whole"]
    assert functions["whole"]["result"] == {"list": text}


@pytest.mark.parametrize(
    ("function", "arguments", "elements"),
    [
        ("letters", {"text": "abc"}, ["a", "b", "c"]),
        ("letters", {"text": ""}, []),
        ("words", {"text": "a b"}, [{"text": w, "day": "2025-01-02"} for w in "ab"]),
        ("later", {"text": "ab"}, ["a", "b"]),
        ("of_two", {"text": "ab"}, ["aa", "bb"]),
        ("not_a_generator", {"text": "a b"}, ["a", "b"]),
        ("given_later", {"text": "ab"}, ["a", "b"]),
        ("sync_given_later", {"text": "ab"}, ["a", "b"]),
        ("aliased", {"text": "ab"}, ["ab"]),
        ("noted", {"text": "häß"}, ["häß"]),
        ("nothings", {}, [None, None]),
        ("extra", {}, ["a", "b", "c"]),
        ("given", {}, ["False"]),
        ("given_async", {}, ["False"]),
        ("given_by_a_task", {}, ["False"]),
    ],
)
def test_each_element_is_sent(
    app: Any,
    client: Client,
    function: str,
    arguments: dict[str, Any],
    elements: list[Any],
) -> None:
    assert app.invoke(function, **arguments) is None
    assert client.taken == elements


@pytest.mark.parametrize("function", ["letters", "later"])
def test_a_generator_ends_when_its_client_has_left(app: Any, client: Client, function: str) -> None:
    client.room = 2
    assert app.invoke(function, text="abcdef") is None
    assert client.taken == ["a", "b"]
    assert closed()[-1] == function
    assert ("told" in closed()) == (function == "letters")


def test_whatever_else_the_function_waits_for_ends_as_well(app: Any, client: Client) -> None:
    """The host then fails operations other than sending, too."""
    app.load(
        """
        from collections.abc import AsyncIterator, Iterator
        from atoll.sdk import _host

        closed = []

        def waits() -> Iterator[str]:
            try:
                yield "a"
                _host.call("stream.next", {"handle": 1})
            finally:
                closed.append("waits")

        async def waits_async() -> AsyncIterator[str]:
            try:
                yield "a"
                await _host.call_async("stream.next", {"handle": 1})
            finally:
                closed.append("waits_async")
        """
    )
    for function in ("waits", "waits_async"):
        with testing.host(operations={"stream.emit": client.emit, "stream.next": _gone}):
            assert app.invoke(function) is None
        assert closed()[-1] == function


def _gone(request: Any) -> None:
    raise HostError("CLIENT_GONE", "the client has left")


@pytest.mark.parametrize(
    ("function", "arguments", "taken", "message"),
    [
        ("bad", {"at": 1}, [], "element 1 of the stream of bad is invalid: expected int, got str"),
        (
            "bad",
            {"at": 4},
            [1, 2, 3],
            "element 4 of the stream of bad is invalid: expected int, got str",
        ),
        ("bad_later", {}, [{"text": "good", "day": None}], "element 2 of the stream of bad_later"),
        ("endless", {}, ["fine"], "element 2 of the stream of endless is invalid"),
        ("text", {}, [], "text gives no stream: expected an iterator, got str"),
        ("nothing", {}, [], "nothing gives no stream: expected an iterator, got nothing (None)"),
    ],
)
def test_a_bad_element_is_an_error_that_says_which_one(
    app: Any,
    client: Client,
    function: str,
    arguments: dict[str, Any],
    taken: list[Any],
    message: str,
) -> None:
    failure = app.failure(function, **arguments)
    assert failure["kind"] == "result"
    assert failure["message"].startswith(message)
    assert client.taken == taken
    assert function != "bad" or closed()[-1] == "bad"


def test_an_element_that_is_too_large_is_an_error_that_says_which_one(app: Any) -> None:
    def emit(request: Any) -> None:
        if request["value"] == "b":
            raise HostError("PAYLOAD_TOO_LARGE", "the request has 3 bytes; the limit is 2", "raise")

    with testing.host(operations={"stream.emit": emit}):
        failure = app.failure("letters", text="ab")
    assert failure["kind"] == "result"
    assert failure["message"] == (
        "element 2 of the stream of letters is invalid: the request has 3 bytes; the limit is 2"
    )


def test_errors_in_the_middle_are_those_of_functions(app: Any, client: Client) -> None:
    failure = app.failure("fails", after=2)
    assert (failure["kind"], failure["type"]) == ("exception", "KeyError")
    assert failure["frames"][-1][0] == "guest_app.py"
    failure = app.failure("refuses")
    assert (failure["kind"], failure["message"]) == ("user", "No more.")
    assert client.taken == [0, 1, 1]


def test_a_host_without_a_client_is_an_error(app: Any) -> None:
    def refuse(request: Any) -> None:
        raise HostError("NOT_STREAMING", "this call has no stream to emit to")

    with testing.host(operations={"stream.emit": refuse}):
        failure = app.failure("letters", text="ab")
    assert failure["message"] == "this call has no stream to emit to"


@pytest.mark.parametrize(
    ("signature", "message"),
    [
        ("f() -> Iterator: ...", "Say what is in it: Iterator[str]"),
        ("f() -> AsyncGenerator: ...", "Say what is in it: AsyncGenerator[str]"),
        ("f() -> Iterator[str] | None: ...", "only the whole result of a function can be a stream"),
        ("f() -> list[Iterator[str]]: ...", "only the whole result of a function can be a stream"),
        ("f() -> Iterator[Iterator[str]]: ...", "only the whole result of a function can be"),
        ("f(x: Iterator[str]) -> None: ...", "only the whole result of a function can be a stream"),
    ],
)
def test_what_cannot_be_a_stream(guest: Any, signature: str, message: str) -> None:
    problem = guest.problem(
        f"from collections.abc import AsyncGenerator, Iterator\ndef {signature}\n"
    )
    assert problem["code"] == "UNSUPPORTED_TYPE"
    assert message in problem["hint"]


class Recorder:
    """A host that keeps what is sent, and in which way."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def call(self, name: str, payload: str) -> str:
        assert name == "stream.emit"
        self.sent.append(("and waits", payload))
        return "null"

    async def call_async(self, name: str, payload: str) -> str:
        await asyncio.sleep(0)
        self.sent.append(("beside others", payload))
        return "null"

    def log(self, level: int, message: str) -> None: ...


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    recorder = Recorder()
    before = _host.install(recorder)
    yield recorder
    _host.install(before)


def test_elements_are_sent_as_compact_json(app: Any, recorder: Recorder) -> None:
    app.invoke("words", text="é")
    assert recorder.sent == [("and waits", '{"value":{"text":"é","day":"2025-01-02"}}')]


def test_other_tasks_run_while_an_element_is_sent(app: Any, recorder: Recorder) -> None:
    app.invoke("many_tasks")
    assert recorder.sent == [
        ("and waits", '{"value":"False"}'),
        ("beside others", '{"value":"True"}'),
        ("and waits", '{"value":"True"}'),
    ]
