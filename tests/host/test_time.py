"""The time in a zone."""

from __future__ import annotations

import re
import time
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atoll.host.context import CallLimits, Context
from atoll.host.errors import HostError
from atoll.host.registry import OPERATIONS
from atoll.host.streams import Streams
from atoll.host.time import ZoneFile, ZoneName, now, rfc3339, zone_data


def context(zone: str = "UTC") -> Context:
    models = None  # these operations ask for none
    return Context(models, Streams(), CallLimits(), time_zone=zone)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("nanoseconds", "zone", "expected"),
    [
        (0, "UTC", "1970-01-01T00:00:00Z"),
        (1, "UTC", "1970-01-01T00:00:00.000000001Z"),
        (-1, "UTC", "1969-12-31T23:59:59.999999999Z"),
        (1_120_000_000, "UTC", "1970-01-01T00:00:01.12Z"),
        (1_749_384_490_123_456_789, "America/New_York", "2025-06-08T08:08:10.123456789-04:00"),
        (1_736_942_890_000_000_000, "America/New_York", "2025-01-15T07:08:10-05:00"),
        (0, "Asia/Kolkata", "1970-01-01T05:30:00+05:30"),
        (0, "Africa/Monrovia", "1969-12-31T23:15:30-00:44"),  # its offset had seconds
        (0, "Etc/GMT+12", "1969-12-31T12:00:00-12:00"),
        (1_736_942_890_000_000_000, "Europe/London", "2025-01-15T12:08:10Z"),
    ],
)
def test_rfc3339(nanoseconds, zone, expected):
    assert rfc3339(nanoseconds, ZoneInfo(zone)) == expected


zones = st.sampled_from(["UTC", "Asia/Tokyo", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"])


@given(st.integers(1_000_000_000, 4_000_000_000), st.integers(0, 999_999), zones)
def test_what_is_written_is_the_same_instant(seconds, micros, zone):
    text = rfc3339(seconds * 10**9 + micros * 1000, ZoneInfo(zone))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d*[1-9])?(Z|[+-]\d\d:\d\d)", text)
    parsed = datetime.fromisoformat(text)
    assert (int(parsed.timestamp()), parsed.microsecond) == (seconds, micros)


@pytest.mark.parametrize("name", [None, ""])
async def test_without_a_name_it_is_the_callers_zone(name):
    assert (await now.run(context("Asia/Tokyo"), ZoneName(name))).endswith("+09:00")


async def test_now_is_now():
    read = datetime.fromisoformat(await now.run(context(), ZoneName("Asia/Tokyo")))
    assert abs(read.timestamp() - time.time()) < 60


async def test_every_zone_has_a_time_and_a_file():
    for zone in available_timezones() - {"localtime"}:
        await now.run(context(), ZoneName(zone))
        data = await zone_data.run(context(), ZoneFile(zone))
        assert data.startswith(b"TZif")


BAD = [
    "Nowhere/City", "europe", "Europe", "../../etc/passwd", "/etc/localtime", "..", "Europe/../UTC",
    "Europe//Paris", "Europe/Paris/", "C:\\Windows", "UTC\0", "UTC\n", " UTC", "Ευρώπη",
    "x" * 10_000,
    "zone.tab", "tzdata.zi", "__init__.py", "posixrules/x", "UTC/../../../x", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("name", BAD)
async def test_what_is_no_zone(name):
    for asked in (now.run(context(), ZoneName(name)), zone_data.run(context(), ZoneFile(name))):
        with pytest.raises(HostError) as caught:
            await asked
        assert caught.value.code == "NO_SUCH_ZONE"
        assert len(caught.value.message) < 400


async def test_a_bad_zone_of_the_caller_fails_only_where_it_is_used():
    with pytest.raises(HostError):
        await now.run(context("Nowhere/City"), ZoneName())
    await now.run(context("Nowhere/City"), ZoneName("UTC"))


async def test_zone_files_have_one_format():
    with pytest.raises(HostError, match="tzif"):
        await zone_data.run(context(), ZoneFile("UTC", "posix"))
    with pytest.raises(HostError):
        await zone_data.run(context(), ZoneFile(""))


async def test_as_imports(make_calls):
    calls = make_calls()
    text = await calls.run_import("modus_system.getTimeInZone", ["Asia/Tokyo"])
    assert text.endswith("+09:00")
    assert (await calls.run_import("modus_system.getTimeInZone", [None])).endswith("Z")
    data = await calls.run_import("modus_system.getTimeZoneData", ["UTC", "tzif"])
    assert data.startswith(b"TZif")
    for arguments in (["Nowhere"], ["x" * 100_000]):
        assert await calls.run_import("modus_system.getTimeInZone", arguments) is None
    for arguments in ([None, None], ["UTC", "x"], ["Nowhere", "tzif"], ["UTC", None]):
        assert await calls.run_import("modus_system.getTimeZoneData", arguments) is None
    assert calls.failure is not None
    assert {"time.now", "time.zone_data"} <= set(OPERATIONS)
