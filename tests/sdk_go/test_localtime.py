"""localtime: the time where the caller is, and elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest

TIME, FILE = "modus_system.getTimeInZone", "modus_system.getTimeZoneData"
TIMES = {
    None: "2025-06-07T08:09:10.123456789-04:00",
    "Asia/Kolkata": "2025-06-07T17:39:10.5+05:30",
}


def zone_file(zone: str, format: str) -> Any:
    assert format == "tzif"
    found = files("tzdata") / "zoneinfo" / zone
    return found.read_bytes() if found.is_file() else None


@pytest.fixture
def with_files(host) -> Any:
    host.answers = {FILE: zone_file}
    return host


@pytest.fixture
def without_files(host) -> Any:
    """A host that only tells the time."""
    host.answers = {FILE: None, TIME: TIMES.get}
    return host


def is_now(text: str) -> bool:
    return abs(datetime.fromisoformat(text) - datetime.now(UTC)) < timedelta(hours=1)


async def test_the_time_in_the_zone_of_the_caller(app, with_files):
    told = await app.call("nowShown", environment={"TZ": "Asia/Kolkata"})
    zone, offset, now = told.split()
    assert (zone, offset) == ("Asia/Kolkata", "19800")
    assert is_now(now)
    assert with_files.calls == [(FILE, "Asia/Kolkata", "tzif")]


async def test_the_time_as_a_result(app, with_files):
    assert is_now(await app.call("now", environment={"TZ": "Asia/Kolkata"}))


async def test_the_time_in_another_zone(app, with_files):
    zone, offset, now = (await app.call("nowShownIn", zone="America/New_York")).split()
    assert zone == "America/New_York"
    assert offset in ("-18000", "-14400")
    assert is_now(now)
    assert with_files.calls == [(FILE, "America/New_York", "tzif")]


@pytest.mark.parametrize(
    ("zone", "calls"),
    [("", [(TIME, None)]), ("Asia/Kolkata", [(FILE, "Asia/Kolkata", "tzif"), (TIME, None)])],
)
async def test_the_host_tells_the_time_where_there_is_no_file(app, without_files, zone, calls):
    told = await app.call("nowShown", environment={"TZ": zone})
    assert told.split()[-2:] == ["-14400", TIMES[None]]
    assert without_files.calls == calls


async def test_the_host_tells_the_time_of_other_zones(app, without_files):
    told = await app.call("nowShownIn", zone="Asia/Kolkata")
    assert told.split()[-2:] == ["19800", TIMES["Asia/Kolkata"]]
    assert without_files.calls == [(FILE, "Asia/Kolkata", "tzif"), (TIME, "Asia/Kolkata")]


async def test_zones_know_summer_time(app, with_files):
    assert await app.call("inZone", zone="Europe/Paris") == "2025-07-01 14:00:00 +0200 CEST"


async def test_no_time(app, host):
    host.answers = {FILE: None, TIME: None}
    assert await app.error("nowShown") == "failed to get the local time"
    assert await app.error("nowShownIn", zone="Mars") == "failed to get time in Mars"
    assert await app.error("inZone", zone="Mars") == "timezone data not found for Mars"
    host.answers[FILE] = b"TZif"
    error = await app.error("inZone", zone="Mars")
    assert error.startswith("failed to load timezone data for Mars: ")


async def test_no_zone_does_not_reach_the_host(app, host):
    assert await app.error("nowShownIn", zone="") == "a time zone is required"
    assert await app.error("inZone", zone="") == "time zone is required"
    assert host.calls == []


async def test_the_name_of_the_callers_zone(app):
    assert await app.call("myZone", environment={"TZ": "Europe/Paris"}) == "Europe/Paris"
    assert await app.call("myZone") == ""


@pytest.mark.parametrize(("zone", "valid"), [("Asia/Kolkata", True), ("Mars", False), ("", False)])
async def test_which_zones_there_are(app, without_files, zone, valid):
    assert await app.call("isZone", zone=zone) is valid
    assert without_files.calls == [(TIME, zone)]
