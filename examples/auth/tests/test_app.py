"""Tests in plain Python: the caller's claims are a variable of the environment."""

from __future__ import annotations

import pytest

import app


def test_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIMS", '{"sub": "ada", "teams": ["engines"]}')
    assert app.my_profile() == app.Profile("ada", "reader", ["engines"])
