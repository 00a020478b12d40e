"""Values of any form come back as they were sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atoll.connections.postgresql import PostgresqlClient
from atoll.manifest.traffic import PoolSettings


class Echo:
    """Sends a value as a parameter of a type, and gives what comes back."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self._client = PostgresqlClient("db", url, PoolSettings(), max_bytes=1 << 26)

    def __call__(self, kind: str, value: Any) -> Any:
        statement = f"SELECT $1::{kind} AS x"
        run = self._client.run(statement, [value], rows=True, timeout=30)
        result = self._runner.run(run)
        assert result.json is not None
        return json.loads(result.json, parse_float=Decimal)[0]["x"]

    def close(self) -> None:
        self._runner.run(self._client.close())
        self._runner.close()


@pytest.fixture(scope="module")
def echo(postgresql) -> Iterator[Echo]:
    echo = Echo(postgresql.url)
    yield echo
    echo.close()


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
AWKWARD = st.text(alphabet=st.sampled_from('{}",;\\ \n\tNULnul()[]=:é'))
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=20,
)
several = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@several
@given(value=TEXT | AWKWARD)
def test_text(echo: Echo, value: str) -> None:
    assert echo("text", value) == value


@several
@given(value=st.integers(-(2**63), 2**63 - 1))
def test_integers_of_64_bits(echo: Echo, value: int) -> None:
    assert echo("int8", value) == value
    assert echo("text", value) == str(value)


@several
@given(value=NUMBERS | st.integers())
def test_numerics(echo: Echo, value: Decimal | int) -> None:
    assert Decimal(echo("numeric", value)) == value


@several
@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_floats(echo: Echo, value: float) -> None:
    assert float(echo("float8", Decimal(repr(value)))) == value


@several
@given(value=st.lists(TEXT | AWKWARD | st.none()))
def test_arrays_of_text(echo: Echo, value: list[str | None]) -> None:
    assert echo("text[]", value) == value


@several
@given(data=st.data(), columns=st.integers(1, 3))
def test_arrays_of_arrays(echo: Echo, data: st.DataObject, columns: int) -> None:
    rows = st.lists(st.lists(AWKWARD, min_size=columns, max_size=columns), min_size=1, max_size=4)
    value = data.draw(rows)
    assert echo("text[]", value) == value


@several
@given(value=st.lists(st.integers(-(2**63), 2**63 - 1) | st.none()))
def test_arrays_of_integers(echo: Echo, value: list[int | None]) -> None:
    assert echo("int8[]", value) == value


@several
@given(value=st.lists(JSON) | st.dictionaries(TEXT, JSON))
def test_json(echo: Echo, value: Any) -> None:
    assert echo("json", value) == value
    assert echo("jsonb", value) == value


@several
@given(value=st.lists(st.lists(JSON) | st.dictionaries(TEXT, JSON) | st.integers()))
def test_arrays_of_json(echo: Echo, value: list[Any]) -> None:
    assert echo("jsonb[]", value) == value


@several
@given(value=st.datetimes())
def test_dates_and_times(echo: Echo, value: Any) -> None:
    expected = value.isoformat()
    expected = (expected.rstrip("0") if "." in expected else expected) + "Z"
    assert echo("timestamp", value.isoformat()) == expected
    assert echo("timestamptz", value.isoformat() + "Z") == expected
