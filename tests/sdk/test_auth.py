from __future__ import annotations

from dataclasses import dataclass

import pytest

from atoll.sdk import auth, testing


@dataclass
class Who:
    sub: str
    role: str = "reader"


def test_no_token() -> None:
    with testing.host():
        assert auth.claims() == {}


def test_claims() -> None:
    with testing.host(claims={"sub": "ann", "exp": 5}):
        assert auth.claims() == {"sub": "ann", "exp": 5}
        assert auth.claims(Who) == Who("ann", "reader")


def test_missing_claim() -> None:
    with testing.host(claims={"role": "admin"}), pytest.raises(auth.ClaimsError, match="sub"):
        auth.claims(Who)


def test_not_a_dataclass() -> None:
    with testing.host(), pytest.raises(TypeError, match="dataclass"):
        auth.claims(dict)
