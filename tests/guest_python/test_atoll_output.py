from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.sdk import testing


@pytest.fixture
def host() -> Iterator[testing.TestHost]:
    with testing.host() as stand_in:
        yield stand_in


def stream() -> Any:
    import atoll_output

    return atoll_output.LogStream(atoll_output.STDOUT, "<stdout>")


def test_lines(host: testing.TestHost) -> None:
    out = stream()
    print("a", "b", file=out)
    print("no end", end="", file=out, flush=True)
    assert host.logs == [("stdout", "a b")]
    print(" yet\n\nlast", end="", file=out)
    out.finish()
    assert host.logs[1:] == [("stdout", "no end yet"), ("stdout", ""), ("stdout", "last")]


@given(st.lists(st.text()))
def test_nothing_is_lost(parts: list[str]) -> None:
    with testing.host() as host:
        out = stream()
        for part in parts:
            assert out.write(part) == len(part)
        out.finish()
    text = "".join(parts)
    assert "\n".join(line for _, line in host.logs) == text.removesuffix("\n")


def test_long_lines_come_in_pieces(host: testing.TestHost) -> None:
    import atoll_output

    longest = atoll_output.LONGEST_LINE
    out = stream()
    out.write("x" * (longest + 5) + "\n")
    out.write("y" * (2 * longest + 5))
    out.finish()
    assert [len(line) for _, line in host.logs] == [longest, 5, longest, longest, 5]


def test_only_text(host: testing.TestHost) -> None:
    with pytest.raises(TypeError, match="must be str"):
        stream().write(b"bytes")


def test_is_a_stream(host: testing.TestHost) -> None:
    out = stream()
    assert out.writable()
    assert not out.isatty()
    assert out.encoding == "utf-8"
    out.writelines(["a\n", "b\n"])
    out.flush()
    assert [line for _, line in host.logs] == ["a", "b"]
