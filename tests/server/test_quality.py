from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.server.quality import weights


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip", {"gzip": 1}),
        ("gzip;q=0", {"gzip": 0}),
        ("GZip ; Q=0.5 , br", {"gzip": 0.5, "br": 1}),
        ("a/b;charset=utf-8;q=0.2;x=y", {"a/b": 0.2}),
        ("a;q=2, b;q=-1, c;q=x, d;q=nan, e;q=", {"a": 1, "b": 0, "c": 0, "d": 0, "e": 0}),
        ("a;q=0.1, a;q=0.3, a;q=0.2", {"a": 0.3}),
    ],
)
def test_weights(header: str, expected: dict[str, float]) -> None:
    assert weights(header) == expected


NAMES = st.from_regex(r"[a-z0-9!#$&^_.+*-]+(/[a-z0-9*+.-]+)?", fullmatch=True)
SPACE = st.sampled_from(["", " ", "\t", "  "])


@st.composite
def items(draw: st.DrawFn) -> tuple[str, str, float]:
    """A name, how it is written with its weight, and the weight."""
    name = draw(NAMES)
    thousandths = draw(st.integers(0, 1000))
    written = draw(st.sampled_from([name, name.upper()]))
    if thousandths < 1000 or draw(st.booleans()):
        q = draw(st.sampled_from("qQ"))
        written += f"{draw(SPACE)};{draw(SPACE)}{q}={thousandths / 1000:.3f}"
    return name, draw(SPACE) + written + draw(SPACE), thousandths / 1000


@given(st.lists(items(), min_size=1, unique_by=lambda item: item[0]))
def test_what_is_written_is_read(given_items: list[tuple[str, str, float]]) -> None:
    header = ",".join(written for _, written, _ in given_items)

    assert weights(header) == {name: weight for name, _, weight in given_items}


@given(st.text() | st.text(alphabet="ab/*;q=01.,- "))
def test_any_text_is_read(header: str) -> None:
    assert all(0 <= weight <= 1 for weight in weights(header).values())
