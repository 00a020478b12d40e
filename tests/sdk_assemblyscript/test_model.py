"""What all models have in common: how they are found, asked, watched and checked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from atoll.guest.core.call import DEBUG, ERROR
from atoll.guest.failure import GuestEnded, GuestFailure


class Host:
    """Knows one model, which gives the same answer to all."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.answer: str | None = None

    def info(self, name: str) -> dict[str, str] | None:
        return {"name": name, "fullName": "Delphi/Oracle"} if name == "oracle" else None

    def invoke(self, name: str, text: str) -> str | None:
        self.asked.append((name, text))
        return self.answer


@pytest.fixture(scope="module")
def host() -> Host:
    return Host()


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def started(request, run_app, host: Host) -> Any:
    operations = {
        "modus_models.getModelInfo": host.info,
        "modus_models.invokeModel": host.invoke,
    }
    return run_app("plain", release=request.param, host=operations)


@pytest.fixture
def app(started, host: Host) -> Any:
    host.asked.clear()
    host.answer = '{"text":"yes"}'
    return started


async def test_a_model_is_found_by_its_name(app):
    info = await app.call("info", name="oracle")
    assert info == {"name": "oracle", "fullName": "Delphi/Oracle"}


async def test_a_model_that_is_not_there(app):
    with pytest.raises(GuestFailure, match=r"Model sphinx not found\."):
        await app.call("info", name="sphinx")


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_question_and_answer(app, host: Host, ascii_only):
    raw = {"}": ['{"\\/é🎉']}
    host.answer = json.dumps({"x": [raw], "raw": raw, "text": 'é🎉"}'}, ensure_ascii=ascii_only)
    told = await app.call("ask", name="oracle", text='w"}\n?')
    assert told == 'é🎉"}|' + json.dumps(raw, ensure_ascii=ascii_only)
    assert host.asked == [("oracle", '{"text":"w\\"}\\n?"}')]
    assert app.logs == []


async def test_no_answer(app, host: Host):
    host.answer = None
    with pytest.raises(GuestFailure, match=r"Failed to invoke oracle model\."):
        await app.call("ask", name="oracle", text="?")
    host.answer = ""
    with pytest.raises(GuestFailure, match="No response received from model invocation"):
        await app.call("ask", name="oracle", text="?")


async def test_an_answer_that_is_not_json(app, host: Host):
    host.answer = "<html>"
    with pytest.raises(GuestFailure, match="This is not JSON"):
        await app.call("ask", name="oracle", text="?")


async def test_a_model_that_is_debugged_logs_what_goes_in_and_out(app):
    assert await app.call("askInDebug", text="q") == "yes"
    assert app.logs == [
        (DEBUG, 'Invoking oracle model with input: {"text":"q"}'),
        (DEBUG, 'Received output: {"text":"yes"}'),
    ]


async def test_a_check_of_answers(app, host: Host):
    assert await app.call("askWithCheck", text="?") == "yes"
    host.answer = '{"text":"no"}'
    with pytest.raises(GuestEnded) as caught:
        await app.call("askWithCheck", text="?")
    assert caught.value.status == 1
    (level, line), *rest = app.logs
    assert (level, rest) == (ERROR, [])
    assert line.endswith('refused: {"text":"no"}')
