"""Tests in plain Python: a stand-in takes the model's place, or what it said once."""

from __future__ import annotations

import pytest

import app
from atoll.sdk import UserError, testing
from atoll.testing import AppUnderTest


def test_asks_the_model_about_the_event() -> None:
    with testing.host(models={"text-generator": lambda request: " My cat is ill. "}) as host:
        assert app.generate_excuses("the Monday meeting") == "My cat is ill."
    (request,) = host.requests
    assert "the Monday meeting" in request.input["messages"][1]["content"]


def test_wants_an_event() -> None:
    with pytest.raises(UserError, match="which event"):
        app.generate_excuses("  ")


def test_through_the_api(atoll_app: AppUnderTest) -> None:
    """``atoll_app`` is the whole app: what a client asks, and what it is told."""
    atoll_app.models["text-generator"].answers(" My cat is ill. ")
    body = atoll_app.graphql('{ generateExcuses(event: "the Monday meeting") }')
    assert body["data"] == {"generateExcuses": "My cat is ill."}


def test_with_what_the_model_said_once(atoll_app: AppUnderTest) -> None:
    """The answer is in ``recordings``; ``pytest --atoll-record=all`` asks the model again."""
    excuses = atoll_app.call("generate_excuses", event="the Monday meeting")
    assert excuses == excuses.strip() != ""
