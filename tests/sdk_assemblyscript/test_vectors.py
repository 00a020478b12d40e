"""vectors: arithmetic with every type of number."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.guest.failure import GuestFailure

SOME = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

SIGNED = ["i8s", "i16s", "i32s", "i64s"]
UNSIGNED = ["u8s", "u16s", "u32s", "u64s"]
FLOATS = ["f32s", "f64s"]

Vector = Sequence[float]


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(request, run_app) -> Any:
    return run_app("plain", release=request.param)


def read(lines: list[str]) -> dict[str, list[float]]:
    parts = [line.split(" ") for line in lines]
    return {name: [float(number) for number in numbers.split(",")] for name, numbers in parts}


def expected(a: Vector, b: Vector, by: float, divide: Callable[..., float]) -> dict[str, Any]:
    size = math.sqrt(sum(y * y for y in b))
    return {
        "add": [x + y for x, y in zip(a, b, strict=True)],
        "dot": [sum(x * y for x, y in zip(a, b, strict=True))],
        "euclidianDistance": [math.dist(a, b)],
        "subtract": [x - y for x, y in zip(a, b, strict=True)],
        "addNumber": [x + by for x in a],
        "subtractNumber": [x - by for x in a],
        "multiplyNumber": [x * by for x in a],
        "divideNumber": [divide(x, by) for x in a],
        "magnitude": [size],
        "normalize": [divide(y, size) for y in b],
        "sum": [sum(a)],
        "product": [math.prod(a)],
        "mean": [divide(sum(a), len(a))],
        "min": [min(a)],
        "max": [max(a)],
        "abs": [abs(x) for x in a],
        "first": a,
        "second": b,
    }


def whole(x: float, y: float) -> float:
    """As integers are divided: what is behind the point is cut off."""
    return math.trunc(x / y)


@pytest.mark.parametrize("function", UNSIGNED)
async def test_unsigned_integers(app, function):
    a, b = [9, 4, 7], [2, 4, 4]
    assert read(await app.call(function, a=a, b=b, by=2)) == expected(a, b, 2, whole)


@pytest.mark.parametrize("function", SIGNED)
async def test_signed_integers(app, function):
    a, b = [-5, 2, -1], [2, -4, 4]
    assert read(await app.call(function, a=a, b=b, by=-2)) == expected(a, b, -2, whole)


@pytest.mark.parametrize("function", FLOATS)
async def test_floats(app, function):
    a, b = [-1.5, 0.25, 8.0], [3.0, -4.0, 0.0]
    result = read(await app.call(function, a=a, b=b, by=0.5))
    wanted = expected(a, b, 0.5, lambda x, y: x / y)
    assert result.keys() == wanted.keys()
    for name, numbers in wanted.items():
        assert result[name] == pytest.approx(numbers, rel=1e-6), name


@pytest.mark.parametrize("function", [*UNSIGNED, *SIGNED, *FLOATS])
async def test_in_place(app, function):
    a, b = [9, 4], [2, 4]
    assert read(await app.call(f"{function}InPlace", a=a, b=b, by=3)) == {
        "addInPlace": [11, 8],
        "subtractInPlace": [9, 4],
        "addNumberInPlace": [12, 7],
        "subtractNumberInPlace": [9, 4],
        "multiplyNumberInPlace": [27, 12],
        "divideNumberInPlace": [9, 4],
        "absInPlace": [9, 4],
    }


@pytest.mark.parametrize("function", [*SIGNED, *FLOATS])
async def test_negative_numbers_in_place(app, function):
    result = read(await app.call(f"{function}InPlace", a=[-9, 4], b=[2, -4], by=-3))
    assert result["addInPlace"] == [-7, 0]
    assert result["divideNumberInPlace"] == [-9, 4]
    assert result["absInPlace"] == [9, 4]


numbers = st.floats(min_value=-1e6, max_value=1e6)


@given(pairs=st.lists(st.tuples(numbers, numbers), min_size=1, max_size=9), by=numbers)
@SOME
async def test_any_floats(app, pairs, by):
    a, b = [x for x, _ in pairs], [y for _, y in pairs]
    assert await app.call("pair", name="add", a=a, b=b) == [x + y for x, y in pairs]
    assert await app.call("pair", name="subtractInPlace", a=a, b=b) == [x - y for x, y in pairs]
    assert await app.call("number", name="multiplyNumber", a=a, by=by) == [x * by for x in a]
    (distance,) = await app.call("pair", name="euclidianDistance", a=a, b=b)
    assert distance == pytest.approx(math.dist(a, b), rel=1e-12, abs=1e-150)
    assert await app.call("single", name="min", a=a) == [min(a)]
    assert await app.call("single", name="max", a=a) == [max(a)]
    assert await app.call("single", name="abs", a=a) == list(map(abs, a))


async def test_the_absolute_value_of_a_negative_zero(app):
    (zero,) = await app.call("single", name="abs", a=[-0.0])
    assert math.copysign(1, zero) == 1


async def test_the_distance_is_the_square_root(app):
    assert await app.call("pair", name="euclidianDistance", a=[1, 2], b=[4, 6]) == [5.0]


PAIRS = ["add", "subtract", "addInPlace", "subtractInPlace", "dot", "euclidianDistance"]
NUMBERS = [
    f"{name}Number{where}"
    for name in ("add", "subtract", "multiply", "divide")
    for where in ("", "InPlace")
]
SINGLES = ["normalize", "abs", "absInPlace", "magnitude", "sum", "product", "mean", "min", "max"]


@pytest.mark.parametrize("name", PAIRS)
async def test_vectors_of_different_lengths(app, name):
    for a, b in [([1.0], [1.0, 2.0]), ([1.0, 2.0], [1.0])]:
        with pytest.raises(GuestFailure, match="same length"):
            await app.call("pair", name=name, a=a, b=b)


@pytest.mark.parametrize("name", PAIRS)
async def test_pairs_of_empty_vectors(app, name):
    for b in ([], [1.0]):
        with pytest.raises(GuestFailure, match="must not be empty"):
            await app.call("pair", name=name, a=[], b=b)
    with pytest.raises(GuestFailure, match="same length"):
        await app.call("pair", name=name, a=[1.0], b=[])


@pytest.mark.parametrize("name", NUMBERS)
async def test_an_empty_vector_with_a_number(app, name):
    with pytest.raises(GuestFailure, match="must not be empty"):
        await app.call("number", name=name, a=[], by=1.0)


@pytest.mark.parametrize("name", SINGLES)
async def test_an_empty_vector(app, name):
    with pytest.raises(GuestFailure, match="must not be empty"):
        await app.call("single", name=name, a=[])


async def test_division_by_zero(app):
    for name in ("divideNumber", "divideNumberInPlace"):
        with pytest.raises(GuestFailure, match="divided by zero"):
            await app.call("number", name=name, a=[1.0], by=0.0)
    with pytest.raises(GuestFailure, match="divided by zero"):
        await app.call("single", name="normalize", a=[0.0, 0.0])


async def test_what_is_no_number(app):
    await app.call("check", value=1.5)
    with pytest.raises(GuestFailure, match="not a number"):
        await app.call("checkNotANumber")


async def test_means_and_magnitudes_do_not_overflow_on_their_way(app):
    assert await app.call("meanOfBytes", a=[200] * 300) == 200
    assert await app.call("meanOfSigned", a=[-100, -100, -101]) == -100
    assert await app.call("magnitudeOfBytes", a=[300, 400]) == 500
