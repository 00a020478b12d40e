"""secrets: their values, by their names."""

from __future__ import annotations

import pytest

GET = "modus_secrets.getSecretValue"


@pytest.mark.parametrize("value", ["", "é\x00✨", "x" * 100_000])
async def test_the_value_of_a_secret(app, host, value):
    host.answers[GET] = value
    assert await app.call("getSecret", name="TOKEN é") == value
    assert host.calls == [(GET, "TOKEN é")]


async def test_a_secret_that_is_not_there(app, host):
    host.answers[GET] = None
    assert await app.error("getSecret", name="") == "secret not found"
    assert host.calls == [(GET, "")]
