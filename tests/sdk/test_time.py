from __future__ import annotations

import pytest

from atoll.sdk import testing, time


def test_time_zone_of_the_request() -> None:
    with testing.host(time_zone="Asia/Tokyo"):
        assert time.time_zone() == "Asia/Tokyo"
        assert str(time.now().tzinfo) == "Asia/Tokyo"
    with testing.host():
        assert time.time_zone() == "UTC"


def test_now_in() -> None:
    offset = time.now_in("Asia/Kolkata").utcoffset()
    assert offset is not None
    assert offset.total_seconds() == 5.5 * 3600


@pytest.mark.parametrize("name", ["", "Nope/Nowhere", "../etc/passwd", "Europe"])
def test_no_such_time_zone(name: str) -> None:
    assert not time.is_valid_time_zone(name)
    with pytest.raises(ValueError, match="time zone"):
        time.now_in(name)
