"""What guests give and take, case by case."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from atoll.guest.core.scalar import write_moment
from atoll.guest.failure import BadGuestReply, GuestEnded, GuestFailure

HERE = Path(__file__).parent
CASES = json.loads((HERE / "cases.json").read_text("utf-8"))
CHECKLIST = json.loads((HERE / "checklist.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def app(run_app):
    return run_app("app")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["function"])
async def test_case(app, selecting, case):
    await check(app, selecting, case, {})


# The collector runs whenever there is a little more than before, and overwrites what it frees.
PRESSURE = {"GOGC": "1", "GODEBUG": "gcstoptheworld=2,clobberfree=1"}
TANGLED = re.compile("host|encodeStrings|testMapsOutput|testTree|testStructsContaining|testTimed")


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if TANGLED.match(case["function"])],
    ids=lambda case: case["function"],
)
async def test_case_under_pressure(app, selecting, case):
    await check(app, selecting, case, PRESSURE)


async def check(app, selecting, case, environment):
    name, arguments = case["function"], case.get("arguments", {})
    selection = selecting.selection_of(case.get("selection"))
    call = app.invoke(name, arguments, selection, environment=environment)
    if "error" in case:
        with pytest.raises((GuestFailure, BadGuestReply), match=re.escape(case["error"])):
            await call
    elif "exit" in case:
        with pytest.raises(GuestEnded) as raised:
            await call
        assert raised.value.status == case["exit"]
    else:
        # Their text tells True from 1, 1.0 from 1, -0.0 from 0.0, and the order of fields.
        assert repr(await call) == repr(case.get("result"))
    assert app.lines == case.get("logs", [])


async def test_what_json_has_no_number_for(app):
    assert repr(await app.call("testNotANumber")) == "[nan, inf, -inf]"
    assert repr(await app.call("testNotANumber32")) == "[nan, inf, -inf]"
    assert repr(await app.call("testOneNotANumber")) == "nan"


async def test_the_time_of_the_guests_own_clock(app):
    before = write_moment(*divmod(time.time_ns(), 10**9))
    now, twice = await app.call("testNow"), await app.call("testNowTwice")
    after = write_moment(*divmod(time.time_ns(), 10**9))
    assert before[:10] <= now[:10] <= after[:10]
    assert twice[0] == twice[1]


def test_all_of_the_checklist_has_cases():
    covered = {case["function"] for case in CASES}
    assert set(CHECKLIST["functions"]) - covered == set()
    for what, functions in CHECKLIST["further"].items():
        assert set(functions) - covered == set(), what


def test_all_functions_of_the_app_are_called(app):
    exported = {function.name for function in app.guest.interface.functions}
    elsewhere = {
        "testNotANumber", "testNotANumber32", "testOneNotANumber", "testNow", "testNowTwice",
        "hostUnderPressure", "hostFromGoroutines", "pressed", "testBigInt", "testBigUint",
        "testBigInts",
    }  # fmt: skip
    assert exported - {case["function"] for case in CASES} == elsewhere
