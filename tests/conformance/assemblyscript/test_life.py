"""What must hold from the making of an instance to its end."""

from __future__ import annotations

import pytest

from atoll.guest.failure import GuestEnded, GuestFailure


@pytest.fixture(scope="module", params=[True, False], ids=["entries", "no entries"])
def app(request, run_app):
    return run_app("app", release=True, entries=request.param)


EMPTY = {
    "text": "", "bytes": "", "shorts": [], "buffer": "", "numbers": [], "names": [],
    "day": "1970-01-01T00:00:00Z", "fixed": [], "kinds": [], "inner": [],
}  # fmt: skip
FULL = {
    "text": "t", "bytes": "AQI=", "shorts": [1, -2], "buffer": "AwQ=", "numbers": [5],
    "names": [{"key": "a", "value": "1"}, {"key": "b", "value": ""}],
    "day": "1969-12-31T23:59:59.999Z", "fixed": ["f", ""], "kinds": [1, 255],
    "inner": [{"a": 1, "b": True, "c": "c"}] * 3,
}  # fmt: skip


@pytest.mark.parametrize("parts", [EMPTY, FULL], ids=["empty", "full"])
async def test_the_host_lets_go_of_every_object_of_its_result(app, parts):
    found = await app.invoke("testHostKeepsNothing", {"parts": parts})
    assert found == parts | {"numbers": [*parts["numbers"], len(parts["numbers"])]}


async def test_results_of_host_functions_do_not_fill_the_memory(app):
    some, all = await app.invoke("testManyHostCalls", {"some": 200, "all": 800})
    assert some == all


async def test_nulls_pass_to_host_functions_and_back(app):
    nulls = {
        "text": None, "texts": ["a", None], "days": [None, "2024-12-31T00:00:00Z"],
        "objects": [None, {"a": 1, "b": False, "c": ""}],
        "names": [{"key": "n", "value": None}, {"key": "s", "value": "v"}], "none": None,
    }  # fmt: skip
    found = await app.invoke("testHostNulls", {"nulls": nulls})
    assert found == nulls | {
        "texts": ["a", None, None],
        "names": [*nulls["names"], {"key": "last", "value": None}],
    }


async def test_what_a_host_function_has_nothing_for_is_empty(run_app):
    app = run_app("app", release=True, host={"modus_test.parts": lambda parts: {}})
    found = await app.invoke("testHostKeepsNothing", {"parts": FULL})
    assert found == EMPTY | {"numbers": [0]}


SOURCE = """
const how = process.env.get("TZ");
if (how == "throw") throw new Error("not ready");
if (how == "exit") process.exit(3);
if (how == "leave") process.exit(0);
if (how == "trap") unreachable();
const ready = true;
export function isReady(texts: string[]): bool { return ready }
"""


@pytest.fixture(scope="module", params=[True, False], ids=["entries", "no entries"])
def starting(request, run_app, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp() / "starting"
    (folder / "assembly").mkdir(parents=True, exist_ok=True)
    (folder / "assembly" / "index.ts").write_text(SOURCE)
    app = run_app(folder, release=True, entries=request.param)

    async def start(how: str) -> object:
        return await app.invoke("isReady", {"texts": ["a"]}, environment={"TZ": how, "CLAIMS": ""})

    return start


async def test_a_failure_while_the_module_is_made_ready_is_the_calls(starting):
    from atoll.engine import Trap

    assert await starting("UTC") is True
    with pytest.raises(GuestFailure, match=r"not ready at assembly/index.ts:3:"):
        await starting("throw")
    with pytest.raises(GuestEnded) as raised:
        await starting("exit")
    assert raised.value.status == 3
    with pytest.raises(Trap):
        await starting("trap")
    assert await starting("leave") is None
    assert await starting("UTC") is True
