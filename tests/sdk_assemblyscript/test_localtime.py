"""localtime: the time where the caller is, and elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from atoll.guest.failure import GuestFailure

TIMES = {
    None: "2025-06-07T08:09:10.123456789-04:00",
    "Europe/Lisbon": "2025-06-07T13:09:10+01:00",
}
HERE = {"TZ": "America/New_York"}


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(request, run_app) -> Any:
    return run_app("plain", release=request.param, host={"modus_system.getTimeInZone": TIMES.get})


@pytest.fixture(scope="module")
def lost(run_app) -> Any:
    """An app whose host knows no time zone."""
    return run_app("plain", host={"modus_system.getTimeInZone": lambda zone: None})


async def test_the_time_here_and_there(app):
    assert await app.call("now") == TIMES[None]
    assert await app.call("nowThere", zone="Europe/Lisbon") == TIMES["Europe/Lisbon"]


async def test_the_time_zone_of_the_caller(app):
    assert await app.call("zone", environment=HERE) == "America/New_York"
    assert await app.call("zone", environment={}) == ""


@pytest.mark.parametrize(
    ("zone", "known"), [("Europe/Lisbon", True), ("Europe/Lissabon", False), ("", False)]
)
async def test_which_time_zones_there_are(app, zone, known):
    assert await app.call("isZone", zone=zone) is known


async def test_the_time_where_nobody_is(app, lost):
    with pytest.raises(GuestFailure, match="Invalid time zone: Mars"):
        await app.call("nowThere", zone="Mars")
    with pytest.raises(GuestFailure, match="A time zone is required"):
        await app.call("nowThere", zone="")
    with pytest.raises(GuestFailure, match="no time zone is known"):
        await lost.call("now")


async def test_former_names(app):
    told = await app.call("formerNames", zone="Europe/Lisbon", environment=HERE)
    assert told == [TIMES[None], TIMES["Europe/Lisbon"], "America/New_York", "true"]
