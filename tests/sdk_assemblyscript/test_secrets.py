"""secrets: what the host keeps for the app."""

from __future__ import annotations

from typing import Any

import pytest

from atoll.guest.failure import GuestFailure

SECRETS = {"KEY": "é✨ secret", "EMPTY": ""}


@pytest.fixture(scope="module", params=[False, True], ids=["debug", "release"])
def app(request, run_app) -> Any:
    host = {"modus_secrets.getSecretValue": SECRETS.get}
    return run_app("plain", release=request.param, host=host)


@pytest.mark.parametrize("name", SECRETS)
async def test_a_secret(app, name):
    assert await app.call("secret", name=name) == SECRETS[name]


async def test_a_secret_that_is_not_there(app):
    with pytest.raises(GuestFailure, match="Secret not found: OTHER"):
        await app.call("secret", name="OTHER")
