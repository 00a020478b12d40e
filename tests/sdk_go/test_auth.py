"""auth: the claims of the caller."""

from __future__ import annotations

import json
from typing import Any

import pytest

CLAIMS = {"sub": "é", "exp": 2**53 + 1, "https://x/roles": ["a", "b"], "more": {"x": 1.5}}


def claimed(text: str) -> dict[str, Any]:
    return {"environment": {"CLAIMS": text}}


async def test_claims_of_a_type(app):
    told = await app.call("whoAmI", **claimed(json.dumps(CLAIMS)))
    assert told == "é 9007199254740993 [a b]"
    assert await app.call("whoAmI", **claimed("{}")) == " 0 []"


async def test_all_claims(app):
    assert json.loads(await app.call("allClaims", **claimed(json.dumps(CLAIMS)))) == CLAIMS


@pytest.mark.parametrize("environment", [{}, {"CLAIMS": ""}])
async def test_no_claims_are_an_error(app, environment):
    error = await app.error("whoAmI", environment=environment)
    assert error == "JWT claims not found"


@pytest.mark.parametrize("text", ["{", '{"sub": 1}', "[]"])
async def test_claims_that_do_not_fit_are_an_error(app, text):
    assert "JWT" not in await app.error("whoAmI", **claimed(text))
