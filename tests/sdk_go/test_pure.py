"""vectors and utils, which need no host."""

from __future__ import annotations

import math

import pytest


async def test_arithmetic(app):
    a, b = [1.0, 2.0], [-1.0, 3.0]
    length = math.sqrt(5)
    assert await app.call("arithmetic", a=a, b=b) == [
        [0, 5], [2, -1], [2, 3], [0, 1], [2, 4], [0.5, 1], [1, 3],
        [1 / length, 2 / length], [2, 4], [1, 3],
        [5, length, 1.5, 3, 2, -1, 3, length],
    ]  # fmt: skip


async def test_integers_lose_their_fractions(app):
    assert await app.call("integers", a=[1, 2, 2]) == [3, 1, 5]
    assert await app.call("integers", a=[-1, 1, 1]) == [1, 0, 1]


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("length", "vectors must be the same length"),
        ("empty", "vector must be non-empty"),
        ("zero", "value must be non-zero"),
    ],
)
async def test_misuse_of_vectors_panics(app, how, message):
    assert message in await app.panic("misuseVectors", how=how)


async def test_json_keeps_digits_and_signs(app):
    text = '{"a":"<&>é\\u2028","n":[12345678901234567890.50,-0,1e400]}'
    assert await app.call("reserialize", text=f" {text} and more") == text
    assert await app.error("reserialize", text="") == "EOF"


async def test_raw_json(app):
    assert await app.call("rawTexts") == '[{"a":[1.50]},null,"text",1.5]'


async def test_conversions(app):
    none = "0 could not convert <nil> to int"
    assert await app.call("conversions", text="-1") == [
        "-1 ", "-1 ", '0 strconv.ParseUint: parsing "-1": invalid syntax', "-1 ",
        " unsupported type", "true ", none,
    ]  # fmt: skip
    told = await app.call("conversions", text="18446744073709551615")
    assert told[2:4] == ["18446744073709551615 ", "1.8446744e+19 "]
    assert "out of range" in told[0]
    assert "out of range" in told[1]
