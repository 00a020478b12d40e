"""What all models have in common, by a model of the app's own."""

from __future__ import annotations

import pytest

from atoll.guest.core.call import DEBUG

ANSWER = '{"answer": "é✨", "any": 12345678901234567890}'


async def test_which_model_it_is(app, host, provider):
    assert await app.call("modelInfo", name="m") == {"name": "m", "fullName": "Big/Model"}
    assert await app.error("modelInfo", name="é") == "model not found: é"
    assert host.calls == [("modus_models.getModelInfo", "m"), ("modus_models.getModelInfo", "é")]


async def test_what_is_asked_and_answered(app, host, provider):
    provider.answers = [ANSWER]
    # Numbers of no other type keep their digits.
    assert await app.call("askOwn", prompt="<é✨&>\n") == "é✨ json.Number"
    assert host.calls[1] == ("modus_models.invokeModel", "m", '{"prompt":"<é✨&>\\n"}')
    assert app.logs == []


async def test_both_are_logged_on_request(app, provider):
    provider.answers = [ANSWER]
    assert await app.call("askOwnWatched", prompt="é") == "é✨ json.Number"
    assert app.logs == [
        (DEBUG, 'Invoking model m with input: {"prompt":"é"}'),
        (DEBUG, f"Received output for model m: {ANSWER}"),
    ]


async def test_a_validator_has_the_last_word(app, provider):
    provider.answers = ['{"refused": 1}']
    error = await app.error("askOwnWatched", prompt="")
    assert error == 'the validator refused {"refused": 1}'


@pytest.mark.parametrize("answer", [None, ""])
@pytest.mark.parametrize("function", ["askOwn", "askOwnWatched"])
async def test_no_answer_is_an_error(app, provider, answer, function):
    provider.answers = [answer]
    assert await app.error(function, prompt="") == "failed to invoke model m"


@pytest.mark.parametrize("answer", ["{", "[]", '{"answer": 1}', "<html>"])
async def test_an_answer_that_does_not_fit_is_an_error(app, provider, answer):
    provider.answers = [answer]
    error = await app.error("askOwn", prompt="")
    assert error.startswith("failed to deserialize model output for m: ")


async def test_what_cannot_be_asked_does_not_reach_the_host(app, provider):
    error = await app.error("askOwnBadly")
    assert error.startswith("failed to serialize model input for m: ")
    error = await app.error("askNoModel")
    assert error == "model info is not set (use GetModel to create a model instance)"
    assert provider.texts == []
