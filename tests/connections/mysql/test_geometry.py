from __future__ import annotations

import contextlib
import struct

import pytest
from atoll_servers.mariadb import MariaDB
from hypothesis import given
from hypothesis import strategies as st

from atoll.connections.mysql.geometry import to_text

TEXTS = [
    "POINT (1 2)",
    "POINT (-1.5 1e+300)",
    "LINESTRING (0 0, 1 1.25)",
    "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1))",
    "MULTIPOINT ((0 0), (1 2))",
    "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))",
    "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
    "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))",
    "GEOMETRYCOLLECTION EMPTY",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_geometry_is_the_text_that_it_was_made_of(mariadb: MariaDB, text: str) -> None:
    # The server takes points of a MULTIPOINT without parentheses of their own only.
    given = text.replace("((0 0), (1 2))", "(0 0, 1 2)")
    written = mariadb.execute(f"SELECT HEX(GeomFromText('{given}', 4326))")
    assert to_text(bytes.fromhex(written)) == text


def test_reads_big_endian_numbers() -> None:
    assert to_text(bytes(4) + struct.pack(">BIdd", 0, 1, 1.0, 2.5)) == "POINT (1 2.5)"


def nested(depth: int) -> bytes:
    return bytes(4) + struct.pack("<BII", 1, 7, 1) * depth + struct.pack("<BIdd", 1, 1, 0, 0)


def test_refuses_what_is_nested_too_deeply() -> None:
    assert to_text(nested(40)).count("(") == 41
    with pytest.raises(ValueError, match="deeply"):
        to_text(nested(5000))


@given(st.binary(max_size=80) | st.binary(max_size=60).map(lambda rest: bytes(4) + b"\1" + rest))
def test_any_bytes_are_a_geometry_or_refused(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        to_text(data)


def test_a_count_that_is_not_true_costs_nothing() -> None:
    with pytest.raises(ValueError, match="cut off"):
        to_text(bytes(4) + struct.pack("<BII", 1, 2, 2**32 - 1))
