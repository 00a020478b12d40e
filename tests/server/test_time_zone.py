from __future__ import annotations

import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.server.request import Refusal
from atoll.server.time_zone import time_zone


def test_every_known_zone_is_taken() -> None:
    for name in zoneinfo.available_timezones():
        assert time_zone(name) == name


@pytest.mark.parametrize("header", [None, ""])
def test_no_zone(header: str | None) -> None:
    assert time_zone(header) is None


@pytest.mark.parametrize(
    "header",
    [
        "../etc/passwd",
        "/etc/localtime",
        ":UTC",
        "Asia/Tokyo\n",
        "Asia//Tokyo",
        "Asia/Tokyo, UTC",
        "a" * 200,
        "Ünder/Way",
        "<+03>-3",
        "A/B/C/D",
    ],
)
def test_what_is_no_name_is_refused(header: str) -> None:
    with pytest.raises(Refusal) as caught:
        time_zone(header)
    assert caught.value.status == 400
    assert header not in caught.value.message


@given(st.text())
def test_any_text_is_a_harmless_name_or_refused(header: str) -> None:
    try:
        name = time_zone(header)
    except Refusal:
        return
    assert name is None or (name.isascii() and ".." not in name and not name.startswith("/"))
