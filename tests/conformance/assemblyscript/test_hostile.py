"""Guests that lie about their results and about what they tell host functions: each call ends in a
clean error or a value, and the next one works."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from atoll.engine import EngineError
from atoll.guest.failure import BadGuestReply, GuestFailure

HUGE = [0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0, 0x10000000]
WORDS = [0, 1, 2, 3, 4, 7, 19, 20, 1 << 16, *HUGE]
CLEAN = (BadGuestReply, GuestFailure, EngineError)


def depth_of(value: Any) -> int:
    depth = 0
    while value is not None:
        value, depth = value["next"], depth + 1
    return depth


HOST = {
    "modus_test.echo": lambda message: f"echo: {message}",
    "modus_test.echoObject": lambda value: value,
    "modus_test.keep": depth_of,
    "modus_test.count": lambda texts, numbers: len(texts) * 100 + len(numbers),
}


@pytest.fixture(scope="module", params=[True, False], ids=["entries", "no entries"])
def app(request, run_app):
    return run_app("hostile", release=True, entries=request.param, host=HOST)


@pytest.fixture
async def call(app):
    """Calls the app, which must be well afterwards."""

    async def call(name: str, **arguments: Any) -> Any:
        return await app.invoke(name, arguments)

    yield call
    assert await app.invoke("fine", {}) == ["all", "is", "well"]


async def ended(call: Any, name: str, **arguments: Any) -> Any:
    """The value, or the clean error."""
    try:
        return await call(name, **arguments)
    except CLEAN as error:
        return error


TOO_MUCH = "outside its memory|payloadMb"

# The words of each object, its header's class id and size included.
WORDS_OF = {
    "text": 0, "texts": 4, "longs": 4, "bytes": 4, "view": 3, "buffer": 0, "fixed": 2, "map": 6,
    "entry": 6, "set": 6, "date": 6, "node": 3,
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS_OF)
async def test_any_word_may_be_wrong(call, name):
    offsets = [-8, -4, *range(0, WORDS_OF[name] * 4, 4)]
    for offset, word in itertools.product(offsets, WORDS):
        await ended(call, name, offset=offset, word=word)


OUTSIDE = [1, 7, 19, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0]


@pytest.mark.parametrize("name", ["pointer", "pointerToDate", "pointerToMap", "pointerToFixed"])
async def test_results_outside_of_memory(call, name):
    for word in OUTSIDE[3:]:
        with pytest.raises(BadGuestReply, match="outside its memory"):
            await call(name, word=word)
    with pytest.raises(BadGuestReply, match="is null"):
        await call(name, word=0)
    for word in OUTSIDE[:3]:
        await ended(call, name, word=word)


async def test_results_at_the_end_of_memory(call):
    for less in (0, 1, 4, 8, 11):
        with pytest.raises(BadGuestReply, match="outside its memory"):
            await call("pointerToEnd", less=less)
    assert await call("textAtEnd", less=0) == ""
    assert await call("textAtEnd", less=4) == "ab"


@pytest.mark.parametrize(
    ("name", "offset", "word", "named"),
    [
        ("text", -8, 1, "not a text"),
        ("text", -4, 0xFFFFFFF0, TOO_MUCH),
        ("text", -4, 0x7FFFFFFE, TOO_MUCH),
        ("texts", 12, 0x80000000, TOO_MUCH),
        ("texts", 12, 0x40000001, TOO_MUCH),  # times four, it is small again in 32 bits
        ("texts", 4, 0xFFFFFFFC, "outside"),
        ("longs", 12, 0x20000001, TOO_MUCH),
        ("longs", 12, 0xFFFFFFFF, TOO_MUCH),
        ("bytes", 12, 0xFFFFFFFF, TOO_MUCH),
        ("view", 8, 0xFFFFFFFF, TOO_MUCH),
        ("view", 4, 0xFFFFFFFF, "outside"),
        ("buffer", -4, 0xFFFFFFFF, TOO_MUCH),
        ("fixed", -4, 0xFFFFFFFC, TOO_MUCH),
        ("map", 16, 0xFFFFFFFF, TOO_MUCH),
        ("map", 16, 0x7FFFFFFF, TOO_MUCH),
        ("map", 8, 0xFFFFFFFF, "outside"),
        ("entry", 0, 0xFFFFFFFF, "outside"),
        ("entry", 0, 0, "a map's key is null"),
        ("set", 16, 0x7FFFFFFF, TOO_MUCH),
        ("node", 0, 0, "the field name of Node is null"),
        ("node", 8, 0, "the field children of Node is null"),
        ("node", 4, 0xFFFFFFFF, "outside"),
    ],
)
async def test_lies_that_are_seen(call, name, offset, word, named):
    with pytest.raises(BadGuestReply, match=named):
        await call(name, offset=offset, word=word)


@pytest.mark.parametrize("word", [0xFFFFFFFF, 0xFFFFFFF0, 0x80000000, 1])
async def test_elements_outside_of_memory(call, word):
    with pytest.raises(BadGuestReply, match="outside its memory"):
        await call("element", word=word)


@pytest.mark.parametrize(
    ("name", "offset", "word", "expected"),
    [
        ("text", -4, 8, "some"),
        ("text", -4, 0, ""),
        ("texts", 8, 0xFFFFFFFF, ["a", "b", "c"]),  # its capacity
        ("texts", 0, 0xFFFFFFFF, ["a", "b", "c"]),  # its buffer, beside the start of its data
        ("texts", 12, 2, ["a", "b"]),
        ("view", 8, 7, [0]),  # bytes that are no whole number of elements
        ("fixed", -4, 7, ["f"]),
        ("map", 0, 0xFFFFFFFF, [{"key": "a", "value": 1}, {"key": "b", "value": 2}]),
        ("map", 4, 0xFFFFFFFF, [{"key": "a", "value": 1}, {"key": "b", "value": 2}]),
        ("map", 12, 0, [{"key": "a", "value": 1}, {"key": "b", "value": 2}]),
        ("map", 20, 0xFFFFFFFF, [{"key": "a", "value": 1}, {"key": "b", "value": 2}]),
        ("map", 16, 1, [{"key": "a", "value": 1}]),
        ("entry", 8, 0xFFFFFFFF, [{"key": "b", "value": 2}]),  # marked as deleted
        ("date", 0, 0xFFFFFFFF, "1970-01-01T00:00:00Z"),  # the year; milliseconds count
        ("date", 20, 0x7FFFFFFF, "+292278994-06-28T14:10:08.512Z"),
    ],
)
async def test_words_that_do_not_matter_and_such_as_do(call, name, offset, word, expected):
    assert await call(name, offset=offset, word=word) == expected


async def test_texts_with_half_a_unit(call):
    assert await ended(call, "text", offset=-4, word=5) in ("so", "so\ufffd")
    assert await ended(call, "text", offset=-4, word=1) in ("", "\ufffd")


async def test_used_entries_beyond_the_capacity(call):
    """There is room for four. The entries that were never used are zeros, also those behind it."""
    for used in (3, 5, 100, 1000):
        with pytest.raises(BadGuestReply, match="a map's key is null"):
            await call("map", offset=16, word=used)
        found = await call("set", offset=16, word=used)
        assert found[:3] == [5, 0, 0]
        assert len(found) <= used
        assert all(type(value) is int for value in found)
    for name in ("map", "set"):
        with pytest.raises(BadGuestReply, match="outside its memory"):
            await call(name, offset=16, word=100_000)


async def test_class_ids_are_not_believed_except_of_texts(call):
    assert await call("wrongIds") == [["a"], ["b"]]
    assert await call("wrongIdOfMap") == [{"key": "a", "value": 1}, {"key": "b", "value": 2}]
    assert await call("wrongIdOfNode") == {"name": "n", "next": None, "children": []}
    with pytest.raises(BadGuestReply):
        await call("anotherClass")
    with pytest.raises(BadGuestReply, match="not a text"):
        await call("numberAsText")


@pytest.mark.parametrize("length", [1, 2, 3])
async def test_cycles_are_cut(call, length):
    assert depth_of(await call("cycle", length=length)) == 6 * length


async def test_deep_and_tangled_shapes(call):
    assert depth_of(await call("chain", length=90)) == 90
    for length in (101, 5000):
        with pytest.raises(BadGuestReply, match="deeper than 100 levels"):
            await call("chain", length=length)
    with pytest.raises(BadGuestReply, match=r"deeper than 100 levels|payloadMb"):
        await call("cycle", length=60)
    await ended(call, "tangle", width=2)
    with pytest.raises(BadGuestReply, match="payloadMb"):
        await call("tangle", width=6)
    with pytest.raises(BadGuestReply, match="not a text"):
        await call("nested")


async def test_results_of_a_million_elements(call):
    million = 1_000_000
    assert await call("manyNumbers", count=million) == [7] * million
    assert await call("manyNulls", count=million) == [None] * million
    for name in ("manyTexts", "manyEmpty", "manyEntries"):
        found = await ended(call, name, count=million)
        assert isinstance(found, BadGuestReply) or len(found) == million
        with pytest.raises(BadGuestReply, match="payloadMb"):
            await call(name, count=2 * million)
    with pytest.raises(BadGuestReply, match="payloadMb"):
        await call("sameText", count=100_000, length=10_000)
    with pytest.raises(BadGuestReply, match="payloadMb"):
        await call("manyNumbers", count=5 * million)


# What host functions are told ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tellPointer", "tellObject", "logPointer"])
async def test_arguments_outside_of_memory(call, name):
    for word in OUTSIDE[3:]:
        with pytest.raises(BadGuestReply, match="outside its memory"):
            await call(name, word=word)
    assert not isinstance(await ended(call, name, word=0), BadGuestReply)  # null is nothing
    for word in OUTSIDE[:3]:
        await ended(call, name, word=word)


@pytest.mark.parametrize(
    ("name", "words"), [("tellText", 0), ("tellField", 3), ("tellList", 4), ("tellMap", 6)]
)
async def test_any_word_of_an_argument_may_be_wrong(call, name, words):
    for offset, word in itertools.product([-8, -4, *range(0, words * 4, 4)], WORDS):
        await ended(call, name, offset=offset, word=word)


async def test_arguments_that_are_wrong_but_readable(call):
    assert await call("tellText", offset=-4, word=8) == "echo: some"
    assert await call("tellField", offset=0, word=9) == 9
    assert await call("tellList", offset=12, word=1) == 102
    assert await call("tellCycle") == 6
    with pytest.raises(BadGuestReply, match="not a text"):
        await call("tellText", offset=-8, word=1)
    with pytest.raises(BadGuestReply):
        await call("tellMap", offset=16, word=0xFFFFFFFF)
