"""Tests in plain Python: a stand-in takes the model's place."""

from __future__ import annotations

import pytest

import app
from atoll.sdk import UserError, testing


def test_asks_the_model_about_the_event() -> None:
    with testing.host(models={"text-generator": lambda request: " My cat is ill. "}) as host:
        assert app.generate_excuses("the Monday meeting") == "My cat is ill."
    (request,) = host.requests
    assert "the Monday meeting" in request.input["messages"][1]["content"]


def test_wants_an_event() -> None:
    with pytest.raises(UserError, match="which event"):
        app.generate_excuses("  ")
