"""What all models have in common."""

from __future__ import annotations

import pytest

from atoll.guest.core.call import DEBUG
from atoll.guest.failure import GuestFailure


async def test_a_model_that_is_not_there(app):
    with pytest.raises(GuestFailure, match="Model none not found"):
        await app.call("unknown")


async def test_names(app):
    assert await app.call("names") == ["m", "Big/Model"]


async def test_what_goes_in_and_comes_out_is_logged_on_request(app, provider):
    provider.answers = ['{"generation":"g"}']
    assert await app.call("watched", debug=False) == "g"
    assert app.logs == []
    assert await app.call("watched", debug=True) == "g"
    (level, given), (other_level, answer) = app.logs
    assert level == other_level == DEBUG
    assert '{"prompt":"✨"}' in given
    assert '{"generation":"g"}' in answer


@pytest.mark.parametrize(
    ("answer", "message"), [("", "No response received"), (None, "Failed to invoke m model")]
)
async def test_no_answer(app, provider, answer, message):
    provider.answers = [answer]
    for function, arguments in (("watched", {"debug": False}), ("plain", {"text": "x"})):
        with pytest.raises(GuestFailure, match=message):
            await app.call(function, **arguments)


async def test_an_answer_that_is_not_json(app, provider):
    provider.answers = ["<html>"]
    with pytest.raises(GuestFailure, match="not JSON"):
        await app.call("watched", debug=False)
