"""auth: the claims of the caller's token."""

from __future__ import annotations

import json
from typing import Any

import pytest

from atoll.guest.core.call import WARNING
from atoll.guest.failure import GuestFailure

DEFAULTS = {"sub": "nobody", "exp": 0, "roles": [], "email": None}


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(request, run_app) -> Any:
    return run_app("plain", release=request.param)


@pytest.mark.parametrize("ascii_only", [False, True])
async def test_claims(app, ascii_only):
    claims = {
        "aud": ["}", {"x": [None]}],
        "sub": 'é🎉"}]\\/',
        "exp": 1.7e9,
        "roles": ["a", "b}"],
        "email": "a@b",
        "https://example.com/claims": {"roles": ["no"]},
    }
    text = json.dumps(claims, ensure_ascii=ascii_only)
    told = await app.call("claims", environment={"CLAIMS": text})
    assert told == {name: claims[name] for name in DEFAULTS}
    assert app.logs == []


async def test_claims_as_a_map(app):
    told = await app.call("claimsAsMap", environment={"CLAIMS": '{"sub": "a", "x": {"y}": [1]}}'})
    assert told == [{"key": "sub", "value": '"a"'}, {"key": "x", "value": '{"y}": [1]}'}]


async def test_claims_that_say_little(app):
    assert await app.call("claims", environment={"CLAIMS": "{}"}) == DEFAULTS
    assert app.logs == []
    told = await app.call("claims", environment={"CLAIMS": '{"email":null,"roles":null}'})
    assert told == DEFAULTS


@pytest.mark.parametrize("environment", [{}, {"CLAIMS": ""}])
async def test_a_caller_without_a_token(app, environment):
    assert await app.call("claims", environment=environment) == DEFAULTS
    assert app.logs == [(WARNING, "No JWT claims found.")]
    assert await app.call("bareClaims", environment=environment) == ""
    assert await app.call("claimsAsMap", environment=environment) == []


async def test_claims_that_are_not_json(app):
    with pytest.raises(GuestFailure, match="This is not JSON"):
        await app.call("claims", environment={"CLAIMS": "{"})
